"""Can the alerts of the spec fire: do their selectors return anything right now."""

from __future__ import annotations

from collections.abc import Iterator, Set

from aimon.doctor.emptiness import answered, is_empty
from aimon.doctor.meant import Meant
from aimon.doctor.words import few
from aimon.finding import Finding
from aimon.live.http import Server
from aimon.promql.print import to_text
from aimon.promql.tree import Node, Selector, selectors
from aimon.stack import Alert

_WELL = "that is well where it is a case that has not happened yet; a value that is spelt otherwise looks the same"


def alerts(meant: Meant, server: Server, broken: Set[str], lost: Set[str]) -> Iterator[Finding]:
    """The alerts that have nothing to look at; the reason is told already of ``broken`` rules and ``lost`` metrics.

    Raises `LiveError`.
    """
    watching = [(alert, tree) for alert, tree in _readable(meant) if not _is_told(meant, alert, broken | lost)]
    asked = [one for _, tree in watching for own in selectors(tree) for one in (own, *_whole(own))]
    there = answered(server, asked)
    for alert, tree in watching:
        if is_empty(tree, there):
            yield _finding(meant, alert, tree, there)


def _readable(meant: Meant) -> Iterator[tuple[Alert, Node]]:
    """The alerts with the trees of their expressions."""
    for alert in meant.stack.alerts():
        tree = alert.expression.tree
        if tree is not None:
            yield alert, tree


def _is_told(meant: Meant, alert: Alert, told: Set[str]) -> bool:
    return alert.name in told or not told.isdisjoint(meant.usage.read_by(alert.expression))


def _whole(selector: Selector) -> list[Selector]:
    """The same without its matchers, where it names a metric."""
    return [Selector(selector.name, (), selector.span)] if selector.name else []


def _finding(meant: Meant, alert: Alert, tree: Node, there: Set[str]) -> Finding:
    """Blind where a metric has no series, idle where it has other series than those that are asked for."""
    empty = dict.fromkeys(to_text(one) for one in selectors(tree) if to_text(one) not in there)
    gone = dict.fromkeys(
        to_text(whole) for one in selectors(tree) for whole in _whole(one) if to_text(whole) not in there
    )
    message = f"the alert `{alert.name}` cannot fire now: nothing matches {few(empty)}"
    if gone:
        cure = f"there is no series of {few(gone)}"
        return Finding("doctor/alert-blind", message, meant.at(alert.at), key=True, help=cure)
    return Finding("doctor/alert-idle", message, meant.at(alert.at), key=True, help=_WELL)
