"""What `generate` accepts, Prometheus and Alertmanager accept: random specs, judged in one go."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from aimon.external import complaint
from aimon.pipeline import Options, compile_spec

pytestmark = pytest.mark.servers

SPECS = int(os.environ.get("ACCEPTED_SPECS", "150"))

# Texts that are hard for YAML, for Go's templates, for PromQL's strings and for regular expressions.
HARD = (
    "plain words", "", " ", "it's", 'say "so"', "back\\slash", "a\\nb", "two\nlines", "trailing \n", "- dash", "# hash",
    "key: value", "{brace}", "[list]", "%percent", "@at", "`tick`", "null", "~", "true", "NO", "1e3", "0x1F", "012",
    "2024-01-01", "12:30", "é", "日本", "😀", "\u2028", "\u0085", "\ufeff", "\t", "<<", "=", "!tag", "&anchor",
    "*alias", "$1", "${env}", "%%", "{{", "}}", "{{ $value }}", "{{ $labels.status }}", "{{ printf \"%.1f\" $value }}",
    "{# x #}", "{% if %}", "a|b", "a.*", "(", "[", "\\d+", "x" * 300,
)  # fmt: skip
TEXTS = some.sampled_from(HARD) | some.text(max_size=12)
NAMES = some.sampled_from(["api", "job-queue", "x_1", "UPPER", "9lives"])
DURATIONS = some.sampled_from(["0s", "10s", "1m", "90s", "5m", "1h30m", "1d", "2w"])
INTERVALS = some.sampled_from(["10s", "15s", "1m"])
LABELS = some.dictionaries(some.sampled_from(["team", "tier", "severity_class", "Region", "_x"]), TEXTS, max_size=2)
METRICS: dict[str, dict[str, Any]] = {
    "requests_total": {"type": "counter", "labels": {"status": ["ok", "error"], "method": 5}},
    "queue_length": {"type": "gauge", "range": [0, 1000]},
    "wait_seconds": {"type": "gauge"},
    "request_seconds": {"type": "histogram", "buckets": [0.1, 1, 10]},
    "rpc_seconds": {"type": "summary", "quantiles": [0.5, 0.9]},
    "build_info": {"type": "info", "labels": {"version": 3}},
    "used_ratio": {"type": "gauge", "range": [0, 1]},
}
QUERIES = (
    "up", "queue_length", "sum by (job) (rate(requests_total[5m]))", "max(wait_seconds)", "job:requests:rate5m",
    'sum(rate(requests_total{status="error"}[5m])) / sum(rate(requests_total[5m]))', "absent(up)", "used_ratio",
    "histogram_quantile(0.9, sum by (le) (rate(request_seconds_bucket[5m])))", 'rpc_seconds{quantile="0.9"}',
    "queue_length + on (job, instance) wait_seconds", "increase(requests_total[1h]) offset 1d", "time() - wait_seconds",
    'label_replace(up, "x", "$1", "job", "(.*)")', "max_over_time(queue_length[1h:5m])", "-queue_length",
    "queue_length > 5 and on (job) up == 1", "predict_linear(queue_length[1h], 3600)", "vector(1)", "count(up == 0)",
    "quantile by (job) (0.5, queue_length)", "topk(3, requests_total)", "clamp_max(used_ratio, 0.5) * 100",
    "requests_total{method=~\"GET|P.*\"} unless up", "sum(up) or vector(0)", "{job=\"api\"}", "changes(up[1h])",
    "# what is up\nup\n", "sum by (status) (requests_total @ end())", "delta(queue_length[30m]) < -3",
)  # fmt: skip
BOUNDS = some.sampled_from([0, 1, 5, 0.05, "5%", "2s", "10/s", "1GiB", "100ms", -1, 1e6])
SIDES = some.sampled_from(["above", "at_least", "below", "at_most", "equals", "not_equals"])


@some.composite
def alerts(draw: some.DrawFn) -> dict[str, Any]:
    """An alert with some of what one may say."""
    made: dict[str, Any] = {"expr": draw(some.sampled_from(QUERIES)), "summary": draw(TEXTS), "action": draw(TEXTS)}
    if draw(some.booleans()):
        made[draw(SIDES)] = draw(BOUNDS)
    for key in draw(some.sets(some.sampled_from(["for", "keep_firing_for"]))):
        made[key] = draw(DURATIONS)
    optional = {"description": TEXTS, "labels": LABELS, "annotations": LABELS, "group": NAMES, "severity": TEXTS}
    for key in draw(some.sets(some.sampled_from(sorted(optional)))):
        made[key] = draw(optional[key])
    return made


RECORDINGS = some.fixed_dictionaries(
    {"expr": some.sampled_from(QUERIES)}, optional={"labels": LABELS, "group": NAMES, "description": TEXTS}
)
MATCHES = some.dictionaries(
    some.sampled_from(["severity", "alertname", "team", "job"]),
    TEXTS | TEXTS.map("=~{}".format) | TEXTS.map("!={}".format) | TEXTS.map("!~{}".format),
    min_size=1,
    max_size=2,
)
RECEIVERS: Mapping[str, some.SearchStrategy[Any]] = {
    "webhook": some.just({"url": "http://hook:8080/"}),
    "slack": some.fixed_dictionaries({"api_url_file": some.just("/run/secrets/slack")}, optional={"title": TEXTS}),
    "email": some.fixed_dictionaries(
        {"to": some.just("a@b.c"), "from": some.just("d@e.f"), "smarthost": some.just("mail:25")}
    ),
    "pagerduty": some.fixed_dictionaries(
        {"routing_key_file": some.just("/run/secrets/pd")}, optional={"description": TEXTS}
    ),
}


@some.composite
def notifications(draw: some.DrawFn) -> dict[str, Any]:
    """Receivers, routes to them, and inhibitions."""
    names = draw(some.lists(NAMES | TEXTS, min_size=1, max_size=3, unique=True))
    kinds = some.sets(some.sampled_from(sorted(RECEIVERS)), min_size=1, max_size=2)
    made: dict[str, Any] = {
        "receivers": {name: {kind: draw(RECEIVERS[kind]) for kind in draw(kinds)} for name in names}
    }
    to = some.sampled_from(names)
    route = some.fixed_dictionaries(
        {"match": MATCHES, "to": to},
        optional={"continue": some.booleans(), "group_wait": DURATIONS, "repeat_interval": DURATIONS},
    )
    if draw(some.booleans()):
        made["routes"] = draw(some.lists(route, max_size=3))
        made["default"] = draw(to)
    if draw(some.booleans()):
        equal = some.lists(some.sampled_from(["job", "alertname"]), max_size=2, unique=True)
        inhibition = some.fixed_dictionaries({"when": MATCHES, "mute": MATCHES, "equal": equal})
        made["inhibit"] = draw(some.lists(inhibition, max_size=2))
    return made


SERVICES = some.fixed_dictionaries(
    {
        "targets": some.lists(
            some.sampled_from(["api:8080", "[::1]:9", "10.0.0.1:80", "api.local:1"]), min_size=1, unique=True
        )
    },
    optional={
        "labels": LABELS,
        "scrape_interval": INTERVALS,
        "scrape_timeout": some.just("5s"),
        "metrics_path": some.sampled_from(["/metrics", "/a b", "/ü?x=1"]),
        "params": some.just({"module": ["http_2xx", "a b"]}),
        "description": TEXTS,
    },
)
SPEC = some.fixed_dictionaries(
    {
        "prometheus": some.fixed_dictionaries(
            {"version": some.sampled_from(["2.42", "2.42.0"])},
            optional={"external_labels": LABELS, "scrape_interval": INTERVALS, "evaluation_interval": INTERVALS},
        ),
        "services": some.fixed_dictionaries(
            {"api": SERVICES.map(lambda one: {**one, "metrics": METRICS})}, optional={"db": SERVICES}
        ),
        "alerts": some.dictionaries(some.sampled_from(["High", "Down", "a b", "é"]) | TEXTS, alerts(), max_size=3),
        "recording_rules": some.fixed_dictionaries(
            {"job:requests:rate5m": some.just({"expr": "sum by (job) (rate(requests_total[5m]))"})},
            optional={"job:other:sum": RECORDINGS, "a:b": RECORDINGS},
        ),
    },
    optional={"notifications": notifications(), "name": some.sampled_from(["shop", "a-b"]), "owner": TEXTS},
)


def judged(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_what_generate_accepts_the_servers_accept(programs: Mapping[str, str], tmp_path: Path) -> None:
    accepted: dict[str, str] = {}
    tried = 0

    @settings(max_examples=SPECS, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(spec=SPEC)
    def render(spec: dict[str, Any]) -> None:
        nonlocal tried
        tried += 1
        source = tmp_path / "aimon.yaml"
        source.write_text(yaml.safe_dump(spec, allow_unicode=True))
        result = compile_spec(source, Options(judged=False))
        if result.failed:
            return
        name = f"{len(accepted):04}"
        accepted[name] = source.read_text()
        for artifact in result.artifacts:
            if artifact.path.endswith(".yml"):
                place = tmp_path / "out" / name / artifact.path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(artifact.text)

    render()
    assert len(accepted) > tried / 4, "the parts do not fit each other any more"
    out = tmp_path / "out"
    found = {
        kind: sorted(str(path.relative_to(out)) for path in out.glob(f"*/{kind}"))
        for kind in ("rules/*.yml", "prometheus.yml", "alertmanager.yml")
    }
    said = [
        judged([programs["promtool"], "check", "rules", "--lint=none", *found["rules/*.yml"]], out),
        judged([programs["promtool"], "check", "config", "--syntax-only", *found["prometheus.yml"]], out),
        judged([programs["amtool"], "check-config", *found["alertmanager.yml"]], out),
    ]
    wrong = [line for text in said for line in text.splitlines() if complaint(line)]
    blamed = [name for name in accepted if any(f"{name}/" in line for line in wrong)]
    assert not any(said), "\n".join([*wrong, *(f"--- {name}\n{accepted[name]}" for name in blamed[:3])])
