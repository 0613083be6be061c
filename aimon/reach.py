"""Whom an alert reaches: Alertmanager's routing tree, walked with what is known of the alert's labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from aimon.promql.result import Type
from aimon.stack import Alert, Inhibition, Route, Routing

_MATCHER = re.compile(r'\s*"?([^"=!~\s]+)"?\s*(=~|!~|!=|=)\s*"?(.*?)"?\s*', re.DOTALL)
_ESCAPED = re.compile(r'\\([\\"n])')
_ABSENT = frozenset(("",))  # for Alertmanager a label that is not there is empty


class Known(NamedTuple):
    """What is known of an alert's labels: all values that each may have, the empty one where it may not be there.

    Nothing is known of the values of a label with None, nor of any that is not named while ``open`` says that there
    may be others.
    """

    values: Mapping[str, frozenset[str] | None]
    open: bool = False

    def possible(self, name: str) -> frozenset[str] | None:
        """All values that a label may have; None where they are not known."""
        return self.values.get(name, None if self.open else _ABSENT)


class Stop(NamedTuple):
    """A receiver that an alert may reach, and by which route; ``sure`` where nothing unknown decides it."""

    route: Route
    receiver: str
    sure: bool


def known_labels(alert: Alert, result: Type | None, external: Mapping[str, str]) -> Known:
    """What is known of the labels with which an alert arrives; ``result`` is the type of its expression."""
    known: dict[str, frozenset[str] | None] = {}
    names = result.labels if result else None
    if result is not None:
        for name in result.values if names is None else names:
            values = result.values.get(name)
            known[name] = values if values is None or name in result.guaranteed else values | _ABSENT
    for name, text in external.items():  # those of the series win: rules/manager.go of Prometheus
        inherited = known.get(name, None if names is None else _ABSENT)
        known[name] = None if inherited is None else (inherited - _ABSENT) | ({text} if "" in inherited else set())
    for name, text in {**alert.labels, "alertname": alert.name}.items():
        known[name] = None if "{{" in text else frozenset((text,))
    return Known(known, names is None)


def stops(routing: Routing, labels: Known) -> Iterator[Stop]:
    """Every receiver in order: https://prometheus.io/docs/alerting/latest/configuration/#route."""
    taken: list[bool] = []
    kept_before = False  # whether a route in front may have kept the alert for itself
    for route in routing.routes:
        fit = fits(route.matchers, labels)
        if fit is False:
            continue
        taken.append(fit is True)
        yield Stop(route, route.receiver, fit is True and not kept_before)
        if fit and not route.continues:
            return
        kept_before = kept_before or not route.continues
    if not any(taken):
        yield Stop(routing.root, routing.root.receiver, not taken)


def muted_by(routing: Routing, labels: Known) -> Iterator[Inhibition]:
    """The inhibitions that may silence the alert."""
    return (each for each in routing.inhibitions if fits(each.target, labels) is not False)


def fits(matchers: Iterable[str], labels: Known) -> bool | None:
    """Whether all matchers fit; None where that depends on what is not known."""
    verdicts = [_fits(matcher, labels) for matcher in matchers]
    return False if False in verdicts else None if None in verdicts else True


def _fits(matcher: str, labels: Known) -> bool | None:
    found = _MATCHER.fullmatch(matcher)
    possible = labels.possible(found[1]) if found else None
    if not found or possible is None:
        return None
    wanted = _ESCAPED.sub(lambda escape: "\n" if escape[1] == "n" else escape[1], found[3])
    try:
        verdicts = {_is(value, found[2], wanted) for value in possible}
    except re.error:
        return None  # Go may read what Python does not
    return verdicts.pop() if len(verdicts) == 1 else None


def _is(value: str, operator: str, wanted: str) -> bool:
    if operator in ("=", "!="):
        return (value == wanted) == (operator == "=")
    return bool(re.fullmatch(wanted, value)) == (operator == "=~")
