"""A second process: the same answers as from one, and nothing left behind where it fails or is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aimon.beside import beside
from aimon.foreign import files
from aimon.review import review

RULE = "groups:\n  - name: {0}\n    rules:\n      - alert: A{0}\n        expr: up{{job='{0}'}} == 0\n        for: {1}\n"


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were two processors, whatever runs the tests."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1}, raising=False)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is one process")
def test_the_work_is_done_in_another_process(several: None) -> None:
    assert beside(os.getpid)() != os.getpid()


def test_one_processor_has_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0}, raising=False)
    assert beside(os.getpid)() == os.getpid()


def test_what_fails_beside_is_done_here(several: None) -> None:
    here = os.getpid()
    assert beside(lambda: "here" if os.getpid() == here else os._exit(3))() == "here"
    assert beside(lambda: "here" if os.getpid() == here else 1 // 0)() == "here"
    assert beside(lambda: "here" if os.getpid() == here else lambda: "cannot be sent")() == "here"
    with pytest.raises(ZeroDivisionError):
        beside(lambda: 1 // 0)()


def test_one_and_two_processes_find_the_same(several: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        (tmp_path / f"{number:02}.yml").write_text(RULE.format(number, "5m" if number % 3 else "soon"))
    (tmp_path / "04.yml").write_text("groups: [")
    (tmp_path / "05.yml").write_text(RULE.format(5, "5m") + "---\n" + RULE.format("again", "soon"))
    (tmp_path / "06.json").write_text('{"groups": [{"name": "j", "rules": [{"alert": "J", "expr": "rate(up)"}]}]}')
    (tmp_path / "10.yml").write_text("a: 1\na: 2\n")
    (tmp_path / "11.yml").write_bytes(b"\xff\xfe\x00")
    alone = review([tmp_path])
    assert {one.check for one in alone.diagnostics} >= {"file/unreadable", "file/shape", "promql/syntax"}
    monkeypatch.setattr(files, "_MANY", 2)
    assert review([tmp_path]).diagnostics == alone.diagnostics


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is one process")
def test_an_interrupt_ends_both_without_a_word(tmp_path: Path) -> None:
    program = (
        "import os, time; os.sched_getaffinity = lambda process: {0, 1}\n"
        "from aimon.beside import beside\n"
        "def work():\n open('child', 'w').write(str(os.getpid())); time.sleep(60)\n"
        "try: beside(work)()\n"
        "except KeyboardInterrupt: raise SystemExit(130)"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    child = tmp_path / "child"
    while not (child.exists() and child.read_text()):
        assert running.poll() is None
        time.sleep(0.01)
    os.killpg(running.pid, signal.SIGINT)
    assert running.communicate(timeout=30)[1] == ""
    assert running.returncode == 130
    status = Path("/proc", child.read_text(), "status")
    for _ in range(1000):
        if not status.exists() or "\nState:\tZ" in status.read_text():
            return
        time.sleep(0.01)
    pytest.fail("the second process lives on")
