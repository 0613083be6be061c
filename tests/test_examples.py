"""The examples are goldens: what they generate is what lies beside them, and they have no fault of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from aimon.pipeline import OUTPUT_FOLDER, SPEC_FILE, Options, compile_spec, validate_spec
from aimon.write import plan

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob(f"*/{SPEC_FILE}"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_the_golden_output_is_what_the_spec_generates(example: Path) -> None:
    result = compile_spec(example / SPEC_FILE, Options(judged=False))
    assert not result.failed
    differing = plan(result.artifacts, example / OUTPUT_FOLDER)
    assert not differing.differs, f"run `make golden` and look at what it changes: {differing}"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_nothing_is_found_in_an_example(example: Path) -> None:
    result = validate_spec(example / SPEC_FILE, Options(judged=False))
    worth_a_look = [diagnostic for diagnostic in result.diagnostics if diagnostic.level != "info"]
    assert not worth_a_look


def test_the_minimal_example_is_minimal() -> None:
    assert len((ROOT / "examples" / "02-minimal" / SPEC_FILE).read_text().splitlines()) <= 15


def test_templates_and_outputs_read_alike() -> None:
    """Every folder of the output is a folder of the templates."""
    folder = EXAMPLES[0] / OUTPUT_FOLDER
    outputs = {str(path.relative_to(folder).parent) for path in folder.rglob("*.*") if path.is_file()}
    templates = {str(path.relative_to(ROOT / "templates").parent) for path in (ROOT / "templates").rglob("*.j2")}
    assert templates == outputs
