"""Templates: strict, without thought of their own, deterministic, and safe from whatever people write into a spec."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import Environment, StrictUndefined, nodes

from aimon import render as room
from aimon.build import build
from aimon.document import parse_yaml
from aimon.parse import parse
from aimon.pipeline import Options, compile_spec
from aimon.render import RenderError, render, templates_folder
from aimon.sources import load

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "01-ai-coding-assistant" / "aimon.yaml"
TEMPLATES = sorted(templates_folder().rglob("*.j2"))
FILTERS = {"yaml", "json", "line", "cell", "block", "fenced", "word"}

# What goes into an output without a filter, and why that is right.
EXCEPTIONS = {
    "panels.panel()": "a macro, which filters for itself",
    "custom()": "a macro, which filters for itself",
    "options()": "a macro, which filters for itself",
    "reduced": "a piece of JSON that the template sets itself",
    "stack.secrets | map('word') | join(' ')": "each word went through its filter",
}


def environment() -> Environment:
    return room._environment(None)


def outputs_of(template: Path) -> Iterator[nodes.Expr]:
    """Every expression whose value a template puts into its output."""
    tree = environment().parse(template.read_text(encoding="utf-8"))
    for output in tree.find_all(nodes.Output):
        yield from (node for node in output.nodes if not isinstance(node, nodes.TemplateData))


def is_filtered(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Filter):
        return node.name in FILTERS
    if isinstance(node, nodes.CondExpr):
        return is_filtered(node.expr1) and (node.expr2 is None or is_filtered(node.expr2))
    return isinstance(node, nodes.Const)


def written(node: nodes.Node) -> str:
    """An expression as it is written in a template, as far as the exceptions need it."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{written(node.node)}.{node.attr}"
    if isinstance(node, nodes.Const):
        return repr(node.value)
    if isinstance(node, nodes.Call):
        return f"{written(node.node)}()"
    if isinstance(node, nodes.Filter) and node.node is not None:
        return f"{written(node.node)} | {node.name}" + (f"({', '.join(map(written, node.args))})" if node.args else "")
    return str(node)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(templates_folder()).as_posix())
def test_every_value_goes_through_a_filter(template: Path) -> None:
    unfiltered = {written(node) for node in outputs_of(template) if not is_filtered(node)}
    assert unfiltered <= EXCEPTIONS.keys()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(templates_folder()).as_posix())
def test_templates_do_not_compute(template: Path) -> None:
    tree = environment().parse(template.read_text(encoding="utf-8"))
    arithmetic = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Pow, nodes.Neg)
    assert not [node.lineno for node in tree.find_all(nodes.BinExpr) if isinstance(node, arithmetic)]


def test_every_exception_is_needed() -> None:
    unfiltered = {written(node) for template in TEMPLATES for node in outputs_of(template) if not is_filtered(node)}
    assert unfiltered == EXCEPTIONS.keys()


def test_what_is_undefined_is_an_error(tmp_path: Path) -> None:
    assert environment().undefined is StrictUndefined
    stack = build(parse(load(EXAMPLE).value))
    (tmp_path / "Makefile.j2").write_text("one:\n\n{{ stack.nmae | line }}\n")
    with pytest.raises(RenderError) as error:
        list(render(stack, tmp_path, "Makefile"))
    assert (Path(error.value.path), error.value.line) == (tmp_path / "Makefile.j2", 3)
    assert "nmae" in error.value.message


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ stack.alerts.__func__.__globals__ }}",
        "{{ names.__builtins__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ (stack | attr('__class__')) }}",
        "{{ '{0.__class__}'.format(stack) }}",
        "{{ stack.links.update({'grafana': 'x'}) }}",
        "{% include '/etc/hostname' %}",
        "{% include '../../../../etc/hostname' %}",
    ],
)
def test_templates_of_strangers_are_kept_in(template: str, tmp_path: Path) -> None:
    (tmp_path / "Makefile.j2").write_text(template)
    with pytest.raises(RenderError):
        list(render(build(parse(load(EXAMPLE).value)), tmp_path, "Makefile"))


# The same bytes everywhere.

_HASHES = """
import hashlib, sys
from pathlib import Path
from aimon.pipeline import Options, compile_spec
for artifact in compile_spec(Path(sys.argv[1]), Options(judged=False)).artifacts:
    print(artifact.path, hashlib.sha256(artifact.text.encode()).hexdigest())
"""


def test_the_bytes_depend_on_the_spec_only(tmp_path: Path) -> None:
    def hashes(seed: str, folder: Path, locale: str) -> str:
        variables = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "LC_ALL": locale,
            "PYTHONPATH": str(ROOT),
            "TZ": f"Etc/GMT+{seed}",
        }
        arguments = [sys.executable, "-c", _HASHES, os.path.relpath(EXAMPLE, folder)]
        done = subprocess.run(arguments, cwd=folder, env=variables, capture_output=True, text=True, check=True)
        return done.stdout

    first = hashes("1", ROOT, "C.UTF-8")
    assert first.count("\n") > 10
    assert hashes("2", tmp_path, "C") == first


def test_no_date_path_or_version_of_ours_is_in_an_output() -> None:
    from aimon import __version__

    for artifact in render(build(parse(load(EXAMPLE).value))):
        assert not re.search(r"\b20[2-9]\d-[01]\d-[0-3]\d\b", artifact.text), artifact.path
        assert str(ROOT) not in artifact.text
        assert "/home/" not in artifact.text
        assert f"aimon {__version__}" not in artifact.text


# Hostile texts in every field that holds one.

HOSTILE = [
    "{{ 7*7 }}",
    "{% raw %}{{ x }}{# c #}",
    "'; $(touch pwned) `touch pwned` ${PWNED} $$ \"",
    "\\",
    "a\\|b|c",
    "]]> </script> <!-- --> &amp;",
    "# heading\n## more\n```\n---\n...\nkey: value\n- item",
    "\ttab\r\nother break\x85\u2028\u2029end",
    "\0\x07\x1b[31m\x7f\x9f\ufeff\ufffe\uffff",
    "🚀 é 監視 \u202e\u200b",
    "%s %n {0} $__file{/etc/passwd} $HOME",
    "yes",
    "on: [a, {b: c}]",
    "\n\n",
    " leading and trailing ",
    "x" * 5000,
]
# Outputs that hold none of the user's texts.
WITHOUT_TEXTS = ("Makefile", "rules/self-monitoring.yml", "grafana/provisioning/datasources/aimon.yml")
MARK = "49"  # what `{{ 7*7 }}` would become


def hostile_spec(text: str) -> dict[str, Any]:
    """A spec with the text wherever the language takes any text."""
    labels = {"team": text}
    name = text if text.strip() else "name"
    return {
        "aimon": 1,
        "description": text,
        "owner": text,
        "links": {"grafana": f"http://g/{''.join(text.split())}", "runbooks": "http://r/'\"$(touch${IFS}pwned)`x`"},
        "prometheus": {"external_labels": labels},
        "services": {
            "api": {
                "targets": ["api:80"],
                "description": text,
                "labels": labels,
                "params": {name: [text]},
                "http": {"basic_auth": {"username": text, "password_file": f"/run/secrets/{text}"}},
                "container": {"image": "x:1", "environment": {"A": text.replace("$", "$$")}, "command": [text]},
                "metrics": {"a_total": {"type": "counter", "help": text, "labels": {"l": [text, "b"]}}},
            }
        },
        "recording_rules": {"job:a:rate5m": {"expr": "rate(a_total[5m])", "description": text, "labels": labels}},
        "alerts": {
            name: {
                "expr": "rate(a_total[5m])",
                "above": 1,
                "summary": text,
                "description": text,
                "action": text,
                "severity": name,
                "labels": labels,
                "annotations": {"more": text},
            }
        },
        "dashboards": {
            "main": {
                "title": name,
                "description": text,
                "tags": [text],
                "variables": {"v": {"label": "l", "of": "a_total", "title": text}},
                "rows": {
                    name: [
                        {"metric": "a_total", "title": name, "description": text, "mappings": {"0": text}},
                        {"expr": "rate(a_total[5m])", "title": name, "legend": text},
                        {"alert": name},
                        {"type": "text", "content": text},
                    ]
                },
            }
        },
        "notifications": {
            "receivers": {name: {"slack": {"channel": text, "api_url_file": f"/run/secrets/{text}", "title": text}}},
            "routes": [{"match": {"team": text}, "to": name}],
            "inhibit": [{"when": {"team": text}, "mute": {"team": text}, "equal": ["job"]}],
        },
    }


def rendered(spec: dict[str, Any]) -> dict[str, str]:
    return {artifact.path: artifact.text for artifact in render(build(parse(spec)))}


PLAIN = hostile_spec("plain")


def shape(value: Any) -> Any:
    """What is left of plain values without their texts: keys that we choose, and kinds."""
    if isinstance(value, dict):
        return {
            key if re.fullmatch(r"[a-z_A-Z.-]{1,30}", str(key)) else "…": shape(entry) for key, entry in value.items()
        }
    return [shape(entry) for entry in value] if isinstance(value, list) else type(value).__name__


def check_hostile(text: str) -> None:
    files, plain = rendered(hostile_spec(text)), rendered(PLAIN)
    # An alert whose labels Prometheus cannot show cannot be proven.
    proofs = {path for path in plain if path.endswith(".test.yml")}
    assert files.keys() | proofs == plain.keys()
    for path, content in files.items():
        content.encode()
        if path.endswith(".json"):
            value = orjson.loads(content)
            assert value["description"] == text
        elif path.endswith(".yml"):
            value = parse_yaml(content, path).value
            assert yaml.safe_load(content) == value, path
            if path == "docker-compose.yml":
                expected = parse_yaml(plain[path], path).value
                assert value.keys() - {"secrets"} == expected.keys() - {"secrets"}
                assert value["services"].keys() == expected["services"].keys()
        elif path == "Makefile":
            check_makefile(content, plain[path])
        else:
            check_markdown(content)
    alert = parse_yaml(files["rules/alerts.yml"]).value["groups"][0]["rules"][0]
    assert alert["labels"]["team"] == text
    assert alert["annotations"].get("summary", "") == text
    assert alert["annotations"].get("more") == text


def check_makefile(text: str, plain: str) -> None:
    """Only the words of the user differ, and each of them stands alone within quotes."""
    lines, expected = text.splitlines(), plain.splitlines()
    assert len([line for line in lines if not line.startswith("\t")]) == len(
        [one for one in expected if not one.startswith("\t")]
    )


def check_markdown(text: str) -> None:
    """Every row of a table has as many cells as its head; a bar counts unless it is escaped."""
    cells = 0
    for line in outside_of_fences(text):
        bars = len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) if line.startswith("|") else 0
        assert not cells or bars in (0, cells), line
        cells = bars


def outside_of_fences(text: str) -> Iterator[str]:
    fence = ""
    for line in text.splitlines():
        ticks = len(line) - len(line.lstrip("`"))
        if not fence and ticks < 3:
            yield line
        elif not fence:
            fence = "`" * ticks
        elif line.startswith(fence) and not line.strip("`"):
            fence = ""


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts(text: str) -> None:
    check_hostile(text)


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.lists(st.sampled_from(HOSTILE)).map("".join)))
def test_any_text(text: str) -> None:
    check_hostile(text)


def test_jinja_in_texts_is_text() -> None:
    text = "{{ 7*7 }}{% raw %}{{ stack.name }}"
    for path, content in rendered(hostile_spec(text)).items():
        assert MARK not in content.replace(text, "") or path.endswith(".json"), path  # ids of panels are any number
        assert "{{ 7*7 }}" in content or path in WITHOUT_TEXTS, path


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_make_runs_no_command_of_the_spec(text: str, tmp_path: Path) -> None:
    """Every target is run with programs that do nothing; a command that came from the spec would leave a file."""
    (tmp_path / "Makefile").write_text(rendered(hostile_spec(text))["Makefile"], encoding="utf-8")
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text("#!/bin/sh\n")
    docker.chmod(0o755)
    variables = {"PATH": f"{docker.parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    done = subprocess.run(
        ["make", "monitoring-setup", "monitoring-demo", "status", "check", "stop"],
        cwd=tmp_path,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} <= {"Makefile", "bin", "secrets"}
    assert "touch" not in done.stderr


def test_a_home_that_does_not_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Some containers run as a user without a home, or with a disk that is full."""
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", lambda: (_ for _ in ()).throw(RuntimeError("no home")))
    assert room._compiled() is None
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    (tmp_path / "file").write_text("")
    assert room._compiled() is None
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/x")
    assert room._compiled() is None
    monkeypatch.setattr("tempfile.NamedTemporaryFile", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "full")))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert rendered(PLAIN)


def test_a_bound_has_as_many_digits_as_anybody_reads(tmp_path: Path) -> None:
    (tmp_path / "aimon.yaml").write_text(
        "services: {a: {targets: ['a:1'], metrics: {visits_total: {type: counter, help: Visits}}}}\n"
        "alerts: {Few: {expr: 'sum(rate(visits_total[5m]))', below: 1/m}}\n"
    )
    stack = compile_spec(tmp_path / "aimon.yaml", Options(judged=False)).stack
    assert stack is not None
    (few,) = (alert for alert in stack.alerts() if alert.name == "Few")
    assert few.condition == "sum(rate(visits_total[5m])) < 0.0166666666667"
