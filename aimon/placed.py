"""Findings → Diagnostics: each with its level and its place in the files of the spec; no line shows a secret."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aimon.checks import ERROR, EVERY
from aimon.diagnostic import Context, Diagnostic, Located, dotted
from aimon.document import Address, DocumentError, Place
from aimon.finding import Finding
from aimon.sources import Sources

if TYPE_CHECKING:
    from aimon.render import RenderError

SECRET = "secret/literal"


def placed(sources: Sources, findings: Sequence[Finding]) -> list[Diagnostic]:
    """The findings with their levels and places, in the order of the file; no line shows a secret."""
    secrets = secrets_of(sources, findings)
    return in_order(veiled(_diagnostic(sources, finding), secrets) for finding in findings)


def in_order(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """As they stand in the files."""
    return sorted(
        found, key=lambda one: (one.located.path, one.located.place.line, one.located.place.column, one.check)
    )


def _diagnostic(sources: Sources, finding: Finding) -> Diagnostic:
    at = sources.existing(finding.at) if finding.artifact else finding.at
    return Diagnostic(
        check=finding.check,
        level=EVERY[finding.check].level,
        message=finding.message,
        located=_place(sources, at, finding.fragment, finding.key),
        address=dotted(at),
        help=finding.help,
        artifact=finding.artifact,
        contexts=tuple(
            Context(_place(sources, related.at, None, True), related.message) for related in finding.related
        ),
    )


def _place(sources: Sources, at: Address, fragment: tuple[int, int] | None, key: bool) -> Located:
    document, local = sources.locate(at)
    is_same = fragment is not None and sources.is_verbatim(at)
    place = document.fragment(local, *fragment) if fragment and is_same else document.where(local, key=key)
    return Located(document.path, place, document.line(place.line))


def written_at(sources: Sources, at: Address) -> str:
    """Where something was written, as ``aimon.yaml:23:7``; empty for what aimon added."""
    return _place(sources, at, None, True).text if at and sources.existing(at) == at else ""


def secrets_of(sources: Sources, findings: Iterable[Finding]) -> tuple[tuple[str, Place], ...]:
    """Where the secrets stand that were found."""
    return tuple(_value_place(sources, finding.at) for finding in findings if finding.check == SECRET)


def _value_place(sources: Sources, at: Address) -> tuple[str, Place]:
    document, local = sources.locate(at)
    return document.path, document.where(local)


def veiled(diagnostic: Diagnostic, secrets: Sequence[tuple[str, Place]]) -> Diagnostic:
    """The same with dots over the secrets in every line that it shows."""
    contexts = tuple(context._replace(located=context.located.veiled(secrets)) for context in diagnostic.contexts)
    return diagnostic._replace(located=diagnostic.located.veiled(secrets), contexts=contexts)


def unreadable(check: str, error: DocumentError, path: Path) -> Diagnostic:
    """What stands in the way of reading a file."""
    place = error.place or Place(1, 1, 1, 1)
    line = _line_of(error.path, place.line)
    located = Located(error.path or str(path), place, line)
    return Diagnostic(check, ERROR, error.message, located, help=error.help)


def broken_template(error: RenderError) -> Diagnostic:
    """A template that cannot be rendered, at its own line."""
    number = error.line or 1
    line = _line_of(error.path, number) if error.line else ""
    indent = len(line) - len(line.lstrip())
    place = Place(number, indent + 1, number, len(line) + 1)
    return Diagnostic("output/template", ERROR, error.message, Located(error.path, place, line))


def _line_of(path: str, number: int) -> str:
    try:
        with Path(path).open(encoding="utf-8", errors="replace") as file:
            return next((line.rstrip("\r\n") for index, line in enumerate(file, 1) if index == number), "")
    except OSError:
        return ""
