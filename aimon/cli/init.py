"""`aimon init`: a spec to start from."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aimon.cli.arguments import Quiet
from aimon.cli.exits import stop

if TYPE_CHECKING:
    from aimon.draft.services import Service
    from aimon.exposition import Exposition


def command(
    folder: Annotated[Path, typer.Argument(help="Where to write aimon.yaml.", show_default="here")] = Path(),
    pack: Annotated[
        list[str] | None, typer.Option(help="Use this pack: nodejs, redis … `aimon packs` lists them.", metavar="NAME")
    ] = None,
    from_metrics: Annotated[
        list[str] | None,
        typer.Option(help="Declare what this /metrics exposes, at an address or saved.", metavar="URL|FILE"),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="What the spec is called.", show_default="the name of the folder")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write a commented aimon.yaml to start from.

    It has no fault, and its alerts can be proven. Nothing is ever overwritten, and nothing is asked of the network but
    the addresses given.
    """
    from aimon.draft.services import services
    from aimon.draft.starter import is_name, name_from, starter
    from aimon.inputs import SPEC_FILE
    from aimon.report.console import Console
    from aimon.write.anew import create
    from aimon.write.places import WriteError

    place = folder / SPEC_FILE
    if os.path.lexists(place):
        stop(f"{place} exists", "edit it, or name another folder")
    if name is not None and not is_name(name):
        cure = f"write at most 40 lower-case letters, digits and inner dashes, such as {name_from(name)}"
        stop(f"`{name}` cannot be the name of a spec", cure)
    _check_packs(pack or ())
    made = services(pack or (), [_exposition(source) for source in from_metrics or ()])
    text = starter(name or name_from(folder.resolve().name), made)
    try:
        create(place, text)
    except WriteError as error:
        stop(error.message, error.cure)
    console = Console("text", quiet=quiet)
    for service in made:
        for remark in service.remarks:
            console.tell(f"{service.source}:{remark.line}: {remark}")
    for line in _next(place, folder, made):
        console.say(line)


def _check_packs(names: Iterable[str]) -> None:
    """Leave where a pack is named that does not come with aimon."""
    from aimon import library
    from aimon.suggest import did_you_mean

    for name in names:
        if library.is_path(name):
            stop(f"`{name}` is a file", "name a pack that comes with aimon here, and yours in the spec, under `packs`")
        if name not in library.names():
            listed = f"there are {', '.join(library.names())}"
            stop(f"there is no pack `{name}`", did_you_mean(name, library.names(), listed))


def _exposition(source: str) -> Exposition:
    """What an address answers, or what a file holds, if it is an exposition."""
    from aimon.document import DocumentError
    from aimon.exposition import parse_exposition, read_exposition
    from aimon.live.http import LiveError
    from aimon.live.metrics import exposed

    try:
        url = _URL.match(source)
        exposition = parse_exposition(exposed(source), source) if url else read_exposition(Path(source))
    except DocumentError as error:
        stop(f"{source}: {error.message}", "name a file, or an address such as http://app:8080/metrics")
    except LiveError as error:
        stop(str(error), error.cure or "name the address of its metrics, such as http://app:8080/metrics")
    if not exposition.metrics:
        stop(f"{source}: no metric is exposed there", "name the address or a saved text of a /metrics page")
    return exposition


_URL = re.compile(r"https?://", re.IGNORECASE)


def _next(place: Path, folder: Path, made: Sequence[Service]) -> Iterable[str]:
    """What is there now, and what to do with it."""
    where = "" if folder == Path() else f" {shlex.quote(str(folder))}"
    packs = {use.pack: None for service in made for use in service.packs}
    count = sum(len(service.metrics) for service in made)
    counted = [f"{len(made)} service{'s' * (len(made) != 1)}"] if made else []
    counted += [f"{count} metric{'s' * (count != 1)}"] if count else []
    counted += [f"pack{'s' * (len(packs) != 1)} {', '.join(packs)}"] if packs else []
    yield f"wrote {place}{': ' if counted else ''}{', '.join(counted)}"
    yield f"next  aimon generate{where}    writes the whole stack into monitoring/ beside it"
    yield f"      aimon validate{where}    checks the spec, and every file that comes of it"
    yield f"      aimon test{where}        proves every alert"
