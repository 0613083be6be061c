"""Findings that were there before anybody looked: a file of their fingerprints, so that only new ones count."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from aimon.diagnostic import Diagnostic

VERSION = 1
_CURE = "write it anew with `--write-baseline`"


class BaselineError(Exception):
    """A file that is no baseline, and what would cure it."""

    def __init__(self, message: str, cure: str | None = _CURE) -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure


class Entry(NamedTuple):
    """A finding that is known; the spec's path counts from the folder of the baseline, the message is for readers."""

    spec: str
    check: str
    address: str
    message: str
    fingerprint: str

    @property
    def key(self) -> tuple[str, str]:
        """What a finding is recognised by."""
        return self.spec, self.fingerprint


class Sifted(NamedTuple):
    """What is new, by spec; how many findings were known; and the entries that nothing was found for."""

    found: Mapping[Path, tuple[Diagnostic, ...]]
    hidden: int
    gone: tuple[Entry, ...]


Found = Mapping[Path, Sequence[Diagnostic]]
"""What was found in each spec."""


def distinct_fingerprints(found: Sequence[Diagnostic]) -> list[str]:
    """A fingerprint for each finding: its own, or one made of it where an earlier one of another fault is the same."""
    seen: Counter[tuple[str, str]] = Counter()
    made = []
    for one in found:
        key = (one.located.path, one.fingerprint)
        made.append(hashlib.sha256("\0".join((*key, str(seen[key]))).encode(errors="replace")).hexdigest()[:32])
        seen[key] += 1
    return made


def write(path: Path, found: Found) -> int:
    """Write everything that was found as known; how much it is. Raises `OSError`."""
    entries = sorted(_entry(path, spec, one) for spec, some in found.items() for one in some)
    rows = ",\n".join(f"    {json.dumps(entry._asdict())}" for entry in entries)
    text = f'{{\n  "aimon_baseline": {VERSION},\n  "findings": [{f"{chr(10)}{rows}{chr(10)}  " if rows else ""}]\n}}\n'
    path.write_text(text, encoding="utf-8")
    return len(entries)


def read(path: Path) -> tuple[Entry, ...]:
    """The entries of a baseline. Raises `BaselineError`."""
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise BaselineError(f"there is no {path}") from None
    except (ValueError, RecursionError):
        raise BaselineError(f"{path} is not JSON") from None
    if not isinstance(value, dict) or "aimon_baseline" not in value:
        raise BaselineError(f"{path} is not a baseline of aimon")
    if value["aimon_baseline"] != VERSION:
        raise BaselineError(f"{path} was written by another version of aimon")
    findings = value.get("findings")
    if not isinstance(findings, list):
        raise BaselineError(f"{path} has no list of `findings`")
    return tuple(_read_entry(path, number, entry) for number, entry in enumerate(findings, 1))


def _read_entry(path: Path, number: int, entry: Any) -> Entry:
    values = [entry.get(key) if isinstance(entry, dict) else None for key in Entry._fields]
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) != len(Entry._fields):
        raise BaselineError(f"{path}: finding {number} does not have the texts {', '.join(Entry._fields)}")
    return Entry(*texts)


def sift(path: Path, entries: Iterable[Entry], found: Found, ran: Callable[[Path, str], bool]) -> Sifted:
    """The findings that no entry knows; each entry knows one.

    ``ran`` tells whether a check could run on a spec: where it could not, or where nobody looked at the spec, an entry
    is not gone.
    """
    waiting: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        waiting.setdefault(entry.key, []).append(entry)
    new = {spec: tuple(one for one in some if not _known(waiting, path, spec, one)) for spec, some in found.items()}
    hidden = sum(map(len, found.values())) - sum(map(len, new.values()))
    specs = {_from(path, spec): spec for spec in found}
    left = sorted(entry for some in waiting.values() for entry in some)
    gone = tuple(entry for entry in left if entry.spec in specs and ran(specs[entry.spec], entry.check))
    return Sifted(new, hidden, gone)


def _known(waiting: dict[tuple[str, str], list[Entry]], path: Path, spec: Path, one: Diagnostic) -> bool:
    entries = waiting.get((_from(path, spec), one.fingerprint))
    return bool(entries and entries.pop())


def _entry(path: Path, spec: Path, one: Diagnostic) -> Entry:
    return Entry(_from(path, spec), one.check, one.address, one.message, one.fingerprint)


def _from(path: Path, spec: Path) -> str:
    """A spec's path from the folder of the baseline, so that it does not matter where aimon is started."""
    relative = os.path.relpath(os.path.realpath(spec), os.path.realpath(path.parent))
    return Path(relative).as_posix().encode(errors="replace").decode()
