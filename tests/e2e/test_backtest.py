"""What changed alerts would have done, by the history of a real Prometheus."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent

import pytest
from jsonschema import validate
from servers import Server, free_port, running

from aimon.backtest import Backtest, History, Replay, backtest
from aimon.live import http
from aimon.sides.written import of_spec

pytestmark = pytest.mark.servers

HOUR = 3600
END = int(time.time()) // HOUR * HOUR - 3 * HOUR  # of what is recorded
START = END - 8 * HOUR
SCHEMA = Path(__file__).parents[2] / "aimon" / "schemas" / "changes.schema.json"

SPEC = """
    aimon: 1
    name: shop
    self_monitoring: false
    services:
      api:
        targets: ["api:8080"]
        metrics:
          queue_length: {type: gauge, help: Jobs that wait, labels: {queue: [mail, orders]}, range: [0, .inf]}
          new_length: {type: gauge, help: Jobs that wait, range: [0, .inf]}
    recording_rules:
      queue:queue_length:max: {expr: 'max by (queue) (queue_length)'}
    alerts:
      Queue: {expr: queue_length, above: 5, for: 5m, summary: Jobs wait, action: Add a worker}
      Recorded: {expr: 'queue:queue_length:max', above: 15, for: 5m, summary: Jobs wait, action: Add a worker}
"""


@pytest.fixture(scope="module")
def prometheus(programs: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Eight hours with three peaks: 10 for an hour, 20 for half an hour, 10 for two minutes; one hour is missing."""
    folder, port = tmp_path_factory.mktemp("past"), free_port()
    (folder / "history.om").write_text("\n".join([*history(), "# EOF", ""]))
    (folder / "prometheus.yml").write_text("{}\n")
    fill = [programs["promtool"], "tsdb", "create-blocks-from", "openmetrics", "history.om", "data"]
    subprocess.run(fill, cwd=folder, check=True, capture_output=True)
    command = [programs["prometheus"], "--storage.tsdb.path=data", f"--web.listen-address=127.0.0.1:{port}"]
    with running("prometheus", command, port, folder) as server:
        yield server


def history() -> Iterator[str]:
    def lasting(name: str, peaks: list[tuple[int, int, int]]) -> Iterator[str]:
        for moment in range(START, END + 1, 60):
            hour = (moment - START) / HOUR
            if not 6 < hour < 7:
                height = next((value for start, end, value in peaks if start <= moment - START < end), 1)
                yield f"{name} {height} {moment}"

    peaks = [(HOUR, 2 * HOUR, 10), (3 * HOUR, 3 * HOUR + 1800, 20), (4 * HOUR, 4 * HOUR + 120, 10)]
    yield "# TYPE queue_length gauge"
    yield from lasting('queue_length{job="api",instance="api:8080",queue="mail"}', peaks)
    yield "# TYPE up gauge"
    yield from lasting('up{job="api",instance="api:8080"}', [])


def replayed(server: Server, folder: Path, *changes: tuple[str, str]) -> Backtest:
    (folder / "old.yaml").write_text(dedent(SPEC))
    text = dedent(SPEC)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "new.yaml").write_text(text)
    before, after = (of_spec(folder / name, None).monitoring for name in ("old.yaml", "new.yaml"))
    past = History(http.Server(server.url), START, END)
    return backtest(before, after, past, lambda things, _: iter(things))


def minutes(replay: Replay) -> tuple[list[int], list[int]]:
    """How many minutes each firing of both sides lasted."""
    before, after = ([round(one.seconds / 60) for one in past.firings] for past in (replay.before, replay.after))
    return before, after


def test_what_a_looser_bound_loses(prometheus: Server, tmp_path: Path) -> None:
    found = replayed(prometheus, tmp_path, ("expr: queue_length, above: 5", "expr: queue_length, above: 15"))
    (replay,) = found.replays
    assert replay.alert == "Queue"
    assert minutes(replay) == ([55, 25], [25])
    (lost,) = replay.lost
    assert (lost.labels[-1], round((lost.start - START) / 60)) == (("queue", "mail"), 65)
    assert replay.gained == []
    assert found.covered == pytest.approx(7 / 8, abs=0.02)


def test_what_a_shorter_wait_gains(prometheus: Server, tmp_path: Path) -> None:
    (replay,) = replayed(prometheus, tmp_path, ("above: 5, for: 5m", "above: 5, for: 1m")).replays
    assert minutes(replay) == ([55, 25], [59, 29, 1])
    assert [round(one.seconds / 60) for one in replay.gained] == [1]


def test_an_alert_that_goes_and_one_that_comes(prometheus: Server, tmp_path: Path) -> None:
    gone, come = replayed(
        prometheus,
        tmp_path,
        ("Queue: {expr: queue_length, above: 5, for: 5m", "Full: {expr: max(queue_length) + 0, above: 9, for: 40m"),
    ).replays
    assert [one.alert for one in (gone, come)] == ["Queue", "Full"]
    assert minutes(gone) == ([55, 25], [])
    assert minutes(come) == ([], [20])


def test_a_recording_rule_without_history(prometheus: Server, tmp_path: Path) -> None:
    """Its expression takes its place, on both sides."""
    old, new = "{expr: 'max by (queue) (queue_length)'}", "{expr: 'max by (queue) (queue_length) + 6'}"
    (replay,) = replayed(prometheus, tmp_path, (old, new)).replays
    assert replay.alert == "Recorded"
    assert minutes(replay) == ([25], [55, 25])
    assert not replay.before.note + replay.after.note


def test_a_recording_rule_with_labels_within_another(prometheus: Server, tmp_path: Path) -> None:
    rules = """{expr: 'max by (queue) (queue_length)', labels: {of: "$1"}}
  queue:queue_length:more: {expr: 'max_over_time(queue:queue_length:max{of="$1"}[10m]) + 0'}"""
    reads = ("expr: 'queue:queue_length:max', above: 15", "expr: 'queue:queue_length:more', above: 5")
    replay = replayed(prometheus, tmp_path, ("{expr: 'max by (queue) (queue_length)'}", rules), reads).replays[-1]
    assert replay.alert == "Recorded"
    assert [dict(one.labels) for one in replay.after.firings] == [{"of": "$1", "queue": "mail"}] * 3
    assert [round(one.seconds / 60) for one in replay.after.firings] == [64, 34, 6]


def test_a_recording_rule_that_nothing_can_stand_for(prometheus: Server, tmp_path: Path) -> None:
    changes = ("{expr: 'queue:queue_length:max'", "{expr: 'queue:queue_length:max{queue=\"mail\"}'")
    (replay,) = replayed(prometheus, tmp_path, changes).replays
    assert "queue:queue_length:max, which has no history" in replay.after.note


def test_a_metric_without_history(prometheus: Server, tmp_path: Path) -> None:
    (replay,) = replayed(prometheus, tmp_path, ("Queue: {expr: queue_length", "Queue: {expr: new_length")).replays
    assert replay.after.note == "nothing is recorded of new_length"


def test_what_does_not_wait_differently_is_not_replayed(prometheus: Server, tmp_path: Path) -> None:
    assert replayed(prometheus, tmp_path, ("action: Add a worker", "action: Add two")).replays == ()


def test_the_command(prometheus: Server, tmp_path: Path) -> None:
    replayed(prometheus, tmp_path, ("above: 5", "above: 15"))
    command = [sys.executable, "-m", "aimon", "diff", "old.yaml", "new.yaml", "--backtest", prometheus.url]

    def run(*options: str) -> str:
        done = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 1, done.stderr
        return done.stdout

    text = run("--since", "12h")
    assert re.search(rf"  backtest      12h of {prometheus.url}, of which \d\d% is recorded\n", text)
    assert "Queue: fired 2 times, 1h20m → fired 1 time, 25m" in text
    assert "1 firing is lost, the longest at 20" in text
    assert "**Backtest**" in run("--since", "12h", "--format", "markdown")
    printed = json.loads(run("--since", "12h", "--format", "json"))
    validate(printed, json.loads(SCHEMA.read_text()))
    (alert,) = printed["backtest"]["alerts"]
    assert (alert["before"]["firings"], alert["after"]["firings"], len(alert["lost"])) == (2, 1, 1)
