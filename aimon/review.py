"""Files that aimon did not write, through the same gates: their schemas first, then the checks that suit them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from aimon import acceptance, gates
from aimon.acceptance import Acceptance
from aimon.build import build
from aimon.catalogue import Catalogue
from aimon.checks import CHECKS, ERROR, WARNING, Check
from aimon.diagnostic import Context, Diagnostic, Located, dotted
from aimon.document import Address, Document, DocumentError, Place
from aimon.expand import expand
from aimon.exposition import is_exposition, read_exposition
from aimon.finding import Finding
from aimon.foreign.faults import faults
from aimon.foreign.files import Files, Reading
from aimon.foreign.part import Part
from aimon.foreign.reading import NOT_FOR_FOREIGN, Foreign, read_foreign
from aimon.inputs import SPEC_FILE, SUFFIXES, files_below, head
from aimon.opinions import Opinions, Panel
from aimon.parse import parse
from aimon.pipeline import Result, with_packs
from aimon.placed import SECRET, in_order, unreadable, veiled
from aimon.sources import Sources, load

UNREADABLE, SHAPE = "file/unreadable", "file/shape"


def review(
    paths: Sequence[Path],
    catalogue: Path | None = None,
    asked: Collection[str] | None = None,
    reading: Reading | None = None,
) -> Result:
    """All findings in the files; typed against the metrics of a spec or an exposition where one is given.

    promtool and amtool are asked too unless ``asked`` is None; those in it however many files there are. ``reading``
    are the files where somebody has begun to read them.
    """
    files = Files()
    try:
        known = known_from(catalogue, files) if catalogue else None
    except DocumentError as error:
        return Result(catalogue or paths[0], (_unreadable(error),), unreadable=True)
    known_files = set(files.sources)
    read = read_foreign(reading or Reading(files_below(paths)), known, files)
    with _judges(read, asked) as judges:
        findings = [*_misfits(read.parts), *_checked(read)]
        errors = [finding.at for finding in findings if CHECKS[finding.check].level == ERROR]
        heard = judges.heard([*errors, *(query.at for query in read.skipped)]) if judges else Opinions()
    secrets = [_secret(files, finding.at) for finding in findings if finding.check == SECRET]
    found = [veiled(_diagnostic(files, finding), secrets) for finding in (*findings, *heard.findings)]
    written = {source.path: source for key, source in files.sources.items() if key not in known_files}
    accepted = Acceptance(source for source in written.values() if isinstance(source, Document))
    ran = frozenset((UNREADABLE, SHAPE, *acceptance.IDS, *heard.ran, *(check.id for check in _suitable())))
    told = [*accepted.refused(in_order(_each_once((*found, *accepted.faults()))))]
    told += accepted.refused(acceptance.unused([accepted.needs(ran)]))
    return Result(
        path=paths[0],
        ran=ran,
        diagnostics=(*in_order(map(_unreadable, read.errors)), *in_order(told)),
        absent=heard.absent,
        notes=(*_notes(read), *heard.notes),
        unreadable=bool(read.errors),
        files=len({_path(part.at) for part in read.parts if not part.what}) + len(read.errors),
        stacks=read.stacks,
    )


@contextmanager
def _judges(read: Foreign, asked: Collection[str] | None) -> Iterator[Panel | None]:
    """The judges at work on the files while we look at them; none where nobody is to be asked."""
    if asked is None:
        yield None
        return
    panel = Panel(read.files, read.parts, asked)
    try:
        yield panel
    finally:
        panel.close()


def _suitable() -> Iterator[Check]:
    """The checks that are for files of others too."""
    return (check for check in CHECKS.values() if not check.at_gate and check.id not in NOT_FOR_FOREIGN)


def _each_once(found: Iterable[Diagnostic]) -> Iterable[Diagnostic]:
    """What an alias repeats stands in one place and is said once."""
    return {(one.located, one.check, one.message): one for one in found}.values()


def known_from(path: Path, files: Files) -> Catalogue:
    """The catalogue in a spec or in an exposition, whose places the files know from now on. Raises `DocumentError`."""
    if path.is_file() and (path.suffix not in SUFFIXES or is_exposition(head(path))):
        exposition = read_exposition(path, open=True)
        if exposition.problems:
            raise exposition.problems[0]
        files.sources[str(path)] = exposition
        declared = [metric._replace(at=(str(path), *metric.at)) for metric in exposition.metrics]
        return Catalogue({}).with_metrics(declared)
    sources = load(path / SPEC_FILE if path.is_dir() else path)
    problem = next(iter(gates.check_shape(sources.value)), None)
    if problem is not None:
        raise _misshapen(sources, problem)
    sources, misfits = with_packs(sources, Path(sources.layers[0].document.path).parent)
    if misfits:
        raise _misshapen(sources, misfits[0])
    for layer in sources.layers:
        files.sources[layer.document.path] = layer.document
    known = build(expand(parse(sources.value))).catalogue
    metrics = {
        name: tuple(metric._replace(at=_in_file(sources, metric.at)) for metric in declared)
        for name, declared in known.metrics.items()
    }
    return known._replace(metrics=metrics)


def _misshapen(sources: Sources, problem: Finding) -> DocumentError:
    document, local = sources.locate(problem.at)
    return DocumentError(problem.message, document.where(local, key=problem.key), problem.help, document.path)


def _in_file(sources: Sources, at: Address) -> Address:
    """An address of a spec as one that starts with its file."""
    if not at:
        return at
    document, local = sources.locate(at)
    return (document.path, *local)


def _misfits(parts: Iterable[Part]) -> Iterator[Finding]:
    """What does not fit the schema of its kind of file."""
    for part in parts:
        if part.schema is not None:
            for misfit in gates.check_value(SHAPE, part.schema, part.value):
                if not part.tolerates(misfit.at):
                    message = re.sub("^the spec ", "the file ", misfit.message)
                    yield misfit._replace(message=message, at=(*part.at, *misfit.at))
            yield from faults(part, SHAPE)


def _checked(read: Foreign) -> Iterator[Finding]:
    for stack in read.stacks:
        for check in _suitable():
            yield from check.run(stack)


def _notes(read: Foreign) -> Iterator[str]:
    """What was not looked at: files of other kinds, and queries in other languages."""
    for part in read.parts:
        if part.what:
            yield f"{_path(part.at)}: not checked, because it is {part.what}"
    for (path, language), count in Counter((_path(one.at), one.language) for one in read.skipped).items():
        queries = "1 query in" if count == 1 else f"{count} queries in"
        yield f"{path}: {queries} {language} {'was' if count == 1 else 'were'} not checked, which aimon does not read"


def _unreadable(error: DocumentError) -> Diagnostic:
    return unreadable(UNREADABLE, error, Path(error.path))


def _path(at: Address) -> str:
    return str(at[0]).partition("#")[0]


def _secret(files: Files, at: Address) -> tuple[str, Place]:
    source, local = files.locate(at)
    return source.path, source.where(local)


def _diagnostic(files: Files, finding: Finding) -> Diagnostic:
    return Diagnostic(
        check=finding.check,
        level=CHECKS[finding.check].level if finding.check in CHECKS else WARNING,
        message=finding.message,
        located=_located(files, finding.at, finding.fragment, finding.key),
        address=dotted(finding.at[1:]),
        help=finding.help,
        contexts=tuple(
            Context(_located(files, related.at, None, True), related.message)
            for related in finding.related
            if related.at
        ),
    )


def _located(files: Files, at: Address, fragment: tuple[int, int] | None, key: bool) -> Located:
    source, local = files.locate(at)
    place = files.fragment(at, *fragment) if fragment else source.where(local, key=key)
    return Located(source.path, place, source.line(place.line))
