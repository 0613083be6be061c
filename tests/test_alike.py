"""What is said of many queries of one shape is what is said of each by itself."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aimon import alike
from aimon.catalogue import Catalogue, Label, Metric
from aimon.expressions import expression, recorded_together, recorded_type, result_type, shapes
from aimon.expressions.shapes import Shape
from aimon.foreign.files import Reading
from aimon.foreign.reading import read_foreign
from aimon.gotemplate.parse import parse
from aimon.gotemplate.prometheus import VARIABLES
from aimon.gotemplate.shape import shape_of
from aimon.gotemplate.tree import Function, TemplateProblem, Text, walk
from aimon.promql.parse import _parse
from aimon.promql.result import Type
from aimon.promql.selector_types import merged
from aimon.review import review

METRICS = """\
# TYPE requests_total counter
requests_total{service="x",code="200"} 1
# TYPE latency_seconds histogram
latency_seconds_bucket{service="x",le="0.5"} 1
latency_seconds_bucket{service="x",le="+Inf"} 1
# TYPE memory_bytes gauge
memory_bytes{service="x"} 1
"""

# Queries, right and wrong, of which services have the same but for their names.
QUERIES = (
    'requests_total{service="SVC"} > 5',
    'rate(memory_bytes{service="SVC"}[5m]) > 5',
    'sum(rate(requests_total{service="SVC"}[5m])) / sum(memory_bytes{service="SVC"}) > 0.5',
    'memory_bytes{service="SVC"} > latency_seconds_sum{service="SVC"}',
    'histogram_quantile(95, sum by (service) (rate(latency_seconds_bucket{service="SVC"}[5m]))) > 1',
    'recorded:ratio{service="SVC"} > 2',
    'recorded:ratio{service="OTHER"} > 0.2',
    'recorded:ratio{service="SVC"} and on (service) recorded:ratio{service="OTHER"} > 0.2',
    'recorded:ratio{service=~"SVC|OTHER"} > 0.2',
    'recorded:ratio{service="checkout"} and on (service) recorded:ratio{service="SVC"} > 0.1',
    'recorded:ratio{service="SVC", stage="checkout"} > 0.1',
    'label_replace(memory_bytes{service="SVC"}, "service", "OTHER", "", "") and on (service) recorded:ratio > 0.1',
    'unknown_metric{service="SVC"} > 1',
    'memory_bytes{service="SVC"} > 5 and memory_bytes{service="SVC"} < 2',
    'sum by (service) (recorded:ratio{service="SVC"} or recorded:ratio{service="OTHER"}) > 0.1',
)
SERVICES = ("checkout", "cart", "search", "api")

RULES = """\
groups:
  - name: {service}
    rules:
      - record: recorded:ratio
        expr: |
          sum by (service) (rate(requests_total{{service="{service}",code="500"}}[5m]))
            / sum by (service) (rate(requests_total{{service="{service}"}}[5m]))
{alerts}"""
ALERT = """\
      - alert: {title}{number}
        expr: '{query}'
        for: 5m
        labels: {{severity: page}}
        annotations:
          summary: '{service}{padding} has {{{{ $value | {humanize} }}}} of {{{{ $labels.{label} }}}}'
"""


@pytest.fixture
def monorepo(tmp_path: Path) -> Path:
    """Files of services that say the same, with faults in them; the last of them reads what nobody records."""
    (tmp_path / "metrics.txt").write_text(METRICS)
    (tmp_path / "rules").mkdir()
    for index, service in enumerate(SERVICES):
        alerts = "".join(
            ALERT.format(
                title=service.capitalize(),
                number=number,
                service=service,
                padding=" " * index,
                query=query.replace("SVC", service).replace("OTHER", SERVICES[index - 1] if index else "nobody"),
                humanize=("humanizeDuration", "humanizePercentage", "humanise")[(number + index) % 3],
                label=("service", "code")[number % 2],
            )
            for number, query in enumerate(QUERIES)
        )
        (tmp_path / "rules" / f"{service}.yml").write_text(RULES.format(service=service, alerts=alerts))
    return tmp_path


def findings(folder: Path) -> list[tuple[object, ...]]:
    result = review([folder / "rules"], folder / "metrics.txt")
    return [(one.check, one.message, one.located, one.help, one.contexts) for one in result.diagnostics]


def test_the_first_of_a_shape_speaks_for_all(monorepo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    together = findings(monorepo)
    assert len({found[0] for found in together}) > 8
    numbers = itertools.count()
    monkeypatch.setattr(shapes.Shapes, "of", lambda self, text: Shape((text, next(numbers))))
    monkeypatch.setattr(alike, "shape_of", lambda text: next(numbers))
    assert findings(monorepo) == together


def test_what_is_recorded_is_told_from_the_first_of_the_shape(monorepo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def recorded() -> list[tuple[str, object]]:
        read = read_foreign(Reading(sorted((monorepo / "rules").iterdir())))
        return [(metric.name, metric.result) for metric in read.stacks[0].catalogue.metrics["recorded:ratio"]]

    told = recorded()
    assert len(told) == len(SERVICES)
    numbers = itertools.count()
    monkeypatch.setattr(shapes.Shapes, "of", lambda self, text: Shape((text, next(numbers))))
    assert recorded() == told


def test_of_a_thousand_alike_one_is_parsed(tmp_path: Path) -> None:
    """Time is not for tests to measure: but a check that asks each query by itself would parse each."""
    (tmp_path / "metrics.txt").write_text(METRICS)
    right = ('memory_bytes{service="SVC"} > 5', 'rate(requests_total{service="SVC"}[5m]) > 1 < 7')
    for number in range(20):
        service = f"service-{number}"
        alerts = "".join(
            ALERT.format(
                title=f"S{number}x",
                number=index,
                service=service,
                padding="",
                query=query.replace("SVC", service),
                humanize="humanize",
                label="service",
            )
            for index, query in enumerate(right)
        )
        (tmp_path / "rules").mkdir(exist_ok=True)
        (tmp_path / "rules" / f"{service}.yml").write_text(RULES.format(service=service, alerts=alerts))
    before = _parse.cache_info().misses
    result = review([tmp_path / "rules"], tmp_path / "metrics.txt")
    assert not result.diagnostics
    assert _parse.cache_info().misses - before == len(right) + 1  # and what all of them record


WORLD = Catalogue(
    {
        "known": (Metric((), "known", "gauge", "", None, {"service": Label(("a", "b")), "kind": Label(("a",))}),),
        "other": (Metric((), "other", "gauge", "", None, {"service": Label(("b", "c")), "kind": Label()}),),
        "open": (Metric((), "open", "counter", "", None, {}, open=True),),
    }
)
VALUES = st.sampled_from("abcd")
LABELS = st.sampled_from(["service", "kind"])
MATCHERS = st.builds("{}{}{}".format, LABELS, st.sampled_from(["=", "=", "=", "!=", "=~"]), VALUES.map('"{}"'.format))
SELECTORS = st.builds(
    "{}{{{}}}".format,
    st.sampled_from(["known", "other", "open"]),
    st.lists(MATCHERS, max_size=2).map(", ".join),
)
OPERATORS = st.sampled_from(
    ["and", "or", "+", "* on (service)", "/ on (kind) group_left (service)", "unless on (kind)"]
)
TEXTS = st.recursive(
    SELECTORS,
    lambda inner: st.builds("({} {} {})".format, inner, OPERATORS, inner) | inner.map("sum by (service) ({})".format),
    max_leaves=4,
)


@given(TEXTS, st.permutations("abcd"))
def test_queries_of_one_shape_have_one_type_but_for_their_values(text: str, order: list[str]) -> None:
    other = re.sub('"(.)"', lambda found: f'"{order["abcd".index(found[1])]}"', text)
    one, two = expression(text, ("one",), WORLD), expression(other, ("two",), WORLD)
    if one.shape is not two.shape or one.tree is None or two.tree is None:
        return
    mine, theirs = result_type(one.tree, WORLD), result_type(two.tree, WORLD)
    assert mine._replace(labelling=theirs.labelling, source=theirs.source) == theirs
    assert mine.labelling._replace(values=theirs.values) == theirs.labelling
    assert mine.values.keys() == theirs.values.keys()
    kinds = shapes.Shapes(lambda name: ())
    assert shapes.retold(mine, kinds.of(text), [kinds.of(other)]) in (None, theirs)


@given(
    TEXTS,
    st.lists(st.permutations("abcd"), min_size=1, max_size=7),
    st.lists(st.sampled_from("vwxyz"), min_size=7),
    st.sampled_from(["", "k"]),
    st.sampled_from([(), ("job",), ("kind",), ("job", "kind")]),
)
def test_rules_told_together_are_what_each_of_them_gives(
    text: str, orders: list[list[str]], jobs: list[str], kind: str, written: tuple[str, ...]
) -> None:
    def renamed(order: list[str]) -> str:
        return re.sub('"(.)"', lambda found: f'"{order["abcd".index(found[1])]}"', text)

    texts = [renamed(order) for order in orders]
    queries = [expression(each, ("x", place), WORLD) for place, each in enumerate(texts)]
    labels = [{"job": job, "kind": kind} for job in jobs]
    rules = [(query, {name: said[name] for name in written}) for query, said in zip(queries, labels, strict=False)]
    if all(query.tree is not None for query in queries):
        each = merged([recorded_type(query, said, WORLD) or Type("vector") for query, said in rules])
        assert freely(recorded_together(rules, WORLD)) == freely(each)


def freely(made: Type) -> Type:
    """What tells its series apart without the labels that are the same on all of them, which tell nothing."""
    made = made._replace(labelling=made.labelling._replace(key=made.labelling.free))
    series = made.source.series
    if series is None:
        return made
    behind = series.labelling._replace(key=series.labelling.free)
    return made._replace(source=made.source._replace(series=series._replace(labelling=behind)))


def test_a_shape_keeps_what_can_be_told_apart() -> None:
    def are_alike(*texts: str) -> bool:
        return len({id(expression(text, (), WORLD).shape) for text in texts}) == 1

    assert are_alike('open{service="a"}', 'open{service="x"}')
    assert are_alike('open{service="a"} / open{service="a"}', 'open{service="x"} / open{service="x"}')
    assert not are_alike('open{service="a"} / open{service="a"}', 'open{service="a"} / open{service="x"}')
    assert are_alike('known{service="a"}', 'known{service="b"}')
    assert not are_alike('known{service="a"}', 'known{service="c"}')
    assert not are_alike('known{service="a"}', 'other{service="a"}')
    assert not are_alike('open{service="a"}', 'open{service=""}')
    assert not are_alike('open{service="a", service=~"a|b"}', 'open{service="x", service=~"a|b"}')
    assert not are_alike('latency_bucket{le="1"}', 'latency_bucket{le="2"}')
    assert not are_alike('label_replace(open, "a", "b", "", "")', 'label_replace(open, "a", "c", "", "")')


WORDS = st.text('ab %}\n"', max_size=3)
ACTIONS = st.sampled_from(
    ["{{ $value }}", "{{- .Labels.x -}}", "{{ if $value }}", "{{ end }}", '{{ "}}" }}', "{{/* }} */}}", "{{ nobody }}"]
)
LINES = st.lists(st.tuples(WORDS, ACTIONS), max_size=4)


@given(LINES, st.lists(WORDS, min_size=5, max_size=5))
def test_texts_of_one_shape_have_one_tree_but_for_their_words(line: list[tuple[str, str]], words: list[str]) -> None:
    text = "".join(word + action for word, action in line)
    other = "".join(word + action for word, (_, action) in zip(words, line, strict=False)) + words[-1]
    if shape_of(text) == shape_of(other):
        assert _parts(text) == _parts(other)


def test_plain_words_are_no_part_of_a_shape() -> None:
    assert shape_of("a {{ $value }} b") == shape_of("c d {{ $value }} b and more")
    assert shape_of("a {{ $value }}% b") != shape_of("a {{ $value }} b")
    assert shape_of('{{ "}}" }} b') != shape_of('{{ "}}" }} c')


def _parts(text: str) -> object:
    try:
        parts = walk(parse(text, VARIABLES, True))
    except TemplateProblem as problem:
        return problem.message
    return [part.name if isinstance(part, Function) else type(part) for part in parts if not isinstance(part, Text)]
