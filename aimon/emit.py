"""Plain values as YAML text that reads back the same under YAML 1.1 and 1.2."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

# A plain scalar that no YAML version takes for anything but a string: it starts with a letter, `_` or `/`, and holds
# neither `: ` nor ` #`.
_SIGNS = r"A-Za-z0-9_./@()+*,=<>~!|%$^&?;{}\[\]\"'-"
_PLAIN = re.compile(rf"[A-Za-z_/][ {_SIGNS}]*(:[{_SIGNS}][ {_SIGNS}]*)*")
_DURATION = re.compile(r"[0-9]+(ms|[smhdwy])")

# What YAML 1.1 or 1.2 reads as a boolean, as nothing or as a number although it starts with a letter.
_SPECIAL = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})

# Breaks and marks that a literal block does not keep, or that some readers refuse.
_NOT_LITERAL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")

INDENT = 2


_LONGEST_LINE = 60
_LONGEST_KEY = 250  # characters; YAML's limit is 1,024 bytes
_LONGEST_ENTRY = 120
_FLOW = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*")
_FLOW_WORDS = re.compile(r"[A-Za-z_/][A-Za-z0-9_./()%'+-]*( [A-Za-z0-9_./()%'+-]+)*")
_NOT_ON_A_LINE = re.compile(r"[\n\x85\u2028\u2029]")


def yaml_text(value: Any, indent: int | None = None) -> str:
    """The value as it stands behind ``key: ``, on one line; with ``indent``, as it stands behind ``key:``, over lines.

    What the value holds is then indented by ``indent`` blanks.
    """
    if indent is None:
        return _string(value, 0) if isinstance(value, str) else _scalar(value)
    if isinstance(value, Mapping):
        return _mapping(value, indent) if value else " {}"
    if isinstance(value, str):
        return f" {_string(value, indent)}"
    if isinstance(value, Sequence):
        return _sequence(value, indent)
    return f" {_scalar(value)}"


def _mapping(value: Mapping[Any, Any], indent: int) -> str:
    return "".join(f"\n{' ' * indent}{_entry(_key(key), entry, indent)}" for key, entry in value.items())


def _entry(key: str, value: Any, indent: int) -> str:
    """A key with its value; one that is longer than YAML looks for its colon is announced by a question mark."""
    text = yaml_text(value, indent + INDENT)
    return f"{key}:{text}" if len(key) <= _LONGEST_KEY else f"? {key}\n{' ' * indent}:{text}"


def _sequence(value: Sequence[Any], indent: int) -> str:
    if all(isinstance(entry, str) for entry in value):
        line = ", ".join(entry if _is_flow(entry) else _inline(entry) for entry in value)
        if len(line) <= _LONGEST_LINE and "\n" not in line:
            return f" [{line}]"
    return "".join(f"\n{' ' * indent}-{_item(entry, indent + INDENT)}" for entry in value)


def compact_text(value: Mapping[Any, Any], indent: int) -> str:
    """A mapping as it stands behind ``key:``, each entry on one line where it fits, as people write small things."""
    return "".join(f"\n{' ' * indent}{_fitted(_key(key), entry, indent)}" for key, entry in value.items())


def _fitted(key: str, value: Any, indent: int) -> str:
    if isinstance(value, str) or not isinstance(value, (Mapping, Sequence)):
        return _entry(key, value, indent)
    line = f"{key}: {_flow(value)}"
    if indent + len(line) <= _LONGEST_ENTRY and not _NOT_ON_A_LINE.search(line):
        return line
    if isinstance(value, Mapping) and value and len(key) <= _LONGEST_KEY:
        return f"{key}:{compact_text(value, indent + INDENT)}"
    return _entry(key, value, indent)


def _flow(value: Any) -> str:
    """The value on one line, within braces and brackets where it holds others."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flow(str(key))}: {_flow(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, str):
        return value if _FLOW_WORDS.fullmatch(value) and value.lower() not in _SPECIAL else _inline(value)
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _is_flow(text: str) -> bool:
    return bool(_FLOW.fullmatch(text)) and text.lower() not in _SPECIAL


def _inline(text: str) -> str:
    """A string within ``[…]``, where a plain one could end too early."""
    return _quoted(text) if _NOT_LITERAL.search(text) or "\n" in text or "\t" in text else _single(text)


def _item(entry: Any, indent: int) -> str:
    """A list's entry: a mapping starts on the line of its dash."""
    text = yaml_text(entry, indent)
    return f" {text.lstrip()}" if isinstance(entry, Mapping) else text


def _key(key: Any) -> str:
    return _string(str(key), 0) if "\n" not in str(key) else _quoted(str(key))


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}.get(str(value)) or _float(value)
    return str(value)


def _float(value: float) -> str:
    """A float that YAML 1.1 reads as one too: it wants a dot and a signed exponent."""
    text = repr(value)
    mantissa, sign, exponent = text.partition("e")
    if not sign:
        return text
    dotted = mantissa if "." in mantissa else f"{mantissa}.0"
    return f"{dotted}e{exponent if exponent[0] in '+-' else '+' + exponent}"


def _string(text: str, indent: int) -> str:
    if "\n" in text and indent and _fits_literal(text):
        return _literal(text, indent)
    if _is_plain(text):
        return text
    if _NOT_LITERAL.search(text) or "\n" in text or "\t" in text:
        return _quoted(text)
    return _single(text)


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _is_plain(text: str) -> bool:
    if _DURATION.fullmatch(text):
        return True
    return bool(_PLAIN.fullmatch(text)) and text.lower() not in _SPECIAL and not text.endswith(" ") and " #" not in text


def _fits_literal(text: str) -> bool:
    """Whether a literal block keeps the text: no odd breaks, and a first line that sets the indentation."""
    return not _NOT_LITERAL.search(text) and text[0] not in " \t\n" and not re.search(r"^[ \t]+$", text, re.MULTILINE)


def _literal(text: str, indent: int) -> str:
    body = text.rstrip("\n")
    trailing = len(text) - len(body)
    chomping = {0: "-", 1: ""}.get(trailing, "+")
    lines = "\n".join(" " * indent + line if line else "" for line in body.split("\n"))
    return f"|{chomping}\n{lines}" + "\n" * max(trailing - 1, 0)


def _quoted(text: str) -> str:
    """A double-quoted scalar; JSON's escapes are YAML's too, all but those for what is beyond 16 bits."""
    escaped = json.dumps(text, ensure_ascii=False)
    return _NOT_LITERAL.sub(lambda found: f"\\u{ord(found.group()):04x}", escaped)
