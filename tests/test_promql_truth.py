"""What the types claim of an expression is what a real Prometheus returns, on random series that fit the catalogue."""

from __future__ import annotations

import json
import math
import os
import random
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from aimon.catalogue import Catalogue, Label, Metric, Scraped
from aimon.expressions import types_of
from aimon.promql.floats import computed, holds
from aimon.promql.joins import is_crowded
from aimon.promql.operator_types import comparison_outcome
from aimon.promql.parse import parse
from aimon.promql.result import Type, constant
from aimon.promql.tree import COMPARISONS, SET_OPERATORS, Binary, Node, walk
from aimon.promql.types import Types

pytestmark = pytest.mark.servers

SEED = int(os.environ.get("TRUTH_SEED", "1"))
EXPRESSIONS = int(os.environ.get("TRUTH_EXPRESSIONS", "5000"))

# A fixed moment, so that a seed means the same every day; the last step lies behind the last sample.
BEGIN, LASTS, EVERY = 1_700_000_000, 1500, 15
STEPS = [BEGIN + 600 + 170 * number for number in range(8)]

JOBS = {
    "api": Scraped(("a:1", "b:1"), {"zone": "eu"}, 15.0),
    "worker": Scraped(("w:1",), {}, 15.0),
}


def metric(
    name: str, type: str, job: str, low: float | None = None, high: float | None = None, **labels: str | None
) -> Metric:
    """A metric; the values of a label are words, ``-`` for its absence, and None where nobody knows them."""
    known = {
        label: Label() if values is None else Label(tuple(value.strip("-") for value in values.split()))
        for label, values in labels.items()
    }
    buckets = (0.1, 0.5, 1.0, 5.0) if type == "histogram" else ()
    low = 0.0 if type in ("counter", "histogram") else low
    return Metric(("x",), name, type, "", None, known, job, 15.0, buckets, low, high)


DECLARED = [
    metric("requests_total", "counter", "api", method="get post", status="200 404 500"),
    metric("errors_total", "counter", "api", method="get post", kind="timeout -"),
    metric("ratio", "gauge", "api", 0, 1, method="get post"),
    metric("depth", "gauge", "worker", -20, 5, queue=None),
    metric("limit", "gauge", "worker", 1, 100, queue=None),
    metric("load", "gauge", "api", core="0 1"),
    metric("load", "gauge", "worker", 0, 8),
    metric("build_info", "info", "api", version="v1 v2"),
    metric("build_info", "info", "worker", version="v2"),
    metric("latency_seconds", "histogram", "api", method="get post"),
    metric("up", "gauge", "", 0, 1)._replace(origin="built-in", job=None, open=True),
]
KNOWN = Catalogue({}, jobs=JOBS).with_metrics(DECLARED)


# --- random series that fit the catalogue ------------------------------------------------------------------------


def exposition(chance: random.Random) -> str:
    """Samples of all metrics in OpenMetrics' format, each series with its own way of moving."""
    lines = [
        line
        for declared in DECLARED
        for job in ([declared.job] if declared.job else JOBS)
        for labels in series_of(declared, job, chance)
        for line in samples(declared, labels, chance)
    ]
    return "\n".join([*lines, "# EOF", ""])


def series_of(declared: Metric, job: str, chance: random.Random) -> Iterator[dict[str, str]]:
    """The label sets that there are: most of those that may be, always more than none."""
    values = [label.values or ("x", "y", "z") for label in declared.labels.values()]
    combinations = list(product(JOBS[job].instances or (), *values))
    for instance, *own in chance.sample(combinations, math.ceil(len(combinations) * chance.uniform(0.6, 1))):
        labels = dict(zip(declared.labels, own, strict=True))
        yield {
            "job": job,
            "instance": instance,
            **JOBS[job].labels,
            **{key: text for key, text in labels.items() if text},
        }


def samples(declared: Metric, labels: dict[str, str], chance: random.Random) -> Iterator[str]:
    first, last = chance.choice([(0, LASTS)] * 4 + [(700, LASTS), (0, 900)])
    moments = range(BEGIN + first, BEGIN + last, EVERY)
    if declared.type == "histogram":
        yield from histogram_samples(declared, labels, moments, chance)
        return
    grow = declared.type == "counter"
    values = counter_values(moments, chance) if grow else gauge_values(declared, moments, chance)
    for moment, value in zip(moments, values, strict=True):
        yield f"{declared.name}{written(labels)} {value} {moment}"


def written(labels: Mapping[str, str]) -> str:
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}"


def counter_values(moments: Sequence[int], chance: random.Random) -> Iterator[float]:
    value, step = float(chance.choice([0, 1, 1000])), chance.choice([0, 0.5, 3, 100])
    for _ in moments:
        value = 0.0 if chance.random() < 0.02 else value + step * chance.choice([0, 1, 1, 2])
        yield value


def gauge_values(declared: Metric, moments: Sequence[int], chance: random.Random) -> Iterator[float]:
    if declared.type == "info":
        yield from [1.0] * len(moments)
        return
    low, high = (
        (-1000.0 if declared.low is None else declared.low),
        (1000.0 if declared.high is None else declared.high),
    )
    way = chance.choice(["low", "high", "whole", "any", "any", "gaps"])
    for _ in moments:
        value = {"low": low, "high": high}.get(way, chance.uniform(low, high))
        value = float(round(value)) if way == "whole" or declared.name == "up" else value
        yield math.nan if way == "gaps" and chance.random() < 0.3 else value


def histogram_samples(
    declared: Metric, labels: dict[str, str], moments: Sequence[int], chance: random.Random
) -> Iterator[str]:
    bounds = [*map(str, declared.buckets), "+Inf"]
    weights = [chance.choice([0, 0, 1, 5]) for _ in bounds]
    counts, lines = [0.0] * len(bounds), [list[str]() for _ in range(len(bounds) + 2)]
    for moment in moments:
        counts = [count + chance.choice([0, 1]) * weight for count, weight in zip(counts, weights, strict=True)]
        for index, bound in enumerate(bounds):
            lines[index].append(
                f"{declared.name}_bucket{written(labels | {'le': bound})} {sum(counts[: index + 1])} {moment}"
            )
        lines[-2].append(f"{declared.name}_sum{written(labels)} {sum(counts) * 0.7} {moment}")
        lines[-1].append(f"{declared.name}_count{written(labels)} {sum(counts)} {moment}")
    for series in lines:
        yield from series


# --- random expressions ------------------------------------------------------------------------------------------

NAMES = [found.name for found in DECLARED if found.type != "histogram"] + [
    f"latency_seconds_{part}" for part in ("bucket", "sum", "count")
]
LABELS = ["job", "instance", "zone", "method", "status", "kind", "queue", "core", "version", "le", "nobody"]
TEXTS = {
    "job": ["api", "worker", "ap.*", "api|worker"],
    "instance": ["a:1", "w:1", ".*:1", "a.+"],
    "zone": ["eu", "us", "e.?"],
    "method": ["get", "post", "put", "get|put", "p.*"],
    "status": ["200", "500", "5..", "2..|4..", "[45].*", "999"],
    "kind": ["timeout", "", "time.*", ".+", ".*"],
    "queue": ["x", "y", "x|q", "[xy]"],
    "core": ["0", "0|1", "[0-9]"],
    "version": ["v1", "v2", "v[12]", ".*"],
    "le": ["0.5", "1.0", "[+]Inf|5.0", "0.*"],
    "nobody": ["", "x", ".*", ".+"],
}
OVER_TIME = [
    "rate", "irate", "increase", "delta", "idelta", "deriv", "changes", "resets", "avg_over_time",
    "min_over_time", "max_over_time", "sum_over_time", "count_over_time", "last_over_time",
    "present_over_time", "stddev_over_time", "stdvar_over_time", "absent_over_time",
]  # fmt: skip
POINTWISE = [
    "abs", "ceil", "floor", "round", "exp", "sqrt", "ln", "log2", "log10", "sgn", "sin", "cos", "tan", "sinh",
    "cosh", "tanh", "asin", "acos", "atan", "asinh", "acosh", "atanh", "deg", "rad", "sort", "sort_desc",
    "timestamp", "minute", "hour", "day_of_week", "day_of_month", "day_of_year", "days_in_month", "month",
    "year",
]  # fmt: skip
NUMBERS = ["0", "1", "2", "-1", "0.5", "3", "7", "100", "-0.3", "1e3", "Inf", "NaN"]
AGGREGATES = [
    "sum", "avg", "min", "max", "count", "group", "stddev", "stdvar",
]  # fmt: skip


class Maker:
    """Makes expressions that Prometheus accepts, most of which return something."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.one_of = chance.choice

    def vector(self, depth: int) -> str:
        if depth <= 0:
            return self.leaf()
        makers: list[Callable[[int], str]] = [self.aggregated, self.aggregated, self.join, self.join, self.over_time]
        makers += [self.pointwise, self.with_number, self.relabelled, self.quantile, self.limited, self.leaf]
        return self.one_of(makers)(depth - 1)

    def leaf(self, _: int = 0) -> str:
        if self.chance.random() < 0.12:
            odd = ["vector(1)", "vector(time())", "hour()", "vector(-2.5)", "absent(nobody_has{job='x'})", "year()"]
            return self.one_of(odd)
        if self.chance.random() < 0.08:
            return self.one_of([f"absent({self.selector()})", "absent(nobody{a='b', c!='d', c='e', a!='f'})"])
        return self.selector()

    def selector(self) -> str:
        name = self.one_of(NAMES)
        own = sorted({"job", "instance", *(label for found in KNOWN.find(name) for label in found.metric.labels)})
        chosen = [
            self.one_of(own if self.chance.random() < 0.85 else LABELS) for _ in range(self.one_of([0, 0, 0, 1, 1, 2]))
        ]
        matchers = [
            f'{label}{self.one_of(["=", "!=", "=~", "=~", "!~"])}"{self.one_of(TEXTS[label])}"' for label in chosen
        ]
        offset = self.one_of([""] * 9 + [" offset 1m"])
        return f"{name}{{{','.join(matchers)}}}{offset}" if matchers else f"{name}{offset}"

    def ranged(self, depth: int) -> str:
        if depth > 0 and self.chance.random() < 0.3:
            return f"({self.vector(depth - 1)})[3m:{self.one_of(['30s', '1m', ''])}]"
        name, _, offset = self.selector().partition(" offset")
        return f"{name}[{self.one_of(['30s', '1m', '5m'])}]" + (" offset 1m" if offset else "")

    def scalar(self, depth: int) -> str:
        if depth > 0 and self.chance.random() < 0.2:
            return f"scalar({self.vector(depth - 1)})"
        if self.chance.random() < 0.1:
            return self.one_of(["time()", "pi()", f"({self.one_of(NUMBERS)} * {self.one_of(NUMBERS)})"])
        return self.one_of(NUMBERS)

    def over_time(self, depth: int) -> str:
        pick = self.one_of([*OVER_TIME, "quantile_over_time", "predict_linear", "holt_winters"])
        if pick == "quantile_over_time":
            return f"{pick}({self.one_of(['0', '0.5', '0.99', '1', '2'])}, {self.ranged(depth)})"
        rest = {"predict_linear": ", 60", "holt_winters": ", 0.5, 0.5"}.get(pick, "")
        return f"{pick}({self.ranged(depth)}{rest})"

    def pointwise(self, depth: int) -> str:
        if self.chance.random() < 0.15:
            return f"-{self.one_of(['abs', 'sgn', 'ceil'])}({self.vector(depth)})"
        return f"{self.one_of(POINTWISE)}({self.vector(depth)})"

    def limited(self, depth: int) -> str:
        body, one, other = self.vector(depth), self.scalar(depth), self.scalar(0)
        calls = [
            f"clamp({body}, {one}, {other})",
            f"clamp_min({body}, {one})",
            f"clamp_max({body}, {one})",
            f"round({body}, {self.one_of(['0.1', '5', '0.25', '3'])})",
            f"scalar({body}) * {self.leaf()}",
            f"vector({one})",
        ]
        return self.one_of(calls)

    def labels(self, most: int = 3) -> list[str]:
        return self.chance.sample(LABELS[:9], self.chance.randint(0, most))

    def grouping(self) -> str:
        return self.one_of(["", f" by ({', '.join(self.labels())})", f" without ({', '.join(self.labels())})"])

    def aggregated(self, depth: int) -> str:
        body, grouping = self.vector(depth), self.grouping()
        if self.chance.random() < 0.25:
            # Over a range 2.42 forgets a label of three that stands behind the one that `count_values` adds.
            op = self.one_of(WITH_PARAMETER)
            return op.format(g=grouping, b=body)
        return f"{self.one_of(AGGREGATES)}{grouping} ({body})"

    def join(self, depth: int) -> str:
        op = self.one_of([*"+-*/%^", "atan2", *COMPARED, *COMPARED, "and", "or", "unless"])
        left, right = self.vector(depth), self.vector(depth)
        truth = " bool" if op in COMPARED and self.chance.random() < 0.3 else ""
        shape = self.one_of(["same", "grouped", "grouped", "ignored", "ignored", "one", "one", "free", "free"])
        if shape == "same":
            right = self.one_of([left, f"({left}) * 2", f"abs({left})"])
            return f"({left}) {op}{truth} ({right})"
        names = self.labels()
        by = f"by ({', '.join(names)})"
        if shape == "grouped":
            return f"sum {by} ({left}) {op}{truth} max {by} ({right})"
        if shape == "ignored":
            group = (
                self.one_of(["", "group_left () ", "group_left (kind, version) "]) if op not in SET_OPERATORS else ""
            )
            whole = f"sum without ({', '.join(names)}) ({self.one_of([left, left, right])})"
            return f"({left}) {op}{truth} ignoring ({', '.join(names)}) {group}({whole})"
        if op in SET_OPERATORS:
            return f"({left}) {op} {self.one_of(['on', 'ignoring'])} ({', '.join(names)}) ({right})"
        include = ", ".join(name for name in self.labels(2) if name not in names)
        if shape == "one":
            one = self.one_of([f"sum {by} ({right})", f"max by ({', '.join(names + self.labels(1))}) ({right})"])
            if self.chance.random() < 0.5:
                return f"({left}) {op}{truth} on ({', '.join(names)}) group_left ({include}) ({one})"
            return f"({one}) {op}{truth} on ({', '.join(names)}) group_right ({include}) ({left})"
        return f"({left}) {op}{truth} {self.one_of(['on', 'ignoring'])} ({', '.join(names)}) ({right})"

    def with_number(self, depth: int) -> str:
        op = self.one_of([*"+-*/%^", *COMPARED, *COMPARED])
        truth = " bool" if op in COMPARED and self.chance.random() < 0.3 else ""
        sides = [f"({self.vector(depth)})", self.scalar(depth)]
        self.chance.shuffle(sides)
        return f"{sides[0]} {op}{truth} {sides[1]}"

    def relabelled(self, depth: int) -> str:
        body, to, source = self.vector(depth), self.one_of(["host", *LABELS[:6]]), self.one_of(LABELS[:7])
        if self.chance.random() < 0.3:
            sources = "".join(f', "{name}"' for name in self.labels())
            return f'label_join({body}, "{to}", "{self.one_of(["-", ""])}"{sources})'
        pattern, written = self.one_of(
            [("(.*):.*", "$1"), ("(.*)", "x-$1"), (".*", "const"), ("a(.*)", "${1}b"), ("get", ""), ("", "none")]
        )
        return f'label_replace({body}, "{to}", "{written}", "{source}", "{pattern}")'

    def quantile(self, depth: int) -> str:
        inner = self.one_of(
            ["{s}", "rate({s}[2m])", "sum by (le) (rate({s}[2m]))", "sum by (le, method) ({s})", "sum by (job) ({s})"]
        )
        body = inner.format(s=self.one_of(["latency_seconds_bucket", 'latency_seconds_bucket{method="get"}']))
        return f"histogram_quantile({self.one_of(['0.5', '0.95', '0', '1', '0.999', '2', '-1'])}, {body})"


WITH_PARAMETER = [
    "topk{g}(2, {b})",
    "topk{g}(0, {b})",
    "bottomk{g}(1, {b})",
    'count_values{g}("zz", {b})',
    'count_values("job", {b})',
    "quantile{g}(0.9, {b})",
    "quantile{g}(0.3, {b})",
]
COMPARED = ["==", "!=", ">", "<", ">=", "<="]


# --- the judge ---------------------------------------------------------------------------------------------------


class Answer(NamedTuple):
    """The series that a query returned, labels and values at the steps; or why it returned none."""

    series: list[tuple[dict[str, str], list[tuple[float, float]]]]
    error: str = ""


class Server(NamedTuple):
    """A Prometheus that answers."""

    url: str

    def ask(self, expression: str) -> Answer:
        step = STEPS[1] - STEPS[0]
        form = {"query": expression, "start": STEPS[0], "end": STEPS[-1], "step": step}
        try:
            with urllib.request.urlopen(
                f"{self.url}/api/v1/query_range", urllib.parse.urlencode(form).encode()
            ) as answer:
                found = json.load(answer)["data"]["result"]
        except urllib.error.HTTPError as error:
            return Answer([], json.load(error)["error"])
        return Answer([(row["metric"], [(at, float(text)) for at, text in row["values"]]) for row in found])


@pytest.fixture(scope="module")
def server(programs: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("truth")
    (folder / "series.om").write_text(exposition(random.Random(SEED)))
    (folder / "prometheus.yml").write_text("{}\n")
    filled = [programs["promtool"], "tsdb", "create-blocks-from", "openmetrics", "series.om", "data"]
    subprocess.run(filled, cwd=folder, check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [
        "--storage.tsdb.path=data",
        "--storage.tsdb.retention.time=100y",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([programs["prometheus"], *options], cwd=folder, stdout=log, stderr=log)
    try:
        yield ready(f"http://127.0.0.1:{port}", folder / "log")
    finally:
        process.terminate()
        process.wait(20)


def ready(url: str, log: Path) -> Server:
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{url}/-/ready"):
                return Server(url)
        except OSError:
            time.sleep(0.05)
    raise AssertionError(log.read_text())


def complaints(types: Types, answer: Answer) -> Iterator[str]:
    """Everything that was claimed and is not so."""
    found = types.result
    if answer.error:
        yield from unexpected(types, answer.error)
        return
    if found.empty and answer.series:
        yield f"empty for sure, but returns {answer.series[0]}"
    if found.always and {at for _, values in answer.series for at, _ in values} != set(STEPS):
        yield "always returns, but did not"
    for labels, values in answer.series:
        labels.pop("__name__", None)
        yield from label_complaints(found, labels)
        yield from value_complaints(found, [value for _, value in values])
    yield from key_complaints(found, answer)


def label_complaints(found: Type, labels: Mapping[str, str]) -> Iterator[str]:
    if found.labels is not None and not labels.keys() <= found.labels:
        yield f"labels {sorted(found.labels)}, but returns {labels}"
    if not found.guaranteed <= labels.keys():
        yield f"surely {sorted(found.guaranteed)}, but returns {labels}"
    for name, text in labels.items():
        if name in found.values and text not in found.values[name]:
            yield f"{name} in {sorted(found.values[name])}, but returns {labels}"


def value_complaints(found: Type, values: Sequence[float]) -> Iterator[str]:
    numbers = [value for value in values if not math.isnan(value)]
    if len(numbers) < len(values) and not found.may_be_nan:
        yield "never NaN, but returns NaN"
    if found.low is not None and min(numbers, default=math.inf) < found.low:
        yield f"at least {found.low}, but returns {min(numbers)}"
    if found.high is not None and max(numbers, default=-math.inf) > found.high:
        yield f"at most {found.high}, but returns {max(numbers)}"


def key_complaints(found: Type, answer: Answer) -> Iterator[str]:
    if found.labelling.free is None:
        return
    for moment in STEPS:
        keys = [
            tuple(labels.get(name, "") for name in sorted(found.labelling.free))
            for labels, values in answer.series
            if any(at == moment for at, _ in values)
        ]
        if len(set(keys)) < len(keys):
            yield f"unique on {sorted(found.labelling.free)}, but returns {keys}"
            return


def unexpected(types: Types, error: str) -> Iterator[str]:
    if "same labelset" in error:
        return  # a label was written over, so that two series became one
    if "must be unique" not in error and "must be explicit" not in error and "ensure unique" not in error:
        yield f"fails: {error}"
    elif not any(may_clash(types, node) for node in walk(types.tree)):
        yield f"joins surely meet one to one, but: {error}"


def may_clash(types: Types, node: Node) -> bool:
    if not isinstance(node, Binary) or node.op in SET_OPERATORS:
        return False
    left, right, matching = types[node.left].labelling, types[node.right].labelling, node.matching
    if matching is None or matching.group is None:
        return is_crowded(matching, left) or is_crowded(matching, right)
    many, one = (left, right) if matching.group == "left" else (right, left)
    return bool(matching.include) or is_crowded(matching, one) or not many.key


def judged(expressions: Sequence[str], server: Server) -> tuple[list[str], list[tuple[str, Types, Answer]]]:
    """What is wrong with the types of these expressions, and everything that was learnt."""
    wrong, learnt = [], []
    for text in expressions:
        types = types_of(parse(text), KNOWN)
        answer = server.ask(text)
        learnt.append((text, types, answer))
        wrong += [f"{text}\n      {complaint}" for complaint in complaints(types, answer)]
    return wrong, learnt


def test_types_are_true(server: Server) -> None:
    maker = Maker(random.Random(SEED))
    made = (maker.vector(maker.one_of([0, 1, 1, 2, 2, 3])) for _ in range(EXPRESSIONS))
    has_holt_winters = not server.ask("holt_winters(up[1m], 0.5, 0.5)").error  # which Prometheus 3 calls otherwise
    expressions = [one for one in made if has_holt_winters or "holt_winters" not in one]
    wrong, learnt = judged(expressions, server)
    assert not wrong, "\n  ".join([f"{len(wrong)} claims are wrong:", *wrong[:20]])

    # The claims have to be worth something: most expressions return series, and most claims are sharp.
    returned = [(types.result, answer) for _, types, answer in learnt if answer.series]
    empty = [types.result.empty for _, types, answer in learnt if not answer.series and not answer.error]
    exact = [found for found, _ in returned if found.labels == found.guaranteed]
    assert len(returned) > 0.5 * len(learnt)
    assert sum(empty) > 0.5 * len(empty)
    assert len(exact) > 0.6 * len(returned)
    summary: dict[str, Any] = {
        "returned": len(returned),
        "empty foretold": (sum(empty), len(empty)),
        "exact": len(exact),
    }
    print(summary, "errors", sum(bool(answer.error) for *_, answer in learnt), "of", len(learnt))


def test_comparisons_come_out_as_foretold(server: Server) -> None:
    chance = random.Random(SEED)
    maker = Maker(chance)
    foretold: dict[str, list[str]] = {"never": [], "always": []}
    while min(map(len, foretold.values())) < EXPRESSIONS // 10:
        body = maker.vector(chance.choice([0, 1, 2]))
        types = types_of(parse(body), KNOWN)
        found = types.result
        if found.empty or (found.low is None and found.high is None):
            continue
        bound = chance.choice([bound for bound in (found.low, found.high) if bound is not None]) + chance.choice(
            [-1, 0, 0, 1]
        )
        op = chance.choice(COMPARED)
        holds = comparison_outcome(op, found, constant(bound))
        if holds is not None:
            foretold["always" if holds else "never"].append(f"({body}) {op} {bound!r}")
    for comparison in foretold["never"]:
        assert not server.ask(comparison).series, f"{comparison} holds, but never should"
    for comparison in foretold["always"]:
        body, _, _ = comparison.rpartition(" ")
        body = body.rpartition(" ")[0]
        kept, everything = numbers_of(server.ask(comparison)), numbers_of(server.ask(body))
        assert kept == everything, f"{comparison} does not always hold"


def numbers_of(answer: Answer) -> int:
    """How many values there are, but for NaN; which of several equal ones `topk` picks is open."""
    return sum(not math.isnan(value) for _, values in answer.series for _, value in values)


SPECIAL = ("0", "-0", "1", "-1", "2", "3", "-3", "0.5", "1e308", "-1e308", "Inf", "-Inf", "NaN")


def test_numbers_come_out_as_computed(server: Server) -> None:
    """Every operator between all of them, in one question each: the left number is the label, as no two are alike."""
    for op in ("+", "-", "*", "/", "%", "^", "atan2", "==", "!=", ">", "<", ">=", "<="):
        bool_or_not = " bool" if op in COMPARISONS else ""
        for right in SPECIAL:
            asked = [(left, f"vector(({left}) {op}{bool_or_not} ({right}))") for left in SPECIAL]
            parts = [f'label_replace({query}, "left", "{left}", "", "")' for left, query in asked]
            answer = server.ask(" or ".join(parts))
            assert not answer.error
            found = {labels["left"]: values[0][1] for labels, values in answer.series}
            for left in SPECIAL:
                numbers = float(left), float(right)
                expected = float(holds(op, *numbers)) if op in COMPARISONS else computed(op, *numbers)
                is_same = repr(found[left]) == repr(expected) or math.isclose(found[left], expected, rel_tol=1e-14)
                assert is_same, f"({left}) {op} ({right}) is {found[left]}, not {expected}"
