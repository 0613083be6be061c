"""The gates before and behind the checks: does the spec have the shape of the language, and every output its schema?"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson

from aimon.artifact import Artifact
from aimon.document import Address, parse_yaml
from aimon.finding import Finding

_SCHEMAS = Path(__file__).parent / "schemas"


@cache
def schema(name: str) -> dict[str, Any]:
    """A schema that we wrote, by the stem of its file."""
    loaded: dict[str, Any] = orjson.loads((_SCHEMAS / f"{name}.schema.json").read_bytes())
    return loaded


@cache
def _validator(name: str) -> Any:
    return jsonschema_rs.validator_for(schema(name))


def check_shape(value: Any) -> Iterator[Finding]:
    """What in a spec does not have the shape of the language."""
    if not _validator("spec").is_valid(value):
        for error in _errors("spec", value):
            yield from _explained(error)


def check_artifact(artifact: Artifact) -> Iterator[Finding]:
    """Where an output does not fit its schema, at the place of the spec that it came from."""
    if artifact.schema is None:
        return
    is_json = artifact.path.endswith(".json")
    value = orjson.loads(artifact.text) if is_json else parse_yaml(artifact.text, artifact.path).value
    if _validator(artifact.schema).is_valid(value):
        return
    for error in _errors(artifact.schema, value):
        at = tuple(error.absolute_path)
        where = ".".join(map(str, at)) or "the top"
        yield Finding("output/schema", f"{artifact.path} at {where}: {_sentence(error)}", artifact.origin(at), artifact=artifact.path)


def _errors(name: str, value: Any) -> list[Any]:
    """The errors of a value that is known to have some, told by the library that explains them best."""
    import jsonschema

    validator = jsonschema.Draft202012Validator(schema(name))
    return sorted(validator.iter_errors(value), key=lambda error: [str(step) for step in error.absolute_path])


def _explained(error: Any) -> Iterator[Finding]:
    at: Address = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        for key in error.instance.keys() - error.schema.get("properties", {}).keys():
            yield _unknown_key(at, str(key), error.schema.get("properties", {}))
    elif error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        yield Finding("spec/shape", f"{_name(at)} has no `{missing}`", at, key=True, help=_about(error.schema, missing))
    elif error.validator in ("propertyNames",) or "propertyNames" in error.absolute_schema_path:
        yield Finding("spec/shape", f"`{error.instance}` cannot be a name here", (*at, error.instance), key=True, help=f"names match {error.schema.get('pattern')}")
    else:
        yield Finding("spec/shape", f"{_name(at)}: {_sentence(error)}", at, help=_about(error.schema))


def _unknown_key(at: Address, key: str, known: Mapping[str, Any]) -> Finding:
    near = difflib.get_close_matches(key, known, n=1)
    cure = f"did you mean `{near[0]}`?" if near else f"known here: {', '.join(known)}"
    return Finding("spec/unknown-key", f"{_name(at)} has no key `{key}`", (*at, key), key=True, help=cure)


def _name(at: Address) -> str:
    return f"`{'.'.join(map(str, at))}`" if at else "the spec"


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


def _sentence(error: Any) -> str:
    """What was expected, and what stands there."""
    expected = error.validator_value
    if error.validator == "type":
        kinds = [expected] if isinstance(expected, str) else expected
        return f"expected {' or '.join(_WORDS[kind] for kind in kinds)}, not {_shown(error.instance)}"
    if error.validator == "enum":
        near = difflib.get_close_matches(str(error.instance), map(str, expected), n=1)
        meant = f"; did you mean `{near[0]}`?" if near else ""
        return f"{_shown(error.instance)} is none of {', '.join(map(str, expected))}{meant}"
    if error.validator == "oneOf":
        return f"needs {error.schema.get('$comment', 'exactly one of its forms')}"
    if error.validator == "pattern":
        return f"{_shown(error.instance)} does not match {expected}"
    if error.validator == "const":
        return f"expected {expected}, not {_shown(error.instance)}"
    if error.validator == "additionalProperties":
        keys = sorted(map(str, error.instance.keys() - error.schema.get("properties", {}).keys()))
        return f"unknown key {', '.join(f'`{key}`' for key in keys)}"
    return _short(error.message)


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "a list"
    return f"`{_short(str(value), 60)}`"


def _short(text: str, most: int = 200) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
