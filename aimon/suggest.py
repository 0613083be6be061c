"""What a person may have meant by a name that does not exist."""

from __future__ import annotations

from collections.abc import Collection

# Looking for a name among thousands takes a while; whoever has more wrong names than this has another problem.
MOST_ANSWERS = 50


def nearest(word: str, known: Collection[str]) -> str | None:
    """The known name that resembles the word most, or None where none does."""
    import difflib  # only when something is wrong

    alike = [name for name in known if abs(len(name) - len(word)) <= max(2, len(word) // 2)]
    by_letters = {name.casefold(): name for name in reversed(alike)}
    near = difflib.get_close_matches(word.casefold(), by_letters, n=1)
    return by_letters[near[0]] if near else None


def did_you_mean(word: str, known: Collection[str], otherwise: str | None = None) -> str | None:
    """The help of a message about an unknown name: the nearest known one, or else ``otherwise``."""
    near = nearest(word, known)
    return f"did you mean `{near}`?" if near else otherwise


class Suggestions:
    """The same for many words and a long list of names: each word is looked for once, and not too many of them."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = known
        self._answers: dict[str, str | None] = {}

    def did_you_mean(self, word: str, otherwise: str | None = None) -> str | None:
        """The nearest known name, or else ``otherwise``."""
        if word not in self._answers and len(self._answers) < MOST_ANSWERS:
            self._answers[word] = did_you_mean(word, self._known)
        return self._answers.get(word) or otherwise
