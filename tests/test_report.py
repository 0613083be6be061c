"""Findings and changes in each format: for people, for programs, for GitHub, and never a command to a terminal."""

from __future__ import annotations

import io
import json as standard
from pathlib import Path

import pytest

from aimon.change import Change, Judged, Lost
from aimon.diagnostic import Context, Diagnostic, Located
from aimon.document import Place
from aimon.pipeline import Options, compile_spec
from aimon.report import github, json, text
from aimon.report.changes import github as github_of_changes
from aimon.report.changes import markdown
from aimon.report.changes import text as text_of_changes
from aimon.report.changes.values import value_text
from aimon.report.console import Console
from aimon.units import unit_named
from aimon.verdict import Verdict

LINE = '    expr: sum(rate(http_requests_totl[5m])) # "a"'
FOUND = Diagnostic(
    "promql/unknown-metric",
    "error",
    "nothing exposes `http_requests_totl`",
    Located("aimon.yaml", Place(41, 20, 41, 38), LINE),
    "alerts.A.expr",
    "did you mean `http_requests_total`?",
    "rules/alerts.yml",
    (Context(Located("aimon.yaml", Place(7, 5, 7, 6), ""), "declared"),),
)


def lines(found: list[text.Line]) -> str:
    return "\n".join("".join(part for part, _ in line) for line in found)


def at(line: str, start: int, end: int) -> Diagnostic:
    return Diagnostic("a/b", "error", "m", Located("f", Place(1, start, 1, end), line))


def test_text() -> None:
    assert (
        lines(list(text.diagnostics([FOUND])))
        == """\
aimon.yaml:41:20: error: nothing exposes `http_requests_totl` [promql/unknown-metric]
   |
41 |     expr: sum(rate(http_requests_totl[5m])) # "a"
   |                    ^^^^^^^^^^^^^^^^^^
   = declared at aimon.yaml:7:5
   = seen in rules/alerts.yml
   = help: did you mean `http_requests_total`?
"""
    )


@pytest.mark.parametrize(
    ("line", "start", "end", "caret"),
    [
        ("abc", 2, 3, " ^"),
        ("abc", 2, 2, " ^"),
        ("abc", 4, 4, "   ^"),
        ("abc", 2, 99, " ^^"),
        ("\tabc", 3, 4, "\t ^"),
        ("監視 b", 4, 5, "     ^"),
        ("監視 b", 1, 3, "^^^^"),
        ("e\u0301b", 3, 4, " ^"),
        ("😀b", 2, 3, "  ^"),
        ("a" * 500 + "b", 501, 502, " " * 53 + "^"),
    ],
)
def test_the_caret_stands_under_the_culprit(line: str, start: int, end: int, caret: str) -> None:
    assert lines(list(text.diagnostics([at(line, start, end)]))).split("\n")[3] == f"  | {caret}"


def test_a_finding_over_several_lines_marks_the_first() -> None:
    found = Diagnostic("a/b", "error", "m", Located("f", Place(1, 3, 4, 1), "a bcd"))
    assert lines(list(text.diagnostics([found]))).split("\n")[3] == "  |   ^^^"


HOSTILE = "\x1b]0;pwned\x07 \x1b[31m \r\n::error::x\u2028\u202e \x9b"


def test_a_terminal_obeys_nothing_of_a_spec() -> None:
    located = Located(f"{HOSTILE}.yaml", Place(1, 1, 1, 2), HOSTILE)
    found = Diagnostic("a/b", "error", HOSTILE, located, HOSTILE, HOSTILE, None, (Context(located, HOSTILE),))
    for shown in (
        lines(list(text.diagnostics([found]))),
        lines(list(text.concise([found]))),
        *github.diagnostics([found]),
    ):
        assert not {"\x1b", "\x07", "\r", "\u2028", "\u202e", "\x9b"} & {*shown}
        assert "\n::" not in shown
    assert len(lines(list(text.concise([found]))).split("\n")) == 1
    assert not {"\x1b", "\r"} & {*github.summary([found])}
    all_ = [
        Change("alert", HOSTILE, "", "added", None, {"expression": HOSTILE}),
        Change("alert", HOSTILE, HOSTILE, "changed", HOSTILE, 1, touched=(("panel", HOSTILE),)),
        Change("panel", HOSTILE, "position", "moved", [1], [2]),
        Change("metric", f"x{HOSTILE}", "", "renamed", HOSTILE, HOSTILE),
    ]
    lost = (Lost(HOSTILE, (HOSTILE,)),)
    told = Verdict(tuple(Judged(one, "risky", "cost", HOSTILE) for one in all_), lost, idle=(HOSTILE,))
    shown = "\n".join(
        (lines(list(text_of_changes.lines(told))), markdown.changes(told), *github_of_changes.changes(told))
    )
    assert not {"\x1b", "\r", "\u2028", "\u202e", "\x9b"} & {*shown}
    open_ = Verdict(tuple(Judged(one, "breaking", "cost") for one in all_))
    assert not {"\x1b", "\r", "\u2028"} & {*"".join((*github_of_changes.changes(open_), markdown.changes(open_)))}


def test_json() -> None:
    (said,) = standard.loads(json.diagnostics([FOUND]))
    assert said["check"] == "promql/unknown-metric"
    assert (said["line"], said["column"], said["end_line"], said["end_column"]) == (41, 20, 41, 38)
    assert said["related"] == [
        {"message": "declared", "file": "aimon.yaml", "line": 7, "column": 5, "end_line": 7, "end_column": 6}
    ]
    assert standard.loads(json.diagnostics([])) == []


def test_json_of_names_that_are_no_text() -> None:
    """A file may be called anything; JSON is UTF-8 all the same."""
    assert standard.loads(
        json.diagnostics([Diagnostic("a/b", "error", "m", Located("\udcff.yaml", Place(1, 1, 1, 1), ""))])
    )


def test_the_fingerprint_outlives_lines_and_words() -> None:
    def fingerprint(message: str, line: int, content: str, start: int, end: int) -> str:
        return Diagnostic(
            "a/b", "error", message, Located("f", Place(line, start, line, end), content), "alerts.A"
        ).fingerprint

    assert fingerprint("m", 1, "abc", 2, 3) == fingerprint("other words", 7, "  abc", 4, 5)
    assert fingerprint("m", 1, "abc", 2, 3) != fingerprint("m", 1, "abc", 3, 4)


def test_github() -> None:
    (said,) = github.diagnostics([FOUND])
    assert said == (
        "::error file=aimon.yaml,line=41,endLine=41,col=20,endColumn=38,title=promql/unknown-metric"
        "::nothing exposes `http_requests_totl`%0Ahelp: did you mean `http_requests_total`?"
    )
    (odd,) = github.diagnostics(
        [Diagnostic("a/b", "info", "50%, or: more", Located("a,b:c.yaml", Place(1, 1, 1, 1), ""))]
    )
    assert odd == "::notice file=a%2Cb%3Ac.yaml,line=1,endLine=1,col=1,endColumn=1,title=a/b::50%25, or: more"
    assert "| error | `aimon.yaml:41:20` | nothing exposes `http_requests_totl` |" in github.summary([FOUND])
    assert "nothing found" in github.summary([])


def test_changes_are_told_in_the_unit_of_the_alert() -> None:
    old, new = ({"operator": ">", "value": value} for value in (0.05, 0.1))
    found = Change("alert", "A", "threshold", "looser", old, new)
    told = Verdict((Judged(found, "breaking", "detection lost"),), units={"A": unit_named("ratio")})
    shown = lines(list(text_of_changes.lines(told)))
    assert "    threshold     > 5%  →  > 10%\n" in shown
    assert "Looser: what lies between 5% and 10% no longer fires. [detection lost]" in shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "nothing"),
        ([], "nothing"),
        ({}, "nothing"),
        (0.05, "0.05"),
        (True, "true"),
        ([1, "a"], "1, a"),
        ({"a": [1]}, "a: 1"),
        ("a\n b", "a b"),
        ("x" * 999, "x" * 199 + "…"),
        (10**30, "1" + "0" * 30),
        (float("inf"), "inf"),
    ],
)
def test_values_as_people_say_them(value: object, shown: str) -> None:
    assert value_text(value) == shown


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown_on(stream: io.StringIO, console: Console, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("sys.stdout", stream)
    console.findings([FOUND])
    return stream.getvalue()


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    assert "\x1b[" in shown_on(Terminal(), Console("text"), monkeypatch)
    assert "\x1b[" not in shown_on(io.StringIO(), Console("text"), monkeypatch)
    assert "\x1b[" not in shown_on(Terminal(), Console("text", no_color=True), monkeypatch)
    monkeypatch.setenv("NO_COLOR", "")  # https://no-color.org: present and not empty
    assert "\x1b[" in shown_on(Terminal(), Console("text"), monkeypatch)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in shown_on(Terminal(), Console("text"), monkeypatch)


def test_a_file_gets_no_colours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Console("text", tmp_path / "deep" / "found.txt").findings([FOUND])
    assert "\x1b[" not in (tmp_path / "deep" / "found.txt").read_text()
    monkeypatch.setattr("sys.stderr", Terminal())
    assert list(Console("text").progress([Path("a"), Path("b")])) == [Path("a"), Path("b")]


def test_no_line_shows_a_secret(tmp_path: Path) -> None:
    """Also where another finding stands on the same line, and where the secret goes over several lines."""
    spec = tmp_path / "aimon.yaml"
    spec.write_text(
        "services: {api: {targets: [nonsense], http: {basic_auth: {username: a, password: 'hunter2 and more'}}}}\n"
        "notifications:\n"
        "  receivers:\n"
        "    team:\n"
        "      webhook:\n"
        "        url: http://pager:8080/\n"
        '        http_config: {basic_auth: {username: a, password: "two\\\n'
        '          lines"}}\n'
    )
    found = compile_spec(spec, Options(judged=False)).diagnostics
    assert [one.check for one in found].count("secret/literal") == 2
    shown = "".join(word for line in text.diagnostics(found) for word, _ in line)
    assert "service/invalid-target" in shown
    assert "hunter2" not in shown
    assert "two" not in shown
