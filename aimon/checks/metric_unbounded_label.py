"""A label has few values: never a user, a session, a request or a text.

Why: each value of a label is a series of its own, kept in memory for hours. Labels with user ids or prompts bring
Prometheus down, and put personal data where nobody looks for it. Where the values are few after all, say which or
how many: up to a thousand are believed. Well-known exporters are left alone. https://prometheus.io/docs/practices/naming/#labels

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {ai_calls_total: {type: counter, labels: {model: 12, user_id: null}}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {ai_calls_total: {type: counter, labels: {model: 12, plan: [free, paid]}}}}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aimon.exporters import is_from_elsewhere
from aimon.finding import Finding
from aimon.identities import is_unbounded
from aimon.stack import Stack

ID = "metric/unbounded-label"

_BELIEVED = 1000  # values of such a label, where somebody says how many there are
_CURE = "leave it out of the metric and write it to the log; if its values are few, list them or say how many there are"


def check(stack: Stack) -> Iterator[Finding]:
    """Every label that is called like something without bounds, and of which no bound is declared."""
    for service in stack.spec.services:
        for metric in service.metrics:
            for label, values in metric.labels.items():
                if is_unbounded(label) and not _is_few(values) and not is_from_elsewhere(metric.name):
                    message = f"the label `{label}` of `{metric.name}` has no bound: each value is a series of its own"
                    yield Finding(ID, message, (*metric.at, "labels", label), key=True, help=_CURE)


def _is_few(values: Sequence[str] | int | None) -> bool:
    return values is not None and (not isinstance(values, int) or values <= _BELIEVED)
