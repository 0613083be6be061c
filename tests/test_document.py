"""A document gives the values that were meant, the places where they were written, and plain words when it cannot."""

from __future__ import annotations

import gc
import json
import math
import pickle
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aimon.document import Address, Document, DocumentError, Place, parse_yaml, parse_yaml_stream, read


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
        *[(word, word) for word in ("5:30", "1_000", "2024-01-01", "1.2.3", "5m", "5%", "-", "+", ".", "0x", "-0x1")],
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
        ("! 5", "5"),
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
        ("[1, 2", None),
        ('{"a": "\\ud83d\\ude00", "b": [1.0, null]}', {"a": "😀", "b": [1.0, None]}),
        ('{"a": 1,\n\t"b": 2}', {"a": 1, "b": 2}),
        ('{"a": 1, "a": 2}', {"a": 2}),
        ("{a: 1, b: [x, y]}", {"a": 1, "b": ["x", "y"]}),
        ("[" * 100 + "]" * 100, eval("[" * 90 + "]" * 90)),
    ],
)
def test_text(text: str, value: Any) -> None:
    if text.startswith("[["):
        for _ in range(10):
            value = [value]
    if text == "[1, 2":
        refusal(text)
    else:
        assert parse_yaml(text).value == value
