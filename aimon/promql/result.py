"""What is known of the result of an expression: its kind, unit, labels and range; what is unknown is None."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

from aimon.promql.tree import Selector
from aimon.units import COUNT, Unit

Kind: TypeAlias = Literal["scalar", "vector", "range", "string"]
Labels: TypeAlias = "frozenset[str] | None"  # all labels that the result may have; None where there may be others


class Series(NamedTuple):
    """What the catalogue knows of the series that a selector names.

    ``unit``, ``low`` and ``high`` are those of what the metric measures, also for the parts of a histogram; where its
    buckets reach below zero, ``low`` must say how far.
    """

    type: str
    unit: Unit | None = None
    labels: Labels = None
    low: float | None = None
    high: float | None = None
    largest_bucket: float | None = None
    part: str = ""  # "bucket", "sum", "count", or empty for the metric itself

    @property
    def is_histogram(self) -> bool:
        """Whether ``histogram_quantile`` can read it."""
        return self.part == "bucket" or (self.type == "native_histogram" and not self.part)


Lookup: TypeAlias = Callable[[Selector], "Series | None"]


class Type(NamedTuple):
    """The type of an expression; ``low`` and ``high`` bound every value that it can have, NaN apart."""

    kind: Kind
    unit: Unit | None = None
    low: float | None = None
    high: float | None = None
    labels: Labels = None
    series: Series | None = None  # whose values these are, while they are a rate, a sum or a choice of them
    number: float | None = None  # the value of a constant, which has no unit of its own; NaN for a Grafana variable
    text: str | None = None  # the value of a string
    # The unit before a constant that converts nothing: in `100 * errors / requests` the division tells what it did.
    before: tuple[Unit, Decimal] | None = None

    @property
    def is_constant(self) -> bool:
        """A bare number, which takes the unit of what it meets."""
        return self.number is not None


def constant(number: float) -> Type:
    """The type of a literal number."""
    bound = None if number != number else number
    return Type("scalar", low=bound, high=bound, labels=frozenset(), number=number)


def vector(source: Type, **changes: object) -> Type:
    """The type of an instant vector made from the values of another; it is no constant."""
    changed: dict[str, object] = {"kind": "vector", "number": None, "before": None} | changes
    return source._replace(**changed)  # type: ignore[arg-type]


def counted(low: float | None = None, high: float | None = None, labels: Labels = None) -> Type:
    """The type of a plain number of things."""
    return Type("vector", COUNT, low, high, labels)


def has_variable(names: tuple[str, ...]) -> bool:
    """Whether a list of labels has a Grafana variable in it, so that nothing can be said about it."""
    return any("$" in name or "[[" in name for name in names)
