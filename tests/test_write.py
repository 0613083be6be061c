"""Writing is all or nothing: whatever happens between two operations on files, the folder is old or new, never torn."""

from __future__ import annotations

import contextlib
import errno
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aimon.artifact import Artifact
from aimon.write import plan, write
from aimon.write.journal import JOURNAL
from aimon.write.manifest import read_manifest
from aimon.write.places import MANIFEST, STAGING, WriteError

# The old output, and a new one in which a file is changed, one is added, and one goes with its folder.
OLD = {
    "prometheus.yml": "old\n",
    "rules/alerts.yml": "old alerts\n",
    "gone/deep/file.yml": "old\n",
    "Makefile": "same\n",
}
NEW = {
    "prometheus.yml": "new and longer\n",
    "rules/alerts.yml": "old alerts\n",
    "docs/alerts.md": "new\n",
    "Makefile": "same\n",
}
MOST_OPERATIONS = 200


def artifacts(files: dict[str, str]) -> list[Artifact]:
    return [Artifact(path, text, "") for path, text in files.items()]


def files_in(folder: Path) -> dict[str, str]:
    """What a person or a program finds in the output, which is all but aimon's own files."""
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {path: place.read_text() for path, place in found.items() if not path.startswith((MANIFEST, STAGING))}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The old output, with a file of somebody else's."""
    made = tmp_path / "monitoring"
    write(artifacts(OLD), made)
    (made / "rules" / "mine.yml").write_text("mine\n")
    return made


def with_mine(files: dict[str, str]) -> dict[str, str]:
    return {**files, "rules/mine.yml": "mine\n"}


def stop_at(number: int, stop: Callable[[], None]) -> None:
    """From now on, do ``stop`` before the operation of that number on a file, counted from 0."""
    seen = -1

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        changes = event in ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate")
        opens = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if changes or opens:
            seen += 1
            if seen == number:
                stop()

    sys.addaudithook(hook)


def in_a_child(work: Callable[[], None]) -> int:
    """Do the work in a process of its own; its exit code, negative where a signal ended it."""
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join()
    assert child.exitcode is not None
    return child.exitcode


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a child that is killed needs fork")
def test_killed_between_any_two_operations(tmp_path: Path) -> None:
    for number in range(MOST_OPERATIONS):
        folder = tmp_path / str(number)
        write(artifacts(OLD), folder)

        def killed(number: int = number, folder: Path = folder) -> None:
            stop_at(number, kill)
            write(artifacts(NEW), folder)

        code = in_a_child(killed)
        if code == 0:
            assert number > 15, "the hook saw too little"
            return
        assert code == -signal.SIGKILL
        torn = {path: text for path, text in files_in(folder).items() if text not in (OLD.get(path), NEW.get(path))}
        assert not torn
        if not (folder / STAGING / JOURNAL).exists():
            assert files_in(folder) in (OLD, NEW)
        write(artifacts(NEW), folder)
        assert files_in(folder) == NEW
        assert not (folder / STAGING).exists()
        assert not plan(artifacts(NEW), folder).differs
    pytest.fail("it never ended")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a child that is killed needs fork")
def test_killed_while_it_recovers(tmp_path: Path) -> None:
    """A run that finishes another one may be killed as well."""
    for number in range(MOST_OPERATIONS):
        folder = tmp_path / str(number)
        write(artifacts(OLD), folder)

        def killed(number: int, folder: Path = folder) -> Callable[[], None]:
            def work() -> None:
                stop_at(number, kill)
                write(artifacts(NEW), folder)

            return work

        in_a_child(killed(14))
        code = in_a_child(killed(number))
        write(artifacts(OLD), folder)
        assert files_in(folder) == OLD
        if code == 0:
            return


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a hook cannot be taken back, so it needs a process of its own")
def test_interrupted_at_any_operation(tmp_path: Path) -> None:
    """Ctrl-C leaves the old or the new state at once, without another run."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    for number in range(MOST_OPERATIONS):
        folder = tmp_path / str(number)
        write(artifacts(OLD), folder)

        def interrupted(number: int = number, folder: Path = folder) -> None:
            stop_at(number, interrupt)
            try:
                write(artifacts(NEW), folder)
            except KeyboardInterrupt:
                os._exit(42)

        code = in_a_child(interrupted)
        assert files_in(folder) in (OLD, NEW)
        assert not (folder / STAGING / JOURNAL).exists()
        if code == 0:
            return
        assert code == 42
    pytest.fail("it never ended")


def test_the_second_run_touches_nothing(folder: Path) -> None:
    def times() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]}

    for path in folder.rglob("*"):
        os.utime(path, ns=(1, 1))
    os.utime(folder, ns=(1, 1))
    before = times()
    assert not write(artifacts(OLD), folder).differs
    assert times() == before


def test_only_what_differs_is_written(folder: Path) -> None:
    os.utime(folder / "Makefile", ns=(1, 1))
    done = write(artifacts(NEW), folder)
    assert (done.missing, done.changed, done.stale) == (
        ("docs/alerts.md",),
        ("prometheus.yml",),
        ("gone/deep/file.yml",),
    )
    assert (folder / "Makefile").stat().st_mtime_ns == 1
    assert files_in(folder) == with_mine(NEW)
    assert not (folder / "gone").exists()


def test_some_outputs_leave_the_others_alone(folder: Path) -> None:
    write(artifacts({"prometheus.yml": "new\n"}), folder, whole=False)
    assert files_in(folder) == with_mine({**OLD, "prometheus.yml": "new\n"})
    assert read_manifest(folder).keys() == OLD.keys()


def test_an_edited_file_stops_everything(folder: Path) -> None:
    (folder / "gone/deep/file.yml").write_text("edited\n")
    with pytest.raises(WriteError) as error:
        write(artifacts(NEW), folder)
    assert error.value.edited
    assert "gone/deep/file.yml is edited by hand" in error.value.message
    assert files_in(folder) == with_mine({**OLD, "gone/deep/file.yml": "edited\n"})
    write(artifacts(NEW), folder, force=True)
    assert files_in(folder) == with_mine(NEW)


def test_a_foreign_file_stops_everything_even_by_force(folder: Path) -> None:
    (folder / "docs").mkdir()
    (folder / "docs/alerts.md").write_text("somebody's\n")
    with pytest.raises(WriteError, match="does not own it"):
        write(artifacts(NEW), folder, force=True)
    assert files_in(folder) == with_mine({**OLD, "docs/alerts.md": "somebody's\n"})


def test_a_failed_first_run_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(WriteError):
        write(artifacts({"../x": ""}), tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_manifest_or_journal(folder: Path) -> None:
    for text in ("", "{", "[]", '{"files": 5}', '{"files": [1]}', "null"):
        (folder / MANIFEST).write_text(text)
        with pytest.raises(WriteError, match="damaged"):
            write(artifacts(NEW), folder)
    (folder / MANIFEST).unlink()
    (folder / STAGING).mkdir()
    for text in ("", "{", "[]", '{"write": 5, "remove": []}', "null"):
        (folder / STAGING / JOURNAL).write_text(text)
        with pytest.raises(WriteError, match="damaged"):
            write(artifacts(NEW), folder)
    assert files_in(folder) == with_mine(OLD)


def test_staging_that_is_a_link(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "keep").write_text("keep")
    (folder / STAGING).symlink_to(elsewhere)
    with pytest.raises(WriteError, match="is a link"):
        write(artifacts(NEW), folder)
    assert (elsewhere / "keep").read_text() == "keep"


def _write_many(folder: Path, files: dict[str, str], times: int) -> None:
    for _ in range(times):
        write(artifacts(files), folder)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes that share a folder need fork")
def test_concurrent_runs_wait_for_each_other(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    states = [{"a.yml": f"{name}\n" * 1000, f"{name}/b.yml": name} for name in "xyz"]
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=_write_many, args=(folder, state, 30)) for state in states]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0, 0]
    assert files_in(folder) in states
    assert not (folder / STAGING).exists()


def _fill(limit: int, folder: Path) -> None:
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        write(artifacts({**NEW, "large.yml": "x" * 10_000}), folder)
    except WriteError as error:
        os._exit(42 if "nothing was changed" in error.message else 43)


@pytest.mark.skipif(sys.platform == "win32", reason="limits of processes are POSIX")
def test_a_full_disk_leaves_the_old_state(folder: Path) -> None:
    for limit in (0, 1, 10, 100, 5000):
        assert in_a_child(lambda limit=limit: _fill(limit, folder)) == 42  # type: ignore[misc]
        assert files_in(folder) == with_mine(OLD)
        assert not (folder / STAGING).exists()


@contextlib.contextmanager
def somebody_else() -> Iterator[None]:
    """Root may do anything: for a while, this process is nobody."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[Path]:
    """A folder that is open to somebody else, outside of what pytest keeps to itself."""
    import shutil
    import tempfile

    made = Path(tempfile.mkdtemp())
    made.chmod(0o777)
    yield made
    shutil.rmtree(made)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of folders are POSIX")
def test_folders_that_are_not_writable(theirs: Path) -> None:
    with somebody_else():
        folder = theirs / "monitoring"
        write(artifacts(OLD), folder)
        for closed, mode in (
            (folder, 0o555),
            (folder / "rules", 0o555),
            (folder / "gone/deep", 0o555),
            (folder, 0o000),
        ):
            closed.chmod(mode)
            with pytest.raises(WriteError, match=r"not writable|Permission denied"):
                write(artifacts({**NEW, "rules/alerts.yml": "new\n"}), folder)
            closed.chmod(0o755)
            assert files_in(folder) == OLD
        (folder / "Makefile").chmod(0o000)
        with pytest.raises(WriteError, match="cannot read"):
            write(artifacts(NEW), folder)
        (folder / "Makefile").chmod(0o644)
        theirs.joinpath("closed").mkdir(mode=0o000)
        with pytest.raises(WriteError, match="not writable"):
            write(artifacts(NEW), theirs / "closed" / "deeper" / "out")


def test_a_rename_that_fails_says_that_the_next_run_finishes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "prometheus.yml":
            raise OSError(errno.EIO, "Input/output error", str(target))
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(WriteError, match="partly new") as error:
        write(artifacts(NEW), folder)
    assert "the next `aimon generate` finishes" in (error.value.cure or "")
    monkeypatch.undo()
    write(artifacts(NEW), folder)
    assert files_in(folder) == with_mine(NEW)


def test_the_command_line_is_killed_and_run_again(tmp_path: Path) -> None:
    """The same from outside: whatever moment SIGKILL hits, the next run completes."""
    spec = tmp_path / "aimon.yaml"
    spec.write_text('services: {api: {targets: ["api:8080"]}}\n')
    command = [sys.executable, "-m", "aimon", "generate", str(spec), "--quiet"]
    for milliseconds in (150, 250, 350):
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(command, timeout=milliseconds / 1000, check=False)
    subprocess.run(command, check=True)
    assert subprocess.run([*command, "--check"], check=False).returncode == 0
