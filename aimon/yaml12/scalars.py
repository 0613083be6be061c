"""What a scalar means in the core schema of YAML 1.2, less what people did not mean.

`on`, `yes`, `5:30`, `1_000` and `2024-01-01` are strings, as YAML 1.2 says. `010` is a string too: YAML 1.1 reads 8 and
YAML 1.2 reads 10, and who wrote it meant one of them. So is a number that a float cannot hold (`1e999`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | None

WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
# Most plain scalars are words: one look at the first character spares them everything else.
NOT_A_WORD = frozenset(["", *"~nNtTfF+-.0123456789"])
# Longer numbers stay strings: int() refuses more than 4,300 digits and is quadratic below that.
DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,399})")
OCTAL = re.compile(r"0o[0-7]{1,400}")
HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]{1,400}")
FLOAT = re.compile(r"[-+]?(?:(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)")
READERS: tuple[tuple[re.Pattern[str], Callable[[str], int | float]], ...] = (
    (DECIMAL, int),
    (FLOAT, float),
    (OCTAL, lambda written: int(written[2:], 8)),
    (HEXADECIMAL, lambda written: int(written[2:], 16)),
)


def plain(written: str) -> Scalar:
    """The value of an unquoted scalar."""
    if written[:1] not in NOT_A_WORD:
        return written
    if written in WORDS:
        return WORDS[written]
    if written[0].isalpha():  # no number
        return written
    for pattern, read in READERS:
        if pattern.fullmatch(written):
            number = read(written)
            return written if number in (math.inf, -math.inf) else number
    return written


def tagged(tag: str, written: str) -> Scalar:
    """The value of a scalar with an explicit `!!tag`; ValueError when it is not one, KeyError for any other tag."""
    kinds: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "bool": (bool,), "null": (type(None),)}
    kind = tag.removeprefix("tag:yaml.org,2002:")
    if kind == "str":
        return written
    value = plain(written)
    if type(value) not in kinds[kind]:
        raise ValueError(written)
    return float(value) if kind == "float" and isinstance(value, int) else value
