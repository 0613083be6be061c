"""What a running Prometheus shows of the spec: its jobs, metrics, rules and alerts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aimon.doctor.alerts import alerts
from aimon.doctor.drift import drift
from aimon.doctor.heard import Heard
from aimon.doctor.jobs import jobs
from aimon.doctor.meant import Meant
from aimon.doctor.metrics import each_once, metrics
from aimon.doctor.rules import not_evaluated, rules
from aimon.doctor.running import Running, asked, names_itself
from aimon.doctor.words import counted, few
from aimon.finding import Finding
from aimon.live import api
from aimon.live.http import LiveError, Server
from aimon.live.prometheus import is_prometheus
from aimon.live.scraped import alertmanagers, version
from aimon.sides.server import of_loaded


def prometheus(meant: Meant, server: Server) -> Heard:
    """All that it can be asked. Raises `LiveError`."""
    if not is_prometheus(server):
        api.mapping(server, "/api/v1/status/config")  # which may say why
        raise LiveError(f"{server.url} does not answer as Prometheus does", "name it without a path of its API")
    running = asked(meant.stack, server)
    findings = [*_too_old(meant, version(server)), *jobs(meant, running.jobs(), running.targets)]
    for job in meant.stack.jobs:
        if job.name in running.seen:
            findings += metrics(meant, job, running.seen, running.ambient(job))
    broken = set[str]()
    for finding, names in rules(meant, running.loaded.groups):
        findings.append(finding)
        broken.update(names)
    if not not_evaluated(running.loaded.groups):
        findings += alerts(meant, server, broken, running.lost(meant.stack))
    findings += drift(meant, of_loaded(running.loaded), server, broken)
    findings += _unheard(meant, alertmanagers(server))
    return Heard(findings, _compared(meant, running), list(_notes(meant, running)))


def _too_old(meant: Meant, runs: tuple[int, int] | None) -> Iterator[Finding]:
    wanted = meant.stack.server.version
    if runs is not None and runs < wanted:
        message = f"Prometheus is of version {'.'.join(map(str, runs))}; the spec is for {'.'.join(map(str, wanted))}"
        cure = "upgrade it, or say so in `prometheus.version`: aimon writes nothing that this version cannot read"
        yield Finding("doctor/old-server", message, meant.at(("prometheus", "version")), key=True, help=cure)


def _unheard(meant: Meant, known: Sequence[str]) -> Iterator[Finding]:
    if not known:
        message = "Prometheus knows no Alertmanager: alerts fire unheard"
        cure = "is `alerting` in the running prometheus.yml, and does its address resolve?"
        yield Finding("doctor/no-alertmanager", message, meant.at(("notifications",)), key=True, help=cure)


def _compared(meant: Meant, running: Running) -> str:
    known = {job.name for job in meant.stack.jobs}
    counts = {
        "target": sum(target.job in known for target in running.targets),
        "metric": sum(len(each_once(job)) for job in meant.stack.jobs if job.name in running.seen),
        "rule": sum(len(group.rules) for group in meant.stack.groups),
    }
    return ", ".join(counted(number, thing) for thing, number in counts.items())


def _notes(meant: Meant, running: Running) -> Iterator[str]:
    """What is too new to be judged, or too much."""
    if unknown := sum(target.health == "unknown" for target in running.targets):
        yield f"not scraped yet: {counted(unknown, 'target')}"
    if unread := not_evaluated(running.loaded.groups):
        yield f"not evaluated yet: {counted(unread, 'rule')}, so nobody looked whether alerts can fire"
    for job in meant.stack.jobs:
        if job.name not in running.seen:
            why = "they name their own jobs" if names_itself(job) else "none of its targets is up"
            yield f"the metrics of `{job.name}` were not compared, because {why}"
        elif many := running.seen[job.name].unlisted:
            yield f"the labels of {few(many)} were not compared, because there are too many series"
