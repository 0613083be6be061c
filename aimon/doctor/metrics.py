"""Are the declared metrics exposed, by the job that declares them, and as what the spec declares them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from aimon.catalogue import Metric
from aimon.doctor.buckets import buckets
from aimon.doctor.labels import labels
from aimon.doctor.meant import Meant
from aimon.doctor.names import likeliest
from aimon.doctor.types import is_called, types
from aimon.doctor.values import values
from aimon.doctor.words import few
from aimon.finding import Finding
from aimon.live.exposed import Exposed
from aimon.stack import Job

MISSING, UNSEEN, SILENT = "doctor/metric-missing", "doctor/metric-unseen", "doctor/metric-silent"
OPTIONAL, UNREAD = "doctor/metric-optional", "doctor/metric-unread"

_A_LOT = 3  # metrics that cannot all have been renamed

# What has labels may have no series yet, and some client libraries do not even mention it before.
_AT_FIRST = "a series with labels appears when its case happens for the first time"


def metrics(meant: Meant, job: Job, seen: Mapping[str, Exposed], ambient: frozenset[str]) -> Iterator[Finding]:
    """What is wrong with the metrics of a job, in a low voice of those that nobody reads.

    ``seen`` is what each job exposes, ``ambient`` are the labels that the job gives all that it scrapes.
    """
    if is_foreign(job, seen[job.name]):
        yield _foreign(meant, job, seen[job.name])
        return
    for metric in each_once(job):
        readers = meant.readers(metric.name)
        own = {name: label for name, label in metric.labels.items() if name not in job.labels}  # not the target's
        asked = meant.asked_bounds.get(metric.name, set())
        for finding in _metric(metric._replace(labels=own), job, seen, ambient, asked):
            told = finding._replace(at=meant.at(finding.at, job.at), key=True)
            if readers:
                yield told._replace(message=f"{told.message}; it is read by {readers}")
            else:
                check = finding.check if finding.check == OPTIONAL else UNREAD
                yield told._replace(check=check, message=f"{told.message}; nobody reads it")


def each_once(job: Job) -> list[Metric]:
    """The metrics of a job; two packs may declare the same one."""
    return list({metric.name: metric for metric in job.metrics}.values())


def is_foreign(job: Job, own: Exposed) -> bool:
    """Whether a job exposes nothing of what is declared of it, though that is a lot."""
    declared = each_once(job)
    return len(declared) >= _A_LOT and not any(is_there(one, own) or own.family(one.name) for one in declared)


def _foreign(meant: Meant, job: Job, own: Exposed) -> Finding:
    message = f"the job `{job.name}` exposes none of the {len(each_once(job))} metrics that the spec declares of it"
    others = sorted(own.families)
    cure = f"is it the right address and path? It exposes {few(others)}" if others else "is it the right path?"
    return Finding("doctor/job-foreign", message, meant.at(job.at), key=True, help=cure)


def is_there(metric: Metric, seen: Exposed) -> bool:
    """Whether a metric has series now."""
    names = [metric.name, *(f"{metric.name}_{part}" for part in metric.parts if part == "count")]
    return any(seen.counts.get(name) for name in names)


def _metric(
    metric: Metric, job: Job, seen: Mapping[str, Exposed], ambient: frozenset[str], asked: Set[float]
) -> Iterator[Finding]:
    own = seen[job.name]
    mistyped = list(types(metric, own))
    if mistyped or not is_there(metric, own):
        yield from mistyped or [_absent(metric, job, seen)]
        return
    yield from labels(metric, own, ambient)
    yield from values(metric, own)
    yield from buckets(metric, own, asked)


def _absent(metric: Metric, job: Job, seen: Mapping[str, Exposed]) -> Finding:
    """Why a metric has no series: another job has it, it has another name, or its time will come."""
    own = seen[job.name]
    nobody = f"no target of the job `{job.name}` exposes `{metric.name}`"
    others = [f"`{name}`" for name, other in seen.items() if name != job.name and is_there(metric, other)]
    if own.family(metric.name):
        return Finding(SILENT, f"`{metric.name}` is exposed, but has no series yet", metric.at, help=_AT_FIRST)
    if metric.needs:
        return Finding(OPTIONAL, f"{nobody} (needs {metric.needs})", metric.at)
    if others:
        cure = f"declare it under the service that exposes it: {', '.join(others)}"
        return Finding(MISSING, nobody, metric.at, help=cure)
    stranger, is_sure = likeliest(metric.name, _strangers(metric, job, own))
    cure = f"is it called `{stranger}`? That one nobody declares" if stranger else "was it removed or renamed?"
    if metric.labels and not is_sure:
        return Finding(UNSEEN, nobody, metric.at, help=f"{_AT_FIRST}; else {cure}")
    return Finding(MISSING, nobody, metric.at, help=cure)


def _strangers(metric: Metric, job: Job, own: Exposed) -> list[str]:
    """What the job exposes undeclared that could be a metric of this type."""
    names = {f"{name}_total" if own.counts.get(f"{name}_total") else name: said for name, said in own.families.items()}
    declared = {one.name for one in job.metrics}
    return sorted(name for name, said in names.items() if name not in declared and is_called(metric.type, said))
