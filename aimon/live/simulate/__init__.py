"""A stand-in for everything that is scraped: each declared metric with values that could be real."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from aimon.catalogue import Metric
from aimon.live.simulate.course import Clock, Course, Moment
from aimon.live.simulate.drive import UP, CannotDriveError, Drive, Place, driven, is_down
from aimon.live.simulate.series import Drawing, Family, family
from aimon.stack import Job, Stack

_TEXT_AS_WRITTEN = (3, 0)  # from this version on, Prometheus writes the bounds of buckets anew when it scrapes


class Target:
    """One target of a service: what it exposes, and when."""

    def __init__(self, job: Job, instance: str, families: Sequence[Family], course: Course) -> None:
        self.job = job
        self.instance = instance
        self.place = Place(job.name, instance, frozenset(job.targets), frozenset(job.labels) | {"job", "instance"})
        self._course = course
        self._quiet = families
        self._drives: tuple[Drive, ...] = ()
        self.families = list(families)

    def drive(self, drives: Sequence[Drive]) -> None:
        """From now on these alerts are driven, and no others."""
        self._drives = tuple(drives)
        self.families = driven(self._quiet, self._drives, self.place, self._course.at)

    def at(self, now: float) -> Moment:
        """The target at a moment."""
        return self._course.at(now)

    def is_down(self, now: float) -> bool:
        """Whether it refuses to answer."""
        return is_down(self.place, self._drives, now)

    @property
    def series(self) -> int:
        """How many series it exposes."""
        return sum(len(family.series) for family in self.families)


class Simulation:
    """All targets of the services of a stack, or of the jobs that are named: its own servers are mostly real."""

    def __init__(
        self,
        stack: Stack,
        clock: Clock,
        seed: int = 0,
        scale: float = 1.0,
        jobs: Collection[str] | None = None,
    ) -> None:
        self.clock = clock
        self.drives: tuple[Drive, ...] = ()
        drawing = Drawing(seed, scale, whole_bounds=stack.server.version < _TEXT_AS_WRITTEN)
        chosen = [job for job in stack.jobs if (is_service(job) if jobs is None else job.name in jobs)]
        self.targets = [target for job in chosen for target in _targets(job, drawing, clock)]

    def drive(self, drives: Sequence[Drive]) -> None:
        """These alerts are driven, each in its time, and no others. Raises `CannotDriveError`."""
        for place, drive in enumerate(drives):
            self._must_be_possible(drive, drives[:place])
        self.drives = tuple(drives)
        for target in self.targets:
            target.drive(drives)

    def stop(self, alert: str, now: float) -> bool:
        """Let go of an alert; whether it was driven at all."""
        running = [drive for drive in self.drives if drive.alert == alert and drive.end > now]
        self.drive([drive._replace(end=now) if drive in running else drive for drive in self.drives])
        return bool(running)

    def _must_be_possible(self, drive: Drive, others: Sequence[Drive]) -> None:
        exposed = {one.name for target in self.targets for family in target.families for one in family.series}
        for name in sorted({one.name for one in drive.inputs} - exposed - {UP}):
            raise CannotDriveError(f"`{drive.alert}` cannot be driven: no simulated service exposes `{name}`")
        for other in others:
            if both := drive.clashes(other):
                raise CannotDriveError(
                    f"`{drive.alert}` and `{other.alert}` both need `{both}`", "drive one after the other"
                )

    def by_service(self) -> Mapping[str, list[Target]]:
        """The targets of each service."""
        found: dict[str, list[Target]] = {}
        for target in self.targets:
            found.setdefault(target.job.name, []).append(target)
        return found


def is_service(job: Job) -> bool:
    """Whether a job is a service of the spec."""
    return job.at[:1] == ("services",)


def _targets(job: Job, drawing: Drawing, clock: Clock) -> Iterator[Target]:
    families = [family(metric, job.labels, drawing) for metric in _metrics(job)]
    for instance in job.targets or (job.name,):
        yield Target(job, instance, families, Course(drawing.seed, f"{job.name}/{instance}", clock))


def _metrics(job: Job) -> list[Metric]:
    """Each metric once."""
    return list({metric.name: metric for metric in job.metrics}.values())
