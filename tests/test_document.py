"""A document gives the values that were meant, the places where they were written, and plain words when it cannot."""

from __future__ import annotations

import json
import math
import pickle
import re
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aimon.document import Address, Document, DocumentError, Place, parse_yaml, parse_yaml_stream, read
from aimon.yaml12 import mistakes


def at(document: Document, place: Place) -> str:
    """The characters of the text that a place spans, found by lines alone."""
    lines = document.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[place.line - 1 : place.end_line]
    lines[-1] = lines[-1][: place.end_column - 1]
    lines[0] = lines[0][place.column - 1 :]
    return "\n".join(lines)


def addresses(value: Any, address: Address = ()) -> Iterator[tuple[Address, Any]]:
    yield address, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in children:
        yield from addresses(child, (*address, step))


def refusal(text: str) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        parse_yaml(text, "aimon.yaml")
    assert caught.value.path == "aimon.yaml"
    return caught.value


# Values


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *[(word, None) for word in ("", "~", "null", "Null", "NULL")],
        *[(word, True) for word in ("true", "True", "TRUE")],
        *[(word, False) for word in ("false", "False", "FALSE")],
        *[(word, word) for word in ("on", "off", "yes", "no", "y", "n", "On", "nULL", "tRUE", "=")],
        *[(word, word) for word in ("5:30", "1_000", "2024-01-01", "1.2.3", "5m", "5%", "-+", "+", ".", "0x", "-0x1")],
        *[(word, word) for word in ("010", "0777", "-010", "00", "1e999", "-1e999", "9" * 500)],
        ("0", 0),
        ("-5", -5),
        ("+5", 5),
        ("0o17", 15),
        ("0x1F", 31),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("-1.5E-3", -0.0015),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("'5'", "5"),
        ('"true"', "true"),
        ("!!str 5", "5"),
        ('!!int "5"', 5),
        ("!!float 1", 1.0),
        ("!!bool true", True),
        ("!!null ~", None),
        ("!!seq [1]", [1]),
        ("!!map {a: 1}", {"a": 1}),
        ("a\u0085b\u2028c\u2029d", "a\u0085b\u2028c\u2029d"),
        ('"\\ud83d\\uDE00 \\u00e9"', "😀 é"),
        ("'\\ud83d\\ude00'", "\\ud83d\\ude00"),
        ('"\\\\ud83d\\\\ude00"', "\\ud83d\\ude00"),
    ],
)
def test_scalar(written: str, meant: Any) -> None:
    for text in (f"a: {written}", f"- {written}"):
        value = parse_yaml(text).value
        read_back = value["a"] if isinstance(value, dict) else value[0]
        assert read_back == meant
        assert type(read_back) is type(meant)


def test_nan() -> None:
    assert math.isnan(parse_yaml("a: .nan").value["a"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# only a comment\n", None),
        ("---\n", None),
        ("just text", "just text"),
        ("\ufeffa: 1", {"a": 1}),
        ("a: 1\r\nb: |\r\n  x\r\n  y\r\n", {"a": 1, "b": "x\ny\n"}),
        ("1: a\ntrue: b\n~: c\non: d\n1.50: e\n", {"1": "a", "true": "b", "~": "c", "on": "d", "1.50": "e"}),
        ("? a\n: b", {"a": "b"}),
        ("&k a: *k", {"a": "a"}),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("a: &x 1\nb: &x 2\nc: *x", {"a": 1, "b": 2, "c": 2}),
        ("a: &x {p: 1, q: 2}\nb: {q: 3, <<: *x}", {"a": {"p": 1, "q": 2}, "b": {"p": 1, "q": 3}}),
        ("b:\n  <<: [{p: 1}, {p: 2, q: 2}]\n  r: 3", {"b": {"p": 1, "q": 2, "r": 3}}),
        ("b: {'<<': 1}", {"b": {"<<": 1}}),
        ('{"a": "\\ud83d\\ude00", "b": [1.0, null]}', {"a": "😀", "b": [1.0, None]}),
        ('{"a": 1,\n\t"b": 2}', {"a": 1, "b": 2}),
        ('{"a": 1, "a": 2}', {"a": 2}),
        ("{a: 1, b: [x, y]}", {"a": 1, "b": ["x", "y"]}),
    ],
)
def test_text(text: str, value: Any) -> None:
    assert parse_yaml(text).value == value


def test_order_of_keys_is_the_written_one() -> None:
    assert list(parse_yaml("c: 1\na: 2\nb: 3").value) == ["c", "a", "b"]
    assert list(parse_yaml("z: &z {y: 1, x: 2}\nc: {b: 1, <<: *z, a: 3}").value["c"]) == ["y", "x", "b", "a"]


def test_aliases_share_one_object() -> None:
    value = parse_yaml("a: &x {b: [1]}\nc: [*x, *x]").value
    assert value["c"][0] is value["a"]
    assert value["c"][1] is value["a"]


def test_stream() -> None:
    documents = parse_yaml_stream("a: &x 1\n---\n# nothing\n---\nb: [2]\n...\n", "stream.yaml")
    assert [document.value for document in documents] == [{"a": 1}, None, {"b": [2]}]
    assert documents[2].where(("b", 0)) == Place(5, 5, 5, 6)
    assert documents[0].where(("a",)) == Place(1, 7, 1, 8)
    assert parse_yaml_stream("# nothing\n") == []
    with pytest.raises(DocumentError, match="no anchor"):
        parse_yaml_stream("a: &x 1\n---\nb: *x\n")


# Places

SPEC = textwrap.dedent(
    """\
    # a comment
    name: shop
    defaults: &defaults
      for: 5m
      labels: {team: "a\\u00e9b", 'é😀': x}
    alerts:
      HighErrorRate:
        <<: *defaults
        expr: |
          sum(rate(errors_total[5m]))
            / 5

      Down: &down
      - up == 0   # a comment
      - &second !!str 5

    copy: *down
    empty:
    😀 key: 'it''s'
    """
)


@pytest.mark.parametrize(
    ("address", "value", "key"),
    [
        (("name",), "shop", "name"),
        (("defaults", "for"), "5m", "for"),
        (("defaults", "labels"), "{team: \"a\\u00e9b\", 'é😀': x}", "labels"),
        (("defaults", "labels", "team"), '"a\\u00e9b"', "team"),
        (("defaults", "labels", "é😀"), "x", "'é😀'"),
        (("alerts", "HighErrorRate", "for"), "5m", "for"),
        (("alerts", "HighErrorRate", "expr"), "|\n      sum(rate(errors_total[5m]))\n        / 5", "expr"),
        (("alerts", "Down"), "&down\n  - up == 0   # a comment\n  - &second !!str 5", "Down"),
        (("alerts", "Down", 0), "up == 0", "up == 0"),
        (("alerts", "Down", 1), "5", "5"),
        (("copy",), "&down\n  - up == 0   # a comment\n  - &second !!str 5", "copy"),
        (("copy", 1), "5", "5"),
        (("empty",), "", "empty"),
        (("😀 key",), "'it''s'", "😀 key"),
    ],
)
def test_where(address: Address, value: str, key: str) -> None:
    document = parse_yaml(SPEC)
    assert at(document, document.where(address)) == value
    if isinstance(address[-1], str):
        assert at(document, document.where(address, key=True)) == key
    assert document.has(address)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (("owner",), "name"),
        (("name", "first"), "name"),
        (("alerts", "HighErrorRate", "annotations", "summary"), "HighErrorRate"),
        (("alerts", "Down", 7), "Down"),
        (("alerts", "Down", 0, "x"), "u"),
        (("alerts", "Down", -1), "Down"),
        (("copy", 0, 0), "u"),
    ],
)
def test_where_of_what_is_missing(address: Address, text: str) -> None:
    document = parse_yaml(SPEC)
    assert not document.has(address)
    assert at(document, document.where(address)) == text
    assert at(document, document.where(address, key=True)) == text


def test_where_of_the_root() -> None:
    document = parse_yaml("\n  a: 1\n  b: 2\n\n# end\n")
    assert document.where(()) == Place(2, 3, 3, 7)
    assert document.where((), key=True) == Place(2, 3, 2, 4)
    assert parse_yaml("").where(("a", 1)) == Place(1, 1, 1, 1)
    assert parse_yaml("# x\n").where(()) == Place(1, 1, 1, 1)


@pytest.mark.parametrize("odd", ["😀", "\u0085", "\u2028", "\u2029", "é", "\ue000"])
def test_columns_count_characters_and_lines_are_those_of_editors(odd: str) -> None:
    document = parse_yaml(f"{odd}a: x{odd}y\nb: ['{odd}', \"{odd}\"]\nc: {odd}z")
    assert document.value == {f"{odd}a": f"x{odd}y", "b": [odd, odd], "c": f"{odd}z"}
    assert document.where((f"{odd}a",)) == Place(1, 5, 1, 8)
    assert document.where(("b", 1)) == Place(2, 10, 2, 13)
    assert document.where(("c",)) == Place(3, 4, 3, 6)
    assert document.fragment(("c",), 1, 2) == Place(3, 5, 3, 6)
    assert document.line(3) == f"c: {odd}z"


def test_line_keeps_tabs_and_drops_its_break() -> None:
    document = parse_yaml("a: 1\r\nb: [\t2]\rc: 3\n")
    assert [document.line(number) for number in range(6)] == ["", "a: 1", "b: [\t2]", "c: 3", "", ""]


def test_json_places() -> None:
    document = parse_yaml('{\n\t"a": "\\ud83d\\ude00!",\n\t"a": {"b": [1, "\\ud83d\\uDE01"]}\n}')
    assert at(document, document.where(("a", "b", 1))) == '"\\ud83d\\uDE01"'
    assert document.where(("a",), key=True) == Place(3, 2, 3, 5)
    assert at(document, document.fragment(("a", "b", 1), 0, 1)) == "\\ud83d\\uDE01"


def test_json_that_libyaml_does_not_read_has_no_places() -> None:
    document = parse_yaml(json.dumps({"k" * 2000: [1]}))
    assert document.where(("k" * 2000, 0)) == Place(1, 1, 1, 1)
    assert document.fragment(("k" * 2000, 0), 0, 1) == Place(1, 1, 1, 1)


@pytest.mark.parametrize(
    ("text", "part", "written"),
    [
        ("a: rate(x) by y", "by", "by"),
        ("a: rate(x)\n   by\n\n   y", "by", "by"),
        ("a: rate(x)\n   by\n\n   y", ") by\ny", ")\n   by\n\n   y"),
        ("a: 'it''s up'", "'s u", "''s u"),
        ("a: 'it''s\n\n  up'", "\nup", "\n\n  up"),
        ('a: "\\t\\u00e9\\x41b\\U0001F600c"', "éA", "\\u00e9\\x41"),
        ('a: "\\t\\u00e9\\x41b\\U0001F600c"', "😀c", "\\U0001F600c"),
        ('a: "b\\\n    c d"', "c d", "c d"),
        ('a: "\\ud83d\\ude00x"', "x", "x"),
        ('a: !!str  "b c"', "c", "c"),
        ("a: &x # why\n  b c", "c", "c"),
        ("a: |\n  b\n   c d\n\n  e\n", "c d\n\ne", "c d\n\n  e"),
        ("a: |2-  # why\n    b\n   c\n\n\n", "  b\n c", "  b\n   c"),
        ("a: |+\n\n  b\n\n\nc: 1", "b\n\n", "b\n\n"),
        ("a: |\r\n  b\r\n  c d\r\n", "b\nc", "b\n  c"),
        ("a: >\n  b c\n  d\n\n  e\n    f\n  g\n", "c d", "c\n  d"),
        ("a: >\n  b c\n  d\n\n  e\n    f\n  g\n", "d\ne\n  f\ng", "d\n\n  e\n    f\n  g"),
        ("a: >-\n  b\n# not text", "b", "b"),
    ],
)
def test_fragment(text: str, part: str, written: str) -> None:
    document = parse_yaml(text)
    start = document.value["a"].index(part)
    assert at(document, document.fragment(("a",), start, start + len(part))) == written


def test_fragment_of_nothing_and_beyond() -> None:
    document = parse_yaml("a: bcd\nb: [1]\nc: ''")
    assert document.fragment(("a",), 1, 1) == Place(1, 5, 1, 5)
    assert document.fragment(("a",), 3, 3) == Place(1, 7, 1, 7)
    for start, end in ((0, 4), (-1, 2), (2, 1)):
        assert document.fragment(("a",), start, end) == document.where(("a",))
    assert document.fragment(("b",), 0, 1) == document.where(("b",))
    assert document.fragment(("x",), 0, 1) == document.where(("x",))
    assert document.fragment(("c",), 0, 0) == document.where(("c",))


# Refusals


@pytest.mark.parametrize(
    ("text", "start", "message", "help"),
    [
        ("a:\n\tb: 1", (2, 1), "a tab stands where YAML wants spaces", "indent with spaces"),
        ("a:\n  b: 1\n\tc: 2", (3, 1), "a tab stands where YAML wants spaces", "indent with spaces"),
        ("a: 1\nb:2\nc: 3", (2, 2), "a space is missing after the colon", "write `b: 2`"),
        ("a:1\nb: 2", (1, 2), "a space is missing after the colon", "write `a: 1`"),
        ("a:\n  - b:1\n    c: 2", (2, 6), "a space is missing after the colon", "write `- b: 1`"),
        ("a: 1\nfoo\nb: 2", (2, 1), "`foo` is not a `key: value` pair", "add a colon"),
        ("a: {{ $x }}", (1, 4), "an unquoted `{{` opens a mapping", 'quote the template: `a: "{{ $x }}"`'),
        ("a: {{ $x }} is high", (1, 4), "an unquoted `{{` opens a mapping", '`a: "{{ $x }} is high"`'),
        ('a: {{ f "x" }}', (1, 4), "an unquoted `{{` opens a mapping", "`a: '{{ f \"x\" }}'`"),
        ('😀: 1\na: "b\nc: d', (2, 4), 'the quote " that opens here is never closed', 'close it with "'),
        ("a: 'b\nc: 'd'", (1, 4), "the quote ' that opens here closes only on line 2", "close it with '"),
        ("a: 'it's down'", (1, 8), "text follows the closing quote", "write '' for a ' inside"),
        ("a: %b", (1, 4), "a value cannot start with `%` unless it is quoted", 'quote the value: `a: "%b"`'),
        ("a: @b", (1, 4), "a value cannot start with `@` unless it is quoted", 'quote the value: `a: "@b"`'),
        ("a: `b`", (1, 4), "a value cannot start with ``` unless it is quoted", 'quote the value: `a: "`b`"`'),
        ("a:\n    b: 1\n  c: 2", (3, 3), "the indentation matches no line above", "align it"),
        (" a: 1\nb: 2", (2, 1), "the indentation matches no line above", "align it"),
        ("a: 1\n  b: 2", (2, 3), "this line is indented deeper than the value above allows", "align it"),
        ("a: 1\n- b", (2, 1), "a list item stands where a key is expected", "indent the list below its key"),
        ("a:\n  - b\n  c: 1", (3, 3), "a key stands where a list item is expected", "start it with `- `"),
        ("'é😀': b: c", (1, 8), "an unquoted value contains `: `", "quote the value: `'é😀': \"b: c\"`"),
        ("\u2028: 1\na: b: c", (2, 5), "an unquoted value contains `: `", 'quote the value: `a: "b: c"`'),
        ("a: \0", (1, 4), "the control character U+0000 is not allowed", "is this a text file?"),
        ("é: é\x07", (1, 5), "the control character U+0007 is not allowed", 'write `"\\u0007"`'),
        ("a: \ud83d", (1, 4), "U+D83D is half of a surrogate pair", None),
        ('a: "\\ud83d"', (1, 7), "half of a surrogate pair is no character", "write the character itself"),
        ('a: "\\d+"', (1, 5), "`\\d` is no escape in double quotes", "write `\\\\d`"),
        ('a: "\\u12"', (1, 7), "an escape lacks hexadecimal digits", "\\u takes 4"),
        ("a: *.yaml", (1, 4), "an unquoted `*` starts an alias, and a name must follow", '`a: "*.yaml"`'),
        ("a: & b", (1, 4), "an unquoted `&` starts an anchor, and a name must follow", '`a: "& b"`'),
        ("a: !x!y z", (1, 4), "an unquoted `!` starts a tag that does not exist", '`a: "!x!y z"`'),
        ("a: [1, 2\nb: 3", (2, 2), "`,` or `]` is missing for the `[` of line 1, column 4", "add it"),
        ('{"a": 1\n "b": 2}', (2, 5), "`,` or `}` is missing for the `{` of line 1, column 1", "add it"),
        ("a: > 5", (1, 4), "after `>` the text starts on the next line", '`a: "> 5"`'),
        ("a: [\n\n", (1, 4), "the text ends where a value is expected", "close what is open"),
        ("a: [1,", (1, 6), "the text ends where a value is expected", "close what is open"),
        ("a: ]", (1, 4), "a value is expected before `]`", '`a: "]"`'),
        ("a: - b", (1, 4), "a list item `-` cannot stand here", "next line"),
        ("%FOO\na: b", (1, 1), "this `%` directive is not supported", "remove the line"),
        ("[a]\nb = 1", (2, 1), "this line follows a value that is complete", "`key: value`"),
        (f"{'k' * 1025}: 1", (1, 1), "a key is longer than 1,024 characters", None),
        ("? [a]\n: b", (1, 3), "a list is used as a key", "plain name"),
        ("a: &x 1\n*x : 2", (2, 1), "an alias is used as a key", "plain name"),
        ("a: *b", (1, 4), "the alias `*b` has no anchor `&b` above it", 'write `"*b"`'),
        ("a: &x {b: [*x]}", (1, 12), "the alias `*x` stands inside its own anchor", None),
        ("a: &x {<<: *x}", (1, 12), "the alias `*x` stands inside its own anchor", None),
        ("a:\n  <<: 5", (2, 3), "`<<` takes a mapping or a list of mappings", None),
        ("a: !foo x", (1, 4), "the tag `!foo` is not supported", "!!str"),
        ("a: !!python/name:os.system x", (1, 4), "the tag", "!!str"),
        ("a: !!binary aGk=", (1, 4), "the tag", "!!str"),
        ("a: !!set {b}", (1, 4), "the tag", "!!str"),
        ("!!int a: 1", (1, 1), "`a` is not what its tag `!!int` says", None),
        (f"a: !!float 1{'0' * 350}", (1, 4), "", None),
        ("a: 1\n---\nb: 1", (2, 1), "a second document starts here", "one file"),
        ("a: " + "[" * 100 + "]" * 100, (1, 103), "values are nested deeper than 100", None),
        ("[" * 101 + "]" * 101, (1, 101), "values are nested deeper than 100", None),
        ("- " * 200000, (1, 201), "values are nested deeper than 100", None),
    ],
)
def test_refusal(text: str, start: tuple[int, int], message: str, help: str | None) -> None:
    error = refusal(text)
    assert error.place is not None
    assert (error.place.line, error.place.column) == start
    assert message in error.message
    assert (error.help is None) if help is None else help in (error.help or "")


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("a: 1\nb: 2\na: 3", "line 1, column 1", Place(3, 1, 3, 2)),
        ("x:\n  - {é: 1, 'é': 2}", "line 2, column 6", Place(2, 12, 2, 15)),
        ("1: a\n'1': b", "line 1, column 1", Place(2, 1, 2, 4)),
        ("x: &x {p: 1}\ny:\n  <<: *x\n  z:\n    <<: *x\n  <<: *x", "line 3, column 3", Place(6, 3, 6, 5)),
    ],
)
def test_repeated_key_names_both_places(text: str, first: str, second: Place) -> None:
    error = refusal(text)
    assert first in error.message
    assert error.place == second
    with pytest.raises(DocumentError, match=first):
        parse_yaml_stream(text)


@pytest.mark.parametrize(
    "line",
    [
        "{name}: &{name} [{last}, {last}, {last}, {last}, {last}, {last}, {last}, {last}, {last}]",
        "{name}: &{name} {{<<: [{last}, {last}], a: {last}, b: {last}, c: {last}}}",
    ],
)
def test_alias_bomb(line: str) -> None:
    names = [f"n{number}" for number in range(30)]
    bomb = "n0: &n0 {x: lol}\n" + "\n".join(line.format(name=b, last=f"*{a}") for a, b in pairwise(names))
    assert "alias bomb" in refusal(bomb).message


def test_alias_bomb_of_one_long_scalar() -> None:
    assert "alias bomb" in refusal(f"a: &a {'x' * 100_000}\nb: [" + "*a, " * 10_000 + "]").message


def test_honest_aliases_are_no_bomb() -> None:
    many = "d: &d {for: 5m, labels: {team: a}}\n" + "\n".join(f"a{number}: {{<<: *d}}" for number in range(20_000))
    assert parse_yaml(many).value["a19999"]["labels"] == {"team": "a"}


def test_error_speaks_and_travels() -> None:
    error = refusal("a: @b")
    assert str(error).startswith("aimon.yaml:1:4: a value cannot start with `@`")
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.message, copy.place, copy.help, copy.path) == (error.message, error.place, error.help, error.path)
    document = pickle.loads(pickle.dumps(parse_yaml(SPEC)))
    assert document.where(("name",)) == Place(2, 7, 2, 11)


def test_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = parse_yaml(SPEC)
    monkeypatch.setattr(mistakes, "LOADER", yaml.SafeLoader)
    document = parse_yaml(SPEC)
    assert document.value == expected.value
    for address, _ in addresses(document.value):
        assert document.where(address) == expected.where(address)
    for text in ("a: {{ x }}", "a: @b", "a: 'b", "a: b: c", "a: \0", "a:\n\tb: 1", "a: [1", "a: > 5", 'a: "\\d"'):
        assert "this is not YAML" not in refusal(text).message


# Files


def test_read(tmp_path: Path) -> None:
    path = tmp_path / "aimon.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: \xc3\xa9\r\n")
    document = read(path)
    assert (document.value, document.path, document.where(("name",))) == ({"name": "é"}, str(path), Place(1, 7, 1, 8))


@pytest.mark.parametrize(
    ("data", "message", "place"),
    [
        (b"a: \xc3\xa9\nb: \xff\n", "the byte 0xff is not UTF-8", Place(2, 4, 2, 4)),
        ("a: 1".encode("utf-16"), "the file is UTF-16", Place(1, 1, 1, 1)),
        (b"a: 1\0", "U+0000", Place(1, 5, 1, 6)),
        (b"a" * (16 * 2**20 + 1), "larger than 16 MiB", None),
    ],
)
def test_read_refuses(tmp_path: Path, data: bytes, message: str, place: Place | None) -> None:
    path = tmp_path / "aimon.yaml"
    path.write_bytes(data)
    with pytest.raises(DocumentError) as caught:
        read(path)
    assert message in caught.value.message
    assert (caught.value.place, caught.value.path) == (place, str(path))


def test_read_of_what_is_no_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.yaml"):
        with pytest.raises(DocumentError, match="cannot read the file"):
            read(path)
    with pytest.raises(DocumentError, match="larger"):
        read(Path("/dev/zero"))


def test_text_limit() -> None:
    with pytest.raises(DocumentError, match="16 MiB"):
        parse_yaml("[" + " " * 16 * 2**20 + "]")


def large_rules() -> str:
    expr = 'sum by (job) (rate(errors_total{{job="svc-{0}"}}[5m])) > {0}'
    rule = f"  - alert: HighErrorRate{{0}}\n    expr: {expr}\n    for: 5m\n"
    return "rules:\n" + "".join(rule.format(number) for number in range(50_000))


def test_five_megabytes_read_the_same_as_by_pyyaml() -> None:
    text = large_rules()
    assert len(text) > 5_000_000
    assert yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) == parse_yaml(text).value


# Properties

# YAML 1.1 writes what YAML 1.2 reads as numbers without quotes: `1e3`, `0o7`.
NUMERIC = re.compile(r"[-+.]?[0-9.][0-9a-fA-Fox.+-]*")
characters = st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t\u0085")
words = st.text(characters | st.sampled_from("ab :-#'\"\\"), max_size=80).filter(
    lambda word: not NUMERIC.fullmatch(word)
)
numbers = st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
data = st.recursive(
    words | numbers | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
styles = st.sampled_from([None, "'", '"', "|", ">"])


def dumped(value: Any, style: str | None, *, flow: bool = False) -> str:
    # Without allow_unicode, because PyYAML writes U+0085, U+2028 and U+2029 as the line breaks they are in YAML 1.1.
    return yaml.safe_dump({"value": value}, default_style=style, default_flow_style=flow, width=40)


@given(data, styles, st.booleans())
@settings(deadline=None)
@example({"on": "on", "a": ["010", "5:30", "0x1F", "<<", "~", "", "{{ x }}"]}, None, False)
def test_what_pyyaml_writes_reads_back(value: Any, style: str | None, flow: bool) -> None:
    assert parse_yaml(dumped(value, style, flow=flow)).value == {"value": value}


@given(data, st.booleans(), st.sampled_from([None, 2]))
@settings(deadline=None)
@example({"a": "\u2028\u0085", "😀": ["😀\\ud83d\\ude00", "\ue000"]}, True, None)
def test_json_reads_back_as_json_and_as_yaml(value: Any, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps({"value": value}, ensure_ascii=ascii_only, indent=indent)
    assert parse_yaml(text).value == {"value": value}
    assert parse_yaml_stream(text)[0].value == {"value": value}


@given(data, st.sampled_from([None, "'", '"']), st.booleans(), st.sampled_from(["\n", "\r\n", "\r"]))
@settings(deadline=None)
def test_where_is_the_text_of_the_value(value: Any, style: str | None, flow: bool, line_break: str) -> None:
    document = parse_yaml(dumped(value, style, flow=flow).replace("\n", line_break))
    for address, child in addresses(document.value):
        if isinstance(child, str) or (style is None and not isinstance(child, dict | list)):
            assert parse_yaml(at(document, document.where(address))).value == child
        if address and isinstance(address[-1], str):
            assert parse_yaml(at(document, document.where(address, key=True))).value in (address[-1], None)


@given(st.text(st.sampled_from("abc  \n\n'\"\\:#\té😀")), styles, st.sampled_from(["\n", "\r\n"]), st.data())
@settings(deadline=None, max_examples=300)
def test_fragment_is_the_text_it_came_from(word: str, style: str | None, line_break: str, draw: st.DataObject) -> None:
    document = parse_yaml(dumped([word], style).replace("\n", line_break))
    assert document.value == {"value": [word]}
    for found in re.finditer("[abc]+", word):
        assert at(document, document.fragment(("value", 0), *found.span())) == found[0]
    if style == "|" and re.search("[abc]", word) and document.line(2).startswith("- |"):
        start = draw.draw(st.integers(0, len(word)))
        end = draw.draw(st.integers(start, len(word)))
        written = at(document, document.fragment(("value", 0), start, end))
        assert re.sub(r"\n +", "\n", written) == re.sub(r"\n +", "\n", word[start:end])


@given(st.sampled_from([SPEC, '{"a": ["\\ud83d\\ude00", {"b": 1e3}]}', "- >+\n  a\n\n- 'b''\n\n  c'\n"]), st.data())
@settings(deadline=None)
def test_any_damage_is_a_document_error_at_worst(text: str, draw: st.DataObject) -> None:
    start = draw.draw(st.integers(0, len(text)))
    end = draw.draw(st.integers(start, min(start + 3, len(text))))
    inserted = draw.draw(st.text(st.sampled_from("\t\n :-[]{}&*!|>'\"%@`,?#\\u<x\0\u2028\ud83d"), max_size=3))
    survive(text[:start] + inserted + text[end:])


def test_every_prefix_is_a_document_error_at_worst() -> None:
    for text in (SPEC, json.dumps(parse_yaml(SPEC).value, indent=1)):
        for end in range(len(text)):
            survive(text[:end])


@given(st.text())
@settings(deadline=None)
def test_any_text_is_a_document_error_at_worst(text: str) -> None:
    survive(text)


def survive(text: str) -> None:
    try:
        document = parse_yaml(text)
    except DocumentError:
        return
    for address, _ in addresses(document.value):
        assert document.has(address)
        assert document.where(address).line <= text.count("\n") + text.count("\r") + 1
        document.fragment(address, 0, 1)
