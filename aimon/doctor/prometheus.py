"""What a running Prometheus shows of the spec: its jobs, its rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aimon.doctor.heard import Heard
from aimon.doctor.jobs import jobs
from aimon.doctor.meant import Meant
from aimon.doctor.rules import not_evaluated, rules
from aimon.doctor.words import counted
from aimon.document import parse_yaml
from aimon.foreign.loose import listed, mapping, text
from aimon.live.http import LiveError, Server
from aimon.live.prometheus import Loaded, is_prometheus, loaded
from aimon.live.scraped import Target, targets


def prometheus(meant: Meant, server: Server) -> Heard:
    """All that it can be asked. Raises `LiveError`."""
    if not is_prometheus(server):
        raise LiveError(f"{server.url} does not answer as Prometheus does", "name it without a path of its API")
    running, scraped = loaded(server), targets(server)
    findings = [*jobs(meant.stack, _jobs(running), scraped), *rules(meant, running.groups)]
    return Heard(findings, _compared(meant, scraped), list(_notes(running.groups, scraped)))


def _jobs(running: Loaded) -> list[str]:
    """The names of the scrape jobs of the running configuration."""
    config = mapping(parse_yaml(running.files["prometheus.yml"]).value)
    return [text(job, "job_name") for job in listed(config, "scrape_configs")]


def _compared(meant: Meant, scraped: Sequence[Target]) -> str:
    known = {job.name for job in meant.stack.jobs}
    counts = {
        "target": sum(target.job in known for target in scraped),
        "rule": sum(len(group.rules) for group in meant.stack.groups),
    }
    return ", ".join(counted(number, thing) for thing, number in counts.items())


def _notes(groups: Sequence[Mapping[str, Any]], scraped: Sequence[Target]) -> Iterator[str]:
    """What is too new to be judged."""
    unknown = sum(target.health == "unknown" for target in scraped)
    if unknown:
        yield f"{counted(unknown, 'target')} not scraped yet"
    if unread := not_evaluated(groups):
        yield f"{counted(unread, 'rule')} not evaluated yet"
