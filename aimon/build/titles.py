"""What pictures and their lines are called: titles from names, and legends from the labels of a result."""

from __future__ import annotations

import re
from collections.abc import Collection

from aimon.catalogue import AMBIENT, Catalogue, Metric
from aimon.expressions import result_type
from aimon.promql.tree import Node, selectors

# Grafana names the lines itself, by all their labels.
AUTOMATIC = "__auto"

# Labels that alone say which thing a line stands for, where a series has several more.
NAMING = ("name", "mountpoint", "pod", "container", "route", "model")
_MOST_LABELS = 2

_UNIT_WORDS = frozenset({"total", "seconds", "bytes", "info", "ratio"})
_CAPITALS = {
    "ai": "AI", "api": "API", "cpu": "CPU", "db": "DB", "gc": "GC", "gpu": "GPU", "http": "HTTP", "id": "ID",
    "io": "I/O", "llm": "LLM", "nodejs": "Node.js",
}  # fmt: skip


def words(name: str) -> str:
    """A metric's name as a title: ``http_requests_total`` is ``HTTP requests``."""
    parts = [part for part in re.split(r"[_:]+", name) if part and part not in _UNIT_WORDS] or [name]
    return _sentence(parts)


def words_of_service(name: str) -> str:
    """A service's name as a row title: ``order-api`` is ``Order API``."""
    return _sentence([part for part in re.split(r"[-_ ]+", name) if part] or [name])


def words_of_alert(name: str) -> str:
    """An alert's name as a title: ``HighAICallRate`` is ``High AI call rate``."""
    parts = re.findall(r"[A-Z]+(?=[A-Z][a-z]|\b|\d|_)|[A-Z]?[a-z]+|\d+", name) or [name]
    return " ".join([parts[0], *(part if part.isupper() else part.lower() for part in parts[1:])])


def _sentence(parts: list[str]) -> str:
    text = " ".join(_CAPITALS.get(part, part) for part in parts)
    return text[:1].upper() + text[1:]


def legend_of_labels(labels: Collection[str]) -> str:
    """The values of labels, as Grafana's legend writes them."""
    return " ".join(f"{{{{{label}}}}}" for label in labels)


def legend_of(tree: Node | None, known: Catalogue, single: Collection[str]) -> str | None:
    """The labels that tell the lines of a query apart: empty where it has one line, None where nobody knows.

    ``single`` are the jobs that have one target, so that its name tells nothing.
    """
    labels = result_type(tree, known).labels if tree is not None else None
    if tree is None or labels is None:
        return None
    read = [series.metric for found in selectors(tree) if found.name for series in known.find(found.name)]
    return legend_of_labels([*_ambient(labels, read, single), *_own(labels - AMBIENT)])


def _ambient(labels: Collection[str], read: Collection[Metric], single: Collection[str]) -> list[str]:
    """Which of job and instance have to be said."""
    if len({metric.job for metric in read}) == 1 and all(metric.job in single for metric in read):
        return []
    said = [label for label in ("job", "instance") if label in labels]
    built_in = any(metric.origin == "built-in" for metric in read)
    return said if built_in else said[-1:]


def _own(labels: Collection[str]) -> list[str]:
    if len(labels) > _MOST_LABELS:
        naming = [label for label in NAMING if label in labels]
        return naming[:1] or sorted(labels)
    return sorted(labels)
