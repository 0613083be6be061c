"""What alerts say: the texts of their labels and annotations, in which Prometheus puts values for `{{ … }}`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from aimon.document import Address
from aimon.gotemplate.tree import Node
from aimon.spec import Alert
from aimon.stack import Expression, Stack

_FIELDS = ("summary", "description", "action", "runbook_url")


class Said(NamedTuple):
    """A text of an alert and where it stands."""

    alert: Alert
    expression: Expression  # what its value and its labels come from
    at: Address
    text: str
    is_label: bool


class Template(NamedTuple):
    """A text that could be read, and its parts."""

    said: Said
    parts: tuple[Node, ...]


def texts(stack: Stack) -> Iterator[Said]:
    """Every text with an action in it, of the user's own alerts."""
    expressions = {(alert.at, alert.name): alert.expression for alert in stack.alerts()}
    for alert in stack.spec.alerts:
        query = expressions[alert.at, alert.name]
        annotations = alert.annotations or {}
        for name in _FIELDS:
            text = getattr(alert, name)
            if text and name not in annotations and "{{" in text:
                yield Said(alert, query, (*alert.at, name), text, False)
        for place, pairs in (("labels", alert.labels or {}), ("annotations", annotations)):
            for name, text in pairs.items():
                if "{{" in text:
                    yield Said(alert, query, (*alert.at, place, name), text, place == "labels")
