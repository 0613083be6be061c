"""What libyaml says about a broken text, in the words of who wrote it: a table of well-known mistakes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

import yaml

from aimon.yaml12.place import DocumentError, Text

LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml, or PyYAML's own parser where libyaml is missing."""

# c-printable of https://yaml.org/spec/1.2.2/#51-character-set, as libyaml and PyYAML read it.
UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NO_SPACE = re.compile(r"(?P<key>\s*(?:- +)*[\w.-]+):(?P<value>[^\s:/].*)")
BRACES = re.compile(r"(?P<key>\s*(?:- +)*(?:[\w.-]+: +)?)(?P<value>\{\{.*)")
WORD = re.compile(r"\S+")
PAIR = re.compile(r"(?P<key>\s*(?:- +)*[^\s:][^:]*: +)(?P<value>[^\s#].*)")


class Trouble(NamedTuple):
    """Where libyaml stopped: its words, the offset, the offset of what it was reading, the line and its start."""

    text: Text
    problem: str
    offset: int
    context: int
    line: str
    line_start: int

    @property
    def before(self) -> str:
        return self.line[: self.offset - self.line_start]

    @property
    def here(self) -> str:
        return self.text.content[self.offset : self.offset + 1]

    def at_context(self) -> Trouble:
        return trouble(self.text, self.problem, self.context, self.context)

    def line_above(self) -> str:
        """The nearest line above that says something."""
        lines = self.text.content[: self.line_start].splitlines()
        return next((line for line in reversed(lines) if line.strip() and not line.lstrip().startswith("#")), "")


class Diagnosis(NamedTuple):
    """What to say, at which offset, and the cure."""

    message: str
    offset: int
    help: str | None = None


def trouble(text: Text, problem: str, offset: int, context: int) -> Trouble:
    offset = min(offset, len(text.content))
    place = text.place(offset, offset)
    return Trouble(text, problem, offset, context, text.line(place.line), offset - place.column + 1)


def explain(error: yaml.YAMLError, text: Text) -> DocumentError:
    """libyaml's complaint as ours."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return _unprintable(text)
    offset = error.problem_mark.index
    context = error.context_mark.index if error.context_mark is not None else offset
    stopped = trouble(text, error.problem or "", offset, context)
    for problem, diagnose in DIAGNOSES:
        if re.search(problem, stopped.problem) and (diagnosis := diagnose(stopped)):
            return _error(text, diagnosis)
    return _error(text, Diagnosis(f"this is not YAML: {stopped.problem}", stopped.offset))


def complex_key(text: Text, offset: int) -> DocumentError:
    """A key that is a list, a mapping or an alias: nearly always a template that nobody quoted."""
    stopped = trouble(text, "", offset, offset)
    kind = {"[": "a list", "*": "an alias"}.get(stopped.here, "a mapping")
    return _error(text, _braces(stopped) or Diagnosis(f"{kind} is used as a key", offset, "a key must be a plain name"))


def _error(text: Text, diagnosis: Diagnosis) -> DocumentError:
    word = WORD.match(text.content, diagnosis.offset)
    end = word.end() if word else diagnosis.offset + 1
    return text.error(diagnosis.message, diagnosis.offset, end, diagnosis.help)


def shortened(words: str) -> str:
    """At most 80 characters of a text that stands in a message."""
    return words if len(words) <= 80 else f"{words[:79]}…"


def _quoted(pair: re.Match[str]) -> str:
    value = shortened(pair["value"].rstrip())
    quote = "'" if '"' in value or "\\" in value else '"'
    return f"{shortened(pair['key'].strip())} {quote}{value.replace(quote, quote * 2)}{quote}".strip()


def _unprintable(text: Text) -> DocumentError:
    found = UNPRINTABLE.search(text.content)
    if found is None:
        return DocumentError("this is not YAML: a character is not allowed", path=text.path)
    code = ord(found[0])
    message = f"the control character U+{code:04X} is not allowed" if code < 0xA0 else f"U+{code:04X} is not allowed"
    cure = f'remove it, or write `"\\u{code:04x}"` in double quotes' if code else "remove it (is this a text file?)"
    return text.error(message, found.start(), found.end(), cure)


def _tab(it: Trouble) -> Diagnosis | None:
    if it.here != "\t":
        return None
    return Diagnosis("a tab stands where YAML wants spaces", it.offset, "indent with spaces")


def _first_character(it: Trouble) -> Diagnosis:
    return Diagnosis(f"a value cannot start with `{it.here}` unless it is quoted", it.offset, _quote_help(it))


def _quote_help(it: Trouble) -> str:
    pair = PAIR.match(it.line)
    return f"quote the value: `{_quoted(pair)}`" if pair else "put quotes around it"


def _braces(it: Trouble) -> Diagnosis | None:
    found = BRACES.match(it.line)
    if not found or it.offset < it.line_start + found.start("value"):
        return None
    cure = f"quote the template: `{_quoted(found)}`"
    return Diagnosis("an unquoted `{{` opens a mapping", it.line_start + found.start("value"), cure)


def _unclosed_quote(it: Trouble) -> Diagnosis:
    quote = it.text.content[it.context]
    return Diagnosis(f"the quote {quote} that opens here is never closed", it.context, f"close it with {quote}")


def _after_quote(it: Trouble) -> Diagnosis | None:
    quote = it.before.rstrip(" \t")[-1:]
    if quote not in ('"', "'") or not it.here.strip():
        return None
    opened = _opening(it)
    if opened is not None and opened < it.line_start:
        line = it.text.place(it.offset, it.offset).line
        return Diagnosis(
            f"the quote {quote} that opens here closes only on line {line}", opened, f"close it with {quote}"
        )
    inner = "write '' for a ' inside" if quote == "'" else 'write \\" for a " inside'
    return Diagnosis("text follows the closing quote", it.offset, f"{inner}, or quote the whole value")


def _opening(it: Trouble) -> int | None:
    """Where the last scalar starts that libyaml still understood."""
    start: int | None = None
    try:
        for event in yaml.parse(it.text.content, Loader=LOADER):
            if isinstance(event, yaml.ScalarEvent) and event.start_mark is not None:
                start = event.start_mark.index
    except (yaml.YAMLError, UnicodeEncodeError):
        pass
    return start


def _no_colon(it: Trouble) -> Diagnosis:
    it = it.at_context()
    if missing := NO_SPACE.match(it.line):
        return _no_space(missing, it.line_start)
    word = it.line.strip()[:40]
    return Diagnosis(
        f"`{word}` is not a `key: value` pair", it.offset, "add a colon, or indent it to go on with the text above"
    )


def _no_space(missing: re.Match[str], line_start: int) -> Diagnosis:
    cure = f"write `{shortened(missing['key'].strip())}: {shortened(missing['value'].rstrip())}`"
    return Diagnosis("a space is missing after the colon", line_start + missing.end("key"), cure)


def _second_colon(it: Trouble) -> Diagnosis | None:
    if len(it.before.strip()) > 1024:
        return Diagnosis("a key is longer than 1,024 characters", it.line_start)
    if PAIR.match(it.before):
        return Diagnosis("an unquoted value contains `: `", it.offset, _quote_help(it))
    return None


def _line_above_lacks_space(it: Trouble) -> Diagnosis | None:
    above = it.line_above()
    missing = NO_SPACE.match(above)
    return _no_space(missing, it.text.content.rindex(above, 0, it.line_start)) if missing else None


def _too_deep(it: Trouble) -> Diagnosis:
    start = it.line_start + len(it.line) - len(it.line.lstrip())
    return Diagnosis("this line is indented deeper than the value above allows", start, "align it with the line above")


def _indentation(it: Trouble) -> Diagnosis | None:
    if it.before.strip():
        return None
    if it.line.lstrip().startswith("- ") and "key" in it.problem:
        return Diagnosis("a list item stands where a key is expected", it.offset, "indent the list below its key")
    if "'-'" in it.problem:
        return Diagnosis(
            "a key stands where a list item is expected", it.offset, "start it with `- `, or indent it less"
        )
    if "document" in it.problem and not it.text.content.lstrip("\r\n").startswith(" "):
        return Diagnosis(
            "this line follows a value that is complete", it.offset, "write one mapping of `key: value` lines"
        )
    return Diagnosis("the indentation matches no line above", it.offset, "align it with a line above")


def _escape(it: Trouble) -> Diagnosis:
    found = re.compile(r"\\.|.").match(it.text.content, it.offset)
    written = found[0] if found and found[0].startswith("\\") else f"\\{it.here}"
    return Diagnosis(
        f"`{written}` is no escape in double quotes", it.offset, f"use single quotes, or write `\\{written}`"
    )


def _digits(it: Trouble) -> Diagnosis:
    return Diagnosis("an escape lacks hexadecimal digits", it.offset, r"\x takes 2, \u takes 4 and \U takes 8 of them")


def _surrogate(it: Trouble) -> Diagnosis:
    return Diagnosis(
        "half of a surrogate pair is no character", it.offset, r"write the character itself, or `\U` and 8 digits"
    )


def _name(it: Trouble) -> Diagnosis:
    it = it.at_context()
    kind = "an alias" if it.here == "*" else "an anchor"
    return Diagnosis(f"an unquoted `{it.here}` starts {kind}, and a name must follow", it.offset, _quote_help(it))


def _flow(it: Trouble) -> Diagnosis:
    opened = it.text.place(it.context, it.context)
    bracket = it.text.content[it.context]
    wanted = {"[": "`,` or `]`", "{": "`,` or `}`"}.get(bracket, "`,`")
    message = f"{wanted} is missing for the `{bracket}` of line {opened.line}, column {opened.column}"
    return Diagnosis(message, it.offset, "add it, or quote the value if it is text")


def _block_header(it: Trouble) -> Diagnosis:
    it = it.at_context()
    return Diagnosis(f"after `{it.here}` the text starts on the next line", it.offset, _quote_help(it))


def _no_content(it: Trouble) -> Diagnosis:
    if not it.here:
        end = len(it.text.content.rstrip())
        return Diagnosis(
            "the text ends where a value is expected", max(end - 1, 0), "close what is open with `]` or `}`"
        )
    return Diagnosis(f"a value is expected before `{it.here}`", it.offset, _quote_help(it))


def _list_in_line(it: Trouble) -> Diagnosis:
    return Diagnosis(
        "a list item `-` cannot stand here", it.offset, "start the list on the next line, or quote the `-`"
    )


def _tag(it: Trouble) -> Diagnosis:
    return Diagnosis("an unquoted `!` starts a tag that does not exist", it.at_context().offset, _quote_help(it))


def _directive(it: Trouble) -> Diagnosis:
    return Diagnosis("this `%` directive is not supported", it.line_start, "remove the line, or quote it if it is text")


Diagnose = Callable[[Trouble], Diagnosis | None]
# libyaml's words (or those of PyYAML's own parser) → what to look for there; the first that finds something speaks.
DIAGNOSES: tuple[tuple[str, Diagnose], ...] = (
    (r"tab character|cannot start any token", _tab),
    (r"cannot start any token", _first_character),
    (r"unexpected end of stream|unexpected document (indicator|separator)", _unclosed_quote),
    (r"unknown escape", _escape),
    (r"hexdecimal|hexadecimal", _digits),
    (r"Unicode character escape", _surrogate),
    (r"not allowed|expected|but (found|got)", _braces),
    (r"could not find expected ':'", _no_colon),
    (r"mapping values are not allowed", _second_colon),
    (r"mapping values are not allowed", _line_above_lacks_space),
    (r"mapping values are not allowed", _too_deep),
    (r"expected key|<block end>", _after_quote),
    (r"expected key|'-' indicator|<document start>|<block end>", _indentation),
    (r"alphabetic or numeric", _name),
    (r"',' or", _flow),
    (r"comment or (a )?line break|chomping", _block_header),
    (r"node content", _no_content),
    (r"sequence entries are not allowed", _list_in_line),
    (r"tag handle|expected URI|did not find expected (whitespace|tag|')", _tag),
    (r"directive|incompatible|non-alphabetical", _directive),
)
