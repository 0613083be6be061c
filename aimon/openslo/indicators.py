"""What is counted: good or bad of all events, a ratio that is there already, or a value held against a threshold."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from aimon.openslo.objects import Found, Objects, text
from aimon.promql.parse import SyntaxProblem, parse
from aimon.promql.print import to_text
from aimon.promql.tree import Aggregation, Call, Node, Selector, bare

Made = dict[str, tuple[Any, Found]]

# Where tools let the window of an alert be written.
_WINDOW = re.compile(r"\{\{\s*\.window\s*\}\}|\$\{?window\}?")
_RATES = frozenset({"rate", "irate", "increase"})
# Bad is what is not good.
_BAD = {"lte": ">", "lt": ">=", "gte": "<", "gt": "<="}


class _Counter(NamedTuple):
    """A counter without its rate, and the labels by which it is kept apart."""

    selector: str
    by: tuple[str, ...]


def indicator(slo: Found, wanted: Found, objects: Objects) -> Made | None:
    """The keys of a spec that say what is counted; None where it cannot be said."""
    spec = _spec(slo, wanted, objects)
    if spec is None:
        return None
    ratio, threshold = spec.below("ratioMetric"), spec.below("thresholdMetric")
    if threshold.value is not None:
        return _of_threshold(threshold, wanted)
    if ratio.value is None:
        ratio = wanted.below("ratioMetrics")  # v1alpha
    if ratio.value is None:
        spec.lose("it has no `ratioMetric` and no `thresholdMetric`")
        return None
    if text(slo.value, "spec", "budgetingMethod") not in ("", "Occurrences"):
        slo.lose("slices of time are not counted, every event counts the same", "spec", "budgetingMethod")
    return _of_raw(ratio) if ratio.below("raw").value is not None else _of_events(ratio)


def _spec(slo: Found, wanted: Found, objects: Objects) -> Found | None:
    for holder in (wanted, slo.below("spec")):
        if holder.below("indicator").value is not None:
            return holder.below("indicator", "spec")
        name = text(holder.value, "indicatorRef")
        if name:
            found = objects.named("SLI", name)
            if found is None:
                holder.lose(f"there is no SLI `{name}` in these files", "indicatorRef")
            return found.below("spec") if found else None
    return slo.below("spec")


def _of_events(ratio: Found) -> Made | None:
    key = "bad" if ratio.below("bad").value is not None else "good"
    some, every = _query(ratio.below(key)), _query(ratio.below("total"))
    if some is None or every is None:
        return None
    counters = _counter(some[0]), _counter(every[0])
    if counters[0] is not None and counters[1] is not None and counters[0].by == counters[1].by:
        ours = "errors" if key == "bad" else "good"
        made: Made = {ours: (counters[0].selector, some[1]), "total": (counters[1].selector, every[1])}
        return made | ({"by": (list(counters[1].by), every[1])} if counters[1].by else {})
    if ratio.below("counter").value is True:
        ratio.lose(f"`{key}` or `total` is more than one counter; write it as rates, with `counter: false`")
        return None
    some[1].lose("this is more than one counter, so that each moment counts the same and not each event")
    share = f"({some[0]}) / ({every[0]})"
    return {"ratio": (share if key == "bad" else f"1 - {share}", some[1])}


def _of_raw(ratio: Found) -> Made | None:
    query = _query(ratio.below("raw"))
    if query is None:
        return None
    is_success = text(ratio.value, "rawType") != "failure"
    return {"ratio": (f"1 - ({query[0]})" if is_success else query[0], query[1])}


def _of_threshold(threshold: Found, wanted: Found) -> Made | None:
    query, op, value = _query(threshold), _BAD.get(text(wanted.value, "op")), wanted.below("value").value
    if query is None:
        return None
    if op is None or not isinstance(value, (int, float)):
        wanted.lose("a `thresholdMetric` needs `op` and `value`")
        return None
    return {"ratio": (f"({query[0]}) {op} bool {value}", query[1])}


def _query(metric: Found) -> tuple[str, Found] | None:
    """The PromQL of a metric, with five minutes where a tool would put a window."""
    source = metric.below("metricSource")
    kind = text(source.value, "type") or text(metric.value, "source")
    for found in (source.below("spec", "query"), source.below("spec", "promql"), metric.below("query")):
        if isinstance(found.value, str):
            query = " ".join(_WINDOW.sub("5m", found.value).split())
            if kind and "prom" not in kind.lower():
                found.lose(f"this is a query for {kind}, and no PromQL")
                return None
            try:
                parse(query)
            except SyntaxProblem as problem:
                found.lose(f"this is no PromQL: {problem.message}")
                return None
            return query, found
    metric.lose("there is no query here")
    return None


def _counter(query: str) -> _Counter | None:
    """What a query counts, if it is a counter, its rate, or a sum of either."""
    node: Node = bare(parse(query))
    by: tuple[str, ...] = ()
    if isinstance(node, Aggregation) and node.op == "sum" and not (node.grouping and node.grouping.without):
        by = node.grouping.labels if node.grouping else ()
        node = bare(node.body)
    if isinstance(node, Call) and node.function in _RATES:
        node = bare(node.args[0])
    if not isinstance(node, Selector) or node.name is None:
        return None
    return _Counter(to_text(node._replace(window=None, offset=0.0, at=None)), by)
