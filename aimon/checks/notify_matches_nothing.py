"""Routes and inhibitions are for alerts that there are.

Why: a matcher with a wrong name or value takes nothing: what it was written for goes elsewhere, and nothing says
so. The usual severities may be provided for before there is an alert of them.

Bad::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}, on-call: {webhook: {url: 'http://pager:8080/'}}}
      routes: [{match: {alertname: TagretDown}, to: on-call}]

Good::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://chat:8080/'}}, on-call: {webhook: {url: 'http://pager:8080/'}}}
      routes: [{match: {alertname: TargetDown}, to: on-call}]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aimon.document import Address
from aimon.expressions import result_type
from aimon.finding import Finding
from aimon.promql.labelling import Labelling
from aimon.promql.matchers import matcher_test
from aimon.promql.tree import Matcher
from aimon.routes import all_arriving, matchers_of, may_take
from aimon.stack import Stack
from aimon.suggest import did_you_mean

ID = "notify/matches-nothing"
_USUAL = ("critical", "warning", "info", "error", "page", "none")


def check(stack: Stack) -> Iterator[Finding]:
    """The first matcher of each side that surely no alert fits."""
    said = stack.spec.notifications
    if said is None:
        return
    alerts = [labels for _, labels in all_arriving(stack, result_type)]
    for route in said.routes:
        yield from _nothing(route.match, (*route.at, "match"), alerts)
    for rule in said.inhibit:
        yield from _nothing(rule.when, (*rule.at, "when"), alerts)
        yield from _nothing(rule.mute, (*rule.at, "mute"), alerts)


def _nothing(match: Mapping[str, str], at: Address, alerts: list[Labelling]) -> Iterator[Finding]:
    matchers = [matcher for matcher in matchers_of(match) if not _is_usual(matcher)]
    if not alerts or any(may_take(matchers, labels) for labels in alerts):
        return
    for matcher in matchers:
        if not any(may_take([matcher], labels) for labels in alerts):
            having = [labels for labels in alerts if labels.may_have(matcher.label)]
            values = sorted(frozenset().union(*(labels.values.get(matcher.label, ()) for labels in having)))
            names = sorted(frozenset().union(*(labels.names or () for labels in alerts)))
            what = f"fits `{matcher.label}: {match[matcher.label]}`" if having else f"has a label `{matcher.label}`"
            cure = did_you_mean(matcher.value, values) if having else did_you_mean(matcher.label, names)
            yield Finding(ID, f"no alert {what}", (*at, matcher.label), help=cure, key=not having)
            return
    yield Finding(ID, "no alert fits all of these matchers", at, help="each of them fits some, but never together")


def _is_usual(matcher: Matcher) -> bool:
    """Whether a matcher asks for a severity that there may be one day."""
    test = matcher_test(matcher.op, matcher.value) if matcher.label == "severity" else None
    return test is not None and any(map(test.fits, _USUAL))
