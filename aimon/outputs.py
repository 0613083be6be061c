"""The table of outputs: which files there are, what each is made from, and which schema it must fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from aimon import conventions
from aimon.document import Address
from aimon.spec import NOTHING
from aimon.stack import Dashboard, Group, Job, Stack
from aimon.units import RATIO, humanize, plain_number
from aimon.usage import Usage


class File(NamedTuple):
    """One file to render: its path, what its template sees beside the stack, and where its parts come from."""

    path: str
    context: Mapping[str, Any] = NOTHING
    origins: Mapping[Address, Address] = NOTHING


class Output(NamedTuple):
    """A template and the files that it renders; ``below`` is the folder that all of them are in."""

    template: str
    files: Callable[[Stack], Iterator[File]]
    schema: str | None = None
    below: str = ""

    def may_have(self, pattern: str) -> bool:
        """Whether one of the paths may match; to know that surely can be work."""
        return any(sign in pattern for sign in "*?[") or pattern.startswith(self.below)


def _prometheus(stack: Stack) -> Iterator[File]:
    host = f"{conventions.ALERTMANAGER}:{conventions.ALERTMANAGER_PORT}"
    origins: dict[Address, Address] = {(): ("prometheus",), ("global",): ("prometheus",)}
    for index, job in enumerate(stack.jobs):
        origins |= _job_origins(("scrape_configs", index), job)
    context = {"rule_files": [path for path, _ in _rule_files(stack)], "alertmanager_target": host}
    yield File("prometheus.yml", context, origins)


def _job_origins(at: Address, job: Job) -> dict[Address, Address]:
    """A job's parts that the spec writes elsewhere than Prometheus does."""
    origins: dict[Address, Address] = {at: job.at, (*at, "static_configs", 0): job.at}
    origins |= {(*at, key): (*job.at, *_WRITTEN_AS.get(key, ("http", key))) for key in job.options}
    if job.discovery:
        kind, entries = job.discovery
        listed: Address = (*at, f"{kind}_sd_configs")
        origins[listed] = (*job.at, "discover", kind)
        if len(entries) == 1:  # mostly written without the list
            origins |= {(*listed, 0): (*job.at, "discover", kind)}
    return origins


_WRITTEN_AS: dict[str, Address] = {
    "relabel_configs": ("relabel",),
    "metric_relabel_configs": ("metric_relabel",),
    "sample_limit": ("sample_limit",),
    "honor_labels": ("honor_labels",),
}


def _rules(stack: Stack) -> Iterator[File]:
    for path, groups in _rule_files(stack):
        origins: dict[Address, Address] = {}
        for number, group in enumerate(groups):
            for index, rule in enumerate(group.rules):
                at: Address = ("groups", number, "rules", index)
                origins |= {at: rule.at, (*at, "expr"): (*rule.at, "expr")}
        yield File(path, {"groups": groups}, origins)


def _rule_files(stack: Stack) -> list[tuple[str, list[Group]]]:
    files: dict[str, list[Group]] = {}
    for group in stack.groups:
        files.setdefault(group.path, []).append(group)
    return list(files.items())


def _tests(stack: Stack) -> Iterator[File]:
    from aimon.prove.files import test_files
    from aimon.prove.memory import entries

    for file in test_files(stack, entries(stack)):
        yield File(file.path, {"file": file})


def _alertmanager(stack: Stack) -> Iterator[File]:
    routing = stack.routing
    origins: dict[Address, Address] = {(): ("notifications",)}
    origins |= {("route", "routes", index): route.at for index, route in enumerate(routing.routes)}
    for index, receiver in enumerate(routing.receivers):
        origins[("receivers", index)] = receiver.at
        origins |= {
            ("receivers", index, kind, 0): (*receiver.at, kind.removesuffix("_configs"))
            for kind in receiver.integrations
        }
    origins |= {("inhibit_rules", index): rule.at for index, rule in enumerate(routing.inhibitions)}
    yield File("alertmanager.yml", {}, origins)


def _main_dashboard(stack: Stack) -> Iterator[File]:
    board = stack.main_dashboard
    yield File("grafana-dashboard.json", {"dashboard": board}, _panel_origins(board))


def _dashboards(stack: Stack) -> Iterator[File]:
    for board in stack.dashboards:
        yield File(f"grafana/dashboards/{board.name}.json", {"dashboard": board}, _panel_origins(board))


def _panel_origins(board: Dashboard) -> dict[Address, Address]:
    origins: dict[Address, Address] = {(): board.at}
    position = 0
    for row in board.rows:
        origins[("panels", position)] = row.at
        for offset, panel in enumerate(row.panels, 1):
            origins[("panels", position + offset)] = panel.at
        position += 1 + len(row.panels)
    return origins


def _compose(stack: Stack) -> Iterator[File]:
    origins: dict[Address, Address] = {("services", container.name): container.at for container in stack.containers}
    yield File("docker-compose.yml", {"simulated_hosts": simulated_hosts(stack)}, origins)


def _makefile(stack: Stack) -> Iterator[File]:
    yield File("Makefile", {"can_be_simulated": bool(simulated_hosts(stack))})


# Hosts that no container can be called by: addresses, and names of this machine.
_ELSEWHERE = re.compile(r"[\d.]+|\[.*|localhost|.*\.internal")


def simulated_hosts(stack: Stack) -> list[str]:
    """The hosts of all targets that a container can stand in for, sorted."""
    plain = (job for job in stack.jobs if job.at[:1] == ("services",) and job.scheme == "http")
    hosts = {target.rpartition(":")[0] or target for job in plain for target in job.targets}
    return sorted(host for host in hosts if not _ELSEWHERE.fullmatch(host))


def _one(path: str) -> Callable[[Stack], Iterator[File]]:
    return lambda stack: iter([File(path)])


def _document(path: str) -> Callable[[Stack], Iterator[File]]:
    """A page that needs to know who uses what."""

    def files(stack: Stack) -> Iterator[File]:
        usage = Usage(stack)
        context = {
            "anchor": conventions.anchor,
            "metrics_of": usage.metrics_of,
            "metrics_of_panel": usage.metrics_of_panel,
            "alerts_on": usage.alerts_on,
            "panels_on": usage.panels_on,
            "recordings": [rule for rule in stack.recordings() if rule.at[0] != "slos"],
        }
        yield File(path, context)

    return files


def _promises(stack: Stack) -> Iterator[File]:
    """A page about the SLOs, where there are any."""
    pictures = {panel.slo: board for board in stack.dashboards for panel in board.panels() if panel.slo}
    if stack.slos:
        context = {
            "anchor": conventions.anchor,
            "share": lambda value: humanize(value, RATIO),
            "plain": lambda value: plain_number(round(value, 2)),
            "board_of": pictures.get,
        }
        yield File("docs/slos.md", context)


OUTPUTS = (
    Output("prometheus.yml.j2", _prometheus, "prometheus"),
    Output("rules/rules.yml.j2", _rules, "rules"),
    Output("rules/tests/rules.test.yml.j2", _tests, below="rules/tests/"),
    Output("alertmanager.yml.j2", _alertmanager, "alertmanager"),
    Output("grafana-dashboard.json.j2", _main_dashboard, "dashboard"),
    Output("grafana/dashboards/dashboard.json.j2", _dashboards, "dashboard"),
    Output("grafana/provisioning/datasources/aimon.yml.j2", _one("grafana/provisioning/datasources/aimon.yml")),
    Output("grafana/provisioning/dashboards/aimon.yml.j2", _one("grafana/provisioning/dashboards/aimon.yml")),
    Output("docker-compose.yml.j2", _compose, "compose"),
    Output("Makefile.j2", _makefile),
    Output("docs/metrics.md.j2", _document("docs/metrics.md")),
    Output("docs/alerts.md.j2", _document("docs/alerts.md")),
    Output("docs/slos.md.j2", _promises),
    Output("docs/dashboards.md.j2", _document("docs/dashboards.md")),
)
