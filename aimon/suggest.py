"""What a person may have meant by a name that does not exist."""

from __future__ import annotations

from collections.abc import Iterable

_MOST_COMPARED = 20_000


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that resembles the word most, or None where none does."""
    import difflib  # only when something is wrong

    names = [name for name in known if abs(len(name) - len(word)) <= max(2, len(word) // 3)][:_MOST_COMPARED]
    by_letters = {name.casefold(): name for name in reversed(names)}
    near = difflib.get_close_matches(word.casefold(), by_letters, n=1, cutoff=0.7)
    return by_letters[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str | None = None) -> str | None:
    """The help of a message about an unknown name: the nearest known one, or else ``otherwise``."""
    near = nearest(word, known)
    return f"did you mean `{near}`?" if near else otherwise
