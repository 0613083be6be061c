"""What is accepted on purpose: in every file of a spec, in every environment, and never without need."""

from __future__ import annotations

from pathlib import Path

import pytest

from aimon.diagnostic import Diagnostic
from aimon.pipeline import Options, Result, compile_spec, validate_spec

TOP = """
services: {api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge, help: All}}}}
notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""
ALERT = "{expr: up, equals: 0, summary: It is down, action: Look}"
CALM = "{expr: up, equals: 0, for: 5m, summary: It is down, action: Look}"


def spoken(result: Result) -> list[tuple[str, str, int]]:
    """What is said above infos: check, file and line."""
    return [_spoken(each) for each in result.diagnostics if each.level != "info"]


def _spoken(each: Diagnostic) -> tuple[str, str, int]:
    return each.check, Path(each.located.path).name, each.located.place.line


def validated(folder: Path, text: str, **files: str) -> list[tuple[str, str, int]]:
    for name, content in {"aimon": TOP + text, **files}.items():
        (folder / f"{name}.yaml").write_text(content)
    return spoken(validate_spec(folder / "aimon.yaml", Options(judged=False)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"alerts: {{A: {ALERT}}} # aimon: ignore[alert/without-for] why", []),
        (f"alerts: {{A: {ALERT}, B: {ALERT}}} # aimon: ignore[alert/without-for] why", []),
        (f"alerts: {{A: {ALERT}}} # aimon: ignore[alert/without-summary] why", ["alert/without-for", "ignore/unused"]),
        (f"# aimon: ignore[alert/without-for] why\n\nalerts: {{A: {ALERT}}}", ["alert/without-for", "ignore/unused"]),
        (f"alerts: {{A: {ALERT}}} # aimon: ignore[alert/no-for] why", ["alert/without-for", "ignore/unknown-check"]),
        (f"alerts: {{A: {ALERT}}} # aimon: ignore[alert/without-for]", ["alert/without-for", "ignore/malformed"]),
        # Nobody asked the judge, so nobody knows whether it has something to say.
        (f"alerts: {{A: {CALM}}} # aimon: ignore[judge/promtool] why", []),
        (f"alerts: {{A: {CALM}}} # aimon: ignore[spec/shape] why", ["ignore/unused"]),
        # What is accepted in vain may be accepted too.
        (f"alerts: {{A: {CALM}}} # aimon: ignore[alert/without-for, ignore/unused] why", []),
        (f"alerts: {{A: {CALM}}}\nignore: [{{check: alert/without-for, reason: r}}]", ["ignore/unused"]),
        (f"alerts: {{A: {ALERT}}}\nignore: [{{check: alert/without-for, reason: r}}]", []),
        (f"alerts: {{A: {ALERT}}}\nignore: [{{check: alert/without-for, of: alerts.A, reason: r}}]", []),
        (
            f"alerts: {{A1: {ALERT}}}\nignore: [{{check: alert/without-for, of: alerts.A, reason: r}}]",
            ["alert/without-for", "ignore/unused"],
        ),
        # What has expired is told as such.
        (
            f"alerts: {{A: {CALM}}}\nignore: [{{check: alert/without-for, reason: r, until: 2020-01-01}}]",
            ["ignore/expired"],
        ),
        # A comment and an entry that accept the same are both needed.
        (
            f"alerts: {{A: {ALERT}}} # aimon: ignore[alert/without-for] why\n"
            "ignore: [{check: alert/without-for, reason: r}]",
            [],
        ),
    ],
)
def test_what_is_accepted(text: str, expected: list[str], tmp_path: Path) -> None:
    assert [check for check, *_ in validated(tmp_path, text)] == expected


def test_comments_of_an_included_file(tmp_path: Path) -> None:
    more = f"alerts:\n  B: {ALERT}\n  C: {ALERT}  # aimon: ignore[alert/without-for] why\n"
    found = validated(
        tmp_path, f"include: [more.yaml]\n# aimon: ignore[alert/without-for] why\nname: {'x'}\n", more=more
    )
    assert found == [("alert/without-for", "more.yaml", 2), ("ignore/unused", "aimon.yaml", 5)]


STAGING = """
alerts:
  A: {expr: sum(queue_length), above: 1, for: 5m, summary: s, action: a} # aimon: ignore[promql/unknown-metric] why
  B: {expr: sum(up), below: 1, for: 5m, summary: s, action: a} # aimon: ignore[promql/unknown-metric] why
ignore:
  - {check: promql/unknown-metric, of: alerts.A, reason: r}
  - {check: promql/unknown-metric, of: alerts.B, reason: r}
environments:
  staging: {services: {api: {metrics: {queue_length: null}}}}
"""


def test_an_environment_may_need_what_the_others_do_not(tmp_path: Path) -> None:
    assert validated(tmp_path, STAGING) == [("ignore/unused", "aimon.yaml", 7), ("ignore/unused", "aimon.yaml", 10)]
    for environment in (None, "staging"):  # one of them alone does not tell
        result = compile_spec(tmp_path / "aimon.yaml", Options(environment, judged=False))
        assert not [check for check, *_ in spoken(result) if check.startswith(("ignore/", "promql/"))]


def test_an_environment_that_was_not_looked_at_may_need_anything(tmp_path: Path) -> None:
    text = STAGING.replace("staging: {", "staging: {alerts: 1, ")
    assert {check for check, *_ in validated(tmp_path, text)} == {"spec/shape"}


def test_outputs_that_were_not_checked_may_need_anything(tmp_path: Path) -> None:
    text = f"alerts: {{A: {CALM.replace('up', 'upp')}}} # aimon: ignore[output/schema] why"
    assert [check for check, *_ in validated(tmp_path, text)] == ["promql/unknown-metric"]


def test_no_line_of_a_comment_shows_a_secret(tmp_path: Path) -> None:
    """A secret that is accepted, or to be accepted in vain, is still one."""
    written = "{api: {targets: ['api:8080'], http: {basic_auth: {username: u, password: 'hunter2-hunter2'}}}}"
    for comment in (
        "ignore[secret/literal] known",
        "ignore[secret/literal]",
        "ignore[secret/literal, rule/duplicate] k",
    ):
        (tmp_path / "aimon.yaml").write_text(f"services: {written} # aimon: {comment}\n")
        found = validate_spec(tmp_path / "aimon.yaml", Options(judged=False)).diagnostics
        assert not [one for one in found if "hunter2" in one.located.line]
