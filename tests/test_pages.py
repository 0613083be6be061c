"""The reference pages are what the code says, and what the README shows is true."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
import yaml

from aimon.pipeline import Options, compile_spec
from aimon.report.text import diagnostics, show

ROOT = Path(__file__).parent.parent


def test_the_reference_pages_are_what_the_code_says() -> None:
    for name, text in runpy.run_path(str(ROOT / "docs" / "pages.py"))["pages"]().items():
        assert (ROOT / "docs" / name).read_text() == text, f"docs/{name}: run `make golden`"


def test_the_comment_in_the_readme_is_what_a_diff_says() -> None:
    """A pull request that renames one metric: everything that goes blind, who loses state, and the series."""
    text = runpy.run_path(str(ROOT / "docs" / "pages.py"))["readme"]()
    assert (ROOT / "README.md").read_text() == text, "run `make golden`"
    comment = text.partition("made by `make golden`")[2].partition("end of what was made")[0]
    for name in ("job:http_requests:rate5m", "job:http_errors:ratio_rate5m", "alerts `HighErrorRate`", "/ Error rate`"):
        assert name in comment
    assert re.search(r"\d+ alerts lose their pending or firing state on reload", comment)
    assert re.search(r"series at most.*[\d,]+ begin anew", comment)


def test_the_spec_in_the_readme_is_valid(tmp_path: Path) -> None:
    (sample,) = re.findall(r"```yaml\n(aimon: 1\n.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    spec = tmp_path / "aimon.yaml"
    spec.write_text(sample)
    result = compile_spec(spec, Options(judged=False))
    assert [one.message for one in result.diagnostics if one.level != "info"] == []


def test_what_the_readme_adds_to_its_spec_is_valid(tmp_path: Path) -> None:
    first, more = map(yaml.safe_load, re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL))
    tokens = {
        "type": "counter",
        "help": "Tokens",
        "labels": {"model": ["claude-opus-5-5"], "type": ["input", "output"]},
    }
    first["services"]["api"]["metrics"]["ai_tokens_used_total"] = tokens
    first["services"] |= more.pop("services")
    spec = tmp_path / "aimon.yaml"
    spec.write_text(yaml.safe_dump({**first, **more}))
    result = compile_spec(spec, Options(judged=False))
    assert result.stack is not None
    assert [one.message for one in result.diagnostics if one.level != "info"] == []
    assert {"RedisMemoryHigh", "AvailabilityBudgetBurn1h", "AssistantDailyBudgetSpent"} <= {
        alert.name for alert in result.stack.alerts()
    }


def test_links_between_pages_lead_somewhere() -> None:
    for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text()):
            if not target.startswith("http"):
                assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_the_mistake_in_the_readme_is_found_as_it_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    readme = (ROOT / "README.md").read_text()
    (sample,) = re.findall(r"```yaml\n(aimon: 1\n.*?)```", readme, re.DOTALL)
    (shown,) = re.findall(r"```\n(aimon\.yaml:.*?)```", readme, re.DOTALL)
    (tmp_path / "aimon.yaml").write_text(sample.replace("http_requests_total{", "http_request_total{"))
    found = compile_spec(tmp_path / "aimon.yaml", Options(judged=False)).diagnostics
    show(diagnostics([one for one in found if one.check == "promql/unknown-metric"]))
    assert capsys.readouterr().out.replace(f"{tmp_path}/", "").strip() == shown.strip()
