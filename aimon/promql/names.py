"""The names of metrics and labels: those of always, and those in quotes, which Prometheus takes since version 3."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache

# https://prometheus.io/docs/concepts/data_model/
UTF8 = (3, 0)
_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def is_metric_name(name: str, version: tuple[int, int]) -> bool:
    """Whether a version of Prometheus takes the name of a metric; braces are a slip, whatever it takes."""
    return bool(_METRIC.fullmatch(name)) or (version >= UTF8 and _is_text(name) and not {"{", "}"} & set(name))


@lru_cache(maxsize=4096)
def is_label_name(name: str, version: tuple[int, int]) -> bool:
    """Whether a version of Prometheus takes the name of a label."""
    return bool(_LABEL.fullmatch(name)) or (version >= UTF8 and _is_text(name))


def why_not(version: tuple[int, int]) -> str:
    """Why a name is refused, to be put behind it."""
    return "" if version >= UTF8 else f" in Prometheus {version[0]}.{version[1]}, but from 3.0 on"


def _is_text(name: str) -> bool:
    return bool(name) and name.isprintable()


def metric_selector(name: str, matchers: Sequence[str], between: str = ", ") -> str:
    """The series of a metric that fit all matchers."""
    inside = list(matchers) if _METRIC.fullmatch(name) else [quoted(name), *matchers]
    start = name if _METRIC.fullmatch(name) else ""
    return f"{start}{{{between.join(inside)}}}" if inside else start


def metric(name: str) -> str:
    """A metric's name as it stands alone."""
    return name if _METRIC.fullmatch(name) else quoted(name)


def label(name: str) -> str:
    """A label's name as a query writes it."""
    return name if _LABEL.fullmatch(name) else quoted(name)


def mended(name: str, allowed: str = "a-zA-Z0-9_") -> str:
    """The name with `_` for what no version refuses."""
    plain = re.sub(rf"[^{allowed}]", "_", name)
    return f"_{plain}" if not plain or plain[0].isdigit() else plain


def quoted(text: str) -> str:
    """A string literal of PromQL."""
    return json.dumps(text, ensure_ascii=False)  # every escape of JSON is one of Go's
