"""The shape of a spec and of the outputs: every misfit is found where it is, and no input brings the pipeline down."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aimon.artifact import Artifact
from aimon.document import Address, parse_yaml
from aimon.gates import check_artifact, check_shape, schema
from aimon.pipeline import Options, compile_spec, validate_spec

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "01-ai-coding-assistant" / "aimon.yaml"


@pytest.mark.parametrize(
    ("text", "message", "cure"),
    [
        ("alerts: {A: {expr: up, for: 5}}", "`alerts.A.for`: `5` has no unit of time", "write `5s` or `5m`"),
        ("alerts: {A: {expr: up, for: 5 min}}", "`alerts.A.for`: `5 min` is not a duration", "write `5m`"),
        ("alerts: {A: {expr: up, for: [5m]}}", "`alerts.A.for`: `['5m']` is not a duration", "write a duration"),
        ("alerts: {A: {expr: up, for: 999y}}", "`alerts.A.for`: `999y` is longer than Prometheus can count", "292y"),
        ("alerts: {A: {expr: up, labels: [a]}}", "`alerts.A.labels`: expected a mapping, not a list", "Names and"),
        (
            "alerts: {A: {expr: up, labels: {a: 1}}}",
            "`alerts.A.labels.a`: expected a text, not `1`",
            "put it in quotes",
        ),
        ("alerts: {A: {expr: 5}}", "`alerts.A.expr`: expected a text, not `5`", "put it in quotes"),
        ("alerts: {A: {abov: 5}}", "`alerts.A` has no `expr`", "PromQL"),
        ("alerts: {A: {exp: up}}", "`alerts.A` has no key `exp`", "did you mean `expr`?"),
        ("alerts: {A: {expr: ''}}", "`alerts.A.expr` is empty", "PromQL"),
        ("alerts: {A: }", "`alerts.A`: expected a mapping, not nothing", "A condition"),
        ("alert: {}", "the spec has no key `alert`", "did you mean `alerts`?"),
        ("links: {wiki: x}", "`links` has no key `wiki`", "known here: grafana, prometheus"),
        ("services: {a: {targets: x:1}}", "`services.a.targets`: expected a list, not `x:1`", "write `[x:1]`"),
        ("services: {a: {}}", "`services.a` needs exactly one of `targets` and `discover`", None),
        ("services: {a: {target: [x]}}", "`services.a` has no key `target`", "did you mean `targets`?"),
        ("services: {-: {targets: [x]}}", "`-` cannot be a name here", "expected a name of letters"),
        ("aimon: 2", "`aimon`: expected 1, not `2`", "Version of this language."),
        ("self_monitoring: nope", "`self_monitoring`: expected true or false, not `nope`", "Scrape Prometheus"),
        ("prometheus: {version: '2.10'}", '`prometheus.version`: expected a version from "2.42" on', None),
        ("environments: {a: {include: [b]}}", "belongs to the whole spec, not to one environment", None),
        ("environments: {a: 5}", "`environments.a`: expected a mapping or nothing, not `5`", None),
        (
            "dashboards: {m: {rows: {R: [{metric: a, max: .inf}]}}}",
            "`dashboards.m.rows.R.0.max`: expected a finite number",
            None,
        ),
    ],
)
def test_the_words_for_a_misfit(text: str, message: str, cure: str | None) -> None:
    found = [(finding.message, finding.help or "") for finding in check_shape(parse_yaml(text).value)]
    assert any(message in said and (cure or "") in help for said, help in found), found


@pytest.mark.parametrize(
    "text",
    [
        "services: {a: {targets: [x:1], metrics: {m: {type: gauge, range: [0, .inf]}}}}",
        "services: {a: {targets: [x:1], metrics: {m: {type: gauge, range: [0, null]}}}}",
        "environments: {a: }",
        "{}",
    ],
)
def test_what_fits(text: str) -> None:
    assert list(check_shape(parse_yaml(text).value)) == []


def artifact(name: str, value: Any) -> Artifact:
    return Artifact(
        f"{name}.json", orjson.dumps(value).decode(), "t", name, {(): ("top",), ("services", "a"): ("services", "x")}
    )


def test_misfits_of_an_output_point_at_the_spec() -> None:
    found = list(
        check_artifact(artifact("compose", {"services": {"a": {"image": "x", "prots": ["1:1"], "x-mine": 1}}}))
    )
    assert [(one.message, one.at, one.help, one.key, one.artifact) for one in found] == [
        ("`services.a` has no key `prots`", ("services", "x", "prots"), "did you mean `ports`?", True, "compose.json")
    ]


def test_an_output_that_is_no_yaml() -> None:
    (found,) = check_artifact(Artifact("prometheus.yml", "a: [", "t", "prometheus"))
    assert found.message.startswith("prometheus.yml is not YAML at 1:")


def test_what_is_refused_says_why() -> None:
    config = {
        "route": {"receiver": "a"},
        "receivers": [{"name": "a", "telegram_configs": [{"bot_token_file": "/x", "chat_id": 0}]}],
    }
    (found,) = check_artifact(artifact("alertmanager", config))
    assert found.message == "`receivers.0.telegram_configs.0.chat_id`: `0` is not allowed here"


def test_a_whole_number_may_have_a_point() -> None:
    """JSON Schema calls 12.0 an integer."""
    spec = _folder() / "whole.yaml"
    spec.write_text(
        "services: {a: {targets: ['x:1'], sample_limit: 5.0, metrics: {m_total: {type: counter, labels: {l: 12.0}}}}}\n"
        "dashboards: {main: {rows: {R: [{metric: m_total, width: 12.0, height: 8.0, decimals: 2.0}]}}}\n"
    )
    result = compile_spec(spec, Options(judged=False))
    assert not result.failed
    texts = {artifact.path: artifact.text for artifact in result.artifacts}
    assert "sample_limit: 5\n" in texts["prometheus.yml"]
    assert '"decimals": 2,' in texts["grafana-dashboard.json"]
    assert "at most 12 values" in texts["docs/metrics.md"]


@pytest.mark.parametrize("name", ["spec", "prometheus", "rules", "alertmanager", "dashboard", "compose"])
@pytest.mark.parametrize("value", [None, 5, "text", [], [1], {"nope": 1}, {"": {}}, {"services": 5}, {"groups": [5]}])
def test_any_value_is_explained(name: str, value: Any) -> None:
    found = list(check_shape(value)) if name == "spec" else list(check_artifact(artifact(name, value)))
    for finding in found:
        assert finding.message
        assert "{" not in finding.message, finding


def test_every_part_of_the_language_is_described() -> None:
    missing = [
        f"{above}.{key}"
        for above, part in _parts(schema("spec"))
        for key, entry in part.get("properties", {}).items()
        if isinstance(entry, dict) and "pattern" in entry and "$comment" not in entry
    ]
    assert missing == []


def _parts(value: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield at, value
        for key, entry in value.items():
            yield from _parts(entry, f"{at}.{key}")
    elif isinstance(value, list):
        for entry in value:
            yield from _parts(entry, at)


# Random changes of a real spec: there are findings, or there are outputs, and never a crash.

WHOLE: dict[str, Any] = parse_yaml(EXAMPLE.read_text(encoding="utf-8")).value
STRANGE: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        -1,
        5,
        1.5,
        10**30,
        1e308,
        float("inf"),
        float("nan"),
        "",
        " ",
        "text",
        "5m",
        "up",
        "{{ x }}",
        "\0",
        "a\nb",
    ),
    *(
        [],
        [None],
        [[]],
        ["a", "a"],
        [1],
        {},
        {"": ""},
        {"a": None},
        {"expr": "up"},
        "x" * 9000,
        "sum(",
        "a:b",
        "😀",
        "../x",
        "=~(",
        "NaN%",
    ),
]


def addresses(value: Any, at: Address = ()) -> Iterator[Address]:
    for key, entry in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*at, key)
        yield from addresses(entry, (*at, key))


ADDRESSES = list(addresses(WHOLE))


def mutated(choose: random.Random) -> dict[str, Any]:
    """The example with one to three parts dropped, replaced, added or taken from elsewhere."""
    spec = copy.deepcopy(WHOLE)
    for _ in range(choose.randint(1, 3)):
        at = choose.choice(ADDRESSES)
        try:
            holder = _part(spec, at[:-1])
            change(holder, at[-1], choose)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took it away
    return spec


def change(holder: Any, key: Any, choose: random.Random) -> None:
    kind = choose.choice(("drop", "replace", "replace", "add", "rename", "transplant"))
    if kind == "drop":
        del holder[key]
    elif kind == "replace":
        holder[key] = copy.deepcopy(choose.choice(STRANGE))
    elif kind == "add" and isinstance(holder, dict):
        holder[choose.choice(("nope", "for", "expr", "labels", "", "a b"))] = copy.deepcopy(choose.choice(STRANGE))
    elif kind == "rename" and isinstance(holder, dict):
        holder[choose.choice(("x", "A-B", "é", "a.b", "{{x}}", "\n", "0"))] = holder.pop(key)
    else:
        holder[key] = copy.deepcopy(_part(WHOLE, choose.choice(ADDRESSES)))


def _part(value: Any, at: Address) -> Any:
    for step in at:
        value = value[step]
    return value


@settings(deadline=None, max_examples=120, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_a_changed_spec_gives_findings_or_outputs(choose: random.Random) -> None:
    spec = _written(mutated(choose))
    result = compile_spec(spec, Options(judged=False))
    for diagnostic in result.diagnostics:
        assert diagnostic.located.place.line >= 1
        assert diagnostic.message.strip()
    if not result.failed:
        assert len(result.artifacts) > 8
        for artifact in result.artifacts:
            artifact.text.encode()
            assert not list(check_artifact(artifact))


@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_also_in_its_environments(choose: random.Random) -> None:
    spec = {**mutated(choose), "environments": {"a": mutated(choose), "b": {"alerts": choose.choice(STRANGE)}}}
    validate_spec(_written(spec), Options(judged=False))


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_text_gives_findings_or_outputs(data: st.DataObject) -> None:
    """Bytes of a real spec that were lost, doubled or swapped on the way."""
    text = (ROOT / "examples" / "02-minimal" / "aimon.yaml").read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    put = data.draw(st.one_of(st.just(""), st.text(max_size=5), st.sampled_from("[]{}:,&*!|>%@`'\"#\n\t -?")))
    spec = _folder() / "aimon.yaml"
    spec.write_text(text[:start] + put + text[end:], encoding="utf-8", errors="replace")
    compile_spec(spec, Options(judged=False))


def _folder() -> Path:
    import tempfile

    folder = Path(tempfile.gettempdir()) / "aimon-test-gates"
    folder.mkdir(exist_ok=True)
    return folder


def _written(spec: dict[str, Any]) -> Path:
    """The spec as a file; every JSON text is YAML, and Python's own module writes numbers that JSON does not have."""
    import yaml

    path = _folder() / "mutated.yaml"
    path.write_text(yaml.dump(spec, Dumper=_Dumper, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


class _Dumper(__import__("yaml").CSafeDumper):  # type: ignore[misc]
    """Without aliases, which would be about the reader."""

    def ignore_aliases(self, data: object) -> bool:
        return True
