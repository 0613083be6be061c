"""How alerts are sorted: the labels that an alert arrives with, and whether matchers of Alertmanager take it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from aimon.catalogue import Catalogue
from aimon.promql.labelling import OPEN, Labelling, with_label, with_labels
from aimon.promql.matchers import matcher_test, narrowed
from aimon.promql.result import Type
from aimon.promql.tree import Matcher, Node
from aimon.stack import Alert, Stack

_OPERATORS = ("=~", "!~", "!=")


def matchers_of(match: Mapping[str, str]) -> tuple[Matcher, ...]:
    """The matchers that a spec writes as labels with values, where a value may begin with its operator."""
    return tuple(_matcher(label, text) for label, text in match.items())


def _matcher(label: str, text: str) -> Matcher:
    operator = next((sign for sign in _OPERATORS if text.startswith(sign)), "")
    return Matcher(label, operator or "=", text[len(operator) :].strip())


def arriving(alert: Alert, result: Labelling, external: Mapping[str, str]) -> Labelling:
    """The labels with which an alert reaches Alertmanager: those of its series, its own, its name, and the server's."""
    return arriving_as(alert.name, alert.labels, result, external)


def arriving_as(name: str, own: Mapping[str, str], result: Labelling, external: Mapping[str, str]) -> Labelling:
    """The same for an alert of which only its name and its own labels are known.

    Labels with a template may become anything, also empty. The server's are added where the alert has none of the name.
    Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/
    """
    plain = {label: text for label, text in own.items() if "{{" not in text}
    labels = with_labels(result, {**plain, "alertname": name})
    for label in own.keys() - plain.keys():
        labels = with_label(labels, label, None, False)
    for label, text in external.items():
        labels = _with_external(labels, label, text)
    return labels


def _with_external(labels: Labelling, name: str, text: str) -> Labelling:
    if name in labels.sure:
        return labels
    known = labels.values.get(name, None if labels.may_have(name) else frozenset())
    return with_label(labels, name, None if known is None else known | {text}, bool(text))


def may_take(matchers: Sequence[Matcher], labels: Labelling) -> bool:
    """Whether an alert with such labels may fit all matchers; what is not known may."""
    return narrowed(labels, matchers) is not None


def always_takes(matchers: Sequence[Matcher], others: Sequence[Matcher]) -> bool:
    """Whether whatever fits the others surely fits these matchers."""
    return all(any(_implies(other, matcher) for other in others) or _is_idle(matcher) for matcher in matchers)


def _is_idle(matcher: Matcher) -> bool:
    """Whether a matcher takes everything."""
    return matcher.op == "=~" and matcher.value in (".*", "(.*)")


def _implies(one: Matcher, other: Matcher) -> bool:
    """Whether what fits the one fits the other."""
    if one == other:
        return True
    if one.label != other.label:
        return False
    narrow, wide = matcher_test(one.op, one.value), matcher_test(other.op, other.value)
    if narrow is None or wide is None or narrow.values is None:
        return False
    return all(map(wide.fits, narrow.values)) and (wide.fits_absence or not narrow.fits_absence)


def all_arriving(stack: Stack, result_type: Callable[[Node, Catalogue], Type]) -> list[tuple[Alert, Labelling]]:
    """Every alert, the stack's own among them, with the labels that it arrives with."""
    made = []
    for alert in stack.alerts():
        tree = alert.expression.tree
        result = result_type(tree, stack.catalogue).labelling if tree is not None else OPEN
        made.append((alert, arriving(alert, result, stack.server.external_labels)))
    return made
