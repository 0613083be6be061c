"""Comments that accept findings: only real comments, for the right lines, and none that accepts nothing."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aimon import comments
from aimon.document import DocumentError, parse_yaml


def read(text: str) -> tuple[list[comments.Comment], list[comments.Malformed]]:
    return comments.read(parse_yaml(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1 # aimon: ignore[x/y] why", [("x/y", 1, 1)]),
        ("a: 1 #aimon:ignore[x/y] why", [("x/y", 1, 1)]),
        ("a: 1 # Aimon: Ignore [ x/y ] — why", [("x/y", 1, 1)]),
        ("a: 1 # aimon: ignore[x/y,  z/w] why", [("x/y", 1, 1), ("z/w", 1, 1)]),
        ("# aimon: ignore[x/y] why\na: 1", [("x/y", 2, 2)]),
        ("b: 1\n  # aimon: ignore[x/y] why\n  # and more\na: 1", [("x/y", 4, 4)]),
        ("# aimon: ignore[x/y] why\n# aimon: ignore[z/w] why\na: 1", [("x/y", 3, 3), ("z/w", 3, 3)]),
        ("# aimon: ignore[x/y] why\n\na: 1", [("x/y", 2, 2)]),
        ("a: 1\n# aimon: ignore[x/y] why", [("x/y", 3, 3)]),
        ("[1, 2,# aimon: ignore[x/y] why\n 3]", [("x/y", 1, 1)]),
        ("--- # aimon: ignore[x/y] why\na: 1", [("x/y", 1, 1)]),
        ("a: &b # aimon: ignore[x/y] why\n  c", [("x/y", 1, 1)]),
        ("a: c#d # aimon: ignore[x/y] why", [("x/y", 1, 1)]),
        ("\ufeffa: 'it''s' # aimon: ignore[x/y] why", [("x/y", 1, 1)]),
        ('a: "\\" # no" # aimon: ignore[x/y] why', [("x/y", 1, 1)]),
        ("a: \u2028😀\x85 # aimon: ignore[x/y] why", [("x/y", 1, 1)]),
        ("a: 1\r\nb: 2 # aimon: ignore[x/y] why\r\nc: 3", [("x/y", 2, 2)]),
        # A scalar belongs to its line as a whole.
        ("a: | # aimon: ignore[x/y] why\n  b\n  c\n\nd: 1", [("x/y", 1, 3)]),
        ("# aimon: ignore[x/y] why\na: >-\n  b\n  c\nd: 1", [("x/y", 2, 4)]),
        ("a: 'b\n  c' # aimon: ignore[x/y] why", [("x/y", 1, 2)]),
        ("a: b\n  c # aimon: ignore[x/y] why\nd: 1", [("x/y", 1, 2)]),
        # None of these is a comment.
        ("a: '# aimon: ignore[x/y] why'", []),
        ('a: "# aimon: ignore[x/y] why"', []),
        ("a: b#aimon:ignore[x/y] why", []),
        ("a: |\n  # aimon: ignore[x/y] why\n  b", []),
        ("a: |-\n  b # aimon: ignore[x/y] why\n\n  # aimon: ignore[x/y] why\n", []),
        ("a: 'b\n  # aimon: ignore[x/y] why\n  c'", []),
        ("? '# aimon: ignore[x/y] why'\n: 1", []),
        ('{"a": "# aimon: ignore[x/y] why"}', []),
        # Comments about something else.
        ("# aimon: 1 is the version of the language", []),
        ("# aimon: see the manual", []),
        ("# ignore[x/y] why", []),
        ("# write `# aimon: ignore[x/y] why` behind it", []),
        ("", []),
    ],
)
def test_only_real_comments_count_and_for_the_right_lines(text: str, expected: list[tuple[str, int, int]]) -> None:
    found, mistakes = read(text)
    assert [(each.check, each.first, each.last) for each in found] == expected
    assert mistakes == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1 # aimon: ignore", "does not say which check"),
        ("a: 1 # aimon: ignore x/y because", "does not say which check"),
        ("a: 1 # aimon: ignore[x/y why", "does not say which check"),
        ("a: 1 # aimon: ignore[x/y]", "does not say why"),
        ("a: 1 # aimon: ignore[x/y]: - ", "does not say why"),
        ("a: 1 # aimon: ignore[] why", "empty place"),
        ("a: 1 # aimon: ignore[x/y,] why", "empty place"),
        ("a: 1 # aimon: ignroe[x/y] why", "does not know `ignroe`"),
        ("a: 1 # aimon: ignored because of me", "does not know `ignored`"),
        ("a: 1 # aimon: disable[x/y] why", "does not know `disable`"),
    ],
)
def test_what_is_wrong_with_a_comment(text: str, message: str) -> None:
    found, (mistake,) = read(text)
    assert found == []
    assert message in mistake.message
    assert (mistake.place.line, mistake.place.column) == (1, 6)


def test_the_place_is_that_of_the_id() -> None:
    (first, second), _ = read("a: 1 # aimon: ignore[x/y, zz/w] it is fine")
    assert (first.place.column, first.place.end_column) == (22, 25)
    assert (second.place.column, second.place.end_column) == (27, 31)
    assert second.reason == "it is fine"


PIECES = st.lists(
    st.sampled_from(
        [
            "a: ",
            "- ",
            "'",
            '"',
            "|\n",
            ">-\n",
            "\n",
            "  ",
            "# aimon: ignore[x/y] why",
            "#",
            "b",
            "[",
            "]",
            "{",
            "}",
            ", ",
        ]
    ),
    max_size=14,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(PIECES)
def test_a_comment_is_what_changes_nothing(pieces: list[str]) -> None:
    """Without its comments a text means the same; without a `#` that is none it does not."""
    text = "".join(pieces)
    try:
        document = parse_yaml(text)
    except DocumentError:
        return
    found, _ = comments.read(document)
    lines = text.split("\n")
    for each in sorted(found, key=lambda one: -one.place.column):
        number = each.place.line - 1
        start = lines[number].rindex("#", 0, each.place.column)
        lines[number] = lines[number][:start].rstrip() if lines[number][:start].strip() else ""
    try:
        assert parse_yaml("\n".join(lines)).value == document.value
    except DocumentError as error:
        raise AssertionError(text) from error


@pytest.mark.parametrize(
    "text",
    [
        "a: '" + "# aimon: ignore[a/b] x " * 40_000 + "'",
        "# aimon: ignore[a/b] x\n" * 20_000 + "a: 1",
        "[" + "'# aimon: ignore[a/b] x'," * 20_000 + "1, # aimon: ignore[a/b] x\n]",
        "a: 1 #" + "# aimon: ignore[a/b] x" * 20_000,
        "a: 1 #" + "# aimon: " * 20_000,
    ],
    ids=["one scalar", "one block", "many scalars", "one comment", "no verb"],
)
@pytest.mark.timeout(20)
def test_long_texts_take_no_longer_than_their_length(text: str) -> None:
    read(text)
