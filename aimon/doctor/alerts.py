"""Can the alerts of the spec fire: do their selectors return anything right now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set

from aimon.doctor.meant import Meant
from aimon.doctor.words import few
from aimon.finding import Finding
from aimon.live.exposed import query
from aimon.live.http import Server
from aimon.promql.print import to_text
from aimon.promql.tree import Aggregation, Binary, Call, Node, Parens, Selector, Subquery, Unary, bare, selectors
from aimon.stack import Alert

BLIND, IDLE = "doctor/alert-blind", "doctor/alert-idle"

_LONGEST = 4_000  # characters of a query
_NEVER_EMPTY = frozenset({"absent", "absent_over_time", "scalar", "vector"})
_NUMBER = "selector"  # the label that tells the parts of a query apart


def alerts(meant: Meant, server: Server, broken: Set[str], lost: Set[str]) -> Iterator[Finding]:
    """The alerts that have nothing to look at; the reason is told already of ``broken`` rules and ``lost`` metrics.

    Raises `LiveError`.
    """
    told = broken | lost
    watching = [alert for alert in meant.stack.alerts() if told.isdisjoint([alert.name, *_read(meant, alert)])]
    asked = {text: None for alert in watching for text in _asked(alert)}
    bare_names = {name: None for alert in watching for name in _names(alert)}
    sizes = answers(server, list(asked | bare_names))
    for alert in watching:
        empty = {text for text in _asked(alert) if not sizes[text]}
        if alert.expression.tree is not None and is_empty(alert.expression.tree, empty):
            yield _finding(meant, alert, sorted(empty), sizes)


def _read(meant: Meant, alert: Alert) -> Iterator[str]:
    return meant.usage.read_by(alert.expression)


def _finding(meant: Meant, alert: Alert, empty: Sequence[str], sizes: Mapping[str, bool]) -> Finding:
    message = f"the alert `{alert.name}` cannot fire now: nothing matches {few(empty)}"
    gone = [name for name in _names(alert) if not sizes[name]]
    if gone:
        return Finding(BLIND, message, meant.at(alert.at), key=True, help=f"there is no series of {few(gone)}")
    cure = "that is well where it is a case that has not happened yet; a value that is spelt otherwise looks the same"
    return Finding(IDLE, message, meant.at(alert.at), key=True, help=cure)


def _asked(alert: Alert) -> list[str]:
    """The selectors of an alert, each as one that selects what is there now."""
    return [_instant(one) for one in selectors(alert.expression.tree)] if alert.expression.tree is not None else []


def _names(alert: Alert) -> list[str]:
    """The same without their matchers, where they name a metric."""
    found = selectors(alert.expression.tree) if alert.expression.tree is not None else ()
    return [to_text(Selector(one.name, (), one.span)) for one in found if one.name]


def _instant(selector: Selector) -> str:
    return to_text(selector._replace(window=None))


def is_empty(node: Node, empty: Collection[str]) -> bool:
    """Whether an expression surely returns nothing where these of its selectors, written out, return nothing."""
    node = bare(node)
    if isinstance(node, Selector):
        return _instant(node) in empty
    if isinstance(node, Binary):
        left, right = is_empty(node.left, empty), is_empty(node.right, empty)
        return {"or": left and right, "unless": left}.get(node.op, left or right)
    if isinstance(node, Call):
        return node.function not in _NEVER_EMPTY and any(is_empty(one, empty) for one in node.args)
    if isinstance(node, (Aggregation, Subquery, Unary, Parens)):
        return is_empty(node.body, empty)
    return False


def answers(server: Server, wanted: Sequence[str]) -> dict[str, bool]:
    """Whether each of many selectors returns anything, asked in few questions. Raises `LiveError`."""
    found = dict.fromkeys(wanted, False)
    for batch in _batches(wanted):
        parts = (f'label_replace(count({text}), "{_NUMBER}", "{number}", "", "")' for number, text in batch.items())
        there = {one.labels.get(_NUMBER) for one in query(server, " or ".join(parts))}
        found |= {text: True for number, text in batch.items() if str(number) in there}
    return found


def _batches(wanted: Sequence[str]) -> Iterator[dict[int, str]]:
    batch: dict[int, str] = {}
    length = 0
    for number, text in enumerate(wanted):
        if batch and length + len(text) > _LONGEST:
            yield batch
            batch, length = {}, 0
        batch[number] = text
        length += len(text)
    if batch:
        yield batch
