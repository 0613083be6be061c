"""What is known besides the files: the catalogue, which may have no end, and the queries that were passed over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from aimon.catalogue import Catalogue, Label, Metric, Scraped, built_in
from aimon.document import Address
from aimon.expressions import expression
from aimon.foreign.languages import language_of
from aimon.promql.problem import Unsupported
from aimon.stack import Expression


class OpenCatalogue(Catalogue):
    """A catalogue that has no end: any metric may exist, and of those that it does not list nothing is known."""

    __slots__ = ()

    def knows(self, name: str) -> bool:
        """Nobody can say that a name is wrong."""
        return True


class Skipped(NamedTuple):
    """A query that is not PromQL."""

    at: Address
    language: str


class World:
    """The catalogue while it grows by the recording rules, and what has been passed over."""

    def __init__(self, known: Catalogue | None, scraped: Mapping[str, Scraped]) -> None:
        """``scraped`` are all jobs there are; none where they are not known."""
        every = {job.interval for job in scraped.values()}
        interval = every.pop() if len(every) == 1 else None
        own = {metric.name: (metric,) for metric in built_in(Label())}
        given = known.metrics if known else {}
        self.metrics: dict[str, tuple[Metric, ...]] = own | {
            name: tuple(_scraped(metric, interval) for metric in metrics) for name, metrics in given.items()
        }
        self.catalogue = known._replace(metrics=self.metrics) if known else OpenCatalogue(self.metrics)
        if scraped:
            self.catalogue = self.catalogue._replace(jobs=scraped)
        self.skipped: list[Skipped] = []

    def add(self, metric: Metric) -> None:
        """Another metric, known from now on."""
        self.metrics[metric.name] = (*self.metrics.get(metric.name, ()), metric)

    def expression(self, text: str, at: Address, grafana: bool = False) -> Expression | None:
        """The query at an address; None where it is in another language."""
        made = expression(text, at, self.catalogue, grafana)
        if made.problem is not None and not isinstance(made.problem, Unsupported):
            language = language_of(text)
            if language is not None:
                self.skip(at, language)
                return None
        return made

    def skip(self, at: Address, language: str) -> None:
        """Remember a query that is not looked at."""
        self.skipped.append(Skipped(at, language))


def _scraped(metric: Metric, interval: float | None) -> Metric:
    unsaid = interval is not None and metric.interval is None and metric.origin == "service"
    return metric._replace(interval=interval) if unsaid else metric
