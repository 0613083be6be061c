"""Series as promtool's test files write them: ``0+6x20``.

Source: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from itertools import groupby

from aimon.promql.names import label, metric_selector
from aimon.prove.series import Segment, Series


def notation(series: Series, until: float) -> str:
    """The samples from 0 to ``until``."""
    words = []
    count = math.floor(until / series.step + 1e-9) + 1
    begins = [min(math.ceil(segment.begin / series.step - 1e-9), count) for segment in series.segments]
    for segment, first, end in zip(series.segments, begins, [*begins[1:], count], strict=True):
        if end > first:
            words += _words(segment, first, end - first, series.step)
    return " ".join(words)


def labelled(name: str, labels: Mapping[str, str]) -> str:
    """A series as PromQL selects it."""
    return metric_selector(
        name, [f"{label(one)}={json.dumps(text, ensure_ascii=False)}" for one, text in sorted(labels.items())]
    )


rule_id = labelled  # several recording rules may have a name, but then they differ in their labels


def _words(segment: Segment, first: int, count: int, step: float) -> list[str]:
    if segment.value is None:
        # Where a series ends Prometheus marks it; the mark is no sample.
        words = ["stale"] if first else ["_"]
        return [*words, f"_x{count - 1}"] if count > 1 else words
    if segment.every:
        values = [segment.at((first + index) * step) for index in range(count)]
        return [_repeated(number(value or 0.0), len(list(same))) for value, same in groupby(values)]
    start, grows = segment.at(first * step) or 0.0, segment.per_second * step
    if count == 1:
        return [number(start)]
    if not grows:
        return [_repeated(number(start), count)]
    sign = "-" if grows < 0 else "+"
    return [f"{number(start)}{sign}{number(abs(grows))}x{count - 1}"]


def _repeated(value: str, count: int) -> str:
    return f"{value}x{count - 1}" if count > 1 else value


def number(value: float) -> str:
    """A number, without a point where it is whole."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
