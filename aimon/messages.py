"""What alerts say: the texts of their labels and annotations, in which Prometheus puts values for `{{ … }}`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from aimon.document import Address
from aimon.gotemplate.tree import Node
from aimon.spec import Alert
from aimon.stack import Expression, Stack

# What has a key of its own, and where Prometheus has it.
_FIELDS = {"severity": "labels", **dict.fromkeys(("summary", "description", "action", "runbook_url"), "annotations")}


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
        labels, annotations = alert.labels or {}, alert.annotations or {}
        for name, place in _FIELDS.items():
            text = getattr(alert, name)
            if text and "{{" in text and name not in (labels if place == "labels" else annotations):
                yield Said(alert, query, (*alert.at, name), text, place == "labels")
        for place, pairs in (("labels", labels), ("annotations", annotations)):
            for name, text in pairs.items():
                if "{{" in text:
                    yield Said(alert, query, (*alert.at, place, name), text, place == "labels")
