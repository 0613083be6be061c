"""The wheel stands on its own: installed in a clean environment, it generates the same bytes from another directory."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "01-ai-coding-assistant"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, cwd=folder)
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_holds_what_it_needs(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {f"aimon/templates/{path.relative_to(ROOT / 'templates')}" for path in (ROOT / "templates").rglob("*.j2")}
    wanted |= {str(path.relative_to(ROOT)) for path in (ROOT / "aimon" / "schemas").glob("*.json")}
    wanted |= {str(path.relative_to(ROOT)) for path in (ROOT / "aimon" / "packs").glob("*.yaml")}
    wanted |= {"aimon/py.typed"}
    assert wanted <= names


def test_the_installed_wheel_generates_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    programs = environment / "bin"
    subprocess.run([programs / "pip", "install", "--quiet", "--disable-pip-version-check", wheel], check=True)
    command: list[str | Path] = [programs / "aimon", "generate", EXAMPLE, "--out", tmp_path / "out"]
    subprocess.run(command, check=True, cwd=tmp_path, capture_output=True)
    golden = EXAMPLE / "monitoring"
    assert _files(tmp_path / "out") == _files(golden)


def _files(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
