"""A metric counts in base units: seconds, bytes, ratios.

Why: whoever adds or compares two metrics should not have to remember which of them is in milliseconds, and Grafana
scales base units by itself. A name that shortens its unit, as `_ms`, leaves people guessing. Well-known exporters
are left alone. https://prometheus.io/docs/practices/naming/#base-units

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {job_duration_milliseconds: {type: histogram, buckets: [100, 1000]}}}

Good::

    services:
      api: {targets: ['api:8080'], metrics: {job_duration_seconds: {type: histogram, buckets: [0.1, 1]}}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aimon.exporters import is_from_elsewhere
from aimon.finding import Finding
from aimon.stack import Stack
from aimon.units.names import MODIFIERS

ID = "metric/base-unit"

_BASES = "seconds bytes meters metres grams joules volts amperes watts"
_PREFIXES = "pico nano micro milli centi deci deca hecto kilo kibi mega mebi giga gibi tera tebi peta pebi"
_OTHERS = {
    "seconds": "minutes hours days weeks",
    "bytes": "bits kilobits megabits gigabits",
    "celsius": "fahrenheit",
    "meters": "inches yards miles feet",
    "joules": "calories",
    "ratio": "percent percents percentage",
}
_SHORT = {"seconds": "ms us ns sec secs msec usec nsec", "bytes": "kb mb gb tb kib mib gib tib"}
_BASE_OF = {
    **{prefix + base: base for base in _BASES.split() for prefix in _PREFIXES.split()},
    **{word: base for words in (_OTHERS, _SHORT) for base, listed in words.items() for word in listed.split()},
}
_SHORTENED = frozenset(word for listed in _SHORT.values() for word in listed.split())
_LAST = MODIFIERS | {"total"}


def check(stack: Stack) -> Iterator[Finding]:
    """Every metric of the user's own whose name ends with another unit."""
    for service in stack.spec.services:
        for metric in service.own_metrics:
            word = _unit_word(metric.name)
            base = _BASE_OF.get(word)
            if base is not None and not is_from_elsewhere(metric.name):
                name = re.sub(rf"(?i)(.*)_{word}", rf"\1_{base}", metric.name, count=1)
                what = "shortens its unit" if word in _SHORTENED else f"counts in {word}"
                yield Finding(ID, f"`{metric.name}` {what}", metric.at, key=True, help=f"count in {base}: `{name}`")


def _unit_word(name: str) -> str:
    """The last word that may be a unit, in lower case."""
    words = name.lower().split("_")
    while len(words) > 2 and words[-1] in _LAST:
        words.pop()
    return words[-1] if len(words) > 1 else ""
