"""The lines of an exposition: what a sample and a comment look like, and where a broken one goes wrong."""

from __future__ import annotations

import re

_STRING = r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"'
_NUMBER = (
    r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|[nN][aA][nN])"
)
_LABEL = rf"(?:[A-Za-z_][A-Za-z0-9_]*|{_STRING})[ \t]*=[ \t]*{_STRING}[ \t]*"
_LABELS = rf"[ \t]*(?:{_LABEL},[ \t]*)*(?:{_LABEL})?"
_EXEMPLAR = rf"[ \t]+#[ \t]*\{{{_LABELS}\}}[ \t]+{_NUMBER}(?:[ \t]+{_NUMBER})?"
_VALUE = rf"[ \t]+(?:{_NUMBER})(?:[ \t]+{_NUMBER})?(?:{_EXEMPLAR})*[ \t]*"
SAMPLE = re.compile(rf"([A-Za-z_:][A-Za-z0-9_:]*)[ \t]*(?:\{{({_LABELS})\}})?{_VALUE}")
# A name in quotes stands first inside the braces; a native histogram has fields instead of a number.
QUOTED = re.compile(rf"\{{[ \t]*({_STRING})[ \t]*(?:,({_LABELS}))?\}}[ \t]+(?:{_NUMBER}|\{{[^}}]*\}})(?:[ \t].*)?")
NATIVE = re.compile(rf"([A-Za-z_:][A-Za-z0-9_:]*)(?:\{{({_LABELS})\}})?[ \t]+\{{[^}}]*\}}(?:[ \t].*)?")
LABEL = re.compile(rf"([A-Za-z_][A-Za-z0-9_]*|{_STRING})[ \t]*=[ \t]*({_STRING})")
META = re.compile(rf"#[ \t]+(HELP|TYPE|UNIT)[ \t]+([^\s\"]+|{_STRING})(?:[ \t]+(.*?))?[ \t]*")
_NAME_START = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]*")
_ESCAPES = {r"\\": "\\", r"\n": "\n", r"\"": '"'}


def plain(name: str) -> str:
    """A name or a value without its quotes."""
    return unescaped(name[1:-1]) if name[:1] == '"' else name


def unescaped(text: str) -> str:
    """A text without its escapes."""
    return re.sub(r"\\[\\n\"]", lambda found: _ESCAPES[found[0]], text) if "\\" in text else text


_QUOTES = "a label's value stands in double quotes"


def blamed(line: str) -> tuple[int, str, str | None]:
    """The column where a broken line goes wrong, what is wrong, and the cure."""
    start = len(line) - len(line.lstrip())
    name = _NAME_START.match(line, start)
    if name is None and line[start] != "{":
        return start + 1, f"`{line[start]}` cannot start the name of a metric", "write letters, digits, `_` and `:`"
    at = name.end() if name else start
    if line[at : at + 1] == "{" or line[at:].lstrip()[:1] == "{":
        at = line.index("{", at) + 1
        found = re.compile(rf"[ \t]*(?:{_STRING}[ \t]*(?:,|(?=\}})))?{_LABELS}").match(line, at)
        at = found.end() if found else at
        if line[at : at + 1] != "}":
            return _blamed_label(line, at)
        at += 1
    if not re.compile(r"[ \t]+\S").match(line, at):
        return at + 1, "a sample has a value", "write a number behind the name"
    value = re.compile(r"[ \t]+(\S+)").match(line, at)
    if value is not None and not re.fullmatch(_NUMBER, value[1]):
        return value.start(1) + 1, f"`{value[1]}` is no number", None
    end = value.end() if value else at
    rest = len(line[end:]) - len(line[end:].lstrip())
    return end + rest + 1, "behind the value only a timestamp may stand", None


def _blamed_label(line: str, at: int) -> tuple[int, str, str | None]:
    label = re.compile(r"[A-Za-z_][A-Za-z0-9_]*").match(line, at)
    if at >= len(line.rstrip()):
        return at + 1, "the labels are never closed", "add `}`"
    if line[:at].rstrip().endswith('"'):
        return at + 1, "a comma is expected between two labels", "add `,`"
    if label is None:
        return at + 1, f"a label is expected here, not `{line[at]}`", None
    rest = line[label.end() :].lstrip()
    column = len(line) - len(rest) + 1
    if not rest.startswith("="):
        return column, f"the label `{label[0]}` has no value", f'write `{label[0]}="…"`'
    if not rest[1:].lstrip().startswith('"'):
        return column, f"the value of `{label[0]}` is not in quotes", _QUOTES
    return column, f"the value of `{label[0]}` never ends", _QUOTES
