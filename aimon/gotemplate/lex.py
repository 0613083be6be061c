"""Splits a Go template into words: text between actions, and within them names, values and signs.

Source: text/template/parse/lex.go of Go.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from aimon.gotemplate.tree import Span

KEYWORDS = frozenset({"block", "break", "continue", "define", "else", "end", "if", "range", "nil", "template", "with"})
SPACE = " \t\r\n"

_DIGITS = r"[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?"
_HEX = r"0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?"
_OTHER = r"0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?"
# What nearly all words are: plain ones, with nothing behind them that would need a closer look.
_ENDS = r"(?=[ \t\r\n.,|:)(]|\}\}|\Z)"
_PLAIN = re.compile(
    rf"(?P<space>[ \t\r\n]+)(?![ \t\r\n]|-\}}\}})|(?P<name>[A-Za-z_][A-Za-z0-9_]*){_ENDS}"
    rf"|(?P<variable>\$[A-Za-z0-9_]*){_ENDS}|(?P<field>\.[A-Za-z_][A-Za-z0-9_]*){_ENDS}|(?P<pipe>\|)"
)
_NUMBER = re.compile(rf"[+-]?(?:{_HEX}|{_OTHER}|{_DIGITS})i?")
_QUOTED = {'"': re.compile(r'"(?:[^"\\\n]|\\[^\n])*"'), "'": re.compile(r"'(?:[^'\\\n]|\\[^\n])*'")}
_QUOTED["`"] = re.compile(r"`[^`]*`")
_NAMES = {'"': "quoted string", "'": "character", "`": "raw string"}
_KINDS = {'"': "string", "'": "character", "`": "string"}
_SIGNS = {"=": "assign", "|": "pipe", "(": "(", ")": ")"}


class Word(NamedTuple):
    """A piece of the template; an ``error`` is the last one, and says in ``help`` what would cure it."""

    kind: str  # text open close space error end name keyword bool dot field variable number character string …
    text: str
    span: Span
    help: str | None = None


def split(text: str) -> list[Word]:
    """All words, the last of which is an ``end`` or an ``error``."""
    return _Lexer(text).words


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.words: list[Word] = []
        self.opened = 0  # where the current action began
        self.parens: list[int] = []
        while self.at < len(text) and self._text():
            while self._inside():
                pass
            if self.words[-1].kind == "error":
                return
        if not self.words or self.words[-1].kind != "error":
            self.words.append(Word("end", "", (len(text), len(text))))

    def _add(self, kind: str, end: int) -> bool:
        self.words.append(Word(kind, self.text[self.at : end], (self.at, end)))
        self.at = end
        return True

    def _fail(self, message: str, span: Span, help: str | None = None) -> bool:
        self.words.append(Word("error", message, span, help))
        return False

    def _text(self) -> bool:
        """The text up to the next action and the action's bracket; false at the end and on an error."""
        while True:
            start, found = self.at, self.text.find("{{", self.at)
            end = len(self.text) if found < 0 else found
            trims = self.text[end + 2 : end + 3] == "-" and self.text[end + 3 : end + 4] in (*SPACE,)
            shown = self.text[start:end].rstrip(SPACE) if trims else self.text[start:end]
            if shown:
                self.words.append(Word("text", shown, (start, start + len(shown))))
            self.at = self.opened = end
            if found < 0:
                return False
            inner = end + (4 if trims else 2)
            if not self.text.startswith("/*", inner):
                self.words.append(Word("open", "{{", (end, end + 2)))
                self.at = inner
                self.parens = []
                return True
            if not self._comment(inner):
                return False

    def _comment(self, inner: int) -> bool:
        closed = self.text.find("*/", inner + 2)
        if closed < 0:
            return self._fail("the comment has no end", (self.opened, len(self.text)), "end it with `*/}}`")
        self.at = closed + 2
        if not self._closes():
            return self._fail("a comment stands alone in its action", (self.opened, self.at), "write `}}` behind `*/`")
        self._leave()
        return True

    def _closes(self) -> bool:
        """Whether the action ends here, with or without a trim marker."""
        here = self.text[self.at : self.at + 4]
        return here.startswith("}}") or (here[:1] in (*SPACE,) and here[1:] == "-}}")

    def _leave(self) -> Span:
        trims = not self.text.startswith("}}", self.at)
        start = self.at + (2 if trims else 0)
        self.at = start + 2
        if trims:
            self.at = len(self.text) - len(self.text[self.at :].lstrip(SPACE))
        return (start, start + 2)

    def _inside(self) -> bool:
        """One word of an action; false where the action is over."""
        text, at = self.text, self.at
        plain = _PLAIN.match(text, at)
        if plain is not None and plain.lastgroup:
            return self._add(_kind(plain.lastgroup, plain[0]), plain.end())
        if self._closes():
            if self.parens:
                return self._fail("a parenthesis is not closed", (self.parens[-1], self.parens[-1] + 1), "add `)`")
            span = self._leave()
            self.words.append(Word("close", "}}", span))
            return False
        if at >= len(text):
            return self._fail("the action has no end", (self.opened, len(text.rstrip())), "end it with `}}`")
        sign, end = text[at], at + 1
        if sign in SPACE:
            while end < len(text) and text[end] in SPACE:
                end += 1
            # The last space may belong to a trim marker.
            return self._add("space", end - 1 if end - at > 1 and text.startswith("-}}", end) else end)
        if sign in _QUOTED:
            return self._quoted(sign)
        if text.startswith(":=", at):
            return self._add("declare", at + 2)
        if sign in _SIGNS:
            return self._sign(sign)
        if sign == "$" or (sign == "." and not _is_digit(text[end : end + 1])):
            return self._reference(sign)
        if sign in "+-." or _is_digit(sign):
            return self._number()
        if is_word(sign):
            return self._name()
        if " " < sign <= "~" and sign != ":":
            return self._add("character sign", end)
        if sign == ":":
            return self._fail("`:` alone means nothing", (at, end), "write `:=` to declare a variable")
        return self._fail(f"`{sign}` cannot stand in an action", (at, end))

    def _sign(self, sign: str) -> bool:
        if sign == "(":
            self.parens.append(self.at)
        elif sign == ")":
            if not self.parens:
                return self._fail("a parenthesis is closed that is not open", (self.at, self.at + 1), "remove it")
            self.parens.pop()
        return self._add(_SIGNS[sign], self.at + 1)

    def _quoted(self, quote: str) -> bool:
        found = _QUOTED[quote].match(self.text, self.at)
        if found is None:
            line = self.text.find("\n", self.at) if quote != "`" else -1
            span = (self.at, line if line >= 0 else len(self.text))
            return self._fail(f"the {_NAMES[quote]} has no end", span, f"close it with {quote}")
        return self._add(_KINDS[quote], found.end())

    def _number(self) -> bool:
        found = _NUMBER.match(self.text, self.at)
        end = found.end() if found else self.at + 1
        kind = "number"
        if self.text[end : end + 1] in ("+", "-"):
            further = _NUMBER.match(self.text, end)
            end, kind = (further.end() if further else end + 1), "complex"
        wrong = is_word(self.text[end : end + 1]) or (kind == "complex" and self.text[end - 1] != "i")
        if wrong:
            end += is_word(self.text[end : end + 1])
            return self._fail(f"`{self.text[self.at : end]}` is not a number", (self.at, end))
        return self._add(kind, end)

    def _reference(self, sign: str) -> bool:
        """``.field`` or ``$variable``, or ``.`` or ``$`` alone."""
        end = self._word_end(self.at + 1)
        if not self._ends_word(end):
            return self._stuck(end)
        alone = end == self.at + 1
        return self._add("variable" if sign == "$" else "dot" if alone else "field", end)

    def _name(self) -> bool:
        end = self._word_end(self.at)
        if not self._ends_word(end):
            return self._stuck(end)
        return self._add(_kind("name", self.text[self.at : end]), end)

    def _word_end(self, at: int) -> int:
        while is_word(self.text[at : at + 1]):
            at += 1
        return at

    def _ends_word(self, at: int) -> bool:
        sign = self.text[at : at + 1]
        return not sign or sign in SPACE or sign in ".,|:)(" or self.text.startswith("}}", at)

    def _stuck(self, end: int) -> bool:
        word, sign = self.text[self.at : end], self.text[end]
        return self._fail(f"`{sign}` cannot follow `{word}`", (end, end + 1), cure(word, sign))


def _kind(kind: str, word: str) -> str:
    if kind != "name":
        return kind
    return "keyword" if word in KEYWORDS else "bool" if word in ("true", "false") else "name"


def is_word(sign: str) -> bool:
    """Whether a character may be part of a name: what Go calls a letter or a digit, or ``_``."""
    return sign == "_" or sign.isalpha() or sign.isdecimal()


def _is_digit(sign: str) -> bool:
    return sign != "" and sign in "0123456789"


def cure(word: str, sign: str) -> str:
    """What would mend a sign that cannot stand behind a word."""
    if sign == "[":
        return f'write `index {word or "$labels"} "…"`'
    if sign == "}":
        return "end the action with `}}`"
    if sign == "-":
        return "a field with a `-` in its name is read by `index`"
    if sign in "+*/%<>!&^":
        return "templates have no operators; compute in the expression of the alert"
    return "put a space between them" if word else "remove it"
