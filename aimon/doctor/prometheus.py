"""What a running Prometheus shows of the spec: its jobs, metrics, rules and alerts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from aimon.doctor.alerts import alerts
from aimon.doctor.drift import drift
from aimon.doctor.heard import Heard
from aimon.doctor.jobs import jobs
from aimon.doctor.meant import Meant
from aimon.doctor.metrics import each_once, is_there, metrics
from aimon.doctor.rules import not_evaluated, rules
from aimon.doctor.words import counted, few
from aimon.document import parse_yaml
from aimon.finding import Finding
from aimon.foreign.loose import listed, mapping, text
from aimon.live import api
from aimon.live.exposed import Exposed, exposed
from aimon.live.http import LiveError, Server
from aimon.live.prometheus import Loaded, is_prometheus, loaded
from aimon.live.scraped import Target, alertmanagers, targets, version
from aimon.sides.server import of_loaded
from aimon.stack import Job


class Running(NamedTuple):
    """What a Prometheus said: what it has loaded, what it scrapes, and what each job exposes that has a target up."""

    loaded: Loaded
    targets: tuple[Target, ...]
    seen: Mapping[str, Exposed]


def prometheus(meant: Meant, server: Server) -> Heard:
    """All that it can be asked. Raises `LiveError`."""
    if not is_prometheus(server):
        api.mapping(server, "/api/v1/status/config")  # which may say why
        raise LiveError(f"{server.url} does not answer as Prometheus does", "name it without a path of its API")
    running = _asked(meant, server)
    findings = [*_too_old(meant, version(server)), *jobs(meant, _jobs(running), running.targets)]
    for job in meant.stack.jobs:
        if job.name in running.seen:
            findings += metrics(meant, job, running.seen, _ambient(job, running.targets))
    broken = set[str]()
    for finding, names in rules(meant, running.loaded.groups):
        findings.append(finding)
        broken.update(names)
    if not not_evaluated(running.loaded.groups):
        findings += alerts(meant, server, broken, _lost(meant, running))
    findings += drift(meant, of_loaded(running.loaded), server, broken)
    findings += _unheard(alertmanagers(server))
    return Heard(findings, _compared(meant, running), list(_notes(meant, running)))


def _too_old(meant: Meant, runs: tuple[int, int] | None) -> Iterator[Finding]:
    wanted = meant.stack.server.version
    if runs is not None and runs < wanted:
        message = f"Prometheus is of version {'.'.join(map(str, runs))}; the spec is for {'.'.join(map(str, wanted))}"
        cure = "upgrade it, or say so in `prometheus.version`: aimon writes nothing that this version cannot read"
        yield Finding("doctor/old-server", message, meant.at(("prometheus", "version")), key=True, help=cure)


def _asked(meant: Meant, server: Server) -> Running:
    scraped = targets(server)
    seen = {}
    for job in meant.stack.jobs:
        labels = {target.labels.get("job", "") for target in scraped if target.job == job.name and target.is_up}
        if labels and not job.options.get("honor_labels"):
            seen[job.name] = exposed(server, sorted(labels), each_once(job))
    return Running(loaded(server), scraped, seen)


def _lost(meant: Meant, running: Running) -> set[str]:
    """The metrics that no job exposes now; who reads them is told with them, or with the job that is down."""
    there: dict[str, bool] = {}
    for job in meant.stack.jobs:
        seen = running.seen.get(job.name)
        for metric in each_once(job):
            there[metric.name] = there.get(metric.name, False) or (seen is not None and is_there(metric, seen))
    return {name for name, is_here in there.items() if not is_here}


def _unheard(known: Sequence[str]) -> Iterator[Finding]:
    if not known:
        message = "Prometheus knows no Alertmanager: alerts fire unheard"
        cure = "is `alerting` in the running prometheus.yml, and does its address resolve?"
        yield Finding("doctor/no-alertmanager", message, ("notifications",), key=True, help=cure)


def _ambient(job: Job, scraped: Sequence[Target]) -> frozenset[str]:
    """The labels that a job gives all that it scrapes."""
    return frozenset(label for target in scraped if target.job == job.name for label in target.labels)


def _jobs(running: Running) -> list[str]:
    """The names of the scrape jobs of the running configuration, and of those that other files brought to it."""
    config = mapping(parse_yaml(running.loaded.files["prometheus.yml"]).value)
    named = [text(job, "job_name") for job in listed(config, "scrape_configs")]
    return list(dict.fromkeys((*named, *(target.job for target in running.targets))))


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
            why = "they name their own jobs" if job.options.get("honor_labels") else "none of its targets is up"
            yield f"the metrics of `{job.name}` were not compared, because {why}"
        elif many := running.seen[job.name].unlisted:
            yield f"the labels of {few(many)} were not compared, because there are too many series"
