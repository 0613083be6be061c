"""Which selectors return nothing now, and which expressions then return nothing either."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from aimon.live.exposed import query
from aimon.live.http import Server
from aimon.promql.print import to_text
from aimon.promql.tree import Aggregation, Binary, Call, Node, Selector, Subquery, Unary, bare

_NEVER_EMPTY = frozenset({"absent", "absent_over_time", "scalar", "vector"})
_LONGEST = 4_000  # characters of a query
_NUMBER = "selector"  # the label that tells the parts of a query apart


def is_empty(node: Node, there: Set[str]) -> bool:
    """Whether an expression returns nothing if of its selectors only those return something that are ``there``."""
    node = bare(node)
    if isinstance(node, Selector):
        return to_text(node) not in there
    if isinstance(node, Binary):
        left, right = is_empty(node.left, there), is_empty(node.right, there)
        return {"or": left and right, "unless": left}.get(node.op, left or right)
    if isinstance(node, Call):
        return node.function not in _NEVER_EMPTY and any(is_empty(one, there) for one in node.args)
    return isinstance(node, (Aggregation, Subquery, Unary)) and is_empty(node.body, there)


def answered(server: Server, wanted: Iterable[Selector]) -> set[str]:
    """Those selectors, as text, that return something; many are asked at once. Raises `LiveError`."""
    found: set[str] = set()
    for batch in _batches({to_text(one): _count(one) for one in wanted}):
        numbered = dict(enumerate(batch))
        parts = (f'label_replace({batch[one]}, "{_NUMBER}", "{number}", "", "")' for number, one in numbered.items())
        there = {sample.labels.get(_NUMBER) for sample in query(server, " or ".join(parts))}
        found |= {text for number, text in numbered.items() if str(number) in there}
    return found


def _count(selector: Selector) -> str:
    """How many series there are; with a window those that were there at any time in it."""
    text = to_text(selector)
    return f"count({text})" if selector.window is None else f"count(last_over_time({text}))"


def _batches(questions: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The questions in lots that make no query too long."""
    batch: dict[str, str] = {}
    for text, question in questions.items():
        if batch and sum(map(len, batch.values())) + len(question) > _LONGEST:
            yield batch
            batch = {}
        batch[text] = question
    if batch:
        yield batch
