"""What several commands are told in the same words: their specs, and how they speak."""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aimon.cli.exits import stop

if TYPE_CHECKING:
    from aimon.diagnostic import Diagnostic


class FindingFormat(str, Enum):
    """How findings are printed."""

    text = "text"
    concise = "concise"
    json = "json"
    github = "github"
    gitlab = "gitlab"
    sarif = "sarif"
    junit = "junit"
    markdown = "markdown"


class Level(str, Enum):
    """From which level on findings make the run fail."""

    info = "info"
    warning = "warning"
    error = "error"

    def met_by(self, found: Sequence[Diagnostic]) -> bool:
        """Whether something was found of that level or a higher one."""
        from aimon.checks import LEVELS

        failing = LEVELS[LEVELS.index(self.value) :]
        return any(diagnostic.level in failing for diagnostic in found)


Specs = Annotated[
    list[Path] | None, typer.Argument(help="Spec files, or folders that hold aimon.yaml.", show_default="aimon.yaml")
]
Spec = Annotated[
    Path | None, typer.Argument(help="A spec file, or a folder that holds aimon.yaml.", show_default="aimon.yaml")
]
Environment = Annotated[str | None, typer.Option("--env", help="Merge this environment of the spec over the rest.")]
Templates = Annotated[
    Path | None, typer.Option(help="A folder whose templates take the place of ours.", exists=True, file_okay=False)
]
FindingForm = Annotated[
    FindingFormat | None,
    typer.Option("--format", help="How findings are printed.", show_default="text, or github in GitHub Actions"),
]
FailOn = Annotated[Level, typer.Option(help="The lowest level that makes the run fail.")]
OutputFile = Annotated[Path | None, typer.Option("--output", help="Print to this file instead of standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but results and errors.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="Print without colours.")]


def specs_of(paths: list[Path] | None) -> list[Path]:
    """The specs that the arguments mean; without any, the one here."""
    from aimon.inputs import SPEC_FILE, specs_below

    if not paths and not Path(SPEC_FILE).exists():
        stop(f"there is no {SPEC_FILE} here", "name a spec, or a folder that holds one")
    for path in paths or ():
        if not os.path.lexists(path):
            stop(f"there is no {path}", "name a spec, or a folder that holds one")
    found = [spec for path in paths or [Path(SPEC_FILE)] for spec in specs_below(path)]
    if not found:
        stop(f"there is no {SPEC_FILE} in {', '.join(map(str, paths or ()))}", "name a spec file")
    return list({os.path.realpath(spec): spec for spec in reversed(found)}.values())[::-1]


def one_spec(path: Path | None) -> Path:
    """The spec that an argument means; without any, the one here."""
    specs = specs_of([path] if path else None)
    if len(specs) > 1:
        stop(f"there are {len(specs)} specs in {path}", "name one of them")
    return specs[0]
