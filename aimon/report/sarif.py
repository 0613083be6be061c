"""Findings as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aimon import __version__
from aimon.baseline import distinct_fingerprints
from aimon.checks import EVERY, LEVELS
from aimon.diagnostic import Context, Diagnostic, Located
from aimon.report import manual
from aimon.report.paths import from_top, top, uri

# https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_ROOT = "%SRCROOT%"

# What GitHub takes, https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support
_MOST_RESULTS = 25_000
_MOST_PLACES = 1_000


def diagnostics(found: Sequence[Diagnostic]) -> str:
    """One run with a rule for each check that found something; its worst findings where there are too many."""
    kept = list(zip(found, distinct_fingerprints(found), strict=True))
    if len(kept) > _MOST_RESULTS:
        kept = sorted(kept, key=lambda pair: -LEVELS.index(pair[0].level))[:_MOST_RESULTS]
    rules = {check: index for index, check in enumerate(sorted({one.check for one, _ in kept}))}
    root = top()
    run = {
        "tool": {
            "driver": {"name": "aimon", "semanticVersion": __version__, "rules": [_rule(check) for check in rules]}
        },
        "invocations": [_invocation(len(found) - len(kept))],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, rules[one.check], fingerprint, root) for one, fingerprint in kept],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _invocation(left_out: int) -> dict[str, Any]:
    if not left_out:
        return {"executionSuccessful": True}
    text = f"{left_out} findings are not in this report: it holds the {_MOST_RESULTS} worst"
    return {
        "executionSuccessful": True,
        "toolExecutionNotifications": [{"level": "warning", "message": {"text": text}}],
    }


def _rule(id: str) -> dict[str, Any]:
    check = EVERY[id]
    title, _, rest = check.manual().partition("\n")
    return {
        "id": id,
        "shortDescription": {"text": title},
        "fullDescription": {"text": _first_paragraph(rest) or title},
        "help": {"text": check.manual(), "markdown": f"{title}\n\n{manual.fenced(rest.strip())}"},
        "defaultConfiguration": {"level": _LEVELS[check.level]},
        "properties": {"tags": ["monitoring", id.partition("/")[0]], "problem.severity": _SEVERITIES[check.level]},
    }


_SEVERITIES = {"error": "error", "warning": "warning", "info": "recommendation"}


def _first_paragraph(text: str) -> str:
    return " ".join(text.strip().partition("\n\n")[0].removeprefix("Why: ").split())


def _result(one: Diagnostic, rule: int, fingerprint: str, root: Path) -> dict[str, Any]:
    made: dict[str, Any] = {
        "ruleId": one.check,
        "ruleIndex": rule,
        "level": _LEVELS[one.level],
        "message": {"text": _text("\n".join((one.message, *([f"help: {one.help}"] if one.help else ()))))},
        "locations": [{"physicalLocation": _physical(one.located, root)} | _logical(one.address)],
        # GitHub follows a finding from commit to commit by the first, and makes its own where it is missing.
        "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint}:1", "aimon/v1": fingerprint},
    }
    related = [_related(number, context, root) for number, context in enumerate(one.contexts[: _MOST_PLACES - 1], 1)]
    return made | ({"relatedLocations": related} if related else {})


def _related(number: int, context: Context, root: Path) -> dict[str, Any]:
    message = {"text": _text(context.message)}
    return {"id": number, "message": message, "physicalLocation": _physical(context.located, root)}


def _logical(address: str) -> dict[str, Any]:
    """Where in the spec it is, by name."""
    return {"logicalLocations": [{"fullyQualifiedName": _text(address), "kind": "member"}]} if address else {}


def _physical(located: Located, root: Path) -> dict[str, Any]:
    path, place = from_top(located.path, root), located.place
    below = {} if path.startswith("/") else {"uriBaseId": _ROOT}
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    return {"artifactLocation": {"uri": uri(path), **below}, "region": region}


def _text(text: str) -> str:
    """Text that can be written as UTF-8: a name may hold half of a surrogate pair."""
    return text.encode(errors="replace").decode()
