"""The checks of names, messages, pictures, scrapes and notifications: what they mark, say, and let pass."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from aimon.patterns import fault_of
from aimon.pipeline import Options, compile_spec
from aimon.promql.labelling import OPEN, closed
from aimon.promql.tree import Matcher
from aimon.routes import always_takes, arriving, matchers_of, may_take
from aimon.stack import Alert, Expression


class Seen(NamedTuple):
    """A finding as a reader sees it: the check, the text under the caret, the message and the help."""

    check: str
    text: str
    message: str
    help: str


def seen(folder: Path, text: str, *families: str) -> list[Seen]:
    """The findings of some families in a spec, in the order of the file."""
    (folder / "aimon.yaml").write_text(text, encoding="utf-8")
    found = compile_spec(folder / "aimon.yaml", Options(judged=False)).diagnostics
    chosen = [each for each in found if each.check.startswith(families)]
    places = [(each, each.located.place) for each in chosen]
    texts = [
        each.located.line[place.column - 1 : place.end_column - 1 if place.line == place.end_line else None]
        for each, place in places
    ]
    return [Seen(each.check, text, each.message, each.help or "") for each, text in zip(chosen, texts, strict=True)]


def marked(found: list[Seen]) -> list[str]:
    """The checks without their family, each with the text under the caret."""
    return [f"{each.check.partition('/')[2]} {each.text}" for each in found]


# --- metrics -----------------------------------------------------------------------------------------------------


def metrics(text: str, more: str = "") -> str:
    return f"services:\n  api:\n    targets: ['api:8080', 'api:8081']\n    metrics: {{{text}}}\n{more}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("job_duration_milliseconds: {type: gauge}", ["base-unit job_duration_milliseconds"]),
        ("job_duration_ms: {type: gauge}", ["base-unit job_duration_ms"]),
        ("sent_kilobytes_total: {type: counter}", ["base-unit sent_kilobytes_total"]),
        ("cpu_percent: {type: gauge}", ["base-unit cpu_percent"]),
        ("memory_mb_used: {type: gauge}", ["base-unit memory_mb_used"]),
        ("ms: {type: gauge}", []),
        ("active_days_users: {type: gauge}", []),
        ("redis_latency_ms: {type: gauge}", []),  # nobody here can rename what an exporter calls so
        ("job_duration_seconds: {type: gauge}, used_bytes: {type: gauge}", []),
        ("jobs_done: {type: counter}", ["counter-suffix jobs_done"]),
        ("memory_total: {type: gauge}", ["counter-suffix memory_total"]),
        ("things_total: {type: unknown}, x: {type: unknown}", []),
        ("'http{requests}': {type: gauge}", ["invalid-name 'http{requests}'"]),
        ("session_count: {type: gauge}", ["reserved-suffix session_count"]),
        ("session_sum: {type: unknown}", []),
        ("queue_gauge_length: {type: gauge}", ["type-in-name queue_gauge_length"]),
        ("summary_length: {type: gauge}, gauge_errors_total: {type: counter}", []),
        ("'api:queue': {type: gauge}", ["reserved-colon 'api:queue'"]),
        ("'vllm:queue': {type: gauge}, 'job:queue:sum': {type: gauge}", []),
        ("queueLength: {type: gauge}", ["camel-case queueLength"]),
        (
            "a: {type: gauge, labels: {queueName: 2}}, b: {type: gauge, labels: {queueName: 2}}",
            ["camel-case queueName"],
        ),
        ("node_memory_MemTotal_bytes: {type: gauge}", []),
        ("wait_seconds: {type: gauge, unit: ms}", ["unit-contradicts-name ms"]),
        ("hit_ratio: {type: gauge, unit: '%'}", ["unit-contradicts-name '%'"]),
        ("wait_seconds: {type: gauge, unit: seconds}, x_start_time_seconds: {type: gauge, unit: timestamp}", []),
        ("requests_total: {type: counter, unit: req}, spend_total: {type: counter, unit: USD}", []),
        ("wait_seconds: {type: gauge, unit: secs of day}", ["unknown-unit secs of day"]),
        ("a: {type: gauge, labels: {user_id: null}}", ["unbounded-label user_id"]),
        ("a: {type: gauge, labels: {user_id: 1001}}", ["unbounded-label user_id"]),
        ("a: {type: gauge, labels: {user_id: 1000}}", []),
        ("a: {type: gauge, labels: {userId: 5, path: 10, email: [x, y], model: null}}", ["camel-case userId"]),
        ("a: {type: gauge, labels: {b: 300, c: 200}}", ["cardinality labels"]),
        ("a: {type: gauge, labels: {b: 200, c: 200}}", []),
        ("a: {type: gauge, labels: {b: 3000, c: 200, d: null}}", []),  # nobody knows
        ("a: {type: gauge, help: A}, b: {type: gauge}", ["no-help b"]),
        ("a: {type: gauge}, b: {type: gauge}", []),
    ],
)
def test_metrics(text: str, expected: list[str], tmp_path: Path) -> None:
    assert marked(seen(tmp_path, metrics(text), "metric/")) == expected


def test_an_estimate_says_what_it_is_made_of(tmp_path: Path) -> None:
    text = (
        "h: {type: histogram, labels: {route: 100, code: [a, b, c]}, buckets: ["
        + ", ".join(map(str, range(1, 199)))
        + "]}"
    )
    (found,) = seen(tmp_path, metrics(text), "metric/")
    product = "route (100) × code (3) × 201 series of a histogram × 2 targets"
    assert found.message == f"`h` may have 120,600 series: {product}"


@pytest.mark.parametrize(
    ("panels", "expected"),
    [
        ("{metric: a_total}", ["b_total"]),
        ("{title: B, expr: 'rate(b_total[5m])'}", ["a_total"]),
        ("{title: C, expr: '{job=~\".+\"}'}", []),  # which metrics that reads nobody can tell
        ("{metric: a_total}, {title: C, expr: 'sum('}", []),
    ],
)
def test_what_nobody_looks_at(panels: str, expected: list[str], tmp_path: Path) -> None:
    dashboard = f"dashboards: {{main: {{rows: {{Work: [{panels}]}}}}}}\n"
    text = metrics("a_total: {type: counter}, b_total: {type: counter}, node_x_total: {type: counter}", dashboard)
    assert [each.text for each in seen(tmp_path, text, "metric/unused")] == expected
    without = metrics("a_total: {type: counter}")  # the dashboard that aimon makes then is no choice of the user's
    assert not seen(tmp_path, without, "metric/unused")


@pytest.mark.parametrize(
    ("alert", "expected"),
    [
        ("expr: 'histogram_quantile(0.9, rate(h_bucket[5m]))', above: 2", ("2", "between 1 and 5")),
        (
            "expr: 'histogram_quantile(0.9, rate(h_bucket[5m])) > 2'",
            ("histogram_quantile(0.9, rate(h_bucket[5m])) > 2", "1"),
        ),
        ("expr: 'job:h:p90', above: 2", ("2", "between 1 and 5")),
        ("expr: 'histogram_quantile(0.9, rate(h_bucket[5m]))', above: 1", None),
        ("expr: 'histogram_quantile(0.9, rate(h_bucket[5m]))', above: 9", None),  # never true, which others say
        ("expr: 'rate(h_sum[5m]) / rate(h_count[5m])', above: 2", None),
    ],
)
def test_thresholds_and_buckets(alert: str, expected: tuple[str, str] | None, tmp_path: Path) -> None:
    rules = "recording_rules: {'job:h:p90': {expr: 'histogram_quantile(0.9, sum by (job, le) (rate(h_bucket[5m])))'}}\n"
    more = f"{rules}alerts: {{Slow: {{{alert}, for: 5m, summary: s, action: a}}}}\n"
    found = seen(tmp_path, metrics("h: {type: histogram, buckets: [1, 5]}", more), "metric/bucket-missing")
    assert [each.text.strip("'") for each in found] == ([expected[0]] if expected else [])
    assert expected is None or expected[1] in found[0].message


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("job:a:rate5m: {expr: 'sum by (job) (rate(a_total[10m]))'}", ["[10m]"]),
        ("job:a:max_1d: {expr: 'max_over_time(job:a:sum[1h:5m])'}, job:a:sum: {expr: sum(up)}", ["[1h:5m]"]),
        (
            "job:a:ratio_rate5m: {expr: 'job:a:rate1h / 2'}, job:a:rate1h: {expr: 'rate(a_total[1h])'}",
            ["job:a:rate1h / 2"],
        ),
        ("job:a:ratio_rate5m: {expr: 'job:a:rate5m / 2'}, job:a:rate5m: {expr: 'rate(a_total[5m])'}", []),
        ("job:a:rate5m: {expr: 'rate(a_total[5m]) / rate(a_total[1h])'}", []),
        ("job:a:rate60s: {expr: 'rate(a_total[1m])'}", []),
        ("job:a:p95: {expr: 'rate(a_total[1h])'}, job:a5m:sum: {expr: 'rate(a_total[1h])'}", []),
        ("job:a:rate5m: {expr: 'sum(other:rate5m)'}", []),
    ],
)
def test_ranges_in_names(rules: str, expected: list[str], tmp_path: Path) -> None:
    text = metrics("a_total: {type: counter}", f"external: ['other:rate5m']\nrecording_rules: {{{rules}}}\n")
    assert [each.text.strip("'") for each in seen(tmp_path, text, "recording/name-window")] == expected


# --- alerts ------------------------------------------------------------------------------------------------------


def alert(rest: str, more: str = "") -> str:
    labels = "labels: {code: [a, b]}"
    declared = (
        f"requests_total: {{type: counter, {labels}}}, wait_seconds: {{type: gauge}}, hit_ratio: {{type: gauge}}, "
        "used_bytes: {type: gauge}, load_percent: {type: gauge}"
    )
    return metrics(declared, f"external: [foreign]\nalerts: {{Odd: {{{rest}}}}}\n{more}")


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("expr: wait_seconds, summary: '{{ $labls.job }}'", ["template-syntax $labls"]),
        ("expr: wait_seconds, labels: {a: '{{ $value'}", ["template-syntax {{ $value"]),
        ("expr: wait_seconds, severity: '{{ $value'", ["template-syntax {{ $value"]),
        ("expr: wait_seconds, annotations: {a: '{{ end }}'}", ["template-syntax end"]),
        ("expr: wait_seconds, summary: '{{ humanise 1.0 }}'", ["template-function humanise"]),
        ("expr: wait_seconds, summary: '{{ now }}'", ["template-function now"]),
        ("expr: wait_seconds, summary: '{{ .GroupLabels.x }}'", ["template-field .GroupLabels.x"]),
        ("expr: sum(wait_seconds), summary: 'On {{ $labels.job }}'", ["template-label $labels.job"]),
        ("expr: wait_seconds, summary: '{{ index $labels \"pod\" }}'", ['template-label index $labels "pod"']),
        ("expr: sum(wait_seconds), summary: '{{ if $labels.job }}{{ $labels.job }}{{ end }}'", []),
        ("expr: foreign, summary: '{{ $labels.anything }}'", []),
        ("expr: 'absent(wait_seconds{job=\"x\"})', for: 5m, summary: '{{ $labels.job }}'", []),
        ("expr: wait_seconds, labels: {a: '{{ $value }}'}", ["value-in-label $value"]),
        ("expr: wait_seconds, labels: {a: '{{ if gt $value 1.0 }}high{{ end }}'}", []),
        ("expr: wait_seconds, labels: {a: '{{ $labels.job }}'}", []),
        ("expr: wait_seconds, summary: '{{ humanizePercentage $value }}'", ["humanize-unit humanizePercentage"]),
        ("expr: hit_ratio, summary: '{{ $value | humanize }}'", ["humanize-unit humanize"]),
        ("expr: hit_ratio, summary: '{{ $value | humanizePercentage }} %'", ["humanize-unit humanizePercentage"]),
        ("expr: load_percent, summary: '{{ $value | humanizePercentage }}'", ["humanize-unit humanizePercentage"]),
        ("expr: load_percent, summary: '{{ $value | humanize }}%'", []),
        ("expr: 'rate(used_bytes[5m])', summary: '{{ $value | humanize1024 }}B/s'", []),
        ("expr: wait_seconds, summary: '{{ $value | humanize }}s'", []),
        ("expr: foreign, summary: '{{ $value | humanizeDuration }}'", []),
        ("expr: used_bytes, summary: '{{ .Value }}'", ["raw-value .Value"]),
        ("expr: used_bytes, summary: '{{ printf \"%f\" $value }}'", []),
        ("expr: requests_total, summary: '{{ $value }}'", []),
    ],
)
def test_messages(rest: str, expected: list[str], tmp_path: Path) -> None:
    families = ("alert/template", "alert/value", "alert/humanize", "alert/raw")
    assert marked(seen(tmp_path, alert(rest), *families)) == expected


def test_a_label_that_is_not_there_says_where_it_may_be(tmp_path: Path) -> None:
    text = "'{{ $labels.team }} {{ $labels.region }} {{ $labels.jb }} {{ $externalLabels.zone }}'"
    rest = f"expr: wait_seconds, labels: {{team: web}}, summary: {text}"
    found = seen(tmp_path, alert(rest, "prometheus: {external_labels: {region: eu}}\n"), "alert/template-label")
    assert [each.help.partition(",")[0] for each in found] == [
        "write its value: labels that an alert adds are not in `$labels`",
        "write `$externalLabels.region`",
        "did you mean `job`?",
        "declare it under `prometheus.external_labels`",
    ]


def test_a_template_in_a_block_is_marked_in_its_line(tmp_path: Path) -> None:
    text = (
        metrics("a: {type: gauge}") + "alerts:\n  Odd:\n    expr: a\n    action: |\n      One\n      {{ $vlue }} two\n"
    )
    assert marked(seen(tmp_path, text, "alert/template")) == ["template-syntax $vlue"]


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("expr: absent(wait_seconds), for: 20s", ["alert/absent-too-soon"]),
        ("expr: absent(wait_seconds), for: 0s", ["alert/absent-too-soon"]),
        ("expr: absent(wait_seconds), for: 30s", []),
        ("expr: absent(wait_seconds)", []),  # another check says that it does not wait
        ("expr: absent(foreign), for: 5s", ["alert/for-below-evaluation"]),
        ("expr: wait_seconds, for: 14s", ["alert/for-below-evaluation"]),
        ("expr: wait_seconds, for: 0s", []),
        ("expr: 'increase(requests_total[5m])', above: 0, for: 5m", ["alert/for-swallows-window"]),
        ("expr: 'sum by (job) (increase(requests_total[5m])) > 0', for: 6m", ["alert/for-swallows-window"]),
        ("expr: 'changes(wait_seconds[10m])', at_least: 1, for: 10m", ["alert/for-swallows-window"]),
        ("expr: 'increase(requests_total[5m])', above: 0, for: 15m", []),  # clearly what keeps happening
        ("expr: 'increase(requests_total[5m])', above: 10, for: 5m", []),
        ("expr: 'rate(requests_total[5m])', above: 0, for: 5m", []),
        ("expr: 'increase(requests_total[15m])', above: 0, for: 5m", []),
    ],
)
def test_waits(rest: str, expected: list[str], tmp_path: Path) -> None:
    found = seen(tmp_path, alert(rest), "alert/absent", "alert/for-")
    assert [each.check for each in found] == expected


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("apiDown", "`ApiDown`"),
        ("api-down", "`ApiDown`"),
        ("High load", "`HighLoad`"),
        ("5xx", ""),
        ("OK_Go", None),
        ("API", None),
    ],
)
def test_names_of_alerts(name: str, better: str | None, tmp_path: Path) -> None:
    found = seen(tmp_path, f"alerts: {{'{name}': {{expr: up}}}}\n", "alert/name-form")
    assert [better in each.help for each in found if better is not None] == ([] if better is None else [True])


def test_a_label_of_the_server_is_not_written_over(tmp_path: Path) -> None:
    text = "prometheus: {external_labels: {region: eu}}\nrecording_rules: {a:b:c: {expr: up, labels: {region: us}}}\n"
    assert marked(seen(tmp_path, text, "rule/")) == ["external-label region"]
    assert not seen(tmp_path, text.replace("us", "eu"), "rule/")


# --- dashboards --------------------------------------------------------------------------------------------------


def board(panels: str, variables: str = "") -> str:
    declared = (
        "jobs_total: {type: counter, labels: {queue: [mail, web]}}, sent_bytes_total: {type: counter}, "
        "wait_seconds: {type: gauge}, hit_ratio: {type: gauge}, depth: {type: gauge, labels: {shard: 15}}"
    )
    more = f"variables: {{{variables}}}, " if variables else ""
    return metrics(declared, f"external: [foreign]\ndashboards: {{main: {{{more}rows: {{Work: [{panels}]}}}}}}\n")


@pytest.mark.parametrize(
    ("panels", "expected"),
    [
        ("{title: A, expr: wait_seconds, unit: ms}", ["unit-contradicts ms"]),
        ("{title: A, expr: hit_ratio, unit: percent}", ["unit-contradicts percent"]),
        ("{title: A, expr: wait_seconds, unit: bytes}", ["unit-contradicts bytes"]),
        ("{metric: wait_seconds, unit: ms}", ["unit-contradicts ms"]),
        ("{title: A, expr: 'rate(sent_bytes_total[5m])', unit: bytes}", ["unit-contradicts bytes"]),
        ("{title: A, expr: 'rate(sent_bytes_total[5m]) * 3600', unit: bytes}", []),  # an hour, as its title may say
        ("{title: A, expr: hit_ratio, unit: ratio}, {title: B, expr: foreign, unit: ms}", []),
        ("{title: A, expr: 100 * hit_ratio, unit: short}, {title: B, expr: wait_seconds * 1000, unit: ms}", []),
        ("{title: A, expr: 'rate(jobs_total[$__interval])'}", ["rate-interval [$__interval]"]),
        ("{title: A, expr: 'rate(jobs_total[${__interval}])'}", ["rate-interval [${__interval}]"]),
        ("{title: A, expr: 'rate(jobs_total[[[__interval]]])'}", ["rate-interval [[[__interval]]]"]),
        ("{title: A, expr: 'increase(jobs_total[$__interval])'}", []),  # a count for each bar
        ("{title: A, expr: 'rate(jobs_total[$__rate_interval])'}, {title: B, expr: 'rate(jobs_total[1h])'}", []),
        ("{title: A, expr: sum(wait_seconds), legend: '{{job}}'}", ["legend-label {{job}}"]),
        ("{title: A, expr: 'sum by (job) (wait_seconds)', legend: '{{ job }} {{pod}}'}", ["legend-label {{pod}}"]),
        ("{title: A, queries: [{expr: sum(wait_seconds), legend: '{{job}}'}]}", ["legend-label {{job}}"]),
        ("{title: A, expr: foreign, legend: '{{any}}'}, {title: B, expr: up, legend: '{{instance}}'}", []),
        ("{title: A, queries: [{expr: sum(up)}, {expr: up}], legend: '{{job}}'}", []),
        ("{title: A, expr: depth, type: stat}", ["stat-many-series depth"]),
        ("{title: A, expr: 'depth{instance=\"api:8080\"}', type: stat}, {title: B, expr: sum(depth), type: stat}", []),
        ("{title: A, expr: depth, type: table}, {title: B, expr: foreign, type: stat}", []),
        (
            "{title: A, expr: wait_seconds, type: gauge}",
            ["gauge-without-bounds {title: A, expr: wait_seconds, type: gauge}"],
        ),
        ("{title: A, expr: hit_ratio, type: gauge}, {title: B, expr: wait_seconds, type: gauge, max: 60}", []),
        ("{type: text}", ["empty-text type"]),
        ("{type: text, content: Words}", []),
        ("{metric: depth, thresholds: [{value: 5, color: a}, {value: 5, color: b}]}", ["threshold-order 5"]),
        ("{metric: depth, thresholds: [{value: 5, color: a}, {color: b}]}", ["threshold-order {color: b}"]),
        (
            "{metric: wait_seconds, thresholds: [{value: 1s, color: a}, {value: 900ms, color: b}]}",
            ["threshold-order 900ms"],
        ),
        ("{metric: wait_seconds, thresholds: [{color: a}, {value: 900ms, color: a}, {value: 1s, color: b}]}", []),
    ],
)
def test_panels(panels: str, expected: list[str], tmp_path: Path) -> None:
    assert marked(seen(tmp_path, board(panels), "dashboard/")) == expected


def test_a_unit_of_another_scale_says_how_far_it_is_off(tmp_path: Path) -> None:
    (found,) = seen(tmp_path, board("{title: A, expr: wait_seconds, unit: ms}"), "dashboard/")
    assert found.message == "`unit: ms` shows a time (ms), but the query gives a time (s): off by 1,000"
    assert found.help == "leave `unit` out, or write `s`"


@pytest.mark.parametrize(
    ("variables", "panels", "expected"),
    [
        (
            "q: {label: queues, of: jobs_total}",
            "{title: A, expr: 'jobs_total{queue=\"$q\"}'}",
            ["variable-label queues"],
        ),
        ("q: {label: queue, of: jobs_total}", "{metric: jobs_total}", []),  # aimon puts it there
        ("q: {label: queue, of: jobs_total}", "{title: 'Queue ${q:csv}', expr: up}", []),
        ("q: {label: queue, of: jobs_total}", "{title: A, expr: up}", ["unused-variable q"]),
        ("q: {label: queue, of: jobs_total}", "{title: A, expr: 'up{job=\"$quu\"}'}", ["undefined-variable $quu"]),
        ("q: {label: anything, of: foreign}, r: {label: le, of: foreign}", "{title: $q $r, expr: up}", []),
    ],
)
def test_variables(variables: str, panels: str, expected: list[str], tmp_path: Path) -> None:
    assert marked(seen(tmp_path, board(panels, variables), "dashboard/")) == expected


# --- services ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {targets: ['x:1']}, b: {targets: ['y:1', 'x:1']}", ["duplicate-target 'x:1'"]),
        ("a: {targets: ['x:1']}, b: {targets: ['x:1'], metrics_path: /b}", []),
        ("a: {targets: ['x:1']}, b: {targets: ['x:1'], params: {module: [m]}}", []),
        ("a: {targets: ['localhost:9090']}", ["duplicate-target 'localhost:9090'"]),
        ("prometheus: {targets: ['localhost:9090']}", []),  # aimon leaves it to the user then
        ("a: {targets: ['x:1'], scrape_interval: 5m}", ["long-interval 5m"]),
        ("a: {targets: ['x:1'], scrape_interval: 4m}", []),
        ("a: {targets: ['x:1'], relabel: [{regex: 'a(b'}]}", ["invalid-regex ("]),
        ("a: {targets: ['x:1'], metric_relabel: [{regex: '(?<!a)b'}, {regex: 5}]}", ["invalid-regex (?<!"]),
        ("A, metric_relabel: [{source_labels: [__name__], regex: m, action: drop}]}", ["relabel-drops-used m"]),
        ("A, metric_relabel: [{source_labels: [__name__], regex: 'n.*', action: keep}]}", ["relabel-drops-used 'n.*'"]),
        ("A, metric_relabel: [{source_labels: [__name__, code], regex: 'm.*', action: drop}]}", []),
        ("A, metric_relabel: [{source_labels: [__name__], regex: 'm_.*', action: drop}]}", []),
    ],
)
def test_services(text: str, expected: list[str], tmp_path: Path) -> None:
    text = text.replace("A,", "a: {targets: ['x:1'], metrics: {m: {type: gauge}},")
    text = f"services: {{{text}}}\nrecording_rules: {{a:m:sum: {{expr: sum(m)}}}}\n"
    assert marked(seen(tmp_path, text, "service/")) == expected


@pytest.mark.parametrize(
    ("pattern", "marked"),
    [
        ("a(b", "("), ("a)b", ")"), ("[a", "["), ("*a", "*"), ("a**", "*"), ("a{2}{3}", "{3}"), ("(?=a)", "(?="),
        ("a\\", "\\"), ("(a)\\1", "\\1"), ("a\\Z", "\\Z"), ("(?>a)", "(?>"), ("a{1001}", "{1001}"), ("(|+)", "+"),
        ("", None), ("a|b", None), ("(?i)a(?:b)?c*?", None), ("[]a]", None), ("[^[:alpha:]\\]]", None), ("a{,5}", None),
        ("\\p{Greek}\\x{41}\\x41\\.\\d\\b\\12", None), ("(?P<a>b)(?<c>d)", None), ("a)(b", None), ("{", None),
    ],
)  # fmt: skip
def test_patterns(pattern: str, marked: str | None) -> None:
    fault = fault_of(pattern)
    assert (pattern[slice(*fault.span)] if fault else None) == marked


# --- notifications -----------------------------------------------------------------------------------------------

HOOK = "{webhook: {url: 'http://hook:8080/'}}"


def notified(rest: str) -> str:
    """A spec with two alerts, one of which has a label by the job, and two receivers."""
    alerts = (
        "  Slow: {expr: sum by (job) (wait_seconds), above: 1, for: 5m, summary: s, action: a, labels: {team: web}}\n"
        "  Full: {expr: sum(wait_seconds), above: 9, for: 5m, severity: critical, summary: s, action: a}\n"
    )
    said = f"notifications: {{receivers: {{a: {HOOK}, b: {HOOK}}}, {rest}}}\n"
    return metrics("wait_seconds: {type: gauge}", f"self_monitoring: false\nalerts:\n{alerts}{said}")


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("routes: [{match: {severity: critical}, to: b}]", []),
        ("routes: []", ["unused-receiver b"]),
        ("default: b", ["unused-receiver a"]),
        ("routes: [{match: {team: web}, to: a, escalate: {after: 1h, to: b}}]", []),
        (
            "routes: [{match: {alertname: '=~Slow|Full'}, to: b}, {match: {alertname: Slow}, to: a}]",
            ["unreachable-route {alertname: Slow}"],
        ),
        ("routes: [{match: {team: '!='}, to: b}, {match: {team: web}, to: a}]", ["unreachable-route {team: web}"]),
        ("routes: [{match: {alertname: '=~Slow|Full'}, to: b, continue: true}, {match: {alertname: Slow}, to: a}]", []),
        ("routes: [{match: {alertname: Slow, team: web}, to: b}, {match: {alertname: Slow}, to: a}]", []),
        ("routes: [{match: {alertname: Slwo}, to: b}]", ["matches-nothing Slwo"]),
        ("routes: [{match: {taem: web}, to: b}]", ["matches-nothing taem"]),
        ("routes: [{match: {team: wbe}, to: b}]", ["matches-nothing wbe"]),
        ("routes: [{match: {alertname: Full, team: web}, to: b}]", ["matches-nothing {alertname: Full, team: web}"]),
        ("routes: [{match: {severity: info}, to: b}, {match: {team: '!=ops'}, to: a}]", []),
        ("routes: [{match: {severity: critcal}, to: b}]", ["matches-nothing critcal"]),
        ("routes: [{match: {alertname: '=~(Slow'}, to: b}]", ["invalid-regex ("]),
        ("routes: [{match: {team: web}, to: b}], group_by: [alertname, pod]", ["group-by-unknown-label pod"]),
        ("routes: [{match: {alertname: Full}, to: b, group_by: [job]}]", ["group-by-unknown-label job"]),
        ("routes: [{match: {team: web}, to: b, group_by: ['...']}]", []),
        ("routes: [{match: {team: web}, to: b, repeat_interval: 1m}]", ["repeat-below-group 1m"]),
        ("routes: [{match: {team: web}, to: b, repeat_interval: 1m, group_interval: 1m}]", []),
    ],
)
def test_routes(rest: str, expected: list[str], tmp_path: Path) -> None:
    assert marked(seen(tmp_path, notified(rest), "notify/")) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{when: {alertname: Full}, mute: {alertname: Slow}, equal: [severity]}", []),
        ("{when: {alertname: Full}, mute: {alertname: Slow}}", ["inhibit-without-equal when"]),
        (
            "{when: {alertname: Full, team: web}, mute: {alertname: Slow, team: web}}",
            ["matches-nothing {alertname: Full, team: web}"],
        ),
        ("{when: {alertname: '=~.*'}, mute: {alertname: Slow}, equal: [job]}", ["inhibit-self {alertname: Slow}"]),
        ("{when: {alertname: Full}, mute: {alertname: Slow}, equal: [job]}", ["inhibit-unknown-label job"]),
        ("{when: {alertname: Full}, mute: {alertname: Slow}, equal: [pod]}", ["inhibit-unknown-label pod"]),
        ("{when: {alertname: Fuller}, mute: {alertname: Slow}, equal: [severity]}", ["matches-nothing Fuller"]),
    ],
)
def test_inhibitions(rule: str, expected: list[str], tmp_path: Path) -> None:
    rest = f"routes: [{{match: {{team: web}}, to: b}}], inhibit: [{rule}]"
    assert marked(seen(tmp_path, notified(rest), "notify/")) == expected


def test_the_labels_of_an_alert_that_arrives() -> None:
    result = closed(frozenset({"job", "zone"}), frozenset({"job"}), {"zone": frozenset({"a"})})
    labels = {"severity": "page", "team": "{{ $labels.job }}", "job": ""}
    raised = Alert(("alerts", "A"), "A", Expression("up", ()), "up", None, None, None, "page", labels, {}, "")
    found = arriving(raised, result, {"zone": "b", "region": "eu"})
    assert found.names == frozenset({"alertname", "severity", "team", "zone", "region"})
    assert found.sure == frozenset({"alertname", "severity", "zone", "region"})
    assert found.values["zone"] == frozenset({"a", "b"})
    assert may_take(matchers_of({"team": "any", "zone": "=~a|b"}), found)
    assert not may_take(matchers_of({"job": "x"}), found)
    assert not may_take(matchers_of({"zone": "c"}), found)
    assert may_take(matchers_of({"anything": "x"}), arriving(raised, OPEN, {}))


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ({"a": "=~x|y"}, {"a": "x"}, True),
        ({"a": "=~x.*"}, {"a": "=~xa|xb"}, True),
        ({"a": "!=x"}, {"a": "y"}, True),
        ({}, {"a": "y"}, True),
        ({"b": "=~.*"}, {"a": "y"}, True),
        ({"a": "x"}, {"a": "=~x|y"}, False),
        ({"a": "x"}, {"b": "x"}, False),
        ({"a": "=~x.+"}, {"a": "=~x.*"}, False),
        ({"a": "=~(x"}, {"a": "=~(x"}, True),
        ({"a": "!~x"}, {"a": "!~y"}, False),
        ({"a": "=~|x"}, {"a": "=~|x|y"}, False),
    ],
)
def test_what_one_matcher_says_of_another(wide: dict[str, str], narrow: dict[str, str], expected: bool) -> None:
    assert always_takes(matchers_of(wide), matchers_of(narrow)) is expected


def test_operators_in_a_match() -> None:
    assert matchers_of({"a": "=~ x|y", "b": "!=z", "c": "d"}) == (
        Matcher("a", "=~", "x|y"),
        Matcher("b", "!=", "z"),
        Matcher("c", "=", "d"),
    )
