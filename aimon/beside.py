"""Work that a second process does while this one does the rest, where the system can split a process in two."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def beside(work: Callable[[], T]) -> Callable[[], T]:
    """Begin the work in a second process; the answer waits for it. Where that fails, the work is done here and then."""
    if not sys.platform.startswith("linux") or len(os.sched_getaffinity(0)) < 2:
        return work
    reading, writing = os.pipe()
    try:
        child = os.fork()
    except OSError:  # too many processes, or too little memory
        os.close(reading)
        os.close(writing)
        return work
    if not child:
        os.close(reading)
        _answer(work, writing)
    os.close(writing)

    def answer() -> T:
        with os.fdopen(reading, "rb") as source:
            said = source.read()
        _, status = os.waitpid(child, 0)
        return pickle.loads(said) if status == 0 else work()

    return answer


def _answer(work: Callable[[], object], writing: int) -> None:
    """What the second process does, which leaves without a word: on failure and on Ctrl-C the first one speaks."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        with os.fdopen(writing, "wb") as sink:
            pickle.dump(work(), sink, pickle.HIGHEST_PROTOCOL)
        code = 0
    finally:
        os._exit(code)
