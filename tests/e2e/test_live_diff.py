"""A real Prometheus that has loaded what was generated: a diff against it prints no change, and tells what differs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from servers import Server, free_port, running

from aimon.compare import compare
from aimon.inventory.plain import expression
from aimon.sides import sides
from aimon.sides.written import of_spec

pytestmark = pytest.mark.servers

SPEC = Path(__file__).parents[2] / "examples" / "01-ai-coding-assistant" / "aimon.yaml"


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as it is generated."""
    folder = tmp_path_factory.mktemp("live") / "monitoring"
    command = [sys.executable, "-m", "aimon", "generate", str(SPEC), "-o", str(folder), "--quiet"]
    subprocess.run(command, check=True, timeout=120)
    return folder


@pytest.fixture(scope="module")
def prometheus(output: Path, programs: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Prometheus with the generated files and the generated retention."""
    data, port = tmp_path_factory.mktemp("data"), free_port()
    options = {
        "config.file": output / "prometheus.yml",
        "storage.tsdb.path": data / "tsdb",
        "storage.tsdb.retention.time": "35d",
        "storage.tsdb.retention.size": "8GB",
        "web.listen-address": f"127.0.0.1:{port}",
    }
    retention = [
        word.removeprefix("--").partition("=")
        for word in (output / "docker-compose.yml").read_text().replace("'", "").split()
        if word.startswith("--storage.tsdb.retention")
    ]
    options |= {name: value for name, _, value in retention}
    command = [programs["prometheus"], *(f"--{name}={value}" for name, value in options.items())]
    with running("prometheus", command, port, data) as server:
        yield server


def test_a_server_that_loaded_it_differs_in_nothing(prometheus: Server, output: Path) -> None:
    before, after = sides(prometheus.url, str(output))
    found = compare(before.monitoring, after.monitoring)
    assert {"alert", "recording rule", "scrape job", "prometheus", "storage"} <= before.monitoring.tells
    assert len(list(before.monitoring.of("alert"))) == len(list(after.monitoring.of("alert"))) > 10
    assert [(one.shape, one.name, one.before, one.after) for one in found.changes] == []
    assert found.lost == ()


def test_the_spec_against_the_server(prometheus: Server, tmp_path: Path) -> None:
    before, after = sides(prometheus.url, str(SPEC))
    assert compare(before.monitoring, after.monitoring).changes == ()
    changed = tmp_path / "aimon.yaml"
    changed.write_text(SPEC.read_text().replace("    for: 5m\n", "    for: 15m\n", 1))
    before, after = sides(prometheus.url, str(changed))
    (change,) = compare(before.monitoring, after.monitoring).changes
    assert (change.shape, change.before, change.after) == ("alert/for-longer", "5m", "15m")


def test_the_command(prometheus: Server, output: Path) -> None:
    command = [sys.executable, "-m", "aimon", "diff", prometheus.url, str(output)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert "no change in the monitoring" in done.stderr


def test_its_own_printing_is_no_change(prometheus: Server) -> None:
    """Every expression of the example, as Prometheus' own parser prints it."""
    rules = of_spec(SPEC, None).monitoring.of("alert", "recording rule")
    texts = {query.text for thing in rules for query in thing.queries}
    assert len(texts) > 50
    for text in sorted(texts):
        printed = prometheus.get("/api/v1/format_query", query=text)["data"]
        assert expression(printed) == expression(text), text


def test_its_printing_of_odd_spellings(prometheus: Server) -> None:
    """The same with parentheses and signs that change nothing, and with other notations."""
    odd = (
        "sum by(b,a)(rate(x{c='1',b=\"2\"}[300s]))/2>(5*3)",
        "((x)) + on(a,b) group_left(z,y) ((y))",
        "histogram_quantile(.9, sum without(instance)(rate(x_bucket[90m] offset 60s)))",
        "-x ^ 2 and (a or b) unless c",
        "1e3 * x{a=~'b|c'} == bool 0x10",
        "max_over_time(x[1h:5m] @ 1600000000)",
        "topk by (a) (3, x)",
    )
    for text in odd:
        printed = prometheus.get("/api/v1/format_query", query=text)["data"]
        assert expression(printed) == expression(text), text
