"""promtool and amtool on files that aimon did not write: asked, understood, and never louder than they are right."""

from __future__ import annotations

from pathlib import Path

import pytest

from aimon import opinions
from aimon.pipeline import Options, Result, compile_spec
from aimon.review import review

RULES = """
groups:
- name: a
  rules:
  - {record: x:y, expr: sum(up)}
- name: b
  rules:
  - {record: x:y:z, expr: sum(up)}
  - {alert: Busy, expr: queue > 9, annotations: {summary: x}}
"""


def spoken(result: Result) -> list[str]:
    return [f"{one.located.place.line} {one.check} {one.message}" for one in result.diagnostics]


@pytest.fixture
def pretended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for programs that say what a test wants; nothing else is found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def says(folder: Path, program: str, *lines: str, version: str = "3.5.0", code: int = 1) -> None:
    told = "".join(f"echo '{line}'\n" for line in lines)
    script = f'#!/bin/sh\n[ "$1" = --version ] && echo "{program}, version {version}" && exit 0\n{told}exit {code}\n'
    (folder / program).write_text(script)
    (folder / program).chmod(0o755)


@pytest.mark.servers
def test_real_judges_find_what_we_do_not(tmp_path: Path) -> None:
    (tmp_path / "prometheus.yml").write_text("scrape_configs:\n- job_name: x\n  proxy_url: 10.0.0.1:3128\n")
    (tmp_path / "rules.yml").write_text(RULES)
    found = review([tmp_path], asked=())
    assert [(Path(one.located.path).name, one.check) for one in found.diagnostics] == [
        ("prometheus.yml", "judge/promtool")
    ]
    assert not found.absent


@pytest.mark.servers
def test_real_judges_do_not_repeat_us(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(RULES.replace("queue > 9", "queue >"))
    (tmp_path / "alertmanager.yml").write_text("route: {receiver: x}\nreceivers: [{name: y}]\n")
    checks = {one.check for one in review([tmp_path], asked=()).diagnostics}
    assert checks == {"promql/syntax", "notify/unknown-receiver", "notify/unused-receiver"}


def test_a_complaint_stands_at_its_rule_or_line(tmp_path: Path, pretended: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(RULES)
    says(pretended, "promtool", f"Checking {path}", f'{path}: 9:3: group "b", rule 2, "Busy": odd', "  line 5: odder")
    assert spoken(review([path], asked=())) == [
        "5 judge/promtool promtool says: line 5: odder",
        '9 judge/promtool promtool says: 9:3: group "b", rule 2, "Busy": odd',
    ]


def test_objects_are_judged_by_a_copy(tmp_path: Path, pretended: Path) -> None:
    path = tmp_path / "objects.yml"
    head = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:"
    path.write_text(
        f"apiVersion: v1\nkind: Service\n---\n{head}\n  groups:\n  - name: b\n    rules: [{{record: x, expr: up}}]\n"
    )
    says(pretended, "promtool", 'rules-0.yml: 1:1: group "b", rule 1, "x": odd')
    (found,) = review([path], asked=()).diagnostics
    assert (found.check, found.located.path, found.located.place.line) == ("judge/promtool", str(path), 9)


def test_an_old_program_is_no_judge_of_what_is_newer(tmp_path: Path, pretended: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(RULES)
    unknown = f'{path}: 9:3: group "b", rule 2, "Busy": could not parse expression: unknown function with name "x"'
    says(pretended, "promtool", unknown, version="2.42.0")
    result = review([path], asked=())
    assert not result.diagnostics
    assert "not checked by promtool" in result.notes[0]
    says(pretended, "promtool", unknown)
    assert [one.check for one in review([path], asked=()).diagnostics] == ["judge/promtool"]


def test_silence_is_no_approval(tmp_path: Path, pretended: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(RULES)
    result = review([path], asked=())
    assert result.absent == ("promtool",)
    assert result.notes == ("not checked by promtool: it was not found",)
    assert "judge/promtool" not in result.ran
    assert review([path]).absent == ()


def test_many_files_are_judged_on_demand(tmp_path: Path, pretended: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinions, "MOST_FILES", 1)
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text(RULES)
    says(pretended, "promtool", "odd")
    assert "--require promtool" in review([tmp_path], asked=()).notes[0]
    assert [one.check for one in review([tmp_path], asked={"promtool"}).diagnostics] == ["judge/promtool"]


@pytest.mark.parametrize(("version", "checks"), [("2.42.0", []), ("3.6.0", ["judge/promtool"])])
def test_of_a_spec_too(version: str, checks: list[str], tmp_path: Path, pretended: Path) -> None:
    """A promtool that is older than the Prometheus of the spec may not know what it refuses."""
    spec = tmp_path / "aimon.yaml"
    spec.write_text("prometheus: {version: '3.5'}\nservices: {api: {targets: ['api:8080']}}\n")
    says(pretended, "promtool", 'FAILED: unknown function with name "limitk"', version=version)
    says(pretended, "amtool", code=0)
    result = compile_spec(spec, Options())
    assert [one.check for one in result.diagnostics] == checks
    assert any("older than the `version`" in note for note in result.notes) is not bool(checks)
