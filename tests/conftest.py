"""What all tests share: the programs of Prometheus and Alertmanager, and a loud word where they are missing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, settings

from aimon.checks import CHECKS, LEVELS

# What a program is called, by distribution: Debian renames Alertmanager.
PROGRAMS = {
    "prometheus": ("prometheus",),
    "promtool": ("promtool",),
    "alertmanager": ("prometheus-alertmanager", "alertmanager"),
    "amtool": ("amtool",),
    "redis-server": ("redis-server",),
    "redis-exporter": ("prometheus-redis-exporter", "redis_exporter"),
    "node-exporter": ("prometheus-node-exporter", "node_exporter"),
    "curl": ("curl",),
}
PACKAGES = "prometheus prometheus-alertmanager redis-server prometheus-redis-exporter prometheus-node-exporter curl"

# What lands must not hang on chance or on how busy the machine is; elsewhere each run tries other examples.
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")

_MISSED = pytest.StashKey[list[str]]()


def find_programs() -> dict[str, str]:
    """The path of each program that is installed."""
    found = {name: next(filter(None, map(shutil.which, names)), None) for name, names in PROGRAMS.items()}
    return {name: path for name, path in found.items() if path}


@pytest.fixture(scope="session")
def programs() -> Mapping[str, str]:
    """The paths of the programs that are installed; all of them in tests marked `servers`."""
    return find_programs()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_MISSED] = []
    kept = tempfile.TemporaryDirectory(prefix="aimon-tests-")  # what tests keep is not for the user's cache
    config.add_cleanup(kept.cleanup)
    os.environ["XDG_CACHE_HOME"] = kept.name


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test marked `servers` where a program is missing; fail it in CI, where a skipped test proves nothing."""
    if item.get_closest_marker("servers") is None:
        return
    missing = sorted(PROGRAMS.keys() - find_programs().keys())
    if not missing:
        return
    reason = f"not installed: {', '.join(missing)} (apt-get install {PACKAGES})"
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI=true demands every program; {reason}", pytrace=False)
    item.config.stash[_MISSED].append(item.nodeid)
    pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many checks were proven, and loudly which tests did not run for want of a server."""
    _tell_checks(terminalreporter)
    missed = config.stash[_MISSED]
    if not missed:
        return
    missing = ", ".join(sorted(PROGRAMS.keys() - find_programs().keys()))
    terminalreporter.section("NOT TESTED AGAINST REAL SERVERS", sep="!", red=True, bold=True)
    terminalreporter.write_line(f"{len(missed)} tests were skipped for want of {missing}", red=True)
    terminalreporter.write_line(f"cure: apt-get install {PACKAGES}", red=True)


_PROOFS = ("test_the_bad_sample_raises_this_check_and_no_other", "test_the_good_sample_is_clean")


def _tell_checks(terminalreporter: pytest.TerminalReporter) -> None:
    """How many checks were proven in this run, by the samples of their pages; nothing where those did not run."""
    passed = {report.nodeid.partition("::")[2] for report in terminalreporter.stats.get("passed", ())}
    proven = [check for check in CHECKS.values() if all(f"{proof}[{check.id}]" in passed for proof in _PROOFS)]
    if proven:
        levels = Counter(check.level for check in proven)
        counts = ", ".join(f"{levels[level]} {level}s" for level in reversed(LEVELS))
        of = "" if len(proven) == len(CHECKS) else f" of {len(CHECKS)}"
        terminalreporter.write_line(f"{len(proven)}{of} checks, each proven by a bad and a good sample: {counts}")
