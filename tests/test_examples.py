"""The examples are goldens: what they generate is what lies beside them, and they have no fault of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from aimon import conventions
from aimon.inputs import SPEC_FILE
from aimon.pipeline import OUTPUT_FOLDER, Options, compile_spec, validate_spec
from aimon.write import plan

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob(f"*/{SPEC_FILE}"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_the_golden_output_is_what_the_spec_generates(example: Path) -> None:
    result = compile_spec(example / SPEC_FILE, Options(judged=False))
    assert not result.failed
    differing = plan(result.artifacts, example / OUTPUT_FOLDER)
    assert not differing.differs, f"run `make golden` and look at what it changes: {differing}"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_nothing_is_found_in_an_example(example: Path) -> None:
    result = validate_spec(example / SPEC_FILE, Options(judged=False))
    worth_a_look = [diagnostic for diagnostic in result.diagnostics if diagnostic.level != "info"]
    assert not worth_a_look


def test_the_minimal_example_is_minimal() -> None:
    assert len((ROOT / "examples" / "02-minimal" / SPEC_FILE).read_text().splitlines()) <= 15


def test_templates_and_outputs_read_alike() -> None:
    """Every folder of the output is a folder of the templates."""
    folder = EXAMPLES[0] / OUTPUT_FOLDER
    outputs = {str(path.relative_to(folder).parent) for path in folder.rglob("*.*") if path.is_file()}
    templates = {str(path.relative_to(ROOT / "templates").parent) for path in (ROOT / "templates").rglob("*.j2")}
    assert templates == outputs - {conventions.PACK_RULES}  # the rules of packs have the form of all others


_READ = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]*")
_PARTS = ("", "_bucket", "_sum", "_count")


def _generated(folder: Path) -> Iterator[tuple[str, set[str], str]]:
    """What was generated: (in words, all words of its queries, what it records)."""
    for path in sorted(folder.glob("rules/*.yml")):
        for group in yaml.safe_load(path.read_text())["groups"]:
            for rule in group["rules"]:
                what = f"recording rule {rule['record']}" if "record" in rule else f"alert {rule['alert']}"
                slo = rule.get("labels", {}).get("slo")
                records = f"{rule['record']}_{_word(slo)}" if "record" in rule and slo else rule.get("record", "")
                yield f"SLO {slo}" if slo else what, _words(rule["expr"]), records
    for path in sorted(folder.glob("grafana/dashboards/*.json")):
        row = ""
        for panel in json.loads(path.read_text())["panels"]:
            row = panel["title"] if panel["type"] == "row" else row
            queries = " ".join(target["expr"] for target in panel.get("targets", ()))
            slo = re.search(r'\bslo="([^"]+)"', queries)
            what = f"picture of SLO {slo[1]}" if slo else f"panel {panel['title']}"
            what = f"{what} of dashboard {path.stem}"
            yield f"{what}|a panel in row {row} of dashboard {path.stem}", _words(queries), ""


def _words(query: str) -> set[str]:
    """All words of a query; the recordings of an SLO are told apart by its name."""
    return set(
        _READ.findall(re.sub(r'\b(slo:\w+:\w+)\{slo="([^"]+)"\}', lambda hit: f"{hit[1]}_{_word(hit[2])}", query))
    )


def _word(slo: str) -> str:
    return slo.replace("-", "_")


def _blind_without(metric: str, folder: Path) -> set[str]:
    """What reads a metric itself or through recording rules, by the words of the generated files alone."""
    everything = list(_generated(folder))
    names, size = {f"{metric}{part}" for part in _PARTS}, 0
    while size != len(names):
        size = len(names)
        names |= {records for _, read, records in everything if records and read & names}
    return {what for what, read, _ in everything if read & names}


@pytest.mark.parametrize("metric", ["ai_api_calls_total", "http_requests_total", "http_request_duration_seconds"])
def test_a_renamed_metric_names_all_that_goes_blind_each_at_its_line(metric: str, tmp_path: Path) -> None:
    example = EXAMPLES[0]
    expected = _blind_without(metric, example / OUTPUT_FOLDER)
    assert len(expected) >= 5
    spec = tmp_path / SPEC_FILE
    spec.write_text((example / SPEC_FILE).read_text().replace(f"\n      {metric}:\n", f"\n      renamed_{metric}:\n"))
    told: dict[str, str] = {}
    for one in compile_spec(spec, Options(judged=False)).diagnostics:
        said = re.fullmatch(r"(.+?) is blind: it reads .*|.*, which (.+) (?:reads|shows)", one.message)
        if one.level == "error" and said:
            told[said[1] or said[2]] = one.located.line
    named = {what: next((told.pop(name) for name in what.split("|") if name in told), "") for what in expected}
    assert {what for what, line in named.items() if not line.strip()} == set()
    assert told == {}, "named, but it does not read the metric"
