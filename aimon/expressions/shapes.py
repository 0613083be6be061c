"""Which queries differ in nothing but values that tell nothing: what is true of one of them is true of all.

A monorepo has the same query a thousand times, with the name of another service in its matchers. A value with which a
label is compared by `=` decides nothing but among which known values it is, and which other values of the query it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from aimon.promql.labelling import Labelling
from aimon.promql.parse import MOST_BYTES
from aimon.promql.result import Series, Type

# Strings that are no plain values of matchers, and functions that make labels out of strings or of other labels.
_BEYOND = ("'", "`", "#", "\\", "$", "[[", "label_join", "label_replace", "count_values", "quantiles")
_INFO = re.compile(r"\binfo\s*\(")
_TOLD = re.compile(r"\b(\w+)\s*(?:!=|=~|!~)")  # labels whose values are also asked for in another way
_VALUE = re.compile(r'([{,]\s*)(\w+)(\s*=\s*)"([ !#-~]+)"|"[^"]*"')
_NAME = re.compile(r'"([^"]*)"|([A-Za-z_:][\w:]*)')
_NUMBERS = frozenset({"le", "quantile", "__name__"})  # labels whose values mean something by themselves

Values: TypeAlias = "tuple[tuple[str, str], ...]"  # of matchers, each with its label
_Known: TypeAlias = "tuple[tuple[int, frozenset[str]], ...]"


class Shape(NamedTuple):
    """What queries of one shape have in common and no other has, and what this one says in its place."""

    key: Hashable
    values: Values = ()


class Shapes:
    """The shapes of queries over the series of a catalogue, which ``series`` tells by their names."""

    def __init__(self, series: Callable[[str], tuple[Series, ...]]) -> None:
        self._series = series
        self._values: dict[str, dict[str, tuple[frozenset[str], ...]]] = {}
        self._known: dict[str, _Known] = {}  # by mask

    def of(self, text: str) -> Shape:
        """The shape of a query; one like no other where nothing can vary."""
        mask, values = masked(text)
        if not values:
            return Shape(text)
        known = self._known.get(mask)
        if known is None:
            known = self._known[mask] = tuple(self._sets(mask, [label for label, _ in values]))
        return Shape((mask, tuple([values[index][1] in among for index, among in known])), values)

    def _sets(self, mask: str, labels: Sequence[str]) -> Iterator[tuple[int, frozenset[str]]]:
        """The sets of known values that the label of each masked value has on a series that the query names."""
        names = dict.fromkeys(quoted or word for quoted, word in _NAME.findall(mask))
        for name in names:
            values = self._values_of(name)
            for index, label in enumerate(labels):
                for known in values.get(label, ()):
                    yield index, known

    def _values_of(self, name: str) -> dict[str, tuple[frozenset[str], ...]]:
        found = self._values.get(name)
        if found is None:
            sets: dict[str, dict[frozenset[str], None]] = {}
            for series in self._series(name):
                for label, values in series.labelling.values.items():
                    sets.setdefault(label, {})[values] = None
            found = self._values[name] = {label: tuple(known) for label, known in sets.items()}
        return found


@lru_cache(maxsize=2**18)
def masked(text: str) -> tuple[str, Values]:
    """A query with numbers in place of the values that may vary, and these with their labels."""
    if len(text) > MOST_BYTES or any(map(text.__contains__, _BEYOND)) or ("info" in text and _INFO.search(text)):
        return text, ()
    told = _NUMBERS.union(_TOLD.findall(text)) if "~" in text or "!" in text else _NUMBERS
    values: list[tuple[str, str]] = []
    numbers: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        before, label, equals, value = found.groups()
        if label is None or label in told:
            return found[0]
        values.append((label, value))
        return f"{before}{label}{equals}{numbers.setdefault(value, len(numbers))}"

    return _VALUE.sub(numbered, text), tuple(values)


def retold(made: Type, first: Shape, others: Sequence[Shape]) -> Type | None:
    """The type of what any of these queries returns, from that of another of their shape; None where nobody can tell.

    What tells its series apart is still that of the one.
    """
    values = {pair: frozenset(other.values[place][1] for other in others) for place, pair in enumerate(first.values)}
    series = made.source.series
    own = _retold(made.labelling, values)
    behind = _retold(series.labelling, values) if series is not None else None
    if own is None or (series is not None and behind is None):
        return None
    source = made.source
    if series is not None and behind is not None:
        source = source._replace(series=series._replace(labelling=behind))
    return made._replace(labelling=own, source=source)


def _retold(labels: Labelling, values: Mapping[tuple[str, str], frozenset[str]]) -> Labelling | None:
    """The same labels with other values; a label that may have a said value or another is too much to tell."""
    said = dict(labels.values)
    for (label, value), instead in values.items():
        known = labels.values.get(label)
        if known is not None and value in known:
            if len(known) > 1:
                return None
            said[label] = instead
    return labels._replace(values=said)
