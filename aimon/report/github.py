"""Findings as annotations of GitHub Actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from aimon.diagnostic import Diagnostic
from aimon.report.text import printable

# https://docs.github.com/actions/reference/workflow-commands-for-github-actions
_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def diagnostics(found: Sequence[Diagnostic]) -> Iterator[str]:
    """One workflow command a finding."""
    for diagnostic in found:
        place = diagnostic.located.place
        properties = {
            "file": printable(diagnostic.located.path),
            "line": str(place.line),
            "endLine": str(place.end_line),
            "col": str(place.column),
            "endColumn": str(place.end_column),
            "title": diagnostic.check,
        }
        said = [diagnostic.message, *([f"help: {diagnostic.help}"] if diagnostic.help else ())]
        message = "\n".join(map(printable, said))
        yield command(_COMMANDS[diagnostic.level], properties, message)


def command(name: str, properties: Mapping[str, str], message: str) -> str:
    """A workflow command: an annotation of the run."""
    listed = ",".join(f"{key}={_property(text)}" for key, text in properties.items())
    return f"::{name} {listed}::{_data(message)}"


def summary(found: Sequence[Diagnostic]) -> str:
    """The same for the page of the run, because annotations are capped at ten a step."""
    if not found:
        return "### aimon: nothing found\n"
    rows = [
        f"| {one.level} | `{printable(one.located.text)}` | {_cell(one.message)} | `{one.check}` |" for one in found
    ]
    return "\n".join(
        (f"### aimon: {len(found)} findings", "", "| level | where | what | check |", "|---|---|---|---|", *rows, "")
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _cell(text: str) -> str:
    return printable(" ".join(text.replace("|", "\\|").split()))
