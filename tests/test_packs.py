"""Packs: each one is whole and true to what its exporter exposes; the engine binds, fills, overrides and places."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aimon import gates, library
from aimon.diagnostic import Diagnostic
from aimon.document import Document, read
from aimon.exposition import read_exposition
from aimon.pipeline import Options, Result, compile_spec
from aimon.placed import written_at
from aimon.promql.binding import bound, jobs_matcher
from aimon.promql.parse import SyntaxProblem, parse
from aimon.promql.print import to_text
from aimon.promql.tree import selectors
from aimon.stack import Alert, Stack
from aimon.unpack.fill import filled
from aimon.usage import metrics_of

EXPOSITIONS = Path(__file__).parent / "packs"
SETTINGS = read(EXPOSITIONS / "settings.yaml").value
PACKS = library.names()
TOLD = "self_monitoring: false\nnotifications: {receivers: {team: {webhook: {url: 'http://localhost:5001/'}}}}\n"
REDIS = "services: {redis: {targets: ['redis-exporter:9121'], packs: [redis]}}\n"

# What the text format calls the types that only OpenMetrics and the spec know.
AS_TEXT = {"info": "gauge", "stateset": "gauge", "native_histogram": "histogram"}


def compiled(
    folder: Path, text: str, others: Mapping[str, str] | None = None, environment: str | None = None
) -> Result:
    """What comes of a spec, with further files beside it."""
    for name, content in {"aimon.yaml": text, **(others or {})}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return compile_spec(folder / "aimon.yaml", Options(environment, judged=False))


def stack_of(folder: Path, text: str, others: Mapping[str, str] | None = None) -> Stack:
    """The stack of a spec in which nothing is wrong."""
    result = compiled(folder, text, others)
    assert [one.message for one in result.diagnostics if one.level != "info"] == []
    assert result.stack is not None
    return result.stack


def alert(stack: Stack, name: str) -> Alert:
    return next(one for one in stack.alerts() if one.name == name)


def said(found: tuple[Diagnostic, ...]) -> list[tuple[str, str, str]]:
    """Each finding by its check, the text under the caret, and its help."""
    return [
        (one.check, one.located.line[one.located.place.column - 1 : one.located.place.end_column - 1], one.help or "")
        for one in found
    ]


# --- every built-in pack -----------------------------------------------------------------------------------------


def alone(name: str, variant: str | None = None, settings: Mapping[str, str] | None = None) -> str:
    """A spec that has nothing but a service with this pack."""
    document = library.built_in(name)
    said = {**({"variant": variant} if variant else {}), **(settings or {})}
    used = json.dumps({name: said}) if said else name
    return f"services: {{{name}: {{targets: ['exporter:{document.value.get('port', 80)}'], packs: [{used}]}}}}\n{TOLD}"


def variants() -> Iterator[tuple[str, str | None]]:
    """Every pack in each of its variants."""
    for name in PACKS:
        for variant in library.built_in(name).value.get("variants") or [None]:
            yield name, variant


def exposition(name: str, variant: str | None) -> Path:
    """The small exposition of a variant, or else of the pack."""
    own = EXPOSITIONS / f"{name}-{variant}.txt"
    return own if own.exists() else EXPOSITIONS / f"{name}.txt"


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_has_the_shape_of_one(name: str) -> None:
    value = library.built_in(name).value
    assert value["name"] == name
    assert list(gates.check_pack(name, filled(value, {}))) == []
    for parameter in value.get("parameters") or {}:
        assert f"${{{parameter}}}" in library.built_in(name).text, f"nothing names {parameter}"


@pytest.mark.parametrize(("name", "variant"), list(variants()))
def test_nothing_is_found_in_a_pack_used_alone(name: str, variant: str | None, tmp_path: Path) -> None:
    result = compiled(tmp_path, alone(name, variant))
    assert [(one.located.place.line, one.check, one.message) for one in result.diagnostics] == []


@pytest.mark.parametrize(("name", "variant"), list(variants()))
def test_nothing_is_found_when_every_parameter_has_a_value(name: str, variant: str | None, tmp_path: Path) -> None:
    parameters = library.built_in(name).value.get("parameters") or {}
    assert SETTINGS.get(name, {}).keys() == {one for one, about in parameters.items() if "default" not in about}
    result = compiled(tmp_path, alone(name, variant, SETTINGS.get(name)))
    assert [(one.located.place.line, one.check, one.message) for one in result.diagnostics] == []
    assert result.stack is not None
    brought = {one.name for one in result.stack.alerts()} - {"TargetDown"}
    added = ((library.built_in(name).value.get("variants") or {}).get(variant) or {}).get("alerts") or {}
    assert brought == {*library.built_in(name).value["alerts"], *added}


@pytest.mark.parametrize(("name", "variant"), list(variants()))
def test_what_a_pack_reads_is_what_its_exporter_exposes(name: str, variant: str | None, tmp_path: Path) -> None:
    stack = stack_of(tmp_path, alone(name, variant))
    exposed = {metric.name: metric for metric in read_exposition(exposition(name, variant)).metrics}
    declared = {metric.name: metric for pack in stack.spec.packs for metric in pack.metrics}
    for used in {found for query in stack.expressions() for found in metrics_of(query, stack.catalogue)}:
        metric = declared.get(used)
        if metric is None or metric.needs:
            continue
        assert used in exposed, f"{used} is not in {exposition(name, variant).name}; say under `needs` why"
        assert AS_TEXT.get(metric.type, metric.type) == exposed[used].type, used
        assert set(metric.labels) == set(exposed[used].labels), used


@pytest.mark.servers
@pytest.mark.parametrize(("name", "variant"), list(variants()))
def test_promtool_accepts_the_rules_of_a_pack(
    name: str, variant: str | None, tmp_path: Path, programs: Mapping[str, str]
) -> None:
    result = compiled(tmp_path, alone(name, variant))
    for artifact in (one for one in result.artifacts if one.path.startswith("rules/packs/")):
        file = tmp_path / "rules.yml"
        file.write_text(artifact.text)
        done = subprocess.run([programs["promtool"], "check", "rules", file], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


# --- binding -----------------------------------------------------------------------------------------------------

OWN = {"redis_up", "my.metric", "up"}


def tie(text: str, *, grafana: bool = False) -> str:
    job = {"job": jobs_matcher(["redis"])}
    return bound(text, lambda name: job if name in OWN else {}, grafana=grafana)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("redis_up", 'redis_up{job="redis"}'),
        ("redis_up{}", 'redis_up{job="redis"}'),
        ('redis_up{a="}{", b=~"x|y"}', 'redis_up{job="redis", a="}{", b=~"x|y"}'),
        ('redis_up{job="other"}', 'redis_up{job="other"}'),
        ('redis_up{job!=""}', 'redis_up{job!=""}'),
        ("other / on(job) redis_up", 'other / on(job) redis_up{job="redis"}'),
        ("rate(redis_up[5m] offset 1h)", 'rate(redis_up{job="redis"}[5m] offset 1h)'),
        ("redis_up @ end()", 'redis_up{job="redis"} @ end()'),
        ("max_over_time(redis_up[1h:5m])", 'max_over_time(redis_up{job="redis"}[1h:5m])'),
        ('{"my.metric"}', '{"my.metric", job="redis"}'),
        ('{"my.metric", a="b"}', '{"my.metric", job="redis", a="b"}'),
        ('{__name__="redis_up"}', '{job="redis", __name__="redis_up"}'),
        ('{__name__=~"redis_.*"}', '{__name__=~"redis_.*"}'),
        ('label_replace(redis_up, "job", "redis_up", "a", "(.*)")',
         'label_replace(redis_up{job="redis"}, "job", "redis_up", "a", "(.*)")'),
        ("redis_up # redis_up is fine\n + up", 'redis_up{job="redis"} # redis_up is fine\n + up{job="redis"}'),
        ("sum(redis_up", "sum(redis_up"),
    ],
)  # fmt: skip
def test_only_selectors_of_the_pack_are_bound(text: str, expected: str) -> None:
    assert tie(text) == expected


def test_queries_of_grafana_are_bound() -> None:
    text = 'rate(redis_up{instance=~"$instance"}[$__rate_interval])'
    assert tie(text, grafana=True) == 'rate(redis_up{job="redis", instance=~"$instance"}[$__rate_interval])'


def test_dots_of_job_names_are_no_wildcards() -> None:
    assert jobs_matcher(["a.b"]) == 'job="a.b"'
    assert jobs_matcher(["a.b", "c-d"]) == 'job=~"a[.]b|c-d"'


def reads(text: str) -> bool:
    """Whether it is PromQL; what is put together here may compare strings with ranges."""
    try:
        parse(text)
    except SyntaxProblem:
        return False
    return True


NAMES = st.sampled_from(["redis_up", "up", "other", "node:x:sum"])
SELECTORS = st.builds(
    "{}{}{}".format,
    NAMES,
    st.sampled_from(["", "{}", '{a="1"}', '{a="{",b!~"}.*"}', '{job="x"}', '{job=~"x|y",a="1",}']),
    st.sampled_from(["", " offset 5m", " @ 12"]),
)
WINDOWS = st.builds(
    "{}({}[{}])".format, st.sampled_from(["rate", "max_over_time"]), NAMES, st.sampled_from(["5m", "1h:1m"])
)
EXPRESSIONS = st.recursive(
    SELECTORS | WINDOWS | st.just("1"),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "/ on(job)", "and", "> bool"]), inner).filter(
            reads
        ),
        st.builds("sum by (job) ({})".format, inner).filter(reads),
        st.builds("-{}".format, inner).filter(reads),
    ),
    max_leaves=6,
)


@given(EXPRESSIONS)
def test_every_selector_of_the_pack_has_a_job_and_all_else_stays(text: str) -> None:
    tied = tie(text)
    before, after = list(selectors(parse(text))), list(selectors(parse(tied)))
    assert len(before) == len(after)
    for old, new in zip(before, after, strict=True):
        assert (old.name, old.window, old.offset, old.at) == (new.name, new.window, new.offset, new.at)
        had = any(matcher.label == "job" for matcher in old.matchers)
        added = tuple(matcher for matcher in new.matchers if matcher not in old.matchers)
        assert [matcher.label for matcher in added] == (["job"] if old.name in OWN and not had else [])
    assert to_text(parse(re.sub(r'job="redis"(, )?', "", tied))) == to_text(parse(text.replace(",}", "}")))


# --- who uses a pack ---------------------------------------------------------------------------------------------


def test_a_pack_brings_metrics_rules_alerts_a_dashboard_and_its_exporter(tmp_path: Path) -> None:
    stack = stack_of(tmp_path, REDIS + TOLD)
    assert ("rules/packs/redis.yml", "redis") in [(group.path, group.name) for group in stack.groups]
    assert alert(stack, "RedisDown").condition == 'redis_up{job="redis"} == 0'
    assert alert(stack, "RedisDown").pack == "redis"
    assert [board.name for board in stack.dashboards] == ["main", "redis"]
    assert [container.name for container in stack.containers] == ["redis-exporter"]
    assert stack.catalogue.metrics["redis_up"][0].pack == "redis"
    assert stack.catalogue.metrics["redis_up"][0].job == "redis"


def test_everything_leads_to_the_file_of_the_pack(tmp_path: Path) -> None:
    result = compiled(tmp_path, REDIS + TOLD + "overrides: {alerts: {RedisDown: {for: 3m}}}\n")
    assert result.sources is not None
    at = ("packs", "redis", "alerts", "RedisDown")
    assert written_at(result.sources, (*at, "expr")).startswith(str(library.FOLDER / "redis.yaml"))
    assert written_at(result.sources, (*at, "for")).startswith(str(tmp_path / "aimon.yaml:4:"))
    assert written_at(result.sources, ("services", "redis", "container", "image")).startswith(str(library.FOLDER))


def test_services_with_the_same_settings_share_the_rules(tmp_path: Path) -> None:
    text = "services:\n  a.b: {targets: ['a:1'], packs: [redis]}\n  c: {targets: ['c:1'], packs: [redis]}\n"
    stack = stack_of(tmp_path, text + TOLD)
    assert alert(stack, "RedisDown").condition == 'redis_up{job=~"a[.]b|c"} == 0'
    assert [group.name for group in stack.groups] == ["redis"]


TWO = """services:
  cache: {targets: ['a:1'], packs: [{redis: {memory_used: 99%}}]}
  queue: {targets: ['c:1'], packs: [redis]}
"""


def test_services_with_settings_of_their_own_have_rules_of_their_own(tmp_path: Path) -> None:
    stack = stack_of(tmp_path, TWO + TOLD)
    conditions = [one.condition for one in stack.alerts() if one.name == "RedisMemoryHigh"]
    assert conditions == [
        'instance:redis_memory_used:ratio{job="cache"} > 0.99',
        'instance:redis_memory_used:ratio{job="queue"} > 0.9',
    ]
    rules = [(rule.name, frozenset(rule.labels.items())) for group in stack.groups for rule in group.rules]
    assert len(set(rules)) == len(rules), "promtool takes rules of one name and equal labels for duplicates"
    groups = [(group.path, group.name, len(group.rules)) for group in stack.groups][:2]
    assert groups[0][:2] == ("rules/packs/redis.yml", "redis-cache")
    assert groups[1] == ("rules/packs/redis.yml", "redis-queue", groups[0][2])
    titles = {board.name: board.title for board in stack.dashboards}
    assert titles["redis-cache"] == "Redis (cache)"
    for board in (board for board in stack.dashboards if board.name != "main"):
        job = board.name.removeprefix("redis-")
        texts = [target.expression.text for panel in board.panels() for target in panel.targets]
        assert all(f'job="{job}"' in text or "ratio" in text for text in texts), texts


@pytest.mark.servers
def test_promtool_tells_the_rules_of_several_services_apart(tmp_path: Path, programs: Mapping[str, str]) -> None:
    (tmp_path / "aimon.yaml").write_text(TWO + TOLD)
    assert [one.message for one in compile_spec(tmp_path / "aimon.yaml", Options()).diagnostics] == []


def test_several_groups_of_a_pack_are_placed_as_several_rows(tmp_path: Path) -> None:
    stack = stack_of(
        tmp_path, TWO + TOLD + "dashboards: {main: {rows: {Redis: [{pack: redis}, {metric: redis_up}]}}}\n"
    )
    rows = stack.dashboards[0].rows
    assert [row.title for row in rows] == ["Redis", "Redis (cache)", "Redis (queue)"]
    assert len(rows[1].panels) == len(rows[2].panels) > len(rows[0].panels) == 1


def test_the_spec_itself_wins(tmp_path: Path) -> None:
    text = """services:
  redis:
    targets: ['redis-exporter:9121']
    packs: [redis]
    container: false
    metrics: {redis_up: {type: gauge, help: Mine}}
alerts:
  RedisDown: {expr: redis_up, equals: 0, for: 9m, severity: info, summary: It is gone, action: Look}
"""
    stack = stack_of(tmp_path, text + TOLD)
    assert [metric.help for metric in stack.catalogue.metrics["redis_up"]] == ["Mine"]
    assert [one.wait.text for one in stack.alerts() if one.name == "RedisDown" and one.wait] == ["9m"]
    assert not stack.containers


@pytest.mark.parametrize("target", ["redis.example.org:9121", "10.0.0.1:9121", "localhost:9121", "[::1]:9121"])
def test_an_exporter_elsewhere_needs_no_container(target: str, tmp_path: Path) -> None:
    text = f"services: {{redis: {{targets: ['{target}'], packs: [redis]}}}}\n"
    assert not stack_of(tmp_path, text + TOLD).containers


# --- a pack of the user's own ------------------------------------------------------------------------------------

OWN_PACK = """pack: 1
name: queue
title: Queue
parameters:
  most: {default: 10, help: Jobs that may wait}
  wait: {help: How long they may}
metrics:
  queue_jobs: {type: gauge, help: Jobs that wait}
alerts:
  QueueLong: {expr: queue_jobs, above: "${most}", for: 5m, summary: Too many jobs wait, action: Add a worker}
  QueueSlow: {expr: queue_jobs, above: 5, for: "${wait}", summary: Jobs wait for long, action: Add a worker}
rows:
  Queue:
    - {metric: queue_jobs}
    - {alert: QueueSlow, title: Slow}
variants:
  kubernetes: {metrics: {queue_jobs: {labels: {pod: 20}}}, alerts: {QueueLong: {for: 10m}}}
"""


def queue(packs: str) -> str:
    return f"services: {{work: {{targets: ['w:1'], packs: {packs}}}}}\n{TOLD}"


def test_what_names_a_parameter_without_a_value_is_left_out(tmp_path: Path) -> None:
    stack = stack_of(tmp_path, queue("[./packs/q.yaml]"), {"packs/q.yaml": OWN_PACK})
    assert [one.name for one in stack.alerts()] == ["QueueLong"]
    assert [panel.title for panel in stack.dashboards[1].panels()] == ["Queue jobs"]


def test_parameters_keep_their_type_and_variants_are_laid_over(tmp_path: Path) -> None:
    packs = "[{packs/q.yaml: {most: 20, wait: 15m, variant: kubernetes}}]"
    stack = stack_of(tmp_path, queue(packs), {"packs/q.yaml": OWN_PACK})
    long, slow = alert(stack, "QueueLong"), alert(stack, "QueueSlow")
    assert (long.condition, long.wait and long.wait.text) == ('queue_jobs{job="work"} > 20', "10m")
    assert (slow.wait and slow.wait.text) == "15m"
    assert set(stack.catalogue.metrics["queue_jobs"][0].labels) == {"pod"}


@pytest.mark.parametrize(
    ("packs", "expected"),
    [
        ("[reddis]", ("pack/unknown", "reddis", "did you mean `redis`?")),
        ("[{reddis: {}}]", ("pack/unknown", "reddis", "did you mean `redis`?")),
        ("[{redis: {memory_use: 4}}]", ("pack/unknown-parameter", "memory_use", "did you mean `memory_used`?")),
        ("[{redis: {variant: docker}}]", ("pack/unknown-parameter", "docker", "it has none")),
        ("[{redis: {memory_used: much}}]", ("alert/threshold-unreadable", "much", "write a number")),
        ("[{./packs/q.yaml: {wait: long}}]", ("spec/shape", "long", "write a duration")),
        ("[{./packs/q.yaml: {variant: kubernets}}]", ("pack/unknown-parameter", "kubernets", "`kubernetes`?")),
    ],
)
def test_what_is_wrong_with_a_use_is_told_where_it_stands(
    packs: str, expected: tuple[str, str, str], tmp_path: Path
) -> None:
    found = said(compiled(tmp_path, queue(packs), {"packs/q.yaml": OWN_PACK}).diagnostics)
    assert [(check, text) for check, text, _ in found] == [expected[:2]]
    assert expected[2] in found[0][2]


def test_a_fault_of_a_pack_is_told_in_its_own_file(tmp_path: Path) -> None:
    broken = OWN_PACK.replace("summary: Too", "sumary: Too")
    (found,) = compiled(tmp_path, queue("[./packs/q.yaml]"), {"packs/q.yaml": broken}).diagnostics
    assert (found.check, found.located.path) == ("spec/unknown-key", str(tmp_path / "packs" / "q.yaml"))
    assert found.located.line.lstrip().startswith("QueueLong")


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("../q.yaml", "leaves the folder"),
        ("/etc/passwd", "leaves the folder"),
        ("./gone.yaml", "there is no file"),
        ("./link.yaml", "a link out of the folder"),
        ("./list.yaml", "a pack is a mapping"),
        ("./packs/*.yaml", "means 0 files"),
    ],
)
def test_a_path_follows_the_rules_of_include(reference: str, message: str, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (tmp_path / "q.yaml").write_text(OWN_PACK)
    (here / "link.yaml").symlink_to(tmp_path / "q.yaml")
    (here / "list.yaml").write_text("[]")
    result = compiled(here, queue(f"['{reference}']"))
    assert result.unreadable
    assert message in result.diagnostics[0].message


# --- overrides ---------------------------------------------------------------------------------------------------


def overridden(words: str) -> str:
    return f"{REDIS}{TOLD}overrides: {{alerts: {words}}}\n"


def test_an_override_changes_what_it_names(tmp_path: Path) -> None:
    words = "{above: 70%, for: 1h, severity: info, labels: {team: db}, annotations: {page: x}, summary: Full}"
    stack = stack_of(tmp_path, overridden(f"{{RedisMemoryHigh: {words}, RedisDown: {{enabled: false}}}}"))
    one = alert(stack, "RedisMemoryHigh")
    assert one.condition == "instance:redis_memory_used:ratio > 0.7"
    assert (one.wait and one.wait.text, one.severity, one.labels["team"]) == ("1h", "info", "db")
    assert (one.annotations["page"], one.annotations["summary"]) == ("x", "Full")
    assert "RedisDown" not in [each.name for each in stack.alerts()]


def test_another_bound_takes_the_place_of_the_bound(tmp_path: Path) -> None:
    stack = stack_of(tmp_path, overridden("{RedisMemoryHigh: {at_least: 70%}}"))
    assert alert(stack, "RedisMemoryHigh").condition == "instance:redis_memory_used:ratio >= 0.7"


def test_what_aimon_adds_can_be_overridden_too(tmp_path: Path) -> None:
    watched = "overrides: {alerts: {TargetDown: {for: 10m}, PrometheusRulesSlow: {enabled: false}}}\n"
    stack = stack_of(tmp_path, watched)
    wait = alert(stack, "TargetDown").wait
    assert wait is not None
    assert wait.text == "10m"
    stack = stack_of(tmp_path, watched.replace("for: 10m", "enabled: false"))
    assert "TargetDown" not in [each.name for each in stack.alerts()]


def test_an_environment_overrides_in_its_own_way(tmp_path: Path) -> None:
    text = REDIS + TOLD + "environments: {test: {overrides: {alerts: {RedisDown: {for: 9m}}}}}\n"
    result = compiled(tmp_path, text, environment="test")
    assert result.stack is not None
    assert result.sources is not None
    wait = alert(result.stack, "RedisDown").wait
    assert wait is not None
    assert wait.text == "9m"
    assert written_at(result.sources, ("packs", "redis", "alerts", "RedisDown", "for")).startswith(str(tmp_path))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "{RedisMemoryHihg: {above: 80%}}",
            ("overrides/unknown", "RedisMemoryHihg", "did you mean `RedisMemoryHigh`?"),
        ),
        ("{RedisMemoryHigh: {above: 90%}}", ("overrides/without-effect", "above", "remove it")),
        ("{RedisMemoryHigh: {above: warm}}", ("alert/threshold-unreadable", "warm", "write a number")),
        ("{RedisMemoryHigh: {abvoe: 80%}}", ("spec/unknown-key", "abvoe", "did you mean `above`?")),
    ],
)
def test_what_is_wrong_with_an_override_is_told(words: str, expected: tuple[str, str, str], tmp_path: Path) -> None:
    found = said(compiled(tmp_path, overridden(words)).diagnostics)
    assert [(check, text) for check, text, _ in found] == [expected[:2]]
    assert expected[2] in found[0][2]


# --- placing -----------------------------------------------------------------------------------------------------


def test_a_dashboard_can_place_the_panels_of_a_pack(tmp_path: Path) -> None:
    board = (
        "dashboards: {main: {variables: {instance: {label: instance, of: redis_up}}, rows: {Mine: [{pack: redis}]}}}\n"
    )
    stack = stack_of(tmp_path, REDIS + TOLD + board)
    assert [one.name for one in stack.dashboards] == ["main"]
    titles = [panel.title for panel in stack.dashboards[0].panels()]
    assert titles[0] == "Reachable"
    assert "Memory of its limit" in titles
    texts = [target.expression.text for panel in stack.dashboards[0].panels() for target in panel.targets]
    assert 'redis_memory_used_bytes{job="redis", instance=~"$instance"}' in texts


def test_a_row_of_a_pack_can_be_placed_alone(tmp_path: Path) -> None:
    row = "dashboards: {main: {rows: {Mine: [{pack: redis, row: Redis persistence and replication}]}}}\n"
    stack = stack_of(tmp_path, REDIS + TOLD + row)
    titles = [panel.title for panel in stack.dashboards[0].rows[0].panels]
    assert titles == ["Last writes to disk", "Replication and cluster"]
    assert [board.name for board in stack.dashboards] == ["main", "redis"]  # where the other rows are


def test_the_panel_of_an_alert_that_is_off_is_gone(tmp_path: Path) -> None:
    stack = stack_of(tmp_path, overridden("{RedisMemoryHigh: {enabled: false}}"))
    assert "Memory of its limit" not in [panel.title for board in stack.dashboards for panel in board.panels()]


@pytest.mark.parametrize(
    ("panel", "expected"),
    [
        ("{pack: reddis}", ("dashboard/unknown-pack", "reddis")),
        ("{pack: redis, row: Rediss}", ("dashboard/unknown-pack", "Rediss")),
    ],
)
def test_a_pack_that_nobody_uses_cannot_be_placed(panel: str, expected: tuple[str, str], tmp_path: Path) -> None:
    text = f"{REDIS}{TOLD}dashboards: {{main: {{rows: {{Mine: [{panel}, {{metric: redis_up}}]}}}}}}\n"
    assert expected in [one[:2] for one in said(compiled(tmp_path, text).diagnostics)]


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_is_remembered_as_it_is(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first, second = library.built_in(name), library.built_in(name)
    (copy,) = (tmp_path / "aimon" / "packs").glob(f"{name}-*")
    assert repr(second.value) == repr(first.value)
    assert second.where(("alerts",)) == first.where(("alerts",))
    copy.write_text("{")
    assert library.built_in(name).value == first.value
    assert copy.read_bytes() != b"{"


def test_only_packs_that_are_used_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    read = library.built_in

    def noted(name: str) -> Document:
        opened.append(name)
        return read(name)

    monkeypatch.setattr(library, "built_in", noted)
    stack_of(tmp_path, REDIS + TOLD)
    assert opened == ["redis"]


# --- what packs know ---------------------------------------------------------------------------------------------


def test_the_stack_itself_uses_packs(tmp_path: Path) -> None:
    stack = stack_of(tmp_path, "services: {api: {targets: ['api:80']}}\n")
    assert [(job.name, job.targets) for job in stack.jobs] == [
        ("api", ("api:80",)),
        ("prometheus", ("localhost:9090",)),
        ("alertmanager", ("alertmanager:9093",)),
        ("grafana", ("grafana:3000",)),
    ]
    groups = {group.name: group.path for group in stack.groups}
    assert groups["prometheus"] == "rules/packs/prometheus.yml"
    assert {"alertmanager", "grafana", "self-monitoring"} <= groups.keys()
    assert not [one for one in stack.expressions() if one.at[1:2] == ("prometheus",) and 'job="' not in one.text]


def test_a_service_takes_the_place_of_what_the_stack_scrapes_itself(tmp_path: Path) -> None:
    stack = stack_of(tmp_path, "services: {grafana: {targets: ['grafana.example.org:443'], scheme: https}}\n")
    assert [job.name for job in stack.jobs] == ["grafana", "prometheus", "alertmanager"]
    assert "grafana" not in [group.name for group in stack.groups]


@pytest.mark.parametrize(
    ("rename", "message", "cure"),
    [
        (
            '{from: jobs_old, to: queue_jobs, since: "2.0"}',
            "`jobs_old` is called `queue_jobs` since Queue 2.0",
            "query",
        ),
        (
            "{from: jobs_old, to: queue_jobs, note: it counts less}",
            "`jobs_old` is called `queue_jobs` now",
            "it counts",
        ),
    ],
)
def test_a_name_that_a_metric_had_is_explained(rename: str, message: str, cure: str, tmp_path: Path) -> None:
    rule = "recording_rules: {'job:jobs:sum': {expr: sum by (job) (jobs_old)}}\n"
    pack = OWN_PACK + f"renames: [{rename}]\n"
    (found,) = compiled(tmp_path, queue("[./packs/q.yaml]") + rule, {"packs/q.yaml": pack}).diagnostics
    assert found.check == "promql/unknown-metric"
    assert found.message.startswith(message)
    assert (found.help or "").startswith(cure)


def test_parts_of_a_renamed_histogram_are_explained(tmp_path: Path) -> None:
    rule = "recording_rules: {'job:jobs:rate5m': {expr: 'sum by (job) (rate(old_seconds_count[5m]))'}}\n"
    pack = OWN_PACK + "renames: [{from: old_seconds, to: new_seconds}]\n"
    (found,) = compiled(tmp_path, queue("[./packs/q.yaml]") + rule, {"packs/q.yaml": pack}).diagnostics
    assert "is called `new_seconds_count` now" in found.message
