"""What OpenTelemetry's metrics and attributes are called in Prometheus.

Source: the compatibility specification of OpenTelemetry, as Prometheus' own translator carries it out,
https://github.com/prometheus/otlptranslator
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Translation(NamedTuple):
    """A strategy: whether names keep their dots, and whether they tell their unit and type."""

    keeps_dots: bool
    adds_suffixes: bool


TRANSLATIONS = {
    "UnderscoreEscapingWithSuffixes": Translation(keeps_dots=False, adds_suffixes=True),
    "UnderscoreEscapingWithoutSuffixes": Translation(keeps_dots=False, adds_suffixes=False),
    "NoUTF8EscapingWithSuffixes": Translation(keeps_dots=True, adds_suffixes=True),
    "NoTranslation": Translation(keeps_dots=True, adds_suffixes=False),
}
DEFAULT = "UnderscoreEscapingWithSuffixes"

# UCUM's units as the words that Prometheus puts behind a name.
_UNITS = {
    "d": "days", "h": "hours", "min": "minutes", "s": "seconds", "ms": "milliseconds", "us": "microseconds",
    "ns": "nanoseconds", "By": "bytes", "KiBy": "kibibytes", "MiBy": "mebibytes", "GiBy": "gibibytes",
    "TiBy": "tibibytes", "KBy": "kilobytes", "MBy": "megabytes", "GBy": "gigabytes", "TBy": "terabytes",
    "m": "meters", "V": "volts", "A": "amperes", "J": "joules", "W": "watts", "g": "grams", "Cel": "celsius",
    "Hz": "hertz", "1": "", "%": "percent",
}  # fmt: skip
# Those that aimon calls by other names than UCUM.
_CALLED = {"By": "B", "KBy": "kB", "Cel": "°C", "min": "m", "1": "ratio"}
_PER = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year"}
_WORD = re.compile(r"[^\W_]+(?::[^\W_]*)*|:[^\W_]*", re.ASCII)
_STRANGE = re.compile(r"[^a-zA-Z0-9_:]+")


def metric_name(name: str, type: str, unit: str, strategy: str = DEFAULT) -> str:
    """The name of a metric in Prometheus; ``unit`` is UCUM's, such as ``s``, ``By`` or ``{token}``."""
    translation = TRANSLATIONS[strategy]
    if not translation.adds_suffixes:
        return name if translation.keeps_dots else _started(_STRANGE.sub("_", name).strip("_") or "_")
    suffixes = [*_unit_words(unit), *_type_words(type, unit)]
    if translation.keeps_dots:
        for word in suffixes:
            name = f"{name.removesuffix(f'_{word}')}_{word}"
        return name
    words = [word for word in _WORD.findall(name) if word not in _type_words(type, unit)]
    for word in suffixes:
        words += [word] if word not in words else []
    return _started("_".join(words) or "_")


def unit(unit: str, type: str) -> str | None:
    """UCUM's unit as a spec writes it: ``By/s`` is ``B/s``, ``{token}`` is ``token``; None where nothing is told."""
    if unit in ("", "1") and type != "gauge":
        return None
    parts = (part.strip().strip("{}") for part in unit.split("/"))
    return "/".join(_CALLED.get(part, part.replace("iBy", "iB").replace("By", "B")) for part in parts) or None


def label_name(name: str, strategy: str = DEFAULT) -> str:
    """The label that an attribute becomes."""
    if TRANSLATIONS[strategy].keeps_dots:
        return name
    plain = re.sub("_+", "_", re.sub(r"[^a-zA-Z0-9_]", "_", name))
    return f"key_{plain}" if plain[:1].isdigit() else plain


def _unit_words(unit: str) -> list[str]:
    """``By/s`` is bytes per second; an annotation in braces is no unit."""
    main, _, per = (part.strip() for part in unit.partition("/"))
    words = [] if "{" in main else [_UNITS.get(main, _plain(main))]
    if per and "{" not in per:
        words.append(f"per_{_PER.get(per, _plain(per))}")
    return [word for word in words if word]


def _type_words(type: str, unit: str) -> list[str]:
    return ["total"] if type == "counter" else ["ratio"] if type == "gauge" and unit == "1" else []


def _plain(text: str) -> str:
    return "_".join(_WORD.findall(text))


def _started(name: str) -> str:
    return f"_{name}" if name[0].isdigit() else name
