"""Findings for forges: GitLab, SARIF, JUnit and Markdown are what their readers accept, whatever a spec holds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from aimon.checks import CHECKS
from aimon.diagnostic import Context, Diagnostic, Located
from aimon.document import Place
from aimon.report import gitlab, junit, markdown, sarif

SARIF = json.loads((Path(__file__).parent / "sarif-2.1.0.schema.json").read_text())

LINE = '    expr: sum(rate(http_requests_totl[5m])) # "😀"'
FOUND = Diagnostic(
    "promql/unknown-metric",
    "error",
    "nothing exposes `http_requests_totl`",
    Located("specs/aimon.yaml", Place(41, 20, 41, 38), LINE),
    "alerts.A.expr",
    "did you mean `http_requests_total`?",
    "rules/alerts.yml",
    (Context(Located("specs/aimon.yaml", Place(7, 5, 7, 6), ""), "declared"),),
)
WARNED = Diagnostic("alert/without-for", "warning", "`A` fires at once", Located("aimon.yaml", Place(3, 1, 3, 2), "A:"))
TOLD = Diagnostic("notify/nobody", "info", "nobody is told", Located("aimon.yaml", Place(1, 1, 1, 1), ""))
ALL = (FOUND, WARNED, TOLD)

ANYTHING = st.text(max_size=40) | st.text("`|\\<>&[]*_@#~$! \n\x00\x1b\ud800\u2028\ufffe-", max_size=40)


# The folder of the repository is the same for all examples, and the machine may be busy.
UNHURRIED = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None)


@st.composite
def diagnostics(draw: st.DrawFn) -> Diagnostic:
    """A finding whose every text may be anything."""
    located = Located(draw(ANYTHING) + "x", Place(1, 1, draw(st.integers(1, 3)), 9), draw(ANYTHING))
    level = draw(st.sampled_from(["error", "warning", "info"]))
    contexts = (Context(located, draw(ANYTHING)),)
    check = draw(st.sampled_from(sorted(CHECKS)))
    return Diagnostic(check, level, draw(ANYTHING), located, "", draw(ANYTHING), draw(ANYTHING), contexts)


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, with the specs in a folder below it."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "team").mkdir()
    monkeypatch.chdir(tmp_path / "team")
    return tmp_path


# --- GitLab ------------------------------------------------------------------------------------------------------


def test_gitlab() -> None:
    first, *others = json.loads(gitlab.diagnostics(ALL))
    fingerprint = first.pop("fingerprint")
    assert first == {
        "description": "nothing exposes `http_requests_totl` (did you mean `http_requests_total`?)",
        "check_name": "promql/unknown-metric",
        "severity": "critical",
        "location": {"path": "team/specs/aimon.yaml", "lines": {"begin": 41, "end": 41}},
    }
    assert re.fullmatch("[0-9a-f]{32}", fingerprint)
    assert [other["severity"] for other in others] == ["minor", "info"]
    assert gitlab.diagnostics([]) == "[]\n"


def test_gitlab_has_a_fingerprint_for_each_of_two_equal_faults() -> None:
    """GitLab shows only the first of those that share one."""
    prints = [each["fingerprint"] for each in json.loads(gitlab.diagnostics([FOUND, FOUND, WARNED]))]
    assert len(set(prints)) == 3


@UNHURRIED
@given(st.lists(diagnostics(), max_size=3))
def test_gitlab_is_text(found: list[Diagnostic]) -> None:
    text = gitlab.diagnostics(found)
    assert len(json.loads(text.encode())) == len(found)
    assert not {"\x1b", "\x00"} & set(text)


# --- SARIF -------------------------------------------------------------------------------------------------------


def test_sarif() -> None:
    report = json.loads(sarif.diagnostics(ALL))
    jsonschema.Draft4Validator(SARIF).validate(report)
    (run,) = report["runs"]
    result = run["results"][0]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert result["ruleId"] == rule["id"] == "promql/unknown-metric"
    assert rule["help"]["markdown"].count("```yaml") == 2
    assert [each["level"] for each in run["results"]] == ["error", "warning", "note"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "team/specs/aimon.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 41, "startColumn": 20, "endLine": 41, "endColumn": 38}
    assert run["columnKind"] == "unicodeCodePoints"  # our columns count characters, SARIF's by default UTF-16 units
    assert result["relatedLocations"][0]["message"] == {"text": "declared"}
    assert result["partialFingerprints"]["primaryLocationLineHash"]


def test_sarif_has_the_page_of_every_check() -> None:
    located = FOUND.located
    every = [Diagnostic(id, check.level, "m", located) for id, check in CHECKS.items()]
    report = json.loads(sarif.diagnostics(every))
    jsonschema.Draft4Validator(SARIF).validate(report)
    rules = report["runs"][0]["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} == set(CHECKS)
    assert all(rule["fullDescription"]["text"] and len(rule["properties"]["tags"]) <= 20 for rule in rules)


def test_sarif_keeps_the_worst_of_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "_MOST_RESULTS", 2)
    (run,) = json.loads(sarif.diagnostics([TOLD, WARNED, FOUND]))["runs"]
    assert [each["level"] for each in run["results"]] == ["error", "warning"]
    assert "1 findings" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("aimon.yaml", "team/aimon.yaml"),
        ("./a/../b.yaml", "team/b.yaml"),
        ("../other/aimon.yaml", "other/aimon.yaml"),
        ("mit Leerzeichen#1.yaml", "team/mit%20Leerzeichen%231.yaml"),
        ("ü.yaml", "team/%C3%BC.yaml"),
        ("\udcff.yaml", "team/%FF.yaml"),
        ("/etc/aimon.yaml", "file:///etc/aimon.yaml"),
    ],
)
def test_sarif_names_files_from_the_top_of_the_repository(path: str, uri: str) -> None:
    found = Diagnostic("spec/shape", "error", "m", Located(path, Place(1, 1, 1, 2), "x"))
    (run,) = json.loads(sarif.diagnostics([found]))["runs"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


@UNHURRIED
@given(st.lists(diagnostics(), max_size=3))
def test_sarif_fits_its_schema(found: list[Diagnostic]) -> None:
    jsonschema.Draft4Validator(SARIF).validate(json.loads(sarif.diagnostics(found).encode()))


# --- JUnit -------------------------------------------------------------------------------------------------------


def test_junit() -> None:
    text = junit.diagnostics(ALL, {"aimon.yaml": {"alert/without-for", "alert/without-summary"}, "other.yaml": ()})
    top = ElementTree.fromstring(text)
    assert (top.get("tests"), top.get("failures")) == ("4", "2")
    suites = {suite.get("name"): suite for suite in top}
    assert set(suites) == {"aimon.yaml", "other.yaml", "specs/aimon.yaml"}
    cases = [(case.get("name"), [part.tag for part in case]) for case in suites["aimon.yaml"]]
    assert cases == [
        ("alert/without-for at 3:1", ["failure"]),
        ("notify/nobody at 1:1", ["system-out"]),
        ("alert/without-summary", []),
    ]
    failure = suites["specs/aimon.yaml"][0][0]
    assert (failure.get("type"), failure.get("message")) == ("error", "nothing exposes `http_requests_totl`")
    assert "help: did you mean `http_requests_total`?" in str(failure.text)


@UNHURRIED
@given(st.lists(diagnostics(), max_size=3))
def test_junit_is_read_by_any_parser(found: list[Diagnostic]) -> None:
    top = ElementTree.fromstring(junit.diagnostics(found, {"\x00\ud800": ["spec/shape"]}).encode())
    assert len(top.findall(".//testcase")) == len(found) + 1


# --- Markdown ----------------------------------------------------------------------------------------------------


def test_markdown() -> None:
    text = markdown.diagnostics(ALL)
    assert text.startswith("**aimon**: 3 findings\n")
    assert (
        "| error | `specs/aimon.yaml:41:20` | nothing exposes `http_requests_totl` | `promql/unknown-metric` |" in text
    )
    assert f"```yaml\n{LINE}\n```" in text
    assert "- help: did you mean `http_requests_total`?" in text
    assert markdown.diagnostics([]) == "**aimon**: nothing found\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("`a|b` is odd", "<code>a&#124;b</code> is odd"),
        ("a|b", "a&#124;b"),
        (r"a\|b", r"a\\&#124;b"),
        ("an odd ` mark", r"an odd \` mark"),
        ("<script>", "&lt;script&gt;"),
        ("[x](http://y)", r"\[x\](http:<!-- -->//y)"),
        ("@team, see #12", r"@<!-- -->team, see \#12"),
        ("`@team`", "`@team`"),
        ("a\n\n# b", r"a \# b"),
        ("``", ""),
    ],
)
def test_markdown_means_nothing(text: str, shown: str) -> None:
    assert markdown.prose(text) == shown


@UNHURRIED
@given(st.lists(diagnostics(), min_size=1, max_size=3))
def test_a_table_keeps_its_columns(found: list[Diagnostic]) -> None:
    table = markdown.diagnostics(found).partition("<details>")[0]
    rows = [line for line in table.split("\n") if line.startswith("|")]
    assert len(rows) == len(found) + 2
    assert {row.count("|") for row in rows} == {5}


@pytest.mark.parametrize("count", [300, 5_000])
def test_markdown_fits_into_a_comment(count: int) -> None:
    long = Diagnostic("spec/shape", "error", "x" * 9_000, Located("a.yaml", Place(1, 1, 1, 2), "y" * 9_000))
    text = markdown.diagnostics([long, *[FOUND] * count])
    assert len(text) < 65_536
    assert text.count("<details>") == text.count("</details>")
    rows = text.count("\n| error |")
    assert (f"… and {count + 1 - rows} more" in text) is (rows <= count)


def test_markdown_as_a_page() -> None:
    """As a renderer of Markdown understands it; HTML goes through as on GitHub, which has its own list of what may."""
    hostile = "`<img src=x>` <img src=x> [a](b) **c** @d ``` | \\| `\\|`"
    found = Diagnostic("spec/shape", "error", hostile, Located("a`|.yaml", Place(1, 1, 1, 2), "``` | </details>"))
    page = MarkdownIt("commonmark").enable("table").render(markdown.diagnostics([found]))
    assert page.count("<td>") == 4
    assert page.count("<details>") == page.count("</details>") == 1
    for markup in ("<img", "<a ", "<strong>c"):
        assert markup not in page
