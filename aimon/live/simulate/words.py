"""What the names of metrics and labels tell about plausible values: what fails is rare, what is used fits its limit."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from aimon.catalogue import Metric


class Role(Enum):
    """What a gauge stands for."""

    SWITCH = "switch"  # 1 while all is well
    STARTED = "started"  # the moment at which something began
    EXPIRES = "expires"  # a moment to come
    RECENT = "recent"  # a moment that has just been
    QUIET = "quiet"  # what is nothing while all is well: pending, lost, blocked
    BOUND = "bound"  # what others have to fit in
    FREE = "free"  # what is left of a bound
    GOOD = "good"  # a share that is close to 1 while all is well
    LEVEL = "level"  # anything else


class Level(NamedTuple):
    """Where a gauge stands on average, in its own unit: so far above what it cannot fall below."""

    low: float
    above: float


class Pace(NamedTuple):
    """How fast a counter grows: ``rate`` a second, shared by its series unless each has a rate of its own.

    ``divides`` says that the states of each thing share every second, so that the idle ones get what is left.
    """

    rate: float
    shared: bool = True
    divides: bool = False


_SWITCHED = {"up", "success", "successful", "healthy", "ready", "alive", "online", "active", "enabled"}
_STARTED = {"start", "started", "boot", "created", "creation", "birth"}
_EXPIRES = {"expiry", "expires", "expiration", "notafter", "after", "until", "earliest"}
_QUIET = {
    "aborts", "backlog", "behind", "blocked", "bounds", "broken", "canceled", "cancelled", "conflicts", "corrupted",
    "corruptions", "crash", "crashes", "dead", "deadlocks", "degraded", "delay", "denied", "discarded", "down",
    "drop", "dropped", "duplicate", "error", "errors", "errs", "evicted", "evictions", "exceeded", "expired",
    "failed", "failing", "failover", "failure", "failures", "fallback", "fallbacks", "inhibited", "invalid",
    "iowait", "kill", "killed", "lag", "lagged", "leaked", "leaks", "loading", "lost", "mismatch", "mismatches",
    "missed", "missing", "offset", "oom", "order", "overflows", "overloaded", "panics", "pending", "preemptions",
    "pressure", "queue", "queued", "readonly", "refused", "rejected", "rejection", "rejections", "restart",
    "restarts", "retries", "rollback", "rollbacks", "silenced", "skipped", "stale", "starved", "steal",
    "suppressed", "swap", "throttled", "throttles", "throttling", "timeouts", "unauthorized", "unavailable",
    "uncollectable", "unhealthy", "violation", "violations", "wait", "waiting", "xid", "zero",
}  # fmt: skip
_BOUND = {"limit", "limits", "total", "size", "capacity", "quota", "allocatable", "budget", "desired"}
_USED = {"used", "usage", "resident", "rss", "working", "allocated", "inuse", "current"}
_FREE = {"free", "avail", "available", "remaining", "unused", "idle"}
_AVERAGES = {"load", "average", "avg", "mean"}
_GOOD = {"hit", "hits", "success", "availability", "efficiency", "available", "free", "avail", "remaining", "healthy"}

# A few errors belong to a plausible service, so that their pictures are not empty; what fails otherwise stays at rest.
_ERRORS = {"error", "errors"}
ERROR_SHARE = 0.0001
_FAILING = re.compile(r"5\d\d|5xx|.*(error|fail|timeout|exception|reject|abort|overload|exceed).*", re.IGNORECASE)
_REFUSED = re.compile(r"[34]\d\d|[34]xx|.*(invalid|denied|cancel|limit|miss).*", re.IGNORECASE)
REFUSED_SHARE = 0.03
IDLE = "idle"
_IDLE_SHARE = 0.78
# How much slower than others something comes: what is part of what is looked up, what tidies up, and what takes long.
_PARTS = {
    "hit": 0.7,
    "hits": 0.7,
    "cached": 0.7,
    "miss": 0.1,
    "misses": 0.1,
    "accepted": 0.5,
    "read": 0.01,
    "gc": 0.01,
    "collections": 0.01,
    "session": 0.002,
    "sessions": 0.002,
}

# What a counter gains a second, by the base quantity that it counts, and where a gauge stands.
_PACES = {"byte": 200_000.0, "token": 250.0}
_USUAL_PACE = 20.0
_BUSY = 0.1  # of each second, where seconds are counted
_LEVELS = {"second": 0.02, "byte": float(2**31), "celsius": 45.0, "token": 1000.0, "watt": 150.0, "hertz": 2e9}
_USUAL_LEVEL = 40.0
_FREELY = 0.35  # of a bound is used
_GROWING_MONEY = 0.001
_LOAD = 0.05  # of the usual level: it is measured against a number of CPUs


def words(name: str) -> list[str]:
    """The words of a metric's name, in small letters."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def quantity(metric: Metric) -> str:
    """The base quantity that it measures, such as ``byte``; empty for bare numbers and shares."""
    dimensions = metric.unit.dimensions if metric.unit else ()
    return dimensions[0][0] if len(dimensions) == 1 and dimensions[0][1] == 1 else ""


def role(metric: Metric) -> Role:
    """What a gauge stands for."""
    said = set(words(metric.name))
    if quantity(metric) == "timestamp":
        return Role.STARTED if said & _STARTED else Role.EXPIRES if said & _EXPIRES else Role.RECENT
    is_share = metric.unit is not None and metric.unit.is_share
    if said & _QUIET and quantity(metric) != "second":
        return Role.QUIET
    if not is_share and ((metric.low, metric.high) == (0, 1) or (said & _SWITCHED and not _counts_things(metric.name))):
        return Role.SWITCH
    if is_share:
        return Role.GOOD if said & _GOOD else Role.LEVEL
    if said & _USED:
        return Role.LEVEL
    bounds = said & _BOUND or any(word.startswith("max") for word in said)
    return Role.FREE if said & _FREE else Role.BOUND if bounds else Role.LEVEL


def _counts_things(name: str) -> bool:
    """Whether things in the plural are counted, as in ``active_sessions``; the first word is the name of a program."""
    return any(word.endswith("s") and not word.endswith(("ss", "us", "is")) for word in words(name)[1:])


def pace(metric: Metric) -> Pace:
    """How fast a counter grows while all is well."""
    said = set(words(metric.name))
    measured = quantity(metric)
    scale = float(metric.unit.scale) if metric.unit else 1.0
    if said & _ERRORS:
        return Pace(_USUAL_PACE * ERROR_SHARE / scale)
    if said & _QUIET:
        return Pace(0.0)
    if measured == "second":
        divides = any(IDLE in (label.values or ()) for label in metric.labels.values())
        return Pace((1.0 if divides else _BUSY) / scale, shared=False, divides=divides)
    if measured.startswith("currency:"):
        return Pace(_GROWING_MONEY / scale)
    return Pace(_PACES.get(measured, _USUAL_PACE) * part_of(metric) / scale)


def part_of(metric: Metric) -> float:
    """How its pace relates to the usual one."""
    said = set(words(metric.name))
    return next((part for word, part in _PARTS.items() if word in said), 1.0)


def is_average(metric: Metric) -> bool:
    """Whether it is the mean of a count, which may lie between whole numbers."""
    return bool(_AVERAGES & set(words(metric.name)))


def level(metric: Metric, found: Role) -> Level:
    """Where a gauge stands while all is well."""
    low = 0.0 if metric.low is None else metric.low
    scale = float(metric.unit.scale) if metric.unit else 1.0
    if metric.high is not None:
        top = metric.high
    elif metric.unit is not None and metric.unit.is_share and metric.unit.name != "cores":
        top = 1 / scale
    else:
        top = low + _LEVELS.get(quantity(metric), _USUAL_LEVEL) / scale
    small = _LOAD if "load" in words(metric.name) else 1.0
    return Level(low, max(top - low, 0.0) * _HEIGHTS.get(found, _FREELY) * small)


_HEIGHTS = {Role.QUIET: 0.0, Role.BOUND: 1.0, Role.FREE: 1 - _FREELY, Role.GOOD: 0.97}


def is_failure(value: str) -> bool:
    """Whether a label's value speaks of one."""
    return _FAILING.fullmatch(value) is not None


def shares(values: tuple[str, ...]) -> list[float]:
    """How much of the whole falls to each value of a label: failures little, the first of the rest most."""
    kinds = ["failing" if is_failure(text) else "refused" if _REFUSED.fullmatch(text) else "" for text in values]
    if IDLE in values and len(values) > 1:
        return [_IDLE_SHARE if text == IDLE else (1 - _IDLE_SHARE) / (len(values) - 1) for text in values]
    parts = {"failing": ERROR_SHARE, "refused": REFUSED_SHARE}
    if "" not in kinds:
        return [1 / len(values)] * len(values)
    parts[""] = 1 - sum(parts[kind] for kind in set(kinds) if kind)
    heights = [1 / (kinds[:place].count(kind) + 1) for place, kind in enumerate(kinds)]
    sums = {kind: sum(height for height, of in zip(heights, kinds, strict=True) if of == kind) for kind in set(kinds)}
    return [parts[kind] * height / sums[kind] for height, kind in zip(heights, kinds, strict=True)]
