"""Numbers as Go and the template functions of Prometheus print them.

Source: template/template.go of Prometheus, fmt and strconv of Go.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone

_LARGE = ("k", "M", "G", "T", "P", "E", "Z", "Y")
_LARGE_BINARY = ("ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi")
_SMALL = ("m", "u", "n", "p", "f", "a", "z", "y")
_LONGEST = 6  # from this power of ten on `%v` writes an exponent


def go_float(value: float) -> str:
    """A float as ``%v`` prints it: the fewest digits, with an exponent from 1e+06 on and below 1e-4."""
    if not math.isfinite(value):
        return _odd(value)
    digits, exponent = _shortest(value)
    sign = "-" if math.copysign(1, value) < 0 else ""
    if exponent < -4 or exponent >= _LONGEST:
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole, fraction = digits[: exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1 :]
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"


def _shortest(value: float) -> tuple[str, int]:
    """The digits without point and trailing zeros, and the power of ten of the first."""
    mantissa, _, power = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    lead = len(whole) if whole.strip("0") else -(len(fraction) - len(fraction.lstrip("0")))
    return digits.rstrip("0") or "0", (lead - 1 if digits else 0) + int(power or 0)


def _odd(value: float) -> str:
    return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"


def four_digits(value: float) -> str:
    """``%.4g``."""
    return f"{value:.4g}" if math.isfinite(value) else _odd(value)


def humanized(value: float) -> str:
    """``humanize``."""
    if not value or not math.isfinite(value):
        return four_digits(value)
    if abs(value) >= 1:
        return "".join(_reduced(value, 1000, _LARGE))
    return "".join(_magnified(value))


def humanized_binary(value: float) -> str:
    """``humanize1024``."""
    if abs(value) <= 1 or not math.isfinite(value):
        return four_digits(value)
    return "".join(_reduced(value, 1024, _LARGE_BINARY))


def humanized_share(value: float) -> str:
    """``humanizePercentage``."""
    return f"{four_digits(value * 100)}%"


def humanized_duration(value: float) -> str:
    """``humanizeDuration``."""
    if not math.isfinite(value):
        return four_digits(value)
    if not value:
        return f"{four_digits(value)}s"
    if abs(value) < 1:
        number, prefix = _magnified(value)
        return f"{number}{prefix}s"
    sign, value = ("-" if value < 0 else ""), abs(value)
    whole = int(value)
    days, hours, minutes, seconds = whole // 86400, whole // 3600 % 24, whole // 60 % 60, whole % 60
    if days:
        return f"{sign}{days}d {hours}h {minutes}m {seconds}s"
    if hours:
        return f"{sign}{hours}h {minutes}m {seconds}s"
    if minutes:
        return f"{sign}{minutes}m {seconds}s"
    return f"{sign}{four_digits(value)}s"


def humanized_time(value: float) -> str:
    """``humanizeTimestamp``, of whole seconds."""
    if not math.isfinite(value):
        return four_digits(value)
    return f"{datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=int(value)):%Y-%m-%d %H:%M:%S} +0000 UTC"


def _reduced(value: float, base: int, prefixes: tuple[str, ...]) -> tuple[str, str]:
    prefix = ""
    for larger in prefixes:
        if abs(value) < base:
            break
        prefix, value = larger, value / base
    return four_digits(value), prefix


def _magnified(value: float) -> tuple[str, str]:
    prefix = ""
    for smaller in _SMALL:
        if abs(value) >= 1:
            break
        prefix, value = smaller, value * 1000
    return four_digits(value), prefix
