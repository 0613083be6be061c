"""The small evaluator of proofs says what promtool says, whatever the levels and rates."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aimon.promql.parse import parse
from aimon.prove.evaluate import Evaluation
from aimon.prove.notation import notation
from aimon.prove.series import Segment, Series
from aimon.prove.vectors import Element, Value
from aimon.prove.world import Rule, World

STEP, LASTS = 60.0, 40
COMPLAINT = r'expr: ("(?:[^"\\]|\\.)*"), time: (\w+),\s+exp:.*\n\s+got:(.*(?:\n {12}.*)*)'
MOMENTS = (600.0, 1260.0, 2400.0)

RECORDED = {"job:requests:rate5m": "sum by (job) (rate(requests_total[5m]))"}

# Every expression must work in Prometheus 2.42.
EXPRESSIONS = """
requests_total
level
-level
level > 0
level > bool 0
level == bool level
sum(level)
avg by (job) (level)
max without (instance) (level)
min(level)
count by (job) (level > 0)
stddev(level)
quantile(0.3, level)
max(topk(1, level))
rate(requests_total[5m])
increase(requests_total[7m])
irate(requests_total[5m])
rate(requests_total[5m] offset 10m)
sum by (job) (rate(requests_total{code=~"5.."}[5m])) / sum by (job) (rate(requests_total[5m]))
1 - sum(rate(requests_total{code!~"5..|4.."}[10m])) / sum(rate(requests_total[10m]))
rate(requests_total{code="500"}[5m]) / ignoring (code) group_left sum without (code) (rate(requests_total[5m]))
level / on (job) group_left (zone) info
level * on (instance, job) group_left (zone) info
info * on (job) group_right (zone) level
delta(level[10m])
deriv(level[10m])
predict_linear(level[10m], 3600)
idelta(level[5m])
changes(level[10m])
resets(level[10m])
changes(stairs[20m])
avg_over_time(level[10m])
min_over_time(level[10m])
max_over_time(level[10m])
sum_over_time(level[10m])
count_over_time(level[10m])
last_over_time(level[10m])
present_over_time(level[10m])
stddev_over_time(level[10m])
quantile_over_time(0.7, level[10m])
histogram_quantile(0.9, sum by (le) (rate(latency_bucket[5m])))
histogram_quantile(0.5, rate(latency_bucket[10m]))
rate(latency_bucket{le="0.5"}[5m]) / ignoring (le) rate(latency_bucket{le="+Inf"}[5m])
absent(level)
absent(nothing{job="x", env=~"a|b"})
absent_over_time(nothing[5m])
absent_over_time(short[5m])
level unless on (job) info
level and on (job) (info > 0)
level or nothing
nothing or vector(0)
scalar(sum(level)) + 1
vector(scalar(level))
time() - stamp
time() - max by (job) (stamp) > 100
timestamp(level)
clamp_max(level, 3)
clamp_min(level, 3)
clamp(level, -1, 1)
abs(level)
round(level, 0.5)
ceil(level) + floor(level)
sgn(level)
level ^ 2
level % 3
level / 0
0 / (level - level)
max_over_time(rate(requests_total[5m])[10m:2m])
avg_over_time(sum(level)[10m:])
job:requests:rate5m
avg_over_time(job:requests:rate5m[10m])
job:requests:rate5m{job="api"} > 0
rate(short[10m])
short
label_replace(level, "host", "$1", "instance", "(.*):.*")
label_join(level, "both", "/", "job", "instance")
hour()
day_of_week()
minute(vector(time()))
count_values("v", info)
""".strip().splitlines()


def world(levels: Sequence[float], left_open: bool) -> World:
    """Series of every kind; ``levels`` are what is random about them."""
    rate, slope, level, other, mixed = levels

    def one(name: str, value: float | None, per_second: float, **labels: str) -> Series:
        return Series(name, labels, (Segment(0.0, value, per_second),), STEP)

    api = {"job": "api", "instance": "a:1"}
    made = [
        one("requests_total", 3.0, abs(rate), **api, code="500"),
        one("requests_total", 0.0, abs(other), **api, code="404"),
        one("requests_total", 1e3, abs(mixed), **api, code="200"),
        one("requests_total", 10.0, abs(level), job="web", instance="w:1", code="200"),
        one("level", level, slope, **api),
        one("level", other, 0.0, job="api", instance="b:1"),
        one("info", 1.0, 0.0, **api, zone="eu"),
        one("stamp", -mixed, 1.0, **api),
        Series("stairs", api, (Segment(0.0, 1.0, 0.5, 300.0),), STEP),
        Series("short", api, (Segment(0.0, 5.0, 1.0), Segment(1200.0, None), Segment(1500.0, 7.0, 2.0)), STEP),
    ]
    counted = 0.0
    for bound, share in (("0.1", rate), ("0.5", other), ("2.5", level), ("+Inf", mixed)):
        counted += abs(share)
        made.append(one("latency_bucket", 1e4, counted, **api, le=bound))
    series: dict[str, list[Series]] = {}
    for each in made:
        series.setdefault(each.name, []).append(each)
    rules = {name: (Rule(name, parse(text), {}),) for name, text in RECORDED.items()}
    return World(series, rules, STEP, left_open)


def asked(known: World, folder: Path, promtool: str) -> dict[tuple[str, float], list[Element]]:
    """What promtool says to every expression at every moment: it complains that something else was expected."""
    folder.mkdir(exist_ok=True)
    rules = [{"record": name, "expr": text} for name, text in RECORDED.items()]
    (folder / "rules.yml").write_text(json.dumps({"groups": [{"name": "g", "rules": rules}]}))
    questions = [
        {"expr": text, "eval_time": f"{moment:.0f}s", "exp_samples": [{"labels": 'none{x="y"}', "value": 1}]}
        for text in EXPRESSIONS
        for moment in MOMENTS
    ]
    inputs = [
        {"series": name_of(each), "values": notation(each, LASTS * STEP)}
        for named in known.series.values()
        for each in named
    ]
    test = {"interval": "1m", "input_series": inputs, "promql_expr_test": questions}
    whole = {"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": [test]}
    (folder / "test.yml").write_text(json.dumps(whole))
    ended = subprocess.run(
        [promtool, "test", "rules", "test.yml"], cwd=folder, capture_output=True, text=True, timeout=60
    )
    said = ended.stdout + ended.stderr
    found: dict[tuple[str, float], list[Element]] = {}
    for expr, time, got in re.findall(COMPLAINT, said):
        found[json.loads(expr), seconds_of(time)] = elements(got)
    return found


def name_of(series: Series) -> str:
    return series.name + "{" + ",".join(f"{name}={json.dumps(text)}" for name, text in series.labels.items()) + "}"


def seconds_of(text: str) -> float:
    return sum(int(count) * {"h": 3600, "m": 60, "s": 1}[unit] for count, unit in re.findall(r"(\d+)([hms])", text))


def elements(said: str) -> list[Element]:
    if said.strip() == "nil":
        return []
    found = re.findall(r"(\{.*?\}) ([-+.\dEINafn]+)", said)
    return [Element(dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels)), float(value)) for labels, value in found]


def by_labels(vector: Sequence[Element]) -> dict[tuple[tuple[str, str], ...], float]:
    return {tuple(sorted(labels.items())): value for labels, value in vector}


def is_left_open(promtool: str) -> bool:
    said = subprocess.run([promtool, "--version"], capture_output=True, text=True, check=True)
    return int(re.findall(r"version (\d+)\.", said.stdout + said.stderr)[0]) >= 3


@pytest.mark.servers
@settings(max_examples=8)
@given(
    st.lists(st.integers(-8000, 8000).map(lambda value: value / 8), min_size=5, max_size=5)
)  # sums are exact: ceil()
def test_every_expression_is_worth_what_promtool_says(
    tmp_path_factory: pytest.TempPathFactory, programs: Mapping[str, str], levels: list[float]
) -> None:
    known = world(levels, is_left_open(programs["promtool"]))
    told = asked(known, tmp_path_factory.mktemp("asked"), programs["promtool"])
    assert len(told) == len(EXPRESSIONS) * len(MOMENTS)
    wrong = [
        (text, moment, theirs, value)
        for (text, moment), theirs in told.items()
        if not is_same(value := Evaluation(known).value(parse(text), moment), theirs)
    ]
    assert wrong == []


def is_same(value: Value, theirs: Sequence[Element]) -> bool:
    """Whether two results are the same but for rounding."""
    mine, expected = by_labels(value if isinstance(value, list) else [Element({}, float(value))]), by_labels(theirs)
    return mine.keys() == expected.keys() and all(
        mine[key] == pytest.approx(number, rel=1e-9, abs=1e-7, nan_ok=True) for key, number in expected.items()
    )
