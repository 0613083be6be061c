"""Every page of tests/cli is what the command line does: files, commands, and all that they print.

A page starts with a sentence and ends with the files of the case, each behind ``-- path --``. In between, each command
stands behind ``$`` with what it prints: standard output as it is, standard error behind ``!``, and the number that it
leaves with, unless that is 0, as ``[1]``. A line ``...`` stands for any lines. ``aimon`` runs in this process, with
judges from outside that approve of everything; anything else is run by the shell.

``UPDATE_PAGES=1 pytest tests/test_cli.py`` writes what is printed now into the pages: read the difference.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from aimon.cli.process import run as run_command_line

FOLDER = Path(__file__).parent / "cli"
PAGES = sorted(FOLDER.glob("*.txt"))
JUDGES = ("promtool", "amtool")


@dataclass(frozen=True)
class Page:
    """The sentence at the top, the commands with what they are expected to print, and the files."""

    about: str
    commands: list[tuple[str, str]]
    files: dict[str, str]

    @classmethod
    def read(cls, text: str) -> Page:
        head, *parts = re.split(r"^-- (.+) --\n", text, flags=re.MULTILINE)
        about, *commands = re.split(r"^\$ ", head, flags=re.MULTILINE)
        said = [(command, output.strip("\n")) for command, _, output in (one.partition("\n") for one in commands)]
        return cls(about.strip(), said, dict(zip(parts[::2], parts[1::2], strict=True)))

    def text(self) -> str:
        commands = "\n".join(f"$ {command}\n{output}".rstrip("\n") + "\n" for command, output in self.commands)
        files = "\n".join(f"\n-- {path} --\n{text.rstrip()}" for path, text in self.files.items())
        return f"{self.about}\n\n{commands}{files}\n"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with compiled templates, and judges that approve of everything."""
    folder = tmp_path_factory.mktemp("shared")
    for judge in JUDGES:
        place = folder / "bin" / judge
        place.parent.mkdir(exist_ok=True)
        place.write_text("#!/bin/sh\n")
        place.chmod(0o755)
    return folder


@pytest.fixture
def here(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(shared))
    monkeypatch.setenv("XDG_CACHE_HOME", str(shared))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("BEHIND", os.environ["PATH"])
    monkeypatch.setenv("PATH", str(shared / "bin"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_page(path: Path, here: Path) -> None:
    page = Page.read(path.read_text(encoding="utf-8"))
    for name, text in page.files.items():
        place = here / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text.rstrip("\n") + "\n" if text.strip("\n") else "", encoding="utf-8")
        if text.startswith("#!"):
            place.chmod(0o755)
    printed = [(command, run(command, here)) for command, _ in page.commands]
    for _, output in printed:
        assert "Traceback" not in output
    if os.environ.get("UPDATE_PAGES") and not all(map(matches, page.commands, printed)):
        path.write_text(Page(page.about, printed, page.files).text(), encoding="utf-8")
        return
    for expected, actual in zip(page.commands, printed, strict=True):
        assert matches(expected, actual), f"$ {actual[0]}\n{actual[1]}\n\nexpected:\n{expected[1]}"


def matches(expected: tuple[str, str], actual: tuple[str, str]) -> bool:
    pattern = re.escape(expected[1]).replace(r"\.\.\.", r"(?s:.*)")
    return re.fullmatch(pattern, actual[1]) is not None


def run(command: str, here: Path) -> str:
    """What a command prints, and the number that it leaves with."""
    words = shlex.split(command)
    settings = {}
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        name, _, value = words.pop(0).partition("=")
        settings[name] = value
    code, out, err = aimon(words[1:], settings) if words and words[0] == "aimon" else shell(command)
    shown = out.rstrip("\n").split("\n") if out.strip("\n") else []
    shown += [f"! {line}".rstrip() for line in err.rstrip("\n").split("\n")] if err.strip("\n") else []
    shown += [f"[{code}]"] if code else []
    return "\n".join(shown).replace(str(here), "$PWD").strip("\n")


def aimon(arguments: list[str], settings: dict[str, str]) -> tuple[int, str, str]:
    """The command line within this process: number, standard output, standard error."""
    said, aside = io.BytesIO(), io.BytesIO()
    out, err = (io.TextIOWrapper(stream, encoding="utf-8", write_through=True) for stream in (said, aside))
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patch.setattr(sys, "argv", ["aimon", *arguments])
        for name, value in settings.items():
            patch.setenv(name, value)
        code = run_command_line()
    return code, said.getvalue().decode(), aside.getvalue().decode()


def shell(command: str) -> tuple[int, str, str]:
    path = f"{os.environ['PATH']}:{os.environ['BEHIND']}"
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, check=False, env={**os.environ, "PATH": path}
    )
    return done.returncode, done.stdout, done.stderr


def test_every_number_is_shown() -> None:
    """cli.md: 0 fine, 1 findings, 2 wrong usage; 3 and 130 are below, because no page can bring them about."""
    text = "".join(path.read_text(encoding="utf-8") for path in PAGES)
    assert {"[1]", "[2]"} <= set(re.findall(r"^\[\d+\]", text, re.MULTILINE))
    assert len(PAGES) >= 40


# What no page can bring about.


def test_a_bug_says_what_to_report(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    (here / "aimon.yaml").write_text('services: {api: {targets: ["api:8080"]}}\n')
    monkeypatch.setattr("aimon.pipeline.compile_spec", broken)
    code, out, err = aimon(["generate"], {})
    assert (code, out) == (3, "")
    assert "RuntimeError: broken" in err
    assert "this is a bug of aimon; please report the lines above (aimon " in err.splitlines()[-1]


def test_ctrl_c(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    (here / "aimon.yaml").write_text('services: {api: {targets: ["api:8080"]}}\n')
    monkeypatch.setattr("aimon.pipeline.compile_spec", interrupted)
    assert aimon(["generate"], {}) == (130, "", "interrupted; no file was left half written\n")


def outside(script: str, here: Path, **settings: str) -> tuple[int, str, str]:
    """A shell script in which ``aimon`` is a process of its own: number, standard output, standard error."""
    (here / "aimon.yaml").write_text('description: "→"\nname: "→"\nservices: {api: {targets: ["api:8080"]}}\n')
    folder = here / "bin"
    folder.mkdir(exist_ok=True)
    (folder / "aimon").write_text(f'#!/bin/sh\nexec {sys.executable} -m aimon "$@"\n')
    (folder / "aimon").chmod(0o755)
    variables = {
        **os.environ,
        "PATH": f"{folder}:{os.environ['BEHIND']}",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        **settings,
    }
    done = subprocess.run(["sh", "-c", script], cwd=here, capture_output=True, check=False, env=variables)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("aimon schema | head -1", (0, "{\n", "")),
        ("aimon validate --quiet >&-", (1, "", "")),
        ("aimon validate --quiet >/dev/full", (2, "", "error: cannot write: No space left on device\n")),
        ("aimon validate --quiet --output /dev/full", (2, "", "error: cannot write: No space left on device\n")),
        ("aimon validate --quiet 2>&- >/dev/null", (1, "", "")),
    ],
)
def test_streams_that_end_early(script: str, expected: tuple[int, str, str], here: Path) -> None:
    assert outside(script, here) == expected


def test_a_terminal_that_knows_few_letters(here: Path) -> None:
    code, out, _ = outside("aimon validate --format concise", here, PYTHONIOENCODING="ascii")
    assert (code, r"not `\u2192`" in out) == (1, True)
    code, out, _ = outside(
        "sed -i /name/d aimon.yaml && aimon generate --stdout docs/alerts.md", here, PYTHONIOENCODING="ascii"
    )
    assert (code, out.startswith("# Alerts of →\n")) == (0, True)


def test_a_name_that_is_no_text(here: Path) -> None:
    odd = os.fsdecode(b"bad\xff.yaml")
    (here / odd).write_text("services: 5\n")
    for form in ("text", "concise", "json", "github"):
        code, _, err = outside(f"aimon validate --quiet --format {form} *.yaml", here)
        assert (code, err) == (1, ""), form
