"""The gates before and behind the checks: does the spec have the shape of the language, and every output its schema?"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs
import orjson

from aimon.artifact import Artifact
from aimon.document import Address, DocumentError, parse_yaml
from aimon.expectations import sentence, short, shown, wanted
from aimon.finding import Finding
from aimon.suggest import did_you_mean, nearest
from aimon.units import UnitError, parse_duration

_SCHEMAS = Path(__file__).parent / "schemas"
_DURATION = "prometheus-duration"
_SPEC = "aimon.schema.json"  # what the schema of packs calls the language of the spec


@functools.cache
def schema(name: str) -> dict[str, Any]:
    """A schema that we wrote, by the stem of its file."""
    loaded: dict[str, Any] = orjson.loads((_SCHEMAS / f"{name}.schema.json").read_bytes())
    return loaded


def _is_duration(text: str) -> bool:
    try:
        return parse_duration(text) >= 0
    except UnitError:
        return False


@functools.cache
def _validator(name: str) -> Any:
    registry = jsonschema_rs.Registry([(_SPEC, schema("spec"))]) if name == "pack" else None
    formats = {_DURATION: _is_duration}
    return jsonschema_rs.validator_for(
        schema(name), formats=formats, validate_formats=name in ("spec", "pack"), registry=registry
    )


class _Misfit(NamedTuple):
    """A value or key that does not fit: its address, what is wrong, what would help, and whether the key is meant."""

    at: Address
    message: str
    help: str | None = None
    key: bool = False
    unknown: bool = False


def check_shape(value: Any) -> Iterator[Finding]:
    """What in a spec does not have the shape of the language."""
    for misfit in _misfits("spec", value):
        check = "spec/unknown-key" if misfit.unknown else "spec/shape"
        yield Finding(check, misfit.message, misfit.at, key=misfit.key, help=misfit.help)


def check_pack(name: str, value: Any) -> Iterator[Finding]:
    """What in a pack, its parameters filled in, does not have the shape of one."""
    for misfit in _misfits("pack", value):
        check = "spec/unknown-key" if misfit.unknown else "spec/shape"
        at: Address = ("packs", name, *misfit.at)
        message = misfit.message if misfit.at else misfit.message.replace("the spec", "the pack", 1)
        yield Finding(check, message, at, key=misfit.key, help=misfit.help)


def check_value(check: str, name: str, value: Any) -> Iterator[Finding]:
    """Where a value does not fit a schema, as findings of a check."""
    for misfit in _misfits(name, value):
        yield Finding(check, misfit.message, misfit.at, key=misfit.key, help=misfit.help)


def check_artifact(artifact: Artifact) -> Iterator[Finding]:
    """Where an output does not fit its schema, at the place of the spec that it came from."""
    if artifact.schema is None:
        return
    try:
        misfits = _misfits(artifact.schema, _value(artifact))
    except DocumentError as error:
        where = f" at {error.place.line}:{error.place.column}" if error.place else ""
        misfits = [_Misfit((), f"{artifact.path} is not YAML{where}: {error.message}")]
    for misfit in misfits:
        at = artifact.origin(misfit.at)
        yield Finding("output/schema", misfit.message, at, key=misfit.key, help=misfit.help, artifact=artifact.path)


def _value(artifact: Artifact) -> Any:
    if artifact.path.endswith(".json"):
        return orjson.loads(artifact.text)
    return parse_yaml(artifact.text, artifact.path).value


def _misfits(name: str, value: Any) -> list[_Misfit]:
    """What in a value does not fit a schema, in order of its addresses."""
    validator = _validator(name)
    if validator.is_valid(value) or validator.is_valid(_bounded(value)):
        return []
    misfits = [misfit for error in _errors(name, value) for misfit in _explained(error, schema(name))]
    found = dict.fromkeys(misfits or _told_by_the_other(name, value))
    return sorted(found, key=lambda misfit: [str(step) for step in misfit.at])


def _bounded(value: Any) -> Any:
    """The value with null for every .inf: JSON knows no infinity, and in the range of a metric both mean no bound."""
    if isinstance(value, dict):
        return {key: _bounded(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_bounded(entry) for entry in value]
    return None if isinstance(value, float) and math.isinf(value) else value


def _errors(name: str, value: Any) -> Iterator[Any]:
    """The errors of a value, told by the library that explains them best."""
    import jsonschema
    from referencing import Registry, Resource

    registry: Registry[Any] = Registry().with_resource(_SPEC, Resource.from_contents(schema("spec")))
    checker = jsonschema.FormatChecker(formats=())
    checker.checks(_DURATION)(lambda text: not isinstance(text, str) or _is_duration(text))
    validator = jsonschema.Draft202012Validator(schema(name), format_checker=checker, registry=registry)
    return validator.iter_errors(value)


def _told_by_the_other(name: str, value: Any) -> Iterator[_Misfit]:
    """What the library that decides refuses and the one that explains lets pass: for JSON, .inf is no number."""
    for error in _validator(name).iter_errors(_bounded(value)):
        at: Address = tuple(error.instance_path)
        part = functools.reduce(lambda inner, step: inner[step], at, value)
        infinite = isinstance(part, float) and not math.isfinite(part)
        yield _Misfit(at, f"{_name(at)}: {'expected a finite number' if infinite else short(str(error.message))}")


def _explained(error: Any, root: Mapping[str, Any]) -> Iterator[_Misfit]:
    at: Address = tuple(error.absolute_path)
    part = error.schema if isinstance(error.schema, Mapping) else {}
    if error.validator == "additionalProperties":
        for key in _unknown(error):
            yield _unknown_key(at, key, part.get("properties", {}))
    elif error.validator in ("oneOf", "anyOf") and _near_misses(error):
        return  # the misspelt key says it better
    elif error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        if not nearest(missing, _unknown(error)):
            yield _Misfit(at, f"{_name(at)} has no `{missing}`", _about(part, missing), key=True)
    elif "propertyNames" in error.absolute_schema_path:
        yield _Misfit((*at, error.instance), f"{shown(error.instance)} cannot be a name here", wanted(part), key=True)
    elif part.get("format") == _DURATION:
        yield _no_duration(at, error.instance)
    else:
        told = sentence(error, root)
        glue = "" if told.startswith(("has ", "is ", "needs ", "cannot ")) else ":"
        yield _Misfit(at, f"{_name(at)}{glue} {told}", _cure(error))


def _cure(error: Any) -> str | None:
    """The smallest edit, or else what the schema says of the value."""
    if error.validator == "type" and isinstance(error.instance, (str, int, float)):
        if error.validator_value == "array":
            return f"write `[{error.instance}]`"
        if error.validator_value == "string":
            return "put it in quotes"
    return _about(error.schema) if error.validator not in ("oneOf", "not") else None


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
    return [key for key in _unknown(error) if nearest(key, known)]


def _unknown_key(at: Address, key: str, known: Mapping[str, Any]) -> _Misfit:
    cure = did_you_mean(key, known, f"known here: {', '.join(known)}" if known else None)
    return _Misfit((*at, key), f"{_name(at)} has no key {shown(key)}", cure, key=True, unknown=True)


def _no_duration(at: Address, value: Any) -> _Misfit:
    try:
        parse_duration(value)
    except UnitError as error:
        return _Misfit(at, f"{_name(at)}: {short(str(error))}", error.help)
    return _Misfit(at, f"{_name(at)}: {shown(value)} is not a duration", "write a duration such as `5m`")


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
