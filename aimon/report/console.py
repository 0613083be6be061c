"""Where words go: findings and changes to standard output or a file, everything else to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeVar

if TYPE_CHECKING:
    from aimon import proving
    from aimon.diagnostic import Diagnostic
    from aimon.mutation import Trial
    from aimon.report.text import Line
    from aimon.verdict import Verdict

Thing = TypeVar("Thing")

_PAGES = frozenset({"json", "gitlab", "sarif", "markdown"})  # forms that are one text, made by the module of that name


class Console:
    """One run's way of speaking: the format, the stream of results, and whether colours and small talk are wanted."""

    def __init__(
        self,
        form: str | None,
        output: Path | None = None,
        quiet: bool = False,
        no_color: bool = False,
        aside: bool = False,
    ) -> None:
        self.form = form or ("github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text")
        self._output = output
        self._quiet = quiet
        self._aside = aside  # standard output belongs to an artifact
        self._color = False if no_color or output or os.environ.get("NO_COLOR") else None

    def say(self, text: str) -> None:
        """Words on the side, to standard error."""
        if not self._quiet:
            self.tell(text)

    def tell(self, text: str) -> None:
        """Words that also a quiet run has to say."""
        print(text, file=sys.stderr)

    def fail(self, message: str, cure: str | None = None) -> None:
        """What stands in the way, and what would help."""
        self.tell(f"error: {message}" + (f"\n  help: {cure}" if cure else ""))

    def progress(self, things: Sequence[Thing], called: str = "specs") -> Iterator[Thing]:
        """The things one after the other, with a bar on a terminal where there are many."""
        if len(things) < 2 or self._quiet or not sys.stderr.isatty():
            yield from things
            return
        from rich.console import Console as Terminal
        from rich.progress import track

        yield from track(things, description=called, console=Terminal(stderr=True))

    def findings(self, found: Sequence[Diagnostic], looked_at: Mapping[str, Collection[str]] | None = None) -> None:
        """Print findings; ``looked_at`` has the checks that could run, by the path of each spec."""
        if self.form == "junit":
            from aimon.report import junit

            self.write(junit.diagnostics(found, looked_at))
        elif self.form in _PAGES:
            page = import_module(f"aimon.report.{self.form}")
            self.write(page.diagnostics(found))
        elif self.form == "github":
            self._github(found)
        else:
            from aimon.report import text

            with self._stream() as stream:
                text.show((text.concise if self.form == "concise" else text.diagnostics)(found), stream, self._color)

    def lines(self, lines: Iterable[Line]) -> None:
        """Print what was asked for."""
        from aimon.report import text

        with self._stream() as stream:
            text.show(lines, stream, self._color)

    def _github(self, found: Sequence[Diagnostic]) -> None:
        from aimon.report import github

        self.write("".join(f"{line}\n" for line in github.diagnostics(found)))
        self._summarize(github.summary(found))

    def _summarize(self, text: str) -> None:
        """Add to the page of a run of GitHub Actions, if this is one."""
        page = os.environ.get("GITHUB_STEP_SUMMARY")
        if page:
            with Path(page).open("a", encoding="utf-8") as stream:
                stream.write(text)

    def changes(self, verdict: Verdict) -> None:
        """Print changes, and how many there are."""
        page = import_module(f"aimon.report.changes.{self.form}")
        if self.form == "text":
            from aimon.report import text

            with self._stream() as stream:
                text.show(page.lines(verdict), stream, self._color)
            self.say(page.summary(verdict))
        elif self.form == "github":
            self.write("".join(f"{line}\n" for line in page.changes(verdict)))
            self._summarize(import_module("aimon.report.changes.markdown").changes(verdict))
        else:
            self.write(page.changes(verdict))

    @contextmanager
    def counting(self, called: str) -> Iterator[Callable[[int, int], None]]:
        """What hears how much is done of how much, with a bar on a terminal."""
        if self._quiet or not sys.stderr.isatty():
            yield lambda done, total: None
            return
        from rich.console import Console as Terminal
        from rich.progress import Progress

        with Progress(console=Terminal(stderr=True), transient=True) as bar:
            task = bar.add_task(called, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)

    def proofs(self, verdicts: Sequence[proving.Verdict], trials: Sequence[Trial] | None) -> None:
        """Print what was proven of each alert, and which changes of the rules went unnoticed."""
        from aimon.report import proofs

        if self.form in proofs.FORMS:
            self.write(proofs.FORMS[self.form](verdicts, trials))
        else:
            self.lines(proofs.lines(verdicts, trials))
        self.say(proofs.summary(verdicts))
        if trials is not None:
            self.say(proofs.mutation_summary(trials))

    def notes(self, notes: Iterable[str]) -> None:
        """Say what was not looked at, so that nobody takes silence for approval."""
        for note in dict.fromkeys(notes):
            self.say(note)

    def summary(self, found: Sequence[Diagnostic], specs: int, files: int = 0) -> None:
        """How many specs and other files were looked at, and how much was found."""
        levels = [diagnostic.level for diagnostic in found]
        words = {"error": "errors", "warning": "warnings", "info": "infos"}
        counts = {level: levels.count(level) for level in words}
        counted = [f"{count} {level if count == 1 else words[level]}" for level, count in counts.items() if count]
        looked_at = [(specs, "spec")] * bool(specs or not files) + [(files, "file")] * bool(files)
        subject = " and ".join(f"{count} {word}{'s' * (count != 1)}" for count, word in looked_at)
        self.say(f"{subject} checked: {', '.join(counted) or 'nothing found'}")

    def write(self, text: str) -> None:
        """Print a whole text as it is."""
        with self._stream() as stream:
            stream.write(text)

    @contextmanager
    def _stream(self) -> Iterator[TextIO]:
        if self._output is None:
            yield sys.stderr if self._aside else sys.stdout
            return
        self._output.parent.mkdir(parents=True, exist_ok=True)
        with self._output.open("w", encoding="utf-8") as stream:
            yield stream
