"""The gates before and behind the checks: does the spec have the shape of the language, and every output its schema?"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson

from aimon.artifact import Artifact
from aimon.document import Address, DocumentError, parse_yaml
from aimon.finding import Finding
from aimon.units import UnitError, parse_duration

_SCHEMAS = Path(__file__).parent / "schemas"
_DURATION = "prometheus-duration"


@cache
def schema(name: str) -> dict[str, Any]:
    """A schema that we wrote, by the stem of its file."""
    loaded: dict[str, Any] = orjson.loads((_SCHEMAS / f"{name}.schema.json").read_bytes())
    return loaded


def _is_duration(text: str) -> bool:
    try:
        return parse_duration(text) >= 0
    except UnitError:
        return False


@cache
def _validator(name: str) -> Any:
    return jsonschema_rs.validator_for(schema(name), formats={_DURATION: _is_duration}, validate_formats=name == "spec")


def check_shape(value: Any) -> Iterator[Finding]:
    """What in a spec does not have the shape of the language."""
    if not _validator("spec").is_valid(value):
        found = dict.fromkeys(finding for error in _errors("spec", value) for finding in _explained(error))
        yield from found or [Finding("spec/shape", _first_error("spec", value), ())]


def check_artifact(artifact: Artifact) -> Iterator[Finding]:
    """Where an output does not fit its schema, at the place of the spec that it came from."""
    if artifact.schema is None:
        return
    try:
        value = _value(artifact)
    except DocumentError as error:
        where = f" at {error.place.line}:{error.place.column}" if error.place else ""
        message = f"{artifact.path} is not YAML{where}: {error.message}"
        yield Finding("output/schema", message, artifact.origin(()), artifact=artifact.path)
        return
    if _validator(artifact.schema).is_valid(value):
        return
    errors = _errors(artifact.schema, value)
    if not errors:
        yield Finding("output/schema", _first_error(artifact.schema, value), artifact.origin(()), artifact=artifact.path)
    for error in errors:
        at = tuple(error.absolute_path)
        message = f"{_name(at, 'the output')}: {_sentence(error)}"
        yield Finding("output/schema", message, artifact.origin(at), artifact=artifact.path)


def _value(artifact: Artifact) -> Any:
    if artifact.path.endswith(".json"):
        return orjson.loads(artifact.text)
    return parse_yaml(artifact.text, artifact.path).value


def _errors(name: str, value: Any) -> list[Any]:
    """The errors of a value that is known to have some, told by the library that explains them best."""
    import jsonschema

    checker = jsonschema.FormatChecker(formats=())
    checker.checks(_DURATION)(lambda text: not isinstance(text, str) or _is_duration(text))
    validator = jsonschema.Draft202012Validator(schema(name), format_checker=checker)
    return sorted(validator.iter_errors(value), key=lambda error: [str(step) for step in error.absolute_path])


def _first_error(name: str, value: Any) -> str:
    """What the library that decides says, for the rare value that the one that explains would let pass."""
    return _short(str(next(_validator(name).iter_errors(value)).message))


def _explained(error: Any) -> Iterator[Finding]:
    at: Address = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        for key in _unknown(error):
            yield _unknown_key(at, key, known)
    elif error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        if not difflib.get_close_matches(missing, _unknown(error), n=1):  # else a misspelt key says it better
            yield Finding("spec/shape", f"{_name(at)} has no `{missing}`", at, key=True, help=_about(error.schema, missing))
    elif "propertyNames" in error.absolute_schema_path:
        message = f"{_shown(error.instance)} cannot be a name here"
        yield Finding("spec/shape", message, (*at, error.instance), key=True, help=_wanted(error.schema))
    elif error.schema is False:
        yield Finding("spec/shape", f"{_name(at)} is not allowed here", at, key=True)
    elif isinstance(error.schema, Mapping) and error.schema.get("format") == _DURATION:
        yield _no_duration(at, error.instance)
    elif error.validator == "oneOf":
        if not _near_misses(error):
            yield Finding("spec/shape", f"{_name(at)} {_sentence(error)}", at)
    else:
        yield Finding("spec/shape", f"{_name(at)}: {_sentence(error)}", at, help=_about(error.schema))


def _unknown(error: Any) -> list[str]:
    """The keys of a mapping that its schema does not know."""
    patterns = error.schema.get("patternProperties", ())
    known = error.schema.get("properties", {})
    if not isinstance(error.instance, Mapping) or error.schema.get("additionalProperties", True) is not False:
        return []
    return [key for key in error.instance if key not in known and not any(re.search(one, key) for one in patterns)]


def _near_misses(error: Any) -> list[str]:
    """The unknown keys that are a known one misspelt; they explain why a form is not met."""
    known = error.schema.get("properties", {})
    return [key for key in _unknown(error) if difflib.get_close_matches(key, known, n=1)]


def _unknown_key(at: Address, key: str, known: Mapping[str, Any]) -> Finding:
    cure = meant(key, known) or f"known here: {', '.join(known)}"
    return Finding("spec/unknown-key", f"{_name(at)} has no key {_shown(key)}", (*at, key), key=True, help=cure)


def meant(word: str, known: Iterable[str]) -> str | None:
    """The known word that a misspelt one is nearest to, as a question."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"did you mean `{near[0]}`?" if near else None


def _no_duration(at: Address, value: Any) -> Finding:
    try:
        parse_duration(value)
    except UnitError as error:
        return Finding("spec/shape", f"{_name(at)}: {_short(str(error))}", at, help=error.help)
    return Finding("spec/shape", f"{_name(at)}: {_shown(value)} is not a duration", at, help="write a duration such as `5m`")


def _name(at: Address, whole: str = "the spec") -> str:
    return f"`{'.'.join(map(str, at))}`" if at else whole


def _wanted(part: Mapping[str, Any]) -> str:
    """What a pattern stands for, in words."""
    return f"expected {part.get('$comment') or part.get('pattern')}"


def _about(part: Any, missing: str | None = None) -> str | None:
    """What the schema says of a value, as the help of an error."""
    if not isinstance(part, Mapping):
        return None
    if missing is not None:
        part = part.get("properties", {}).get(missing, {})
    told = part.get("description") if isinstance(part, Mapping) else None
    return f"{missing}: {told}" if told and missing else told


_WORDS = {
    "object": "a mapping", "array": "a list", "string": "a text", "integer": "a whole number", "number": "a number",
    "boolean": "true or false", "null": "nothing",
}


def _type(error: Any) -> str:
    kinds = [error.validator_value] if isinstance(error.validator_value, str) else error.validator_value
    return f"expected {' or '.join(_WORDS[kind] for kind in kinds)}, not {_shown(error.instance)}"


def _enum(error: Any) -> str:
    known = [str(value) for value in error.validator_value]
    near = meant(str(error.instance), known)
    return f"{_shown(error.instance)} is none of {', '.join(known)}{f'; {near}' if near else ''}"


def _not(error: Any) -> str:
    """Why a value is refused; a schema that refuses everything says it as its description."""
    said = error.schema.get("$comment") or (error.schema.get("description") if not error.validator_value else None)
    return str(said or f"{_shown(error.instance)} is not allowed here")


def _twice(error: Any) -> str:
    twice = next((entry for index, entry in enumerate(error.instance) if entry in error.instance[:index]), None)
    return f"{_shown(twice)} is in it twice"


# What each keyword of JSON Schema wants, in words: expected, and what stands there.
_SENTENCES: dict[str, Callable[[Any], str]] = {
    "type": _type,
    "enum": _enum,
    "not": _not,
    "uniqueItems": _twice,
    "const": lambda error: f"expected {error.validator_value}, not {_shown(error.instance)}",
    "oneOf": lambda error: f"needs {error.schema.get('$comment', 'exactly one of its forms')}",
    "pattern": lambda error: f"{_wanted(error.schema)}, not {_shown(error.instance)}",
    "required": lambda error: f"has no {next(f'`{key}`' for key in error.validator_value if key not in error.instance)}",
    "additionalProperties": lambda error: f"unknown key {', '.join(map(_shown, _unknown(error)))}",
    "minLength": lambda error: "is empty" if not error.instance else f"{_shown(error.instance)} is too short",
    "maxLength": lambda error: f"has {len(error.instance)} characters, more than {error.validator_value}",
    "minItems": lambda error: "is an empty list" if not error.instance else f"needs {error.validator_value} entries",
    "maxItems": lambda error: f"has {len(error.instance)} entries, more than {error.validator_value}",
    "minProperties": lambda error: "is an empty mapping",
    "maxProperties": lambda error: f"has {len(error.instance)} keys, more than {error.validator_value}",
    "minimum": lambda error: f"{_shown(error.instance)} is less than {error.validator_value}",
    "maximum": lambda error: f"{_shown(error.instance)} is more than {error.validator_value}",
    "exclusiveMinimum": lambda error: f"expected more than {error.validator_value}, not {_shown(error.instance)}",
    "exclusiveMaximum": lambda error: f"expected less than {error.validator_value}, not {_shown(error.instance)}",
}  # fmt: skip


def _sentence(error: Any) -> str:
    """What was expected, and what stands there."""
    words = _SENTENCES.get(str(error.validator))
    return words(error) if words else _short(error.message)


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "a list"
    return f"`{_short(str(value), 60)}`" if value != "" else "an empty text"


def _short(text: str, most: int = 200) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
