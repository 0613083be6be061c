"""What a keyword of JSON Schema wants, in words: what was expected, and what stands there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aimon.suggest import did_you_mean


def sentence(error: Any, root: Mapping[str, Any]) -> str:
    """What was expected, and what stands there; ``root`` is the whole schema."""
    if error.validator == "not":
        return _reason(error) or _beside(error, root) or f"{shown(error.instance)} is not allowed here"
    words = _SENTENCES.get(str(error.validator))
    return words(error) if words else short(error.message)


def wanted(part: Mapping[str, Any]) -> str:
    """What a pattern stands for, in words."""
    return f"expected {part.get('$comment') or part.get('pattern')}"


_WORDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


def _type(error: Any) -> str:
    kinds = [error.validator_value] if isinstance(error.validator_value, str) else error.validator_value
    return f"expected {' or '.join(_WORDS[kind] for kind in kinds)}, not {shown(error.instance)}"


def _enum(error: Any) -> str:
    known = [str(value) for value in error.validator_value]
    near = did_you_mean(str(error.instance), known)
    return f"{shown(error.instance)} is none of {', '.join(known)}{f'; {near}' if near else ''}"


def _reason(error: Any) -> str | None:
    """Why a value is refused, as its schema says; one that refuses everything may say it as its description."""
    said = error.schema.get("$comment") or (error.schema.get("description") if not error.validator_value else None)
    return str(said) if said else None


def _beside(error: Any, root: Mapping[str, Any]) -> str | None:
    """What else in the same mapping a key cannot stand beside, or has to."""
    path = [step for step in error.absolute_schema_path if step not in ("$ref", "if")]
    at = len(path)
    while at and path[at - 1] not in ("then", "else", "dependentSchemas"):
        at -= 1
    if not at:
        return None
    if path[at - 1] == "dependentSchemas":
        return f"cannot stand beside `{path[at]}`"
    condition = _condition(_meant(root, _inside(root, path[: at - 1]), "if")["if"])
    if condition is None:
        return None
    return f"cannot stand beside {condition}" if path[at - 1] == "then" else f"is only for one with {condition}"


def _inside(root: Mapping[str, Any], path: Sequence[Any]) -> Any:
    """The part of a schema that a path leads to, through references, which it does not name."""
    part: Any = root
    for step in path:
        part = _meant(root, part, step)[step]
    return part


def _meant(root: Mapping[str, Any], part: Any, step: Any) -> Any:
    """The part itself, or what it refers to where only that has the step."""
    while isinstance(part, dict) and step not in part and "$ref" in part:
        part = _inside(root, part["$ref"].removeprefix("#/").split("/"))
    return part


def _condition(asked: Any) -> str | None:
    """What a condition of a schema asks for, in words, if it is simple."""
    if not isinstance(asked, Mapping) or not asked.keys() <= {"properties", "required"}:
        return None
    told = {key: f"`{key}`" for key in asked.get("required", ())}
    for key, part in asked.get("properties", {}).items():
        values = [part["const"]] if "const" in part else part.get("enum", ())
        if values:
            told[key] = " or ".join(f"`{key}: {value}`" for value in values)
        elif key not in told:
            return None
    return " and ".join(told.values()) or None


def _twice(error: Any) -> str:
    twice = next((entry for index, entry in enumerate(error.instance) if entry in error.instance[:index]), None)
    return f"{shown(twice)} is in it twice"


# What each keyword of JSON Schema wants, in words: expected, and what stands there.
_SENTENCES: dict[str, Callable[[Any], str]] = {
    "type": _type,
    "enum": _enum,
    "uniqueItems": _twice,
    "const": lambda error: f"expected {json.dumps(error.validator_value)}, not {shown(error.instance)}",
    "oneOf": lambda error: f"needs {error.schema.get('$comment', 'exactly one of its forms')}",
    "pattern": lambda error: f"{wanted(error.schema)}, not {shown(error.instance)}",
    "minLength": lambda error: "is empty" if not error.instance else f"{shown(error.instance)} is too short",
    "maxLength": lambda error: f"has {len(error.instance)} characters, more than {error.validator_value}",
    "minItems": lambda error: "is an empty list" if not error.instance else f"needs {error.validator_value} entries",
    "maxItems": lambda error: f"has {len(error.instance)} entries, more than {error.validator_value}",
    "minProperties": lambda error: "is an empty mapping",
    "maxProperties": lambda error: f"has {len(error.instance)} keys, more than {error.validator_value}",
    "minimum": lambda error: f"{shown(error.instance)} is less than {error.validator_value}",
    "maximum": lambda error: f"{shown(error.instance)} is more than {error.validator_value}",
    "exclusiveMinimum": lambda error: f"expected more than {error.validator_value}, not {shown(error.instance)}",
    "exclusiveMaximum": lambda error: f"expected less than {error.validator_value}, not {shown(error.instance)}",
}  # fmt: skip


def shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "a list"
    return f"`{short(str(value), 60)}`" if value != "" else "an empty text"


def short(text: str, most: int = 200) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
