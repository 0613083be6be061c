"""A target is scraped by one service.

Why: what two services scrape is counted twice in every sum, under two names. A target that is asked different
things, by another path or other parameters, is fine.

Bad::

    services:
      api: {targets: ['api:8080', 'worker:8080']}
      worker: {targets: ['worker:8080']}

Good::

    services:
      api: {targets: ['api:8080']}
      worker: {targets: ['worker:8080']}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.document import Address
from aimon.finding import Finding, Related
from aimon.stack import Job, Stack

ID = "service/duplicate-target"


def check(stack: Stack) -> Iterator[Finding]:
    """Every target whose address, path and parameters another service before it has too."""
    known: dict[tuple[str, ...], tuple[Job, Address]] = {}
    for job in sorted(stack.jobs, key=lambda job: job.at[:1] == ("services",)):
        for index, target in enumerate(job.targets if "relabel_configs" not in job.options else ()):
            asked = (target, job.scheme, job.metrics_path, repr(sorted(job.params.items())))
            at: Address = (*job.at, "targets", index)
            first, place = known.setdefault(asked, (job, at))
            if first.name != job.name:
                is_ours = first.at[:1] == ("self_monitoring",)
                who = "aimon scrapes" if is_ours else f"service `{first.name}` scrapes"
                cure = "remove it, or set `self_monitoring: false`" if is_ours else "remove one of them"
                related = () if is_ours else (Related(place, f"scraped as `{first.name}` here"),)
                yield Finding(ID, f"{who} `{target}` already", at, help=cure, related=related)
