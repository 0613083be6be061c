"""What a Prometheus says of itself, asked once: what it has loaded, what it scrapes, and what its jobs expose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from aimon.doctor.metrics import each_once, is_there
from aimon.document import parse_yaml
from aimon.foreign.loose import listed, mapping, text
from aimon.live.exposed import Exposed, exposed
from aimon.live.http import Server
from aimon.live.prometheus import Loaded, loaded
from aimon.live.scraped import Target, targets
from aimon.stack import Job, Stack


class Running(NamedTuple):
    """``seen`` is what each job of the spec exposes that has a target up and names its series itself."""

    loaded: Loaded
    targets: tuple[Target, ...]
    seen: Mapping[str, Exposed]

    def jobs(self) -> list[str]:
        """The scrape jobs of the configuration, and those that other files brought to it."""
        config = mapping(parse_yaml(self.loaded.files["prometheus.yml"]).value)
        named = [text(job, "job_name") for job in listed(config, "scrape_configs")]
        return list(dict.fromkeys((*named, *(target.job for target in self.targets))))

    def ambient(self, job: Job) -> frozenset[str]:
        """The labels that a job gives all that it scrapes."""
        return frozenset(label for target in self.targets if target.job == job.name for label in target.labels)

    def lost(self, stack: Stack) -> set[str]:
        """The metrics that no job exposes now; who reads them is told with them, or with the job that is down."""
        there = {
            metric.name
            for job in stack.jobs
            if job.name in self.seen
            for metric in each_once(job)
            if is_there(metric, self.seen[job.name])
        }
        return {metric.name for job in stack.jobs for metric in job.metrics} - there


def asked(stack: Stack, server: Server) -> Running:
    """The answers of a Prometheus. Raises `LiveError`."""
    scraped = targets(server)
    seen = {}
    for job in stack.jobs:
        labels = {target.labels.get("job", "") for target in scraped if target.job == job.name and target.is_up}
        if labels and not names_itself(job):
            seen[job.name] = exposed(server, sorted(labels), each_once(job))
    return Running(loaded(server), scraped, seen)


def names_itself(job: Job) -> bool:
    """Whether the series of a job say which job they are of, as those of a gateway do."""
    return bool(job.options.get("honor_labels"))
