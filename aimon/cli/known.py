"""The findings that are known: written into a baseline, and left out of what is reported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from aimon.cli.exits import FINE, stop

if TYPE_CHECKING:
    from aimon.diagnostic import Diagnostic
    from aimon.pipeline import Result
    from aimon.report.console import Console


def write_known(console: Console, baseline: Path | None, results: Sequence[Result]) -> None:
    """Take everything that was found as known; what could not be looked at is no baseline, and is reported."""
    from aimon.baseline import write

    if baseline is None:
        stop("--write-baseline needs a file", "name it with --baseline")
    if any(result.unreadable or (result.stack is None and not result.files) for result in results):
        console.tell(f"{baseline} is not written: something could not be looked at")
        return
    count = write(baseline, _by_spec(results))
    console.say(f"{baseline} holds {count} finding{'s' * (count != 1)} now")
    raise typer.Exit(FINE)


def without_known(console: Console, baseline: Path, results: Sequence[Result]) -> list[Result]:
    """The results without the findings of a baseline; how many those are, and what of it can be removed."""
    from aimon.baseline import BaselineError, read, sift

    ran = {result.path: result.ran for result in results if not result.files}
    try:
        sifted = sift(baseline, read(baseline), _by_spec(results), lambda spec, check: check in ran.get(spec, ()))
    except BaselineError as error:
        stop(error.message, error.cure)
    for entry in sifted.gone:
        where = f"{entry.spec}: {entry.address}" if entry.address else entry.spec
        console.say(f"{baseline}: [{entry.check}] of {where} is gone and can be removed")
    if sifted.hidden:
        console.say(f"{sifted.hidden} known finding{'s' * (sifted.hidden != 1)} hidden by {baseline}")
    new = {id(one) for some in sifted.found.values() for one in some}
    return [each._replace(diagnostics=tuple(one for one in each.diagnostics if id(one) in new)) for each in results]


def _by_spec(results: Iterable[Result]) -> dict[Path, list[Diagnostic]]:
    """What was found, by spec; files that aimon did not write stand for themselves."""
    found: dict[Path, list[Diagnostic]] = {result.path: [] for result in results if not result.files}
    for result in results:
        for one in result.diagnostics:
            found.setdefault(Path(one.located.path) if result.files else result.path, []).append(one)
    return found
