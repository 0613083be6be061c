"""The user's cache folder: what is kept there is whole, bounded, and never needed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aimon import cache, library, render


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "aimon"


def test_the_oldest_go_first(tmp_path: Path) -> None:
    for age, name in enumerate(("new", "old", "older")):
        (tmp_path / name).write_bytes(b"x" * 10)
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    cache.trim(tmp_path, 20)
    assert {path.name for path in tmp_path.iterdir()} == {"new", "old"}


def test_what_others_tidied_up_is_no_error(tmp_path: Path) -> None:
    cache.trim(tmp_path / "gone", 0)
    cache.keep(tmp_path / "gone" / "file.json", b"{}")
    assert not list(tmp_path.iterdir())


def test_a_kept_file_is_whole(tmp_path: Path) -> None:
    cache.keep(tmp_path / "file.json", b"{}")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file.json", b"{}")]


def test_packs_are_bounded(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library.built_in("redis")
    assert list((home / "packs").iterdir())
    monkeypatch.setattr(library, "_MOST_BYTES", 1)
    library.built_in("node")
    assert not list((home / "packs").iterdir())


def test_templates_are_kept_there_and_bounded(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = render._environment(None)
    environment.get_template("prometheus.yml.j2")
    assert list((home / "templates").iterdir())
    monkeypatch.setattr(render, "_MOST_BYTES", 1)
    render._environment(None).get_template("alertmanager.yml.j2")
    assert not list((home / "templates").iterdir())
