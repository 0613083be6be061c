"""The functions that templates of alerts call, as far as they depend on their arguments alone.

Source: text/template/funcs.go of Go, template/template.go of Prometheus.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aimon.gotemplate.humanize import (
    four_digits,
    go_float,
    humanized,
    humanized_binary,
    humanized_duration,
    humanized_share,
    humanized_time,
)


class NotShown(Exception):  # noqa: N818 - it is a reason, not a mistake
    """Why a template cannot be shown here, in words."""


def call(name: str, args: Sequence[Any]) -> Any:
    """The result of a function; raises `NotShown`."""
    if name not in _FUNCTIONS:
        raise NotShown(f"`{name}` depends on more than the alert")
    try:
        return _FUNCTIONS[name](*args)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError):
        raise NotShown(f"`{name}` does not take what it is given") from None


def _number(value: Any) -> float:
    if isinstance(value, bool) or value is None:
        raise ValueError
    return float(value)


def _of_number(function: Callable[[float], str]) -> Callable[[Any], str]:
    return lambda value: function(_number(value))


_VERB = re.compile(r"%(?:%|([-+0 ]*)(\d*)(?:\.(\d+))?([a-zA-Z]))")


def _printf(layout: str, *args: Any) -> str:
    rest = list(args)

    def filled(found: re.Match[str]) -> str:
        return "%" if found[0] == "%%" else _verb(found, rest.pop(0))

    text = _VERB.sub(filled, layout)
    if rest:
        raise ValueError
    return text


def _verb(found: re.Match[str], value: Any) -> str:
    flags, width, digits, verb = found.groups()
    if isinstance(value, float) and verb in "feg" and value == value and abs(value) != float("inf"):
        if verb == "g" and digits is None:
            return _padded(go_float(value), flags, width)
        return f"%{flags}{width}.{digits or 6}{verb}" % value
    if isinstance(value, int) and not isinstance(value, bool) and verb == "d" and digits is None:
        return f"%{flags}{width}d" % value
    if digits is None and verb in "sv" and (isinstance(value, str) or (verb == "v" and isinstance(value, float))):
        return _padded(value if isinstance(value, str) else go_float(value), flags, width)
    raise ValueError


def _padded(text: str, flags: str, width: str) -> str:
    if flags not in ("", "-"):
        raise ValueError
    return text.ljust(int(width or 0)) if flags else text.rjust(int(width or 0))


def _title(text: str) -> str:
    return re.sub(r"(^|\s)(\w)", lambda found: found[1] + found[2].upper(), text)


def _strip_port(text: str) -> str:
    found = re.fullmatch(r"(?:\[([^\]]*)\]|([^:\[\]]*)):[^:]*", text)
    return text if found is None else found[1] if found[1] is not None else found[2]


def _strip_domain(text: str) -> str:
    host, colon, port = text.partition(":")
    if colon and ":" in port:
        raise ValueError
    is_address = re.fullmatch(r"[\d.]+", host) is not None
    return text if is_address else host.partition(".")[0] + colon + port


def _pattern(text: str) -> re.Pattern[str]:
    """A pattern that means the same to Go and to Python: letters, classes and simple repeats."""
    if not re.fullmatch(r"[\w\s./:,@=#%&;<>!~\"'^$|()\[\]*+?-]*", text) or "(?" in text or len(text) > 200:
        raise ValueError
    return re.compile(text, re.ASCII)


def _replace_all(pattern: str, replacement: str, text: str) -> str:
    template = re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda found: f"\\g<{found[1] or found[2]}>", replacement)
    if "\\" in replacement:
        raise ValueError
    return _pattern(pattern).sub(template, text)


def _index(of: Any, *keys: Any) -> Any:
    for key in keys:
        of = of.get(key, "") if isinstance(of, Mapping) else of[key]
    return of


def _ordered(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(one: Any, other: Any) -> bool:
        if type(one) is not type(other):
            raise ValueError  # Go refuses to compare an int with a float
        return holds(one, other)

    return compare


def _and(*args: Any) -> Any:
    return next((arg for arg in args if not arg), args[-1])


def _or(*args: Any) -> Any:
    return next((arg for arg in args if arg), args[-1])


def _equal(one: Any, *others: Any) -> bool:
    return any(_ordered(lambda left, right: bool(left == right))(one, other) for other in others)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "humanize": _of_number(humanized),
    "humanize1024": _of_number(humanized_binary),
    "humanizeDuration": _of_number(humanized_duration),
    "humanizePercentage": _of_number(humanized_share),
    "humanizeTimestamp": _of_number(humanized_time),
    "printf": _printf,
    "title": _title,
    "toUpper": lambda text: text.upper(),
    "toLower": lambda text: text.lower(),
    "stripPort": _strip_port,
    "stripDomain": _strip_domain,
    "reReplaceAll": _replace_all,
    "match": lambda pattern, text: _pattern(pattern).search(text) is not None,
    "index": _index,
    "len": len,
    "not": lambda value: not value,
    "and": _and,
    "or": _or,
    "eq": _equal,
    "ne": lambda one, other: not _equal(one, other),
    "lt": _ordered(lambda one, other: one < other),
    "le": _ordered(lambda one, other: one <= other),
    "gt": _ordered(lambda one, other: one > other),
    "ge": _ordered(lambda one, other: one >= other),
}

__all__ = ["NotShown", "call", "four_digits"]
