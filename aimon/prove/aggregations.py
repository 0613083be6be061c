"""Aggregations: many values made one, by label.

Source: ``aggregation`` in promql/engine.go of Prometheus.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from aimon.promql.tree import Grouping
from aimon.prove.quantiles import quantile
from aimon.prove.vectors import Element, Key, Labels, Unsupported, Vector, nameless

_NOTHING = Grouping((), False)


def aggregated(op: str, grouping: Grouping | None, param: float | str | None, vector: Vector) -> Vector:
    """The result of an aggregation; ``param`` is its first argument where it has two."""
    grouping = grouping or _NOTHING
    groups: dict[Key, tuple[Labels, Vector]] = {}
    for element in vector:
        labels = _kept(element.labels, grouping)
        groups.setdefault(tuple(sorted(labels.items())), (labels, []))[1].append(element)
    if op in ("topk", "bottomk"):
        return [chosen for _, members in groups.values() for chosen in _extremes(op, param, members)]
    if op == "quantile":
        share = float(param or 0.0)
        return [Element(labels, quantile(share, (one.value for one in those))) for labels, those in groups.values()]
    if op == "count_values":
        return [made for labels, members in groups.values() for made in _counted(str(param), labels, members)]
    if op not in _FOLDS:
        raise Unsupported(f"`{op}` is not computed")
    fold = _FOLDS[op]
    return [Element(labels, fold([one.value for one in members])) for labels, members in groups.values()]


def _kept(labels: Labels, grouping: Grouping) -> Labels:
    if grouping.without:
        return {name: text for name, text in nameless(labels).items() if name not in grouping.labels}
    return {name: labels[name] for name in grouping.labels if name in labels}


def _extremes(op: str, param: float | str | None, members: Vector) -> Vector:
    ordered = sorted(members, key=lambda element: element.value, reverse=op == "topk")
    return ordered[: max(0, int(float(param or 0)))]


def _counted(name: str, labels: Labels, members: Vector) -> Vector:
    counts: dict[str, int] = {}
    for element in members:
        text = f"{element.value:.15g}"
        counts[text] = counts.get(text, 0) + 1
    return [Element({**labels, name: text}, float(count)) for text, count in counts.items()]


def _variance(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values) / len(values)


def _numbers(values: Sequence[float]) -> list[float]:
    return [value for value in values if not math.isnan(value)]


_FOLDS: dict[str, Callable[[Sequence[float]], float]] = {
    "sum": sum,
    "avg": lambda values: sum(values) / len(values),
    "min": lambda values: min(_numbers(values), default=math.nan),
    "max": lambda values: max(_numbers(values), default=math.nan),
    "count": lambda values: float(len(values)),
    "group": lambda values: 1.0,
    "stdvar": _variance,
    "stddev": lambda values: math.sqrt(_variance(values)),
}
