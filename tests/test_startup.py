"""The hot road stays lean: what a plain run does not need is not imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from aimon.cli import COMMANDS

EXAMPLE = Path(__file__).parent.parent / "examples" / "02-minimal"
HEAVY = {"rich", "pydantic", "jsonschema", "hypothesis", "unittest", "http.client", "asyncio.base_events"}


def modules_after(arguments: list[str]) -> set[str]:
    """The modules that a run of the command line has imported."""
    program = "import sys; from aimon.cli.process import run; run(); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("command", ["generate", "validate"])
def test_a_plain_run_imports_nothing_heavy(command: str, tmp_path: Path) -> None:
    arguments = [command, str(EXAMPLE), *(["--out", str(tmp_path / "out")] if command == "generate" else [])]
    imported = modules_after(arguments)
    assert "aimon.pipeline" in imported
    assert not imported & HEAVY
    others = {f"aimon.cli.{module}" for name, module in COMMANDS.items() if name != command}
    assert not imported & others


def test_help_shows_every_command_and_runs_the_imports_of_none() -> None:
    imported = modules_after(["--help"])
    assert {f"aimon.cli.{module}" for module in COMMANDS.values()} <= imported
    assert not imported & {*HEAVY, "yaml", "jinja2", "aimon.pipeline"}


def test_the_version_is_told_before_anything_is_imported() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "aimon", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("aimon ")
    assert "aimon" in done.stderr
    assert not {"typer", "yaml", "jinja2", "aimon.cli"} & set(done.stderr.split())
