"""Every step of docs/ci.md and every hook runs in a repository of its own, and does what the page says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "ci.md").read_text()
BLOCKS = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]

SPEC = """aimon: 1
name: shop
services:
  api:
    targets: ["api:8080"]
    metrics:
      http_requests_total: {type: counter, help: Requests served, labels: {status: 12}}
alerts:
  HighErrorRate:
    expr: sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))
    above: 5%
    for: 5m
    severity: critical
    summary: Many requests fail
    action: Look at the logs
notifications: {receivers: {team: {webhook: {url: "http://localhost:5001/"}}}}
"""


class Repository:
    """A clone with a remote branch main, in which programs of the outside are stand-ins that write down their calls."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin = folder / "repository", folder / "bin"
        self.bin.mkdir()
        self.folder.mkdir()
        self.summary, self.calls = folder / "summary.md", folder / "calls"
        self._program("aimon", f'exec {sys.executable} -m aimon "$@"')
        for installer in ("pip", "sudo", "apt-get"):
            self._program(installer, f'echo "{installer} $*" >> {self.calls}')
        listed = f"if [ -e {folder}/comment ]; then echo 77; fi"
        keep = f'cp changes.md {folder}/comment; echo "gh $*" >> {self.calls}'
        self._program("gh", f'case "$*" in *--paginate*) {listed};; *) {keep};; esac')
        for judge in ("promtool", "amtool"):
            self._program(judge, "")
        (self.folder / "aimon.yaml").write_text(SPEC)
        self.run("aimon generate --quiet && git init -q -b main . && git add -A")
        self.commit("first")
        self.run("git update-ref refs/remotes/origin/main HEAD && git checkout -q -b change")

    def _program(self, name: str, script: str) -> None:
        (self.bin / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.bin / name).chmod(0o755)

    def commit(self, message: str) -> None:
        """Everything there is."""
        self.run(f"git add -A && git -c user.name=a -c user.email=a@b commit -q -m '{message}'")

    def change(self, before: str, after: str) -> None:
        """Another spec, with the output that it renders."""
        path = self.folder / "aimon.yaml"
        assert before in path.read_text()
        path.write_text(path.read_text().replace(before, after))
        self.run("aimon generate --quiet")
        self.commit("second")

    def run(self, script: str, expected: int = 0) -> str:
        """What a script prints; it has to end with the number."""
        variables = {
            "PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.folder.parent),
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_REPOSITORY": "shop/monitoring",
            "BASE": "origin/main",
            "PULL": "7",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        }
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script], cwd=self.folder, env=variables, capture_output=True, check=False
        )
        assert done.returncode == expected, f"{script}\n{done.stdout.decode()}{done.stderr.decode()}"
        return done.stdout.decode()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def block(key: str) -> dict[str, Any]:
    """The only block of the page that has the key."""
    (found,) = (one for one in BLOCKS if key in one)
    return dict(found)


def steps() -> dict[str, str]:
    """What the workflow runs, by the name of the step."""
    job = block("jobs")["jobs"]["monitoring"]
    assert set(job["env"]) == {"BASE", "PULL", "GH_TOKEN"}
    return {step["name"]: step["run"] for step in job["steps"] if "run" in step}


def test_the_workflow(repository: Repository) -> None:
    repository.change("above: 5%", "above: 10%")
    ended = {"Nothing breaks": 1}
    printed = {name: repository.run(script, ended.get(name, 0)) for name, script in steps().items()}
    assert "aimon-stack" in repository.calls.read_text().splitlines()[0]
    assert json.loads((repository.folder / "aimon.sarif").read_text())["version"] == "2.1.0"
    comment = (repository.folder / "changes.md").read_text()
    assert "HighErrorRate" in comment
    assert repository.summary.read_text().endswith(comment)
    assert re.search(r"^::error file=aimon.yaml,line=11,", printed["Nothing breaks"], re.MULTILINE)
    repository.run(steps()["One comment"])
    methods = re.findall(r"--method (\w+) (\S+)", repository.calls.read_text())
    assert methods == [
        ("POST", "repos/shop/monitoring/issues/7/comments"),
        ("PATCH", "repos/shop/monitoring/issues/comments/77"),
    ]


def test_the_workflow_of_a_change_that_only_shows(repository: Repository) -> None:
    repository.change("Many requests fail", "Too many requests fail")
    for script in steps().values():
        repository.run(script)
    assert "risky" not in (repository.folder / "changes.md").read_text()


def test_output_that_nobody_rendered(repository: Repository) -> None:
    repository.run("sed -i s/5%/10%/ aimon.yaml")
    repository.run(steps()["The committed output is what the spec renders"], 1)


def test_the_job_of_gitlab(repository: Repository) -> None:
    repository.run('git remote add origin "$PWD"')
    repository.change("above: 5%", "above: 10%")
    *scripts, last = block("monitoring")["monitoring"]["script"]
    for script in scripts:
        repository.run(script.replace("git fetch --quiet origin", ": git fetch --quiet origin"))
    repository.run(last, 1)
    assert isinstance(json.loads((repository.folder / "gl-code-quality-report.json").read_text()), list)
    assert "HighErrorRate" in (repository.folder / "changes.md").read_text()


def test_what_is_meant_is_accepted(repository: Repository) -> None:
    policy = yaml.safe_dump({"changes": block("changes")["changes"]}, sort_keys=False)
    (repository.folder / "aimon.yaml").write_text(SPEC + policy)
    repository.change("above: 5%", "above: 10%")
    repository.run(steps()["Nothing breaks"])


def test_the_hooks(repository: Repository) -> None:
    hooks = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    assert {one["id"] for one in block("repos")["repos"][0]["hooks"]} == hooks.keys()
    for hook in hooks.values():
        assert (hook["language"], hook["pass_filenames"]) == ("python", False)
        assert re.search(hook["files"], "monitoring/aimon.yaml")
        repository.run(hook["entry"])
    assert repository.run("git status --porcelain") == ""
    repository.run("sed -i s/5%/10%/ aimon.yaml")
    repository.run(hooks["aimon-generate"]["entry"])
    assert "monitoring/rules/alerts.yml" in repository.run("git status --porcelain")
    repository.run("sed -i s/http_requests_total{status/http_request_total{status/ aimon.yaml")
    repository.run(hooks["aimon-validate"]["entry"], 1)
