"""Go templates: what is refused is what Go refuses, at the right characters, and what is read is read right."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aimon.gotemplate.prometheus import FUNCTIONS, OLDEST, functions, humanized, of_root, read, shown, uses
from aimon.gotemplate.tree import Field, Span, TemplateProblem, walk

NEW = (3, 5)

FAULTS = [
    ("{{ $label.job }}", "$label", "did you mean `$labels`?"),
    ("{{ $labels.job", "{{ $labels.job", "end it with `}}`"),
    ("{{ if $value }}x", "{{ if $value }}", "add `{{ end }}`"),
    ("x {{ end }}", "end", "remove it"),
    ("{{ else }}", "else", "remove it"),
    ("{{ if 1 }}{{ else }}{{ else }}{{ end }}", "else", "remove one of them"),
    ("{{ if 1 }}{{ else with 2 }}{{ end }}", "with", "write `{{ else }}{{ with … }}`"),
    ("{{ $value > 5 }}", ">", "templates have no operators; compute in the expression of the alert"),
    ('{{ $labels["job"] }}', "[", 'write `index $labels "…"`'),
    ("{{ $labels.my-label }}", "-", "a field with a `-` in its name is read by `index`"),
    ("{{ humanize ($value }}", "(", "add `)`"),
    ("{{ $value) }}", ")", "remove it"),
    ('{{ "a\\d" }}', "\\d", "write `\\\\` for a backslash"),
    ('{{ "abc }}', '"abc }}', 'close it with "'),
    ("{{}}", "}}", "write a variable or a function in it"),
    ("{{ if }}x{{ end }}", "}}", "write a variable or a function in it"),
    ("{{ $value | 1 }}", "1", None),
    ("{{ $value} is much", "}", "end the action with `}}`"),
    ("{{/* no end }}", "{{/* no end }}", "end it with `*/}}`"),
    ("{{ break }}", "break", "remove it"),
    ("{{ template a }}", "a", "write the name of a template as a string"),
    ("{{ if 1 }}{{ define `a` }}{{ end }}{{ end }}", "define", "define templates at the outermost level"),
    ("{{ 08 }}", "08", None),
    ("{{ $threshold := 1 }}{{ $treshold }}", "$treshold", "did you mean `$threshold`?"),
    ("{{ define `a` }}{{ $labels.job }}{{ end }}", "$labels", None),
]


def spans(text: str, found: list[Span]) -> list[str]:
    return [text[start:end] for start, end in found]


@pytest.mark.parametrize(("text", "marked", "cure"), FAULTS)
def test_a_fault_is_marked_and_cured(text: str, marked: str, cure: str | None) -> None:
    with pytest.raises(TemplateProblem) as caught:
        read(text, NEW)
    assert spans(text, [caught.value.span]) == [marked]
    assert cure is None or cure in (caught.value.help or "")


@pytest.mark.parametrize(
    "text",
    [
        "no action at all",
        "{{ $value }} {{ $labels.job }} {{ $externalLabels.region }} {{ $externalURL }} {{ .Value }} {{ $.Labels.x }}",
        '{{ printf "%.2f" $value }} {{ $value | humanize }} {{ humanize (printf `%v` 1.5) }} {{ 0x1F }} {{ 1_000 }}',
        '{{- with query "up" -}} {{ . | first | value }} {{- else -}} nothing {{- end }}',
        '{{ range $i, $x := query "up" }}{{ $i }}{{ if eq $x.Value 1.0 }}{{ break }}{{ end }}{{ end }}',
        "{{ if gt $value 1.0 }}a{{ else if lt $value 0.5 }}b{{ else }}c{{ end }}",
        "{{/* a comment */}} {{- /* another */ -}} {{ $x := 'a' }}{{ $x = 'b' }}{{ $x }} {{ true }}",
        '{{ define "a" }}{{ . }}{{ end }}{{ template "a" $labels.job }}{{ block "b" . }}x{{ end }}',
        "{{ with $x := $labels.job }}{{ $x }}{{ else with $labels.pod }}{{ . }}{{ end }}",
    ],
)
def test_what_is_fine(text: str) -> None:
    assert {function.name for function in functions(read(text, NEW))} <= FUNCTIONS.keys()


def test_else_with_came_with_a_newer_go() -> None:
    text = "{{ with $labels.a }}{{ else with $labels.b }}{{ end }}"
    assert read(text, (2, 55))
    with pytest.raises(TemplateProblem):
        read(text, (2, 54))


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ('{{ $labels.a }} {{ .Labels.b }} {{ $.Labels.c }} {{ index $labels "d" }}', ["a", "b", "c", "d"]),
        ("{{ if $labels.a }}{{ $labels.a }}{{ $labels.b }}{{ end }}", ["b"]),
        ("{{ with $labels.a }}{{ . }}{{ end }}", []),
        ('{{ range query "up" }}{{ .Labels.a }}{{ $labels.b }}{{ index $labels "c" }}{{ end }}', ["b", "c"]),
        ("{{ $labels := $externalLabels }}{{ $labels.a }}", []),
        ('{{ define "x" }}{{ .Labels.a }}{{ end }}', []),
        ("{{ (first (query `up`)).Labels.a }}", []),
    ],
)
def test_the_labels_that_are_used(text: str, labels: list[str]) -> None:
    assert [use.label for use in uses(read(text, NEW))] == labels


def test_what_is_shown_and_how() -> None:
    text = "{{ $value }} {{ $value | humanize }} {{ humanizeDuration .Value }} {{ humanize 1.5 }} {{ $x := $value }}"
    template = read(text, NEW)
    assert spans(text, [function.span for function in humanized(template)]) == ["humanize", "humanizeDuration"]
    assert len(list(shown(template))) == 4
    outer = [part for part in of_root(read("{{ .A.B }}{{ with .C }}{{ .D }}{{ end }}", NEW)) if isinstance(part, Field)]
    assert [field.names for field in outer] == [("A", "B"), ("C",)]


def test_hostile_templates_are_answered_at_once() -> None:
    for text in (
        "{{ (" * 5000,
        "{{ if 1 }}" * 5000,
        "{{/**/}}" * 5000 + "{{",
        "{{ " + "9" * 10_000 + " }}",
        "{{ `" * 9,
    ):
        with pytest.raises(TemplateProblem):
            read(text, NEW)


PIECES = [
    "{{", "}}", "{{- ", " -}}", " ", "text", "$value", "$labels.job", ".", "$", ".Value", "|", "(", ")", "if ", "else",
    "end", "with ", "range ", "define ", "template ", "block ", "nil", "true", '"a"', "`a`", "'a'", "humanize",
    "printf", "$x", ":=", "=", ",", "1", "0x1F", "08", "1e3", "/*", "*/", "{{ end }}", "{{ if $value }}",
    "{{ $value }}", "\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=16).map("".join))
@settings(max_examples=500, deadline=None)
def test_every_span_is_within_the_text(text: str) -> None:
    try:
        found = [part.span for part in walk(read(text, NEW))]
    except TemplateProblem as problem:
        found = [problem.span]
    assert all(0 <= start <= end <= len(text) for start, end in found)


@pytest.mark.servers
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=16).map("".join), min_size=200, max_size=200))
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_promtool_refuses_the_same(programs: Mapping[str, str], tmp_path: Path, texts: list[str]) -> None:
    if "2.42" not in subprocess.run([programs["promtool"], "--version"], capture_output=True, text=True).stdout:
        pytest.skip("the templates of promtool 2.42 are those of an older Go")
    texts += [text for text, _, _ in FAULTS]
    rules = [{"alert": "A", "expr": "up", "annotations": {"a": text}} for text in texts]
    (tmp_path / "rules.json").write_text(json.dumps({"groups": [{"name": "g", "rules": rules}]}))
    command = [programs["promtool"], "check", "rules", str(tmp_path / "rules.json")]
    answer = subprocess.run(command, capture_output=True, text=True)
    refused = {int(number) - 1 for number in re.findall(r'rule (\d+), "A": annotation', answer.stdout + answer.stderr)}
    assert refused == {index for index, text in enumerate(texts) if is_refused(text)}


def is_refused(text: str) -> bool:
    try:
        return any(FUNCTIONS.get(function.name, NEW) > OLDEST for function in functions(read(text, OLDEST)))
    except TemplateProblem:
        return True
