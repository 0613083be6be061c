"""Every generated dashboard fits the TypeScript types of npm's @grafana/schema; seeded faults show that they bite."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from aimon.inputs import SPEC_FILE
from aimon.pipeline import Options, compile_spec
from aimon.render import render
from aimon.stack import Stack

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parent.parent
TYPES = Path(__file__).parent / "grafana"
CACHE = ROOT / ".cache" / "grafana" / "types"
SPECS = [*sorted(ROOT.glob(f"examples/*/{SPEC_FILE}")), TYPES / "every-panel.yaml"]

Json = dict[str, Any]
Messages = Mapping[str, list[str]]


class _Loud:
    """Says at the end of the run what did not run."""

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("DASHBOARDS NOT TESTED AGAINST GRAFANA'S TYPES", sep="!", red=True, bold=True)
        terminalreporter.write_line("cure: install node and npm (apt-get install nodejs npm)", red=True)


@pytest.fixture(scope="module")
def packages(request: pytest.FixtureRequest) -> Path:
    """The folder with Grafana's types and the compiler, installed once for each state of the lock file."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"CI=true demands every program; not installed: {', '.join(missing)}", pytrace=False)
    if missing:
        request.config.pluginmanager.register(_Loud())
        pytest.skip(f"not installed: {', '.join(missing)}")
    wanted, installed = TYPES / "package-lock.json", CACHE / "installed.json"
    if not installed.is_file() or installed.read_bytes() != wanted.read_bytes():
        CACHE.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(TYPES / name, CACHE)
        _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        shutil.copy(wanted, installed)
    return CACHE


@pytest.fixture(scope="module")
def messages(packages: Path) -> Messages:
    """What the compiler says of every dashboard and of every fault, all in one run."""
    found = {**dict(_generated()), **{f"fault: {name}": fault for name, fault in _faulty()}}
    with tempfile.TemporaryDirectory(dir=packages, prefix="run-") as folder:
        for name in ("dashboard.ts", "tsconfig.json"):
            shutil.copy(TYPES / name, folder)
        for number, dashboard in enumerate(found.values()):
            text = json.dumps(dashboard, indent=1)
            code = f"import type {{ Dashboard }} from './dashboard';\n\nexport const dashboard: Dashboard = {text};\n"
            (Path(folder) / f"case{number}.ts").write_text(code, encoding="utf-8")
        compiler = packages / "node_modules" / "typescript" / "bin" / "tsc"
        said = _run(["node", str(compiler), "-p", folder], may_fail=True)
    lines = re.findall(r"^(?:.*/)?(\w+)\.ts\((.*)$", said, re.MULTILINE)
    return {name: [line for stem, line in lines if stem == f"case{number}"] for number, name in enumerate(found)} | {
        "types": [line for stem, line in lines if not stem.startswith("case")]
    }


def _run(command: list[str], may_fail: bool = False) -> str:
    done = subprocess.run(command, cwd=CACHE, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode and not may_fail:
        pytest.fail(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}{done.stderr}", pytrace=False)
    return done.stdout


def _stack(spec: Path) -> Stack:
    stack = compile_spec(spec, Options(judged=False)).stack
    assert stack is not None
    return stack


def _generated() -> Iterator[tuple[str, Json]]:
    """Every dashboard of every spec, by spec and path."""
    for spec in SPECS:
        for artifact in render(_stack(spec)):
            if artifact.path.endswith(".json") and "dashboard" in artifact.path:
                yield f"{spec.parent.name}/{spec.stem}: {artifact.path}", json.loads(artifact.text)


# Faults that a person or a template could make. Each changes a dashboard that is right before.


def _set(dashboard: Json, path: str, value: object) -> None:
    """Put a value where the path leads; a part in brackets finds the first panel of that type."""
    *way, last = path.split(".")
    place: Any = dashboard
    for part in way:
        if part.startswith("["):
            place = next(panel for panel in dashboard["panels"] if panel["type"] == part[1:-1])
        else:
            place = place[int(part) if isinstance(place, list) else part]
    place[int(last) if isinstance(place, list) else last] = value


def _changed(path: str, value: object) -> Callable[[Json], None]:
    return lambda dashboard: _set(dashboard, path, value)


def _without(key: str, panel: str | None = None) -> Callable[[Json], None]:
    def remove(dashboard: Json) -> None:
        place = dashboard if panel is None else next(one for one in dashboard["panels"] if one["type"] == panel)
        del place[key]

    return remove


FAULTS: Mapping[str, Callable[[Json], None]] = {
    "refresh is false": _changed("refresh", False),
    "refresh has no unit": _changed("refresh", "30"),
    "an older schema": _changed("schemaVersion", 39),
    "tags are a string": _changed("tags", "ai"),
    "time is a string": _changed("time", "now-6h"),
    "the tooltip mode is a word": _changed("graphTooltip", "shared"),
    "an unknown key of the dashboard": _changed("iteration", 1),
    "no uid": _without("uid"),
    "unit is a number": _changed("[timeseries].fieldConfig.defaults.unit", 5),
    "decimals are a string": _changed("[timeseries].fieldConfig.defaults.decimals", "2"),
    "thresholds are not a list": _changed("[timeseries].fieldConfig.defaults.thresholds.steps", {"color": "red"}),
    "a threshold without a colour": _changed("[timeseries].fieldConfig.defaults.thresholds.steps.0", {"value": None}),
    "an unknown threshold mode": _changed("[timeseries].fieldConfig.defaults.thresholds.mode", "relative"),
    "an unknown colour mode": _changed("[timeseries].fieldConfig.defaults.color.mode", "rainbow"),
    "no overrides": _changed("[timeseries].fieldConfig", {"defaults": {}}),
    "an unknown draw style": _changed("[timeseries].fieldConfig.defaults.custom.drawStyle", "lines"),
    "a misspelt drawing option": _changed("[timeseries].fieldConfig.defaults.custom.fillOpacty", 10),
    "an unknown stacking mode": _changed("[timeseries].fieldConfig.defaults.custom.stacking.mode", "stacked"),
    "an unknown legend mode": _changed("[timeseries].options.legend.displayMode", "tables"),
    "legend calculations are a string": _changed("[timeseries].options.legend.calcs", "max"),
    "an option of another panel type": _changed("[timeseries].options.reduceOptions", {"calcs": ["mean"]}),
    "an unknown calculation": _changed("[stat].options.reduceOptions.calcs", ["newest"]),
    "no calculation": _changed("[stat].options.reduceOptions.calcs", []),
    "an unknown graph mode": _changed("[stat].options.graphMode", "line-ish"),
    "an unknown display mode of bars": _changed("[bargauge].options.displayMode", "basics"),
    "a cell height in pixels": _changed("[table].options.cellHeight", 30),
    "an unknown pie": _changed("[piechart].options.pieType", "ring"),
    "heatmap colours as a word": _changed("[heatmap].options.color", "Oranges"),
    "row height as a string": _changed("[state-timeline].options.rowHeight", "0.9"),
    "text without content": _changed("[text].options", {"mode": "markdown"}),
    "an unknown panel type": _changed("[stat].type", "singlestat"),
    "a panel without a place": _without("gridPos", "stat"),
    "a place of words": _changed("[stat].gridPos.w", "6"),
    "a panel without queries": _changed("[stat].targets", []),
    "a query without text": _changed("[stat].targets.0", {"refId": "A"}),
    "an unknown result format": _changed("[stat].targets.0.format", "series"),
    "a data source by name": _changed("[stat].datasource", "Prometheus"),
    "a transformation without options": _changed("[table].transformations", [{"id": "merge"}]),
    "a mapping without a type": _changed("[state-timeline].fieldConfig.defaults.mappings.0", {"options": {}}),
    "a row without its list": _without("panels", "row"),
    "an unknown variable type": _changed("templating.list.1.type", "label_values"),
    "hide is a boolean": _changed("templating.list.1.hide", False),
    "an annotation without a colour": _changed("annotations.list.1", {"name": "Alerts", "enable": True}),
}


def _faulty() -> Iterator[tuple[str, Json]]:
    """A right dashboard with each fault, cut down to one panel of each type."""
    right = dict(_generated())["grafana/every-panel: grafana/dashboards/main.json"]
    right["panels"] = list({panel["type"]: panel for panel in right["panels"]}.values())
    yield "none", right
    for name, fault in FAULTS.items():
        wrong = deepcopy(right)
        fault(wrong)
        yield name, wrong


def test_the_types_themselves_compile(messages: Messages) -> None:
    assert not messages["types"]


def test_every_dashboard_fits_the_types_of_grafana(messages: Messages) -> None:
    dashboards = {name: said for name, said in messages.items() if not name.startswith("fault: ")}
    assert len(dashboards) > len(SPECS)
    assert {name: said for name, said in dashboards.items() if said} == {}


def test_without_a_fault_nothing_is_found(messages: Messages) -> None:
    assert messages["fault: none"] == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_seeded_fault_is_caught(fault: str, messages: Messages) -> None:
    assert messages[f"fault: {fault}"]
