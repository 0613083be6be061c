"""What a spec accepts on purpose, by entries of `ignore` and by comments, and what of that accepts nothing."""

from __future__ import annotations

import datetime
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from aimon import comments
from aimon.checks import EVERY
from aimon.diagnostic import Diagnostic, Located
from aimon.document import Address, Document, Place
from aimon.sources import Sources
from aimon.spec import Ignore
from aimon.suggest import did_you_mean

UNUSED, MALFORMED, UNKNOWN = IDS = ("ignore/unused", "ignore/malformed", "ignore/unknown-check")


class Permit(NamedTuple):
    """Leave to break one check, and where it is written: at an address of a document, or in a comment at a place."""

    check: str
    document: Document
    written: Address | Place
    of: str | None = None
    comment: comments.Comment | None = None

    def accepts(self, one: Diagnostic) -> bool:
        """Whether a finding of its check is meant."""
        if self.comment is not None:
            return one.located.path == self.document.path and self.comment.covers(one.located.place.line)
        return self.of is None or one.address == self.of or one.address.startswith(f"{self.of}.")


Needs: TypeAlias = "Mapping[Permit, bool | None]"
"""Whether each permit was needed in a run; None where its check could not run."""


class Acceptance:
    """The permits of one run, and which of them were needed."""

    def __init__(self, documents: Iterable[Document], entries: Iterable[Permit] = ()) -> None:
        read = [(document, *comments.read(document)) for document in dict.fromkeys(documents)]
        self._comments = [(document, comment) for document, good, _ in read for comment in good]
        self._malformed = [(document, mistake) for document, _, bad in read for mistake in bad]
        self._permits: dict[str, list[Permit]] = {}
        for permit in (*entries, *_spoken(self._comments)):
            self._permits.setdefault(permit.check, []).append(permit)
        self._needed: set[Permit] = set()

    def faults(self) -> Iterator[Diagnostic]:
        """The comments that say it wrongly, and those that name a check which does not exist."""
        for document, mistake in self._malformed:
            yield _diagnostic(MALFORMED, mistake.message, document, mistake.place, mistake.help)
        for document, comment in self._comments:
            if comment.check not in EVERY:
                cure = did_you_mean(comment.check, EVERY, "`aimon checks` lists them all")
                yield _diagnostic(UNKNOWN, f"there is no check `{comment.check}`", document, comment.place, cure)

    def refused(self, found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """The findings that nothing accepts."""
        for one in found:
            accepting = [permit for permit in self._permits.get(one.check, ()) if permit.accepts(one)]
            self._needed.update(accepting)
            if not accepting:
                yield one

    def needs(self, ran: Container[str]) -> Needs:
        """Whether each permit was needed, given the ids of the checks that could run."""
        return {
            permit: permit in self._needed if check in ran else None
            for check, permits in self._permits.items()
            if check != UNUSED
            for permit in permits
        }


def unused(runs: Sequence[Needs]) -> Iterator[Diagnostic]:
    """The permits that no run needed, although the check could run each time."""
    for permit in dict.fromkeys(permit for run in runs for permit in run):
        if all(run.get(permit, False) is False for run in runs):
            at = permit.written
            place = at if isinstance(at, Place) else permit.document.where(at)
            what = "comment" if permit.comment else "entry"
            message = f"this {what} accepts nothing: {_where(permit)} has no finding of `{permit.check}`"
            yield _diagnostic(UNUSED, message, permit.document, place, "remove it")


def of_spec(sources: Sources, entries: Sequence[Ignore]) -> Acceptance:
    """What a spec accepts, in all of its files."""
    return Acceptance((layer.document for layer in sources.layers), _entries(sources, entries))


def _where(permit: Permit) -> str:
    if permit.comment is None:
        return f"`{permit.of}`" if permit.of else "the spec"
    first, last = permit.comment.first, permit.comment.last
    return f"line {first}" if first == last else f"lines {first} to {last}"


def _entries(sources: Sources, entries: Sequence[Ignore]) -> Iterator[Permit]:
    """The entries of `ignore` that hold today and name a check."""
    today = datetime.date.today().isoformat()
    for entry in entries:
        if (entry.until is None or entry.until >= today) and entry.check in EVERY:
            yield Permit(entry.check, *sources.locate(entry.at), entry.of)


def _spoken(found: Iterable[tuple[Document, comments.Comment]]) -> Iterator[Permit]:
    for document, comment in found:
        if comment.check in EVERY:
            yield Permit(comment.check, document, comment.place, comment=comment)


def _diagnostic(check: str, message: str, document: Document, place: Place, cure: str | None) -> Diagnostic:
    located = Located(document.path, place, document.line(place.line))
    return Diagnostic(check, EVERY[check].level, message, located, help=cure)
