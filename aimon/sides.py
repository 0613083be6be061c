"""The two sides of a diff: a spec as it renders, or an output folder as it is on disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from aimon.diagnostic import Diagnostic
from aimon.pipeline import OUTPUT_FOLDER, SPEC_FILE, Options, compile_spec
from aimon.spec import NOTHING
from aimon.units import Unit
from aimon.write import WriteError, read_manifest

# What an output folder may hold where no manifest says it.
_PATTERNS = ("*.yml", "rules/**/*.yml", "grafana/**/*.yml", "grafana/**/*.json", "grafana-dashboard.json", "Makefile")


class SideError(Exception):
    """A side that cannot be had; ``diagnostics`` say what is wrong with a spec."""

    def __init__(self, message: str, cure: str | None = None, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(message)
        self.cure, self.diagnostics = cure, diagnostics


class Side(NamedTuple):
    """The files of an output, and in what unit the threshold of each alert counts, where that is known."""

    files: Mapping[str, str]
    units: Mapping[str, Unit | None] = NOTHING
    folder: Path | None = None  # where the files are, unless they are rendered


def sides(before: Path | None, after: Path | None, environment: str | None) -> tuple[Side, Side]:
    """Both sides. Raises `SideError`.

    One spec means what is on disk beside it against what it renders now; no path means the same for the spec here.
    """
    if after is None:
        spec = _spec(before or Path())
        if spec is None and before is not None:
            return _of_folder(before), _of_spec(Path(SPEC_FILE), environment)
        spec = spec or Path(SPEC_FILE)
        return _of_folder(spec.parent / OUTPUT_FOLDER), _of_spec(spec, environment)
    return _side(before or Path(), environment), _side(after, environment)


def _spec(path: Path) -> Path | None:
    """The spec that a path means, or None for what can only be an output folder."""
    if path.is_file() or path.suffix in (".yaml", ".yml"):
        return path
    inside = path / SPEC_FILE
    return inside if inside.is_file() else None


def _side(path: Path, environment: str | None) -> Side:
    if not path.exists():
        raise SideError(f"there is no {path}", "name a spec, or the folder of an output")
    spec = _spec(path)
    return _of_spec(spec, environment) if spec else _of_folder(path)


def _of_spec(path: Path, environment: str | None) -> Side:
    result = compile_spec(path, Options(environment, judged=False))
    if result.failed or result.stack is None:
        raise SideError(f"{path} has errors, so there is nothing to compare", None, result.diagnostics)
    units = {alert.name: alert.expression.unit for alert in result.stack.alerts()}
    return Side({artifact.path: artifact.text for artifact in result.artifacts}, units)


def _of_folder(folder: Path) -> Side:
    if not folder.is_dir():
        raise SideError(f"there is no folder {folder}", "run `aimon generate` first, or name two sides")
    try:
        paths = list(read_manifest(folder)) or [
            str(path.relative_to(folder)) for pattern in _PATTERNS for path in folder.glob(pattern)
        ]
    except WriteError as error:
        raise SideError(error.message, error.cure) from error
    files = {}
    for path in paths:
        try:
            files[path] = (folder / path).read_text(encoding="utf-8")
        except FileNotFoundError:
            continue  # owned once and gone now: that is a difference, not a failure
        except UnicodeDecodeError as error:
            raise SideError(f"{folder / path} is not UTF-8", "generate it again") from error
        except OSError as error:
            raise SideError(f"cannot read {folder / path}: {error.strerror}") from error
    return Side(files, folder=folder)
