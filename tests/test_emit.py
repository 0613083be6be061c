"""Whatever is emitted reads back the same: with PyYAML, which knows YAML 1.1, and with our reader of YAML 1.2."""

from __future__ import annotations

import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aimon.document import parse_yaml
from aimon.emit import compact_text, yaml_text

# Beyond these, a text is no text: half of a surrogate pair, for which UTF-8 has no bytes.
characters = st.characters(exclude_categories=["Cs"])
# What YAML, Go templates, shells, Make, Markdown and HTML take for something, and what looks like something it is not.
hostile = st.sampled_from(
    [
        *(
            "",
            " ",
            "  a",
            "a ",
            "\n",
            "\na",
            "a\n",
            "a\n\n",
            " \n a",
            "a\n b\n",
            "\ta",
            "a\tb",
            "\r",
            "a\r\nb",
            "\0",
            "\x1b[31m",
        ),
        *(
            "yes",
            "No",
            "ON",
            "off",
            "y",
            "n",
            "Y",
            "true",
            "~",
            "null",
            "Null",
            "=",
            "<<",
            "-",
            "?",
            ":",
            "---",
            "...",
            "%YAML 1.1",
        ),
        *(
            "1",
            "-1",
            "+1",
            "1_000",
            "0x1F",
            "0o17",
            "017",
            "1:30",
            "190:20:30",
            "1e3",
            ".5",
            "1.",
            ".inf",
            "-.Inf",
            ".NaN",
            "nan",
        ),
        *(
            "2027-03-31",
            "2027-03-31 10:00:00",
            "5m",
            "1h30m",
            "5%",
            "a: b",
            "a:b",
            "a:",
            ": a",
            "a #b",
            "a#b",
            "#b",
            "- a",
            "-a",
        ),
        *(
            "[a]",
            "{a}",
            "{{ a }}",
            "{% a %}",
            "a, b",
            "&a",
            "*a",
            "!a",
            "!!str a",
            "|",
            ">",
            ">-",
            "@a",
            "`a`",
            "'",
            '"',
            "''",
            '"a"',
        ),
        *(
            "a'b",
            'a"b',
            "\\",
            "\\n",
            "\\x41",
            "$a",
            "${A}",
            "$(a)",
            "$$",
            "]]>",
            "</script>",
            "\u2028",
            "a\u2029b",
            "\x85",
            "\ufeff",
        ),
        *(
            "a\u2028",
            "\ufffe",
            "\uffff",
            "😀",
            "é",
            "e\u0301",
            "\u200b",
            "\x7f",
            "\x9f",
            "a\n# b",
            "a\n---\nb",
            "a\n...\n",
            "a\n\tb",
        ),
    ]
)
texts = st.one_of(hostile, st.text(characters), st.lists(hostile, max_size=4).map("".join))
numbers = st.one_of(st.integers(), st.floats(allow_nan=False))
scalars = st.one_of(st.none(), st.booleans(), numbers, texts)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)


def both_readings(text: str) -> tuple[Any, Any]:
    return yaml.safe_load(text), parse_yaml(text).value


@given(values)
def test_a_value_reads_back_the_same(value: object) -> None:
    text = f"key:{yaml_text(value, 2)}\n"
    old, new = both_readings(text)
    assert new == {"key": value}, text
    assert old == {"key": value}, text


@given(scalars)
def test_a_scalar_on_one_line_reads_back_the_same(value: object) -> None:
    text = yaml_text(value)
    assert "\n" not in text
    assert both_readings(f"key: {text}\nnext: 1\n") == ({"key": value, "next": 1},) * 2


@given(st.dictionaries(texts, values, min_size=1, max_size=4))
def test_a_compact_mapping_reads_back_the_same(value: dict[str, object]) -> None:
    text = f"key:{compact_text(value, 2)}\nnext: 1\n"
    old, new = both_readings(text)
    assert repr(new) == repr({"key": value, "next": 1}), text
    assert repr(old) == repr({"key": value, "next": 1}), text


@given(texts)
def test_a_key_reads_back_the_same(text: str) -> None:
    long = text * 200
    assert (
        both_readings(f"a:{yaml_text({text: 1, long: {long: [1]}}, 2)}\n") == ({"a": {text: 1, long: {long: [1]}}},) * 2
    )


@given(st.lists(texts, max_size=5), values)
def test_within_a_list_and_before_something_else(entries: list[str], value: object) -> None:
    text = f"a:{yaml_text(entries, 2)}\nb:{yaml_text([{'c': value}, entries], 4)}\nd: 1\n"
    assert both_readings(text) == ({"a": entries, "b": [{"c": value}, entries], "d": 1},) * 2


@given(values)
def test_nothing_is_lost_between_types(value: object) -> None:
    """1 is not 1.0 and not true, although Python calls them equal."""
    text = f"key:{yaml_text(value, 2)}\n"
    for reading in both_readings(text):
        assert repr(reading["key"]) == repr(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_beyond_numbers(value: float) -> None:
    for reading in both_readings(f"key: {yaml_text(value)}\n"):
        assert repr(reading["key"]) == repr(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("sum(rate(a_total[5m])) > 0.05", "sum(rate(a_total[5m])) > 0.05"),
        ("5m", "5m"),
        ("backend:3001", "backend:3001"),
        ("http://localhost:9090", "http://localhost:9090"),
        ("yes", "'yes'"),
        ("it's", "it's"),
        ("#ops", "'#ops'"),
        ("", "''"),
        (1e21, "1.0e+21"),
        (None, "null"),
    ],
)
def test_it_looks_like_what_people_write(value: object, text: str) -> None:
    assert yaml_text(value) == text


def test_several_lines_are_a_block() -> None:
    assert yaml_text("a\n  + b\n", 4) == " |\n    a\n      + b"
    assert (
        yaml_text({"a": [{"b": [1, 2], "c": ["x", "z"]}]}, 2)
        == "\n  a:\n    - b:\n        - 1\n        - 2\n      c: [x, z]"
    )


def test_what_is_small_stands_on_one_line() -> None:
    small = {"type": "counter", "help": "Requests served", "labels": {"method": ["GET", "POST"], "code": 5, "no": None}}
    large = {"help": "a: long " * 14 + "text", "buckets": [0.5, 1]}
    assert compact_text({"a_total": small, "b": large, "c": {}}, 2) == (
        "\n  a_total: {type: counter, help: Requests served, labels: {method: [GET, POST], code: 5, 'no': null}}"
        f"\n  b:\n    help: '{large['help']}'\n    buckets: [0.5, 1]\n  c: {{}}"
    )
