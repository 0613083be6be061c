"""The hot road stays lean: what a plain run does not need is not imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent.parent / "examples" / "02-minimal"
HEAVY = {"rich", "pydantic", "jsonschema", "hypothesis", "unittest", "http.client", "asyncio.base_events"}


def modules_after(arguments: list[str]) -> set[str]:
    """The modules that a run of the command line has imported."""
    program = "import sys; from aimon.__main__ import main\ntry: main()\nexcept SystemExit: pass\nprint(*sys.modules, file=sys.stderr)"
    run = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    return set(run.stderr.split())


@pytest.mark.parametrize("command", ["generate", "validate"])
def test_a_plain_run_imports_nothing_heavy(command: str, tmp_path: Path) -> None:
    arguments = [command, str(EXAMPLE), *(["--out", str(tmp_path / "out")] if command == "generate" else [])]
    assert not modules_after(arguments) & HEAVY


def test_the_version_is_told_before_anything_is_imported() -> None:
    assert not modules_after(["--version"]) & {"typer", "yaml", "jinja2", "aimon.cli"}
