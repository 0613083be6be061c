"""Every check: its page is true, and the tricky ones point at the right characters, once."""

from __future__ import annotations

import re
import textwrap
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aimon import checks
from aimon.build import build
from aimon.checks import CHECKS, INFO, service_invalid_target
from aimon.diagnostic import Diagnostic
from aimon.parse import parse
from aimon.pipeline import Options, compile_spec
from aimon.review import review
from aimon.suggest import did_you_mean, nearest

HERE = Path(checks.__file__).parent
SAMPLE = re.compile(r"^((?:Bad|Good)(?: template| file)?)::\n\n((?: {4}.*\n|\n)+)", re.MULTILINE)
ENVIRONMENT = re.compile(r"^Environment: (\w+)$", re.MULTILINE)

# What the schema of the spec, or a check of our own, says before the check can.

EVERY = [pytest.param(id, marks=pytest.mark.servers) if id.startswith("judge/") else id for id in CHECKS]


def compiled(folder: Path, text: str, options: Options | None = None) -> tuple[Diagnostic, ...]:
    """Everything that the whole pipeline finds in a spec."""
    (folder / "aimon.yaml").write_text(text, encoding="utf-8")
    return compile_spec(folder / "aimon.yaml", options or Options(judged=False)).diagnostics


def sampled(folder: Path, id: str, kind: str) -> tuple[Diagnostic, ...]:
    """Everything that is found in a sample of a page."""
    manual = f"{CHECKS[id].manual()}\n"
    samples = {name: textwrap.dedent(text) for name, text in SAMPLE.findall(manual)}
    chosen = ENVIRONMENT.search(manual)
    if f"{kind} file" in samples:
        (folder / "sample.yml").write_text(samples[f"{kind} file"], encoding="utf-8")
        return review([folder / "sample.yml"]).diagnostics
    template = samples.get(f"{kind} template")
    if template is None:
        return compiled(folder, samples[kind], Options(environment=chosen[1] if chosen else None))
    (folder / "templates").mkdir()
    (folder / "templates" / "prometheus.yml.j2").write_text(template, encoding="utf-8")
    return compiled(folder, "services: {api: {targets: ['api:8080']}}", Options(templates=folder / "templates"))


# --- the pages ---------------------------------------------------------------------------------------------------


def test_the_table_and_the_modules_are_the_same() -> None:
    in_table = {check.module.rpartition(".")[2] for check in CHECKS.values()}
    assert in_table == {path.stem for path in HERE.glob("*.py")} - {"__init__"}


@pytest.mark.parametrize("id", CHECKS)
def test_a_check_is_a_page(id: str) -> None:
    module = import_module(CHECKS[id].module)
    assert id == module.ID
    assert hasattr(module, "check") is not CHECKS[id].at_gate
    title, _, rest = CHECKS[id].manual().partition("\n\n")
    assert title.endswith(".")
    assert rest.startswith("Why: ")
    assert [name.partition(" ")[0] for name, _ in SAMPLE.findall(f"{rest}\n")] == ["Bad", "Good"]


@pytest.mark.parametrize("id", EVERY)
def test_the_bad_sample_raises_this_check_and_no_other(id: str, tmp_path: Path) -> None:
    found = sampled(tmp_path, id, "Bad")
    assert {each.check for each in found if each.level != INFO or each.check == id} == {id}
    assert all(each.level == CHECKS[each.check].level for each in found)


@pytest.mark.parametrize("id", EVERY)
def test_the_good_sample_is_clean(id: str, tmp_path: Path) -> None:
    assert not sampled(tmp_path, id, "Good")


# --- where, and what to do ---------------------------------------------------------------------------------------

SERVICES = """
services:
  api:
    targets: ['api:8080']
    scrape_interval: 30s
    metrics:
      requests_total: {type: counter, labels: {status: [ok, error]}}
      request_seconds: {type: histogram, buckets: [0.1, 1, 10]}
      queue_length: {type: gauge}
      latency: {type: gauge}
      memory_bytes: {type: gauge, range: [0, 1000000000]}
      build_info: {type: info}
      oddity: {type: unknown}
external: [kube_pod_info]
"""


class Seen(NamedTuple):
    """A finding as a reader sees it: the check, the text under the caret, and the help."""

    check: str
    text: str
    help: str


def seen(folder: Path, text: str, level: str = "") -> list[Seen]:
    """The findings above info in a spec, in the order of the file."""
    found = [each for each in compiled(folder, text) if each.level != INFO]
    return [Seen(each.check, _marked(each), each.help or "") for each in found]


def _marked(found: Diagnostic) -> str:
    place = found.located.place
    return found.located.line[place.column - 1 : place.end_column - 1 if place.line == place.end_line else None]


def rule(expr: str, version: str = "3.5") -> str:
    """A spec with a recording rule of that expression, as a block scalar."""
    body = textwrap.indent(expr, " " * 6)
    return f"prometheus: {{version: '{version}'}}{SERVICES}recording_rules:\n  job:result:sum:\n    expr: |\n{body}\n"


def alert(rest: str) -> str:
    """A spec with an alert that lacks nothing but what `rest` says: its expression, bound and wait."""
    return f"{SERVICES}alerts:\n  Odd: {{summary: It is odd, action: Look, {rest}}}\n"


def board(panels: str, more: str = "") -> str:
    """A spec with a dashboard of one row."""
    return f"{SERVICES}dashboards:\n  main:\n{more}    rows:\n      Work: [{panels}]\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (rule("sum(requests_total"), [("promql/syntax", "(", "`)`")]),
        (rule("sum(\n  up +\n  )"), [("promql/syntax", "+", "")]),
        (alert("expr: 'up[5m', above: 1, for: 5m"), [("promql/syntax", "[", "`]`")]),
        (board("{title: A, expr: rate(requests_total)}"), [("promql/syntax", "requests_total", "[5m]")]),
        (rule("up{instance=~\"$instance\"} + $x"), [("promql/syntax", "$x", "")]),
        (rule("sum(request_total)\n  / sum(up)"), [("promql/unknown-metric", "request_total", "`requests_total`")]),
        (rule('{__name__="request_total"}'), [("promql/unknown-metric", "request_total", "`requests_total`")]),
        (rule("nonsense + nonsense"), [("promql/unknown-metric", "nonsense", "`external`")]),
        (rule("request_seconds > 1"), [("promql/unknown-metric", "request_seconds", "`request_seconds_bucket`")]),
        (rule("requests_total_sum"), [("promql/unknown-metric", "requests_total_sum", "requests_total")]),
        (board("{metric: request_total}"), [("promql/unknown-metric", "request_total", "`requests_total`")]),
        (board("{metric: request_seconds_sum}"), [("promql/unknown-metric", "request_seconds_sum", "`metric: ")]),
        (board("{metric: kube_pod_info}"), [("promql/unknown-metric", "kube_pod_info", "`expr:`")]),
        (
            board("{title: A, expr: up}", "    variables: {host: {label: instance, of: upp}}\n"),
            [("promql/unknown-metric", "upp", "`up`")],
        ),
        (rule('rate(requests_total{status!="["}[45s] offset 5m)'), [("promql/short-range", "[45s]", "`[2m]`")]),
        (rule("increase((request_seconds_count)[1m:5s])"), []),
        (rule("rate(requests_total[1m])"), []),
        (rule("max_over_time(queue_length[30s])"), []),
        (rule("rate(kube_pod_info[1s])"), []),
        (board("{title: A, expr: 'rate(requests_total[$__rate_interval])'}"), []),
        (rule("limitk(2, up)", "2.42"), [("promql/too-new", "limitk", "2.54")]),
        (rule("avg_over_time(up[5m + 1m])", "3.1"), [("promql/too-new", "5m", "3.4")]),
    ],
)  # fmt: skip
def test_queries_are_marked_where_they_are_wrong(
    text: str, expected: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    found = [(each.check, each.text) for each in seen(tmp_path, text)]
    assert found == [(check, marked) for check, marked, _ in expected]
    for each, (_, _, cure) in zip(seen(tmp_path, text), expected, strict=True):
        assert cure in each.help


@pytest.mark.parametrize(
    "expr",
    [
        "kube_pod_info",
        "up",
        "ALERTS",
        "job:other:sum",
        "rate(request_seconds_bucket[5m])",
        '{__name__=~"x.*"}',
        "vector(1)",
    ],
)
def test_what_may_be_queried(expr: str, tmp_path: Path) -> None:
    assert seen(tmp_path, rule(expr) + "  job:other:sum: {expr: sum(up)}\n") == []


def test_a_faulty_alert_is_reported_once_and_the_panel_made_of_it_as_blind(tmp_path: Path) -> None:
    text = alert("expr: reqests_total, above: 1, for: 5m") + board("{alert: Odd}").removeprefix(SERVICES)
    assert [each.check for each in seen(tmp_path, text)] == ["promql/unknown-metric", "promql/blind"]
    text = alert("expr: 'sum(up', above: 1, for: 5m") + board("{alert: Odd}").removeprefix(SERVICES)
    assert [each.check for each in seen(tmp_path, text)] == ["promql/syntax"]


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("expr: 'sum(queue_length)', for: 5m", "alert/without-comparison"),
        ("expr: 'queue_length > bool 5', for: 5m", "alert/without-comparison"),
        ("expr: 'vector(1)', for: 5m", None),
        ("expr: 'job:queue:sum', for: 5m", "alert/without-comparison"),
        ("expr: 'queue_length > 5', for: 5m", None),
        ("expr: 'queue_length unless up == 0', for: 5m", None),
        ("expr: 'absent(queue_length)', for: 5m", None),
        ("expr: 'job:long:sum', for: 5m", None),  # the rule that it reads compares
        ("expr: 'ALERTS{alertname=\"x\"}', for: 5m", None),  # there only while something fires
        ("expr: kube_pod_info, for: 5m", None),  # nobody knows when there is one
        ("expr: 'build_info{version=\"1.0\"}', for: 5m", None),
        ("expr: oddity, for: 5m", None),
        ("expr: up, equals: 0", "alert/without-for"),
        ("expr: 'rate(requests_total[5m])', above: 1/s", "alert/without-for"),
        ("expr: 'increase(requests_total[5m])', above: 0", None),
        ("expr: 'avg_over_time(up[5m])', below: 0.5", None),
        ("expr: 'absent_over_time(up[5m])'", None),
        ("expr: 'job:grown:increase5m', above: 0", None),
        ("expr: queue_length, above: 5, for: 0s", None),
        ("expr: up, equals: 0, for: 0s", "alert/missed-scrape"),
        ("expr: 'up == 0 and on (job) queue_length > 5', for: 0s", "alert/missed-scrape"),
        ("expr: 'queue_length > 5 unless up == 0', for: 0s", None),
        ("expr: sum(up), below: 1, for: 0s", None),  # at once, and on purpose
        ("expr: up, equals: 0, for: 5m, above: 3", "alert/several-thresholds"),
        ("expr: up, above: a lot, for: 5m", "alert/threshold-unreadable"),
        ("expr: memory_bytes, above: 5%, for: 5m", "alert/threshold-unit"),
        ("expr: memory_bytes, above: 2 MiB, for: 5m", None),
        ("expr: memory_bytes, above: 1000, for: 5m", None),
        ("expr: oddity, above: 5%, for: 5m", None),
        ("expr: 'rate(requests_total[5m])', above: 100, for: 5m", None),
        ("expr: 'increase(requests_total[5m])', above: 100/s, for: 5m", "alert/threshold-unit"),
        ("expr: up, equals: 0, for: 5m, labels: {alertname: x}", "alert/reserved-label"),
        ("expr: up, equals: 0, for: 5m, labels: {my-team: x}", None),
        ("expr: up, equals: 0, for: 5m, labels: {__x: x}", "alert/reserved-label"),
        ("expr: up, equals: 0, for: 5m, annotations: {a.b: x}", None),
    ],
)
def test_alerts(rest: str, expected: str | None, tmp_path: Path) -> None:
    rules = """
recording_rules:
  job:queue:sum: {expr: sum by (job) (queue_length)}
  job:long:sum: {expr: 'job:queue:sum > 5'}
  job:grown:increase5m: {expr: 'increase(requests_total[5m])'}
"""
    assert [each.check for each in seen(tmp_path, alert(rest) + rules)] == ([expected] if expected else [])


def test_a_bound_of_another_unit_says_both_and_where_they_come_from(tmp_path: Path) -> None:
    (found,) = [
        each for each in compiled(tmp_path, alert("expr: memory_bytes, above: 5%, for: 5m")) if each.level != INFO
    ]
    assert found.message == "`above: 5%` is a share (%), but the expression gives a number of bytes (B)"
    assert [(context.located.line.split(":")[0].strip(), context.message) for context in found.contexts] == [
        ("memory_bytes", "`memory_bytes` is a number of bytes (B)")
    ]


@pytest.mark.parametrize(
    ("panels", "expected"),
    [
        ("{title: A, expr: 'up{instance=~\"$hst\"}'}", ("dashboard/undefined-variable", "$hst", "`host`")),
        (
            "{title: A, expr: 'up{instance=~\"${hst:regex}\"}'}",
            ("dashboard/undefined-variable", "${hst:regex}", "`host`"),
        ),
        ("{title: A, expr: 'up{instance=~\"[[hst]]\"}'}", ("dashboard/undefined-variable", "[[hst]]", "`host`")),
        ("{title: A, expr: up, legend: 'on $hst'}", ("dashboard/undefined-variable", "$hst", "`host`")),
        ("{title: A, queries: [{expr: up, legend: $hst}]}", ("dashboard/undefined-variable", "$hst", "`host`")),
        ("{title: Up on $hst, expr: up}", ("dashboard/undefined-variable", "$hst", "`host`")),
        (
            "{title: A, expr: 'rate(requests_total[$__rate_intervall])'}",
            ("dashboard/undefined-variable", "$__rate_intervall", "`__rate_interval`"),
        ),
        ("{title: A, expr: 'up{instance=~\"$host\"}', legend: '${host} [[host]]'}", None),
        ("{title: Over $5 in $__range, expr: 'up{job!~\"a$|b$\"}'}", None),
        ('{title: A, expr: \'label_replace(up, "a", "$1", "job", "(.*)")\'}', None),
        ('{title: A, expr: \'label_replace(up, "a", "$x", "job", "(?P<x>.*)")\'}', None),
        ("{alert: TargetsDown}", ("dashboard/unknown-alert", "TargetsDown", "`TargetDown`")),
        ("{alert: TargetDown}", None),
        ("{metric: latency}", ("dashboard/panel-without-unit", "{metric: latency}", "`unit`")),
        (
            "{title: A, expr: max(latency)}",
            ("dashboard/panel-without-unit", "{title: A, expr: max(latency)}", "`unit`"),
        ),
        ("{metric: latency, unit: ms}", None),
        ("{metric: latency, unit: short}", None),
        ("{metric: latency, type: table}", None),
        ("{title: A, expr: count(latency)}", None),
        ("{metric: queue_length}", None),
        ("{title: A, expr: up}", None),
        ("{title: A, expr: kube_pod_info}", None),
        ("{metric: latency, unit: lightyears}", ("dashboard/unknown-unit", "lightyears", "")),
        ("{metric: latency, unit: 'suffix:lightyears'}", None),
        ("{metric: latency, unit: currencyUSD}", None),
        ("{metric: memory_bytes, thresholds: [{value: 5%, color: red}]}", ("dashboard/threshold-unit", "5%", "`B`")),
        ("{metric: memory_bytes, thresholds: [{color: green}, {value: 5, color: red}]}", None),
        ("{title: A, expr: up}, {title: A, expr: sum(up)}", ("dashboard/duplicate-panel", "A", "another title")),
        ("{title: A, expr: up}, {title: B, expr: up}", None),
    ],
)
def test_panels(panels: str, expected: tuple[str, str, str] | None, tmp_path: Path) -> None:
    found = seen(tmp_path, board(panels, "    variables: {host: {label: instance, of: up}}\n"))
    assert [(each.check, each.text) for each in found] == ([expected[:2]] if expected else [])
    assert expected is None or expected[2] in found[0].help


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("routes: [{match: {severity: critical}, to: b}]", None),
        ("routes: [{match: {severity: warning}, to: b}]", "a"),
        ("routes: [{match: {severity: critical, alertname: Other}, to: b}]", "a"),
        ("routes: [{match: {severity: critical, team: web}, to: b}]", "a"),
        ("routes: [{match: {severity: critical, team: '!=web'}, to: b}]", None),
        ("routes: [{match: {severity: critical, instance: x}, to: b}]", None),  # a label that the series may bring
        ("routes: [{match: {severity: '=~warn.*|crit.*'}, to: b}]", None),
        ("routes: [{match: {severity: '=~warn.*'}, to: b}]", "a"),
        ("routes: [{match: {team: ops}, to: b}]", None),  # nothing goes by severity
        ("routes: [{match: {severity: warning}, to: b}], default: pager", None),  # the default calls somebody
        ("routes: []", None),
    ],
)
def test_the_most_severe_alerts_find_a_route(rest: str, expected: str | None, tmp_path: Path) -> None:
    hook = "{webhook: {url: 'http://hook:8080/'}}"
    pager = "{pagerduty: {routing_key_file: /run/secrets/key}}"
    text = alert("expr: up, equals: 0, for: 5m, severity: critical, labels: {team: ops}")
    text += f"notifications: {{receivers: {{a: {hook}, b: {hook}, pager: {pager}}}, {rest}}}\n"
    found = [each for each in compiled(tmp_path, text) if each.check == "notify/severity-without-route"]
    assert len(found) == (1 if expected else 0)
    assert expected is None or found[0].message.endswith(f"the default, `{expected}`")


def test_a_pattern_that_python_would_try_for_ever_may_fit(tmp_path: Path) -> None:
    """A spec may come with a stranger's pull request; Alertmanager's own patterns take linear time."""
    text = alert(f"expr: up, equals: 0, for: 5m, severity: critical, labels: {{team: {'a' * 60}}}")
    text += "notifications: {receivers: {a: {webhook: {url: 'http://hook:8080/'}}}, "
    text += "routes: [{match: {severity: critical, team: '=~(a+)+b'}, to: a}]}\n"
    assert "notify/severity-without-route" not in [each.check for each in compiled(tmp_path, text)]


# --- secrets -----------------------------------------------------------------------------------------------------

WORD = "hunter2hunter2hunter2"
PLACES = {
    "slack": "notifications: {{receivers: {{a: {{slack: {{api_url: {}}}}}}}}}",
    "pagerduty": "notifications: {{receivers: {{a: {{pagerduty: {{routing_key: {}}}}}}}}}",
    "pushover": "notifications: {{receivers: {{a: {{pushover: {{user_key: {}, token_file: /t}}}}}}}}",
    "email": "notifications: {{receivers: {{a: {{email: {{to: a@example.org, auth_password: {}}}}}}}}}",
    "opsgenie": "notifications: {{receivers: {{a: {{opsgenie: {{api_url: {}, api_key_file: /k}}}}}}}}",
    "victorops": "notifications: {{receivers: {{a: {{victorops: {{routing_key: {}, api_key_file: /k}}}}}}}}",
    "http": "services: {{b: {{targets: ['b:1'], http: {{basic_auth: {{username: u, password: {}}}}}}}}}",
    "bearer": "services: {{b: {{targets: ['b:1'], http: {{authorization: {{credentials: {}}}}}}}}}",
    "discover": "services: {{b: {{discover: {{consul: {{server: 'c:8500', token: {}}}}}}}}}",
    "params": "services: {{b: {{targets: ['b:1'], params: {{token: [{}]}}}}}}",
    "environment": "services: {{b: {{targets: ['b:1'], container: {{image: 'b:1', environment: {{PASSWORD: {}}}}}}}}}",
    "listed": "services: {{b: {{targets: ['b:1'], container: {{image: 'b:1', environment: ['REDIS_PASSWORD={}']}}}}}}",
    "command": "services: {{b: {{targets: ['b:1'], container: {{image: 'b:1', command: ['--redis.password={}']}}}}}}",
    "address": "services: {{b: {{targets: ['b:1'], container: {{image: 'b:1', environment: {{DSN: 'redis://u:{}@h'}}}}}}}}",
    "text": "alerts: {{A: {{expr: up, equals: 0, for: 5m, summary: s, action: use {}}}}}",
    "labels": "services: {{b: {{targets: ['b:1'], labels: {{token: {}}}}}}}",
    "metric": "services: {{b: {{targets: ['b:1'], metrics: {{m: {{type: gauge, labels: {{token: [{}]}}}}}}}}}}",
}
OPEN = [
    *((place, WORD) for place in ("slack", "pagerduty", "pushover", "email", "http", "bearer", "discover", "params")),
    *((place, WORD) for place in ("environment", "listed", "command", "address")),
    ("http", "1234567"),
    # In pieces, so that no scanner of this repository takes them for real.
    ("text", "https://hooks.slack.com/" + "services/T0000/B0000/XXXX"),
    ("text", "AK" + "IA" + "ABCDEFGHIJKLMNOP"),
    ("text", "gh" + "p_" + "a" * 36),
    ("text", "xox" + "b-1234567890-abcdef"),
    ("text", "sk" + "-proj-1234567890abcdefghij"),
    ("text", "-----BEGIN " + "RSA PRIVATE KEY----- MIIE"),
    ("labels", "gh" + "p_" + "a" * 36),
]  # fmt: skip
HARMLESS = [
    *((place, "${NAME}") for place in PLACES if place not in ("text", "labels", "metric")),
    ("slack", "$NAME"),
    ("bearer", "Bearer ${TOKEN}"),
    ("environment", "${NAME:-}"),
    ("environment", "/run/secrets/redis"),
    ("environment", "'true'"),
    ("opsgenie", "https://api.eu.opsgenie.com/"),
    ("victorops", "frontend"),
    ("labels", "input"),
    ("metric", "input"),
    ("text", "the disk-usage-of-everything-2024 page"),
]


@pytest.mark.parametrize(("place", "value"), OPEN)
def test_a_secret_is_found_and_kept(place: str, value: str, tmp_path: Path) -> None:
    found = [each for each in compiled(tmp_path, PLACES[place].format(value)) if each.level != INFO]
    assert [each.check for each in found] == ["secret/literal"]
    spoken = " ".join([found[0].message, found[0].help or "", found[0].address])
    assert value not in spoken
    assert value[:12] not in spoken


@pytest.mark.parametrize(("place", "value"), HARMLESS)
def test_what_is_no_secret(place: str, value: str, tmp_path: Path) -> None:
    assert "secret/literal" not in [each.check for each in compiled(tmp_path, PLACES[place].format(value))]


# --- the rest ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "fragment", "cure"),
    [
        (
            "https://api:8443/metrics/all",
            "https://",
            "write `api:8443` and `scheme: https` and `metrics_path: /metrics/all`",
        ),
        ("http://api:8080", "http://", "write `api:8080`"),
        ("api:8080/stats", "/stats", "write `api:8080` and `metrics_path: /stats`"),
        ("api", None, "write `api:80`"),
        ("api:http", "http", "a port is a number from 1 to 65535"),
        ("api:0", "0", "a port is a number from 1 to 65535"),
        ("api:70000", "70000", "a port is a number from 1 to 65535"),
        ("api:", "", "a port is a number from 1 to 65535"),
        (":8080", None, "write `host:port`, as in `api:8080`"),
        ("::1:9100", None, "write an IPv6 address in brackets, as in `[::1]:9100`"),
        ("me:hunter2@api:8080", None, "give them under `http: {basic_auth: …}`, the password by `password_file`"),
        ("api:8080", None, None),
        ("my_api.example.org:443", None, None),
        ("[::1]:9100", None, None),
        ("10.0.0.1:9100", None, None),
    ],
)
def test_targets(target: str, fragment: str | None, cure: str | None) -> None:
    stack = build(parse({"services": {"api": {"targets": [target]}}}))
    found = list(service_invalid_target.check(stack))
    assert [each.help for each in found] == ([cure] if cure else [])
    for each in found:
        assert each.at == ("services", "api", "targets", 0)
        assert (target[slice(*each.fragment)] if each.fragment else None) == fragment
        assert "hunter2" not in each.message


def test_targets_that_are_rewritten_may_be_anything() -> None:
    relabel = [{"source_labels": ["__address__"], "target_label": "__param_target"}]
    stack = build(parse({"services": {"probe": {"targets": ["https://example.org/"], "relabel": relabel}}}))
    assert not list(service_invalid_target.check(stack))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "prometheus: {version: '2.53'}\nservices: {b: {targets: ['b:1'], metrics: {'0x': {type: gauge}}}}",
            [("metric/invalid-name", "'0x'", "`_0x`")],
        ),
        (
            "prometheus: {version: '2.53'}\nrecording_rules: {a-b: {expr: up}}",
            [("metric/invalid-name", "a-b", "`a_b`")],
        ),
        (
            "services: {b: {targets: ['b:1'], metrics: {h: {type: histogram, labels: {le: 3, __x: 2}}}}}",
            [("metric/invalid-label", "le", "leave it out"), ("metric/invalid-label", "__x", "another name")],
        ),
        (
            "prometheus: {version: '2.53'}\nservices: {b: {targets: ['b:1'], labels: {__scheme__: https, a.b: c}}}",
            [("metric/invalid-label", "a.b", "`a_b`")],
        ),
        ("prometheus: {external_labels: {a.b: c}}", []),  # a name in quotes is fine since 3.0
        ("prometheus: {version: '2.53', external_labels: {a.b: c}}", [("metric/invalid-label", "a.b", "`a_b`")]),
        (
            "services: {b: {targets: ['b:1'], metrics: {h: {type: histogram, buckets: [1, 1, 2]}}}}",
            [("metric/bucket-order", "1", "[1, 2]")],
        ),
        (
            "services: {b: {targets: ['b:1'], metrics: {m: {type: gauge, unit: s}}},"
            " c: {targets: ['c:1'], metrics: {m: {type: gauge, unit: ms}}}}",
            [("metric/conflicting-type", "ms", "")],
        ),
        (
            "services: {b: {targets: ['b:1'], metrics: {m: {type: gauge}}},"
            " c: {targets: ['c:1'], metrics: {m: {type: unknown}}}}",
            [],
        ),
        ("recording_rules: {':up:sum': {expr: sum(up)}}", []),
        ("recording_rules: {up:sum: {expr: sum(up)}}", [("recording/name-form", "up:sum", "job:http_requests:rate5m")]),
        ("recording_rules: {up: {expr: sum(up)}}", [("recording/name-form", "up", ""), ("rule/duplicate", "up", "")]),
        ("recording_rules: {a:b:c: {expr: 'a:b:c + 1'}}", []),
        (
            "recording_rules: {a:b:c: {expr: 'a:b:d'}, a:b:d: {expr: 'a:b:e'},"
            " a:b:e: {expr: 'a:b:c'}, a:b:f: {expr: 'a:b:c'}}",
            [("recording/cycle", "a:b:d", "")],
        ),
        (
            "alerts: {Down: {expr: up, equals: 0, for: 5m, summary: s, action: a},"
            " DOWN: {expr: up, equals: 1, for: 5m, summary: s, action: a}}",
            [("rule/duplicate", "DOWN", "another name")],
        ),
        (
            "prometheus: {scrape_interval: 5s, scrape_timeout: 6s}",
            [("service/slow-timeout", "6s", "`scrape_timeout: 5s`")],
        ),
        (
            "prometheus: {scrape_timeout: 15s}\nservices: {b: {targets: ['b:1'], scrape_interval: 5s}}",
            [],  # a service's default follows its interval
        ),
        ("services: {b: {discover: {static: []}}}", [("service/unknown-discovery", "static", "`targets:`")]),
        ("services: {b: {discover: {dns_sd_configs: []}}}", [("service/unknown-discovery", "dns_sd_configs", "`dns`")]),
        ("ignore: [{check: promql/sintax, reason: r}]", [("ignore/unknown-check", "promql/sintax", "`promql/syntax`")]),
        (
            "notifications: {receivers: {team: {slack: {api_url_file: /u}}}, default: taem,"
            " routes: [{match: {severity: info}, to: tem, escalate: {after: 1h, to: teem}}]}",
            [("notify/unknown-receiver", name, "`team`") for name in ("taem", "tem", "teem")],
        ),
    ],
)
def test_names_and_declarations(text: str, expected: list[tuple[str, str, str]], tmp_path: Path) -> None:
    found = seen(tmp_path, f"aimon: 1\n{text}\n")
    assert [(each.check, each.text) for each in found] == [(check, marked) for check, marked, _ in expected]
    for each, (_, _, cure) in zip(found, expected, strict=True):
        assert cure in each.help


def test_what_aimon_adds_itself_is_clean(tmp_path: Path) -> None:
    assert compiled(tmp_path, SERVICES) == ()
    assert compiled(tmp_path, "aimon: 1\n") == ()


@given(
    st.dictionaries(
        st.sampled_from(["expr", "name", "unit", "legend", "target", "bound"]), st.text(min_size=1, max_size=30)
    )
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_a_check(texts: dict[str, str]) -> None:
    expr, name, unit = texts.get("expr") or "up", texts.get("name", "n"), texts.get("unit", "s")
    legend, target, bound = texts.get("legend", "$x"), texts.get("target", "b:1"), texts.get("bound", "5%")
    metric = {"type": "gauge", "unit": unit, "labels": {name: 3}}
    steps = [{"value": bound, "color": "red"}]
    panel = {"title": legend, "expr": expr, "legend": legend, "unit": unit, "thresholds": steps}
    service = {"targets": [target], "metrics": {name: metric}, "http": {name: legend}}
    routes = [{"match": {"severity": bound}, "to": name}]
    stack = build(
        parse(
            {
                "services": {"b": service, "c": {"discover": {name: {}}}},
                "external": [name],
                "recording_rules": {name: {"expr": expr, "unit": unit}},
                "alerts": {name: {"expr": expr, "above": bound, "labels": {name: legend}}},
                "dashboards": {"d": {"rows": {name: [panel, {"metric": name}, {"alert": name}]}}},
                "notifications": {"receivers": {"r": {"slack": {}}}, "default": name, "routes": routes},
                "ignore": [{"check": name, "reason": legend}],
            }
        )
    )
    for check in CHECKS.values():
        for found in () if check.at_gate else check.run(stack):
            assert found.check == check.id
            assert found.message


# --- suggestions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("http_request_total", ["http_requests_total", "http_requests_seconds"], "http_requests_total"),
        ("HIGHERRORRATE", ["HighErrorRate"], "HighErrorRate"),
        ("xyz", ["http_requests_total"], None),
        ("x", [], None),
    ],
)
def test_the_nearest_name(word: str, known: list[str], expected: str | None) -> None:
    assert nearest(word, known) == expected
    assert did_you_mean(word, known, "otherwise") == (f"did you mean `{expected}`?" if expected else "otherwise")
