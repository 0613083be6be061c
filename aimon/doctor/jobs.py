"""Are the services of the spec scraped: their jobs loaded, their targets there and up, as often as it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aimon.doctor.words import few, quoted
from aimon.finding import Finding
from aimon.inventory.plain import length, seconds
from aimon.live.scraped import Target
from aimon.stack import Job, Stack


def jobs(stack: Stack, loaded: Sequence[str], targets: Sequence[Target]) -> Iterator[Finding]:
    """What is wrong with the jobs; ``loaded`` are those of the running configuration."""
    for job in stack.jobs:
        own = [target for target in targets if target.job == job.name]
        if job.name not in loaded:
            yield _missing(job, loaded)
        elif not own:
            yield _empty(job)
        else:
            yield from _targets(job, own)
    known = {job.name for job in stack.jobs}
    for name in dict.fromkeys((*loaded, *(target.job for target in targets))):
        if name not in known:
            count = sum(target.job == name for target in targets)
            message = f"Prometheus scrapes the job `{name}` ({count} target{'s' * (count != 1)}), which no service is"
            cure = "declare it under `services`, or remove it from the running configuration"
            yield Finding("doctor/unknown-job", message, ("services",), key=True, help=cure)


def _missing(job: Job, loaded: Sequence[str]) -> Finding:
    message = f"Prometheus has no scrape job `{job.name}`"
    cure = f"load the generated prometheus.yml; it has the jobs {few(loaded)}" if loaded else "load prometheus.yml"
    return Finding("doctor/job-missing", message, job.at, key=True, help=cure)


def _empty(job: Job) -> Finding:
    found = f"`{next(iter(job.discovery))}` discovery" if job.discovery else "its list of targets"
    message = f"the job `{job.name}` has no target"
    cure = f"look at {found} and at its relabelling under Status > Service discovery of Prometheus"
    return Finding("doctor/job-without-target", message, job.at, key=True, help=cure)


def _targets(job: Job, own: Sequence[Target]) -> Iterator[Finding]:
    for target in own:
        if target.health == "down":
            message = f"`{target.address}` of the job `{job.name}` is down: {quoted(target.error) or 'no reason given'}"
            cure = "is it running, and does it answer at this address from where Prometheus runs?"
            yield Finding("doctor/target-down", message, job.at, key=True, help=cure)
    for address in _absent(job, own):
        there = few(target.address for target in own)
        message = f"`{address}` is no target of the job `{job.name}`, whose targets are {there}"
        yield Finding("doctor/target-missing", message, (*job.at, "targets"), key=True, help="load prometheus.yml anew")
    yield from _intervals(job, own)


def _absent(job: Job, own: Sequence[Target]) -> list[str]:
    """The targets that the spec lists and nobody scrapes; what is discovered it does not list."""
    scraped = {target.address for target in own} | {target.labels.get("instance", "") for target in own}
    return [] if job.discovery else [address for address in job.targets if address not in scraped]


def _intervals(job: Job, own: Sequence[Target]) -> Iterator[Finding]:
    others = {length(one.interval) for one in own if one.interval and seconds(one.interval) != job.interval.seconds}
    for interval in sorted(others):
        message = f"the job `{job.name}` is scraped every {interval}, not every {job.interval.text}"
        at = (*job.at, "scrape_interval")
        yield Finding("doctor/scrape-interval", message, at, key=True, help="load the generated prometheus.yml anew")
