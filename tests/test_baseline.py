"""A baseline hides what was there, counts it, and names what is gone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from aimon import baseline
from aimon.baseline import BaselineError, distinct_fingerprints, read, sift, write
from aimon.diagnostic import Diagnostic, Located
from aimon.document import Place


def found(name: str, line: int = 1, message: str = "m", check: str = "alert/without-for") -> Diagnostic:
    """A finding at the key of an alert."""
    located = Located("aimon.yaml", Place(line, 3, line, 3 + len(name)), f"  {name}:")
    return Diagnostic(check, "warning", message, located, f"alerts.{name}")


def sifted(path: Path, before: Sequence[Diagnostic], after: Sequence[Diagnostic]) -> baseline.Sifted:
    spec = path.parent / "aimon.yaml"
    write(path, {spec: before})
    return sift(path, read(path), {spec: after}, lambda spec, check: True)


@pytest.mark.parametrize(
    ("before", "after", "new", "hidden", "gone"),
    [
        ([], [], [], 0, []),
        ([], [found("A")], ["alerts.A"], 0, []),
        ([found("A")], [found("A")], [], 1, []),
        ([found("A")], [found("A", line=40)], [], 1, []),
        ([found("A")], [found("A", message="said otherwise")], [], 1, []),
        ([found("A")], [found("B")], ["alerts.B"], 0, ["alerts.A"]),
        ([found("A")], [found("A", check="alert/without-summary")], ["alerts.A"], 0, ["alerts.A"]),
        ([found("A")], [found("A"), found("A", line=9)], ["alerts.A"], 1, []),  # a second fault like the first is new
        ([found("A"), found("A", line=9)], [found("A")], [], 1, ["alerts.A"]),
        ([found("B"), found("A")], [], [], 0, ["alerts.A", "alerts.B"]),
    ],
)
def test_only_new_findings_count(
    before: list[Diagnostic], after: list[Diagnostic], new: list[str], hidden: int, gone: list[str], tmp_path: Path
) -> None:
    result = sifted(tmp_path / "base.json", before, after)
    assert [one.address for some in result.found.values() for one in some] == new
    assert result.hidden == hidden
    assert [entry.address for entry in result.gone] == gone


def test_nothing_is_gone_where_nobody_looked(tmp_path: Path) -> None:
    path, here, there = tmp_path / "base.json", tmp_path / "a.yaml", tmp_path / "b.yaml"
    write(path, {here: [found("A"), found("B", check="judge/promtool")], there: [found("C")]})
    result = sift(path, read(path), {here: []}, lambda spec, check: check != "judge/promtool")
    assert [entry.address for entry in result.gone] == ["alerts.A"]


def test_the_file_is_for_readers_and_for_git(tmp_path: Path) -> None:
    path = tmp_path / "base.json"
    assert write(path, {tmp_path / "b" / "aimon.yaml": [found("B"), found("A")], tmp_path / "aimon.yaml": []}) == 2
    text = path.read_text()
    first, second = (line.strip(" ,") for line in text.splitlines() if "fingerprint" in line)
    assert json.loads(first)["address"] == "alerts.A"
    assert json.loads(second) == {
        "spec": "b/aimon.yaml",
        "check": "alert/without-for",
        "address": "alerts.B",
        "message": "m",
        "fingerprint": found("B").fingerprint,
    }
    write(path, {tmp_path / "b" / "aimon.yaml": [found("A"), found("B", line=7)]})
    assert path.read_text() == text
    write(path, {})
    assert read(path) == ()


def test_it_does_not_matter_where_aimon_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "team").mkdir()
    monkeypatch.chdir(tmp_path)
    write(Path("base.json"), {Path("team/aimon.yaml"): [found("A")]})
    monkeypatch.chdir(tmp_path / "team")
    path = Path("../base.json")
    looked: Mapping[Path, Sequence[Diagnostic]] = {Path("aimon.yaml"): [found("A")]}
    assert sift(path, read(path), looked, lambda spec, check: True).hidden == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("\xff", "is not JSON"),
        ("[]", "is not a baseline"),
        ('{"findings": []}', "is not a baseline"),
        ('{"aimon_baseline": 99}', "another version"),
        ('{"aimon_baseline": 1}', "`findings`"),
        ('{"aimon_baseline": 1, "findings": [1]}', "finding 1"),
        ('{"aimon_baseline": 1, "findings": [{"spec": 1}]}', "finding 1"),
    ],
)
def test_a_file_that_is_no_baseline_is_named(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "base.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(BaselineError, match=message):
        read(tmp_path / "base.json")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="there is no"):
        read(tmp_path / "base.json")


def test_equal_faults_have_fingerprints_of_their_own() -> None:
    twice = [found("A"), found("A", line=9), found("B")]
    assert len(set(distinct_fingerprints(twice))) == 3
    assert distinct_fingerprints(twice)[0] == distinct_fingerprints([found("A", line=3, message="other")])[0]
