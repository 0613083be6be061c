"""Whom an alert reaches: Alertmanager's routing tree, walked with what is known of the alert's labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from aimon.promql.labelling import Labelling
from aimon.promql.matchers import matcher_test
from aimon.stack import Inhibition, Route, Routing

_MATCHER = re.compile(r'\s*"?([^"=!~\s]+)"?\s*(=~|!~|!=|=)\s*"?(.*?)"?\s*', re.DOTALL)
_ESCAPED = re.compile(r'\\([\\"n])')


class Stop(NamedTuple):
    """A receiver that an alert may reach, and by which route; ``sure`` where nothing unknown decides it."""

    route: Route
    receiver: str
    sure: bool


def stops(routing: Routing, labels: Labelling) -> Iterator[Stop]:
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


def muted_by(routing: Routing, labels: Labelling) -> Iterator[Inhibition]:
    """The inhibitions that may silence the alert."""
    return (each for each in routing.inhibitions if fits(each.target, labels) is not False)


def fits(matchers: Iterable[str], labels: Labelling) -> bool | None:
    """Whether all matchers fit; None where that depends on what is not known."""
    verdicts = [_fits(matcher, labels) for matcher in matchers]
    return False if False in verdicts else None if None in verdicts else True


def _fits(matcher: str, labels: Labelling) -> bool | None:
    found = _MATCHER.fullmatch(matcher)
    if not found:
        return None
    name, operator, written = found.groups()
    test = matcher_test(operator, _ESCAPED.sub(lambda escape: "\n" if escape[1] == "n" else escape[1], written))
    values = labels.values.get(name) if labels.may_have(name) else frozenset[str]()
    if test is None or values is None:
        return None
    absent = set() if name in labels.sure else {test.fits_absence}
    verdicts = {*map(test.fits, values), *absent}
    return verdicts.pop() if len(verdicts) == 1 else None
