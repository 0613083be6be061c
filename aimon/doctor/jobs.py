"""Are the services of the spec scraped: their jobs loaded, their targets there and up, as often as it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aimon.doctor.meant import Meant
from aimon.doctor.words import counted, few, quoted
from aimon.document import Address
from aimon.finding import Finding
from aimon.inventory.plain import length, seconds
from aimon.live.scraped import Target
from aimon.stack import Job


def jobs(meant: Meant, loaded: Sequence[str], targets: Sequence[Target]) -> Iterator[Finding]:
    """What is wrong with the jobs; ``loaded`` are those of the running configuration."""
    for job in meant.stack.jobs:
        own = [target for target in targets if target.job == job.name]
        at = meant.at(job.at)
        if job.name not in loaded:
            message = f"Prometheus has no scrape job `{job.name}`"
            yield Finding("doctor/job-missing", message, at, key=True, help=_RELOAD)
        elif not own:
            yield _empty(at, job)
        else:
            yield from _targets(at, job, own)
    known = {job.name for job in meant.stack.jobs}
    for name in loaded:
        if name not in known:
            count = counted(sum(target.job == name for target in targets), "target")
            message = f"Prometheus scrapes the job `{name}` ({count}), which is no service of the spec"
            cure = "declare it under `services`, or remove it from the running configuration"
            yield Finding("doctor/unknown-job", message, meant.at(()), key=True, help=cure)


def _empty(at: Address, job: Job) -> Finding:
    found = f"`{job.discovery[0]}` discovery" if job.discovery else "its list of targets"
    message = f"the job `{job.name}` has no target"
    cure = f"look at {found} and at its relabelling under Status > Service discovery of Prometheus"
    return Finding("doctor/job-without-target", message, at, key=True, help=cure)


def _targets(at: Address, job: Job, own: Sequence[Target]) -> Iterator[Finding]:
    down = [target for target in own if target.health == "down"]
    if down:
        who = f"{len(down)} of {len(own)} targets" if len(own) > 1 else "the target"
        names, reason = few(target.address for target in down), quoted(down[0].error) or "no reason is given"
        message = f"{who} of the job `{job.name}` cannot be scraped, {names}: {reason}"
        cure = "is it running, and does it answer at this address from where Prometheus runs?"
        yield Finding("doctor/target-down", message, at, key=True, help=cure)
    if absent := _absent(job, own):
        message = f"the job `{job.name}` does not scrape {few(absent)}, but {few(target.address for target in own)}"
        yield Finding("doctor/target-missing", message, at, key=True, help=_RELOAD)
    others = {length(one.interval) for one in own if one.interval and seconds(one.interval) != job.interval.seconds}
    if others:
        message = f"the job `{job.name}` is scraped every {' or '.join(sorted(others))}, not every {job.interval.text}"
        yield Finding("doctor/scrape-interval", message, at, key=True, help=_RELOAD)


_RELOAD = "load the generated prometheus.yml, and reload Prometheus"


def _absent(job: Job, own: Sequence[Target]) -> list[str]:
    """The targets that the spec lists and nobody scrapes; what is discovered it does not list."""
    scraped = {target.address for target in own} | {target.labels.get("instance", "") for target in own}
    return [] if job.discovery else [address for address in job.targets if address not in scraped]
