"""Findings for programs, as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import orjson

from aimon.diagnostic import Diagnostic, Located


def diagnostics(found: Sequence[Diagnostic]) -> str:
    """A list of findings; lines and columns count from 1, ends are exclusive."""
    return text([_diagnostic(diagnostic) for diagnostic in found])


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "check": diagnostic.check,
        "level": diagnostic.level,
        "message": diagnostic.message,
        **_located(diagnostic.located),
        "address": diagnostic.address,
        "artifact": diagnostic.artifact,
        "help": diagnostic.help,
        "related": [{"message": context.message, **_located(context.located)} for context in diagnostic.contexts],
        "fingerprint": diagnostic.fingerprint,
    }


def _located(located: Located) -> dict[str, Any]:
    place = located.place
    return {
        "file": located.path.encode(errors="replace").decode(),  # a file's name may be no text at all
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }


def text(value: Any) -> str:
    """Any plain value, indented."""
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    except TypeError:  # a whole number beyond 64 bits, in a file that somebody wrote
        return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
