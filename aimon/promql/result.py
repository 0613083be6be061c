"""What is known of the result of an expression: its kind, unit, range, labels and where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

from aimon.promql.labelling import BARE, OPEN, Labelling, Labels, Names, Values
from aimon.promql.tree import Selector
from aimon.units import COUNT, Unit

Kind: TypeAlias = Literal["scalar", "vector", "range", "string"]

# What was done to the values of a series: nothing, many made one, or a rate; empty for anything else.
Form: TypeAlias = Literal["", "raw", "aggregated", "rate", "increase"]

_COUNTING_PARTS = frozenset({"bucket", "sum", "count"})
_GAUGES = frozenset({"gauge", "info", "stateset", "summary"})


class Series(NamedTuple):
    """What the catalogue knows of the series that a selector names.

    ``unit``, ``low`` and ``high`` are those of what the metric measures, also for the parts of a histogram.
    """

    type: str
    unit: Unit | None = None
    labelling: Labelling = OPEN
    low: float | None = None
    high: float | None = None
    part: str = ""  # "bucket", "sum", "count", or empty for the metric itself
    smallest_bucket: float | None = None
    largest_bucket: float | None = None
    name: str = ""
    job: str | None = None
    interval: float | None = None  # seconds between two samples
    recorded: Type | None = None  # what the recording rule computes that makes it

    @property
    def is_histogram(self) -> bool:
        """Whether ``histogram_quantile`` can read it."""
        return self.part == "bucket" or (self.type == "native_histogram" and not self.part)

    @property
    def is_counter(self) -> bool:
        """Whether it only grows, apart from resets."""
        return self.type == "counter" or self.part in _COUNTING_PARTS

    @property
    def is_gauge(self) -> bool:
        """Whether it goes up and down; of a type that nobody declared that is not known either."""
        return self.type in _GAUGES and self.part not in _COUNTING_PARTS


# All series that a selector's name may stand for, one for each job that has it; empty where nobody knows.
Lookup: TypeAlias = Callable[[Selector], "tuple[Series, ...]"]


class Source(NamedTuple):
    """Where values come from: the metrics and jobs behind them, and the series that they still are in some form.

    ``jobs`` is None where they are not all known; ``interval`` is the longest between two samples of one of the
    metrics, in seconds, None where one is not known.
    """

    series: Series | None = None
    form: Form = ""
    metrics: frozenset[str] = frozenset()
    jobs: frozenset[str] | None = frozenset()
    interval: float | None = 0.0


NOWHERE = Source()
_UNKNOWN = Source(jobs=None, interval=None)


class Type(NamedTuple):
    """The type of an expression; ``low`` and ``high`` bound every value that it can have, NaN apart."""

    kind: Kind
    unit: Unit | None = None
    low: float | None = None
    high: float | None = None
    labelling: Labelling = OPEN
    source: Source = _UNKNOWN
    number: float | None = None  # the value of a constant, which has no unit of its own; NaN for a Grafana variable
    text: str | None = None  # the value of a string
    # The unit before a constant that converts nothing: in `100 * errors / requests` the division tells what it did.
    before: tuple[Unit, Decimal] | None = None
    always: bool = False  # it returns something at any time, whatever was scraped
    empty: bool = False  # it never returns anything
    may_be_nan: bool = True

    @property
    def labels(self) -> Labels:
        """All labels that the result may have; None where there may be others."""
        return self.labelling.names

    @property
    def guaranteed(self) -> Names:
        """The labels that every series of the result has."""
        return self.labelling.sure

    @property
    def values(self) -> Values:
        """All values that a label can have, for those labels where they are known."""
        return self.labelling.values

    @property
    def series(self) -> Series | None:
        """The series whose values these are, while they are a rate, a sum or a choice of them."""
        return self.source.series

    @property
    def is_constant(self) -> bool:
        """A bare number, which takes the unit of what it meets."""
        return self.number is not None

    @property
    def is_raw_counter(self) -> bool:
        """Whether it is a counter as scraped, of which only the growth means anything."""
        return self.source.form == "raw" and self.source.series is not None and self.source.series.is_counter

    @property
    def is_aggregated_counter(self) -> bool:
        """Whether counters were made one before their growth was taken, so that a reset of one looks like growth."""
        return self.source.form == "aggregated" and self.source.series is not None and self.source.series.is_counter

    @property
    def is_no_counter(self) -> bool:
        """Whether it surely goes up and down: a gauge, or already a rate."""
        series, form = self.source.series, self.source.form
        return series is not None and (series.is_gauge or form in ("rate", "increase"))


def constant(number: float) -> Type:
    """The type of a literal number."""
    is_nan = number != number
    bound = None if is_nan else number
    return Type("scalar", None, bound, bound, BARE, NOWHERE, number, always=True, may_be_nan=is_nan)


def vector(values: Type, /, **changes: object) -> Type:
    """The type of an instant vector made from the values of another; it is no constant."""
    return values._replace(kind="vector", number=None, before=None, **changes)  # type: ignore[arg-type]


def computed(
    values: Type, unit: Unit | None = None, low: float | None = None, high: float | None = None, may_be_nan: bool = True
) -> Type:
    """The type of an instant vector with the labels of another, and values that are no longer those of a series."""
    return Type(
        "vector",
        unit,
        low,
        high,
        values.labelling,
        merely(values.source),
        always=values.always,
        empty=values.empty,
        may_be_nan=may_be_nan,
    )


def counted(values: Type, low: float | None = None, high: float | None = None) -> Type:
    """The type of a plain number of things, which is never NaN."""
    return computed(values, COUNT, low, high, may_be_nan=False)


def nothing(values: Type) -> Type:
    """The type of a result that never has a value."""
    return values._replace(low=None, high=None, number=None, before=None, always=False, empty=True)


def merely(source: Source) -> Source:
    """The metrics and jobs behind values that are no longer those of a series."""
    return Source(None, "", source.metrics, source.jobs, source.interval) if source.form or source.series else source


def mixed(one: Source, other: Source) -> Source:
    """The metrics and jobs behind values made from two sides."""
    if not other.metrics and other.jobs is not None:
        return merely(one)
    if not one.metrics and one.jobs is not None:
        return merely(other)
    return Source(
        None,
        "",
        one.metrics | other.metrics,
        None if one.jobs is None or other.jobs is None else one.jobs | other.jobs,
        None if one.interval is None or other.interval is None else max(one.interval, other.interval),
    )
