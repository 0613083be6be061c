"""A metric's name does not repeat its type.

Why: the type is declared, and shown wherever the metric is; a name with it grows longer and becomes a lie when the
type changes. Well-known exporters are left alone.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length_gauge: {type: gauge}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.exporters import is_from_elsewhere
from aimon.finding import Finding
from aimon.stack import Stack

ID = "metric/type-in-name"
_WORDS = frozenset({"counter", "gauge", "histogram", "summary"})


def check(stack: Stack) -> Iterator[Finding]:
    """Every name with the word for its own type in it."""
    for service in stack.spec.services:
        for metric in service.own_metrics:
            word = metric.type.removeprefix("native_")
            parts = metric.name.split("_")
            if word in _WORDS and word in parts[1:] and not is_from_elsewhere(metric.name):
                name = "_".join(part for part in parts if part != word)
                message = f"`{metric.name}` repeats that it is a {word}"
                yield Finding(ID, message, metric.at, key=True, help=f"name it `{name}`")
