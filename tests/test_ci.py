"""Every step of docs/ci.md and every hook runs in a repository of its own, and does what the page says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

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

    def run(self, script: str, expected: int = 0, more: Mapping[str, str] = {}) -> str:
        """What a script prints, which has ``more`` variables; it has to end with the number."""
        variables = {
            "PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.folder.parent),
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_REPOSITORY": "shop/monitoring",
            "BASE": "origin/main",
            "PULL": "7",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            **more,
        }
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script], cwd=self.folder, env=variables, capture_output=True, check=False
        )
        assert done.returncode == expected, f"{script}\n{done.stdout.decode()}{done.stderr.decode()}"
        return done.stdout.decode()


class Notes(ThreadingHTTPServer):
    """What GitLab does with the notes of a merge request, of which one is there already."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Note)
        self.bodies = {1: "Looks good"}
        self.requests: list[tuple[str, str]] = []
        self.tokens: set[str] = set()

    def __enter__(self) -> Notes:
        Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class Note(BaseHTTPRequestHandler):
    """One request."""

    server: Notes

    def _answer(self) -> None:
        self.server.requests.append((self.command, self.path))
        self.server.tokens.add(self.headers["PRIVATE-TOKEN"])
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"] or 0)).decode())
        if "body" in form:
            last = self.path.rpartition("/")[2]
            number = int(last) if last.isdigit() else max(self.server.bodies) + 1
            self.server.bodies[number] = form["body"][0]
        self.send_response(200)
        self.end_headers()
        listed = [{"id": number, "body": body} for number, body in self.server.bodies.items()]
        self.wfile.write(json.dumps(listed).encode())

    do_GET = do_POST = do_PUT = _answer  # noqa: N815 - the names are the server's

    def log_message(self, *_: object) -> None:
        """Say nothing."""


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


@pytest.mark.servers
def test_the_comment_of_gitlab(repository: Repository) -> None:
    """Made once, and changed after that; the token stands in no output."""
    repository.change("above: 5%", "above: 10%")
    diff, comment = block("monitoring")["monitoring"]["script"][-3:-1]
    repository.run(diff)
    with Notes() as notes:
        project = {
            "GITLAB_TOKEN": "glpat-of-a-project",
            "CI_API_V4_URL": f"http://127.0.0.1:{notes.server_port}/api/v4",
            "CI_PROJECT_ID": "5",
            "CI_MERGE_REQUEST_IID": "7",
        }
        printed = [repository.run(comment, more=project) for _ in range(2)]
    assert printed == ["", ""]
    assert notes.requests == [
        ("GET", "/api/v4/projects/5/merge_requests/7/notes?sort=asc&per_page=100"),
        ("POST", "/api/v4/projects/5/merge_requests/7/notes"),
        ("GET", "/api/v4/projects/5/merge_requests/7/notes?sort=asc&per_page=100"),
        ("PUT", "/api/v4/projects/5/merge_requests/7/notes/2"),
    ]
    assert notes.tokens == {"glpat-of-a-project"}
    assert notes.bodies[2] == (repository.folder / "changes.md").read_text()
    assert repository.run(comment) == ""


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
