r"""Stand-ins of the same length for what libyaml reads by the rules of YAML 1.1, so that its offsets stay ours.

libyaml takes U+0085, U+2028 and U+2029 for line breaks (YAML 1.2 does not: https://yaml.org/spec/1.2.2/#54-line-break-characters)
and refuses the surrogate pairs with which JSON writes an emoji (`"\ud83d\ude00"`). Private-use characters that the text
does not contain take their places while libyaml reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

EXTRA_BREAK = re.compile("[\x85\u2028\u2029]")
PAIR = re.compile(r"\\\\|\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)
STAND_IN_ESCAPE = re.compile(r"\\u([ef][0-9a-f]{3})")
PRIVATE_USE = range(0xE000, 0xF900)


class Mask:
    """A text as libyaml may read it, and the way back for each scalar."""

    def __init__(self, content: str) -> None:
        self.content = content
        self.originals: dict[str, str] = {}  # stand-in → one character, or the four hex digits of a surrogate
        has_breaks = not content.isascii() and EXTRA_BREAK.search(content) is not None
        has_pairs = "\\u" in content and any(found[1] for found in PAIR.finditer(content))
        if has_breaks or has_pairs:
            self._disguise(_unused(content))
        self._characters = str.maketrans(
            {stand_in: chr(int(it, 16)) if len(it) == 4 else it for stand_in, it in self.originals.items()}
        )

    def restore(self, value: str) -> str:
        """The scalar that the text really says."""
        if value.isascii() and "\\u" not in value:
            return value
        # In plain, single-quoted and block scalars an escape is no escape: it was and stays six characters.
        value = STAND_IN_ESCAPE.sub(lambda found: "\\u" + self.originals.get(chr(int(found[1], 16)), found[1]), value)
        value = value.translate(self._characters)
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le")

    def _disguise(self, unused: Iterator[str]) -> None:
        stand_ins: dict[str, str] = {}

        def stand_in(original: str) -> str | None:
            if original not in stand_ins and (character := next(unused, None)):
                stand_ins[original] = character
            return stand_ins.get(original)

        def extra_break(found: re.Match[str]) -> str:
            return stand_in(found[0]) or found[0]

        def pair(found: re.Match[str]) -> str:
            # A text with all 6,400 private-use characters keeps its pairs, and libyaml says what it thinks of them.
            high, low = (found[1] and stand_in(found[1])), (found[2] and stand_in(found[2]))
            return f"\\u{ord(high):04x}\\u{ord(low):04x}" if high and low else found[0]

        self.content = EXTRA_BREAK.sub(extra_break, PAIR.sub(pair, self.content))
        self.originals = {character: original for original, character in stand_ins.items()}


def _unused(content: str) -> Iterator[str]:
    written = {*content, *(chr(int(digits, 16)) for digits in STAND_IN_ESCAPE.findall(content.lower()))}
    return (chr(code) for code in PRIVATE_USE if chr(code) not in written)
