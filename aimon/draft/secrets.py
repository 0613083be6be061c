"""Options without the secrets in them: a file that holds each takes its place, where there is an option for one."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from aimon import conventions
from aimon.checks.secret_literal import secret_at
from aimon.document import Address
from aimon.draft.notes import Notes

_SCHEMAS = Path(__file__).parent.parent / "schemas"
# A part of an address that nobody can guess.
_UNGUESSABLE = re.compile(r"://\S*?[/=?&](?=[\w-]*[0-9])(?=[\w-]*[A-Za-z])[\w-]{16,}")


class Secrets:
    """The secrets of one kind of configuration: ``schema`` is ``prometheus`` or ``alertmanager``."""

    def __init__(self, schema: str, notes: Notes) -> None:
        self._schema = schema
        self._notes = notes

    def without(self, value: Any, at: Address, to: Address, definition: str) -> Any:
        """The value at ``at`` as it may stand at ``to`` in a spec; the schema knows its options as ``definition``."""
        if isinstance(value, list):
            return [self.without(entry, (*at, index), (*to, index), definition) for index, entry in enumerate(value)]
        if not isinstance(value, dict):
            return self._hole(at, to) if _is_secret(to, value) else value
        kept: dict[str, Any] = {}
        for key, entry in value.items():
            place, there = (*at, key), (*to, str(key))
            if key == "secrets" and isinstance(entry, list):  # of an HTTP header
                kept["files"] = [self._file((*place, index), (*there, index)) for index in range(len(entry))]
            elif _is_secret(there, entry) and f"{key}_file" in _options(self._schema, definition):
                kept[f"{key}_file"] = self._file(place, there)
            else:
                kept[key] = self.without(entry, place, there, str(key) if isinstance(entry, dict) else definition)
        return kept

    def _file(self, at: Address, to: Address) -> str:
        path = f"{conventions.SECRETS_FOLDER}{_name(to)}"
        self._notes.tell(at, f"this is a secret: put it into a file, which the draft calls {path}")
        return path

    def _hole(self, at: Address, to: Address) -> str:
        hole = f"${{{_name(to).upper()}}}"
        self._notes.lose(at, f"this is a secret, for which there is no file: the draft has {hole} in its place")
        return hole


_SECTIONS = frozenset({"services", "notifications", "receivers"})


def _name(to: Address) -> str:
    """What a secret is called by the address that it would have in a spec."""
    return re.sub(r"\W+", "_", "_".join(str(step) for step in to if step not in _SECTIONS))


def _is_secret(at: Address, value: Any) -> bool:
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        return False
    return secret_at(at, str(value)) is not None or (at[-1] == "url" and bool(_UNGUESSABLE.search(str(value))))


@cache
def _options(schema: str, definition: str) -> frozenset[str]:
    """The options that a part of a configuration has."""
    known = orjson.loads((_SCHEMAS / f"{schema}.schema.json").read_bytes())["$defs"]
    return frozenset(known.get(definition, {}).get("properties", ()))
