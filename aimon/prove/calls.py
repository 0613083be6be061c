"""Functions of instant vectors.

Source: promql/functions.go of Prometheus.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone

from aimon.promql.matchers import compiled
from aimon.prove.quantiles import bucket_quantile
from aimon.prove.vectors import Element, Key, Labels, Unsupported, Value, Vector, nameless


def called(function: str, args: Sequence[Value], moment: float) -> Value:
    """The result of a function whose arguments are computed already."""
    if function in _OF_VALUES:
        return _mapped(_OF_VALUES[function], args)
    if function in OF_DATES:
        return _dated(OF_DATES[function], args, moment)
    if function in _OTHERS:
        return _OTHERS[function](args, moment)
    raise Unsupported(f"`{function}()` is not computed")


def vector_of(value: Value) -> Vector:
    """An argument that is an instant vector."""
    if not isinstance(value, list):
        raise Unsupported("a vector was expected")
    return value


def number_of(value: Value) -> float:
    """An argument that is a number."""
    if not isinstance(value, (int, float)):
        raise Unsupported("a number was expected")
    return float(value)


def _mapped(function: Callable[..., float], args: Sequence[Value]) -> Vector:
    numbers = [number_of(arg) for arg in args[1:]]
    return [Element(nameless(labels), _go(function, value, *numbers)) for labels, value in vector_of(args[0])]


def _go(function: Callable[..., float], *numbers: float) -> float:
    try:
        return function(*numbers)
    except ZeroDivisionError:
        return math.nan
    except OverflowError:
        return math.inf
    except ValueError:
        return -math.inf if function in (math.log, math.log2, math.log10) and not numbers[0] else math.nan


def _round(value: float, nearest: float = 1.0) -> float:
    inverse = 1.0 / nearest
    return math.floor(value * inverse + 0.5) / inverse


def _clamp(value: float, low: float, high: float) -> float:
    return value if math.isnan(value) else max(low, min(high, value))


def _whole(function: Callable[[float], int]) -> Callable[[float], float]:
    return lambda value: float(function(value)) if math.isfinite(value) else value


_OF_VALUES: dict[str, Callable[..., float]] = {
    "abs": abs,
    "ceil": _whole(math.ceil),
    "floor": _whole(math.floor),
    "exp": math.exp,
    "ln": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "sqrt": math.sqrt,
    "sgn": lambda value: float((value > 0) - (value < 0)),
    "round": _round,
    "clamp": _clamp,
    "clamp_min": max,
    "clamp_max": min,
}


def _days_in_month(date: datetime) -> int:
    return ((date.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day


OF_DATES: dict[str, Callable[[datetime], int]] = {
    "minute": lambda date: date.minute,
    "hour": lambda date: date.hour,
    "day_of_week": lambda date: date.isoweekday() % 7,
    "day_of_month": lambda date: date.day,
    "day_of_year": lambda date: date.timetuple().tm_yday,
    "days_in_month": _days_in_month,
    "month": lambda date: date.month,
    "year": lambda date: date.year,
}


def _dated(function: Callable[[datetime], int], args: Sequence[Value], moment: float) -> Vector:
    of = vector_of(args[0]) if args else [Element({}, moment)]
    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
    return [
        Element(nameless(labels), float(function(epoch + timedelta(seconds=math.floor(value))))) for labels, value in of
    ]


def _scalar(args: Sequence[Value], moment: float) -> Value:
    vector = vector_of(args[0])
    return vector[0].value if len(vector) == 1 else math.nan


def _sorted(args: Sequence[Value], moment: float) -> Value:
    return args[0]


def _histogram_quantile(args: Sequence[Value], moment: float) -> Value:
    share = number_of(args[0])
    groups: dict[Key, tuple[Labels, list[tuple[float, float]]]] = {}
    for labels, value in vector_of(args[1]):
        try:
            bound = float(labels["le"])
        except (KeyError, ValueError):
            continue
        rest = {name: text for name, text in nameless(labels).items() if name != "le"}
        groups.setdefault(tuple(sorted(rest.items())), (rest, []))[1].append((bound, value))
    return [Element(labels, bucket_quantile(share, buckets)) for labels, buckets in groups.values()]


def _label_replace(args: Sequence[Value], moment: float) -> Value:
    vector, (target, replacement, source, pattern) = vector_of(args[0]), (str(arg) for arg in args[1:])
    expression = compiled(pattern)
    if expression is None:
        raise Unsupported(f"`{pattern}` is not tried in Python")
    template = re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda found: f"\\g<{found[1] or found[2]}>", replacement)
    made = []
    for labels, value in vector:
        found = expression.fullmatch(labels.get(source, ""))
        if found:
            changed = dict(labels)
            changed.pop(target, None)
            try:
                text = found.expand(template)
            except (re.error, IndexError):
                raise Unsupported(f"`{replacement}` names a group that is not there") from None
            made.append(Element({**changed, target: text} if text else changed, value))
        else:
            made.append(Element(labels, value))
    return made


def _label_join(args: Sequence[Value], moment: float) -> Value:
    vector, (target, separator, *sources) = vector_of(args[0]), (str(arg) for arg in args[1:])
    made = []
    for labels, value in vector:
        text = separator.join(labels.get(name, "") for name in sources)
        rest = {name: known for name, known in labels.items() if name != target}
        made.append(Element({**rest, target: text} if text else rest, value))
    return made


_OTHERS: dict[str, Callable[[Sequence[Value], float], Value]] = {
    "vector": lambda args, moment: [Element({}, number_of(args[0]))],
    "scalar": _scalar,
    "time": lambda args, moment: moment,
    "pi": lambda args, moment: math.pi,
    "sort": _sorted,
    "sort_desc": _sorted,
    "histogram_quantile": _histogram_quantile,
    "label_replace": _label_replace,
    "label_join": _label_join,
}
