"""A simulation in which all is well alarms nobody: no alert of any built-in pack is even pending on its history."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from servers import free_port, running, wait_until
from stack import command, without_restart

from aimon import library
from aimon.simulation import stack_of

pytestmark = [pytest.mark.servers, pytest.mark.timeout(400)]

# What a short history cannot show: a rate over a day takes what was not yet there for nothing.
SHORT = {"LitellmSpendJumps"}
EVALUATIONS = 4


def services(default: bool) -> dict[str, Any]:
    """A service for each pack, in its default variant or in its other one."""
    made = {}
    for pack in library.names():
        value = library.built_in(pack).value
        others = [one for one in value.get("variants") or () if one != value.get("default_variant")]
        if default or others:
            used = pack if default else {pack: {"variant": others[0]}}
            name = pack.replace("_", "-")
            made[name] = {"targets": [f"{name}:{value.get('port', 80)}"], "packs": [used]}
    return made


@pytest.mark.parametrize("default", [True, False], ids=["default", "other variants"])
def test_nobody_is_alarmed(default: bool, tmp_path: Path, programs: Mapping[str, str]) -> None:
    used = services(default)
    written = {
        "prometheus": {"evaluation_interval": "1s"},
        "self_monitoring": False,
        "services": used,
    }
    (tmp_path / "aimon.yaml").write_text(yaml.safe_dump(written))
    started = int(time.time())
    seed = without_restart(stack_of(tmp_path / "aimon.yaml", None), list(used), started)
    simulate = ["simulate", "--history", "2h", "--step", "30s", "--series-scale", "0.02"]
    for words in (
        [sys.executable, "-m", "aimon", "generate", "--quiet"],
        [sys.executable, "-m", "aimon", *simulate, "--seed", str(seed), "--start", str(started)],
        [programs["promtool"], "tsdb", "create-blocks-from", "openmetrics", "history.om", "data"],
    ):
        subprocess.run(words, cwd=tmp_path, check=True, capture_output=True, timeout=240)
    settings = yaml.safe_load((tmp_path / "monitoring" / "prometheus.yml").read_text())
    rules = {"global": settings["global"], "rule_files": settings["rule_files"]}
    (tmp_path / "monitoring" / "rules.yml").write_text(yaml.safe_dump(rules))
    port = free_port()
    options = {
        "config.file": tmp_path / "monitoring" / "rules.yml",
        "storage.tsdb.path": tmp_path / "data",
        "web.listen-address": f"127.0.0.1:{port}",
    }
    with running("prometheus", command(programs["prometheus"], options), port, tmp_path) as prometheus:
        evaluated: dict[str, set[str]] = {}

        def settled() -> bool:
            """Whether every group was evaluated often enough for rules that build on each other."""
            groups = prometheus.get("/api/v1/rules")["data"]["groups"]
            for group in groups:
                evaluated.setdefault(group["name"], set()).add(group["lastEvaluation"])
            healthy = all(rule["health"] == "ok" for group in groups for rule in group["rules"])
            return healthy and all(len(times) > EVALUATIONS for times in evaluated.values())

        wait_until("every rule is healthy", settled, [prometheus], 120)
        alerts = prometheus.get("/api/v1/alerts")["data"]["alerts"]
        assert evaluated.keys() == {name for one in used.values() for name in _packs(one)}
        alarming = [one["labels"] for one in alerts if one["labels"]["alertname"] not in SHORT]
        assert alarming == []


def _packs(service: Mapping[str, Any]) -> list[str]:
    """The names of the packs that a service uses."""
    return [name for used in service["packs"] for name in ([used] if isinstance(used, str) else used)]
