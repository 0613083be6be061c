"""What a doctor makes of answers that no server at hand gives: a Grafana, a Prometheus 3, too much, and nonsense."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from serving import serving

from aimon.checks import LEVELS
from aimon.cli.process import run
from aimon.doctor import Examination, examine
from aimon.doctor.emptiness import is_empty
from aimon.doctor.names import is_varied
from aimon.doctor.words import few, quoted
from aimon.live.http import LiveError, Server
from aimon.pipeline import Options, Result, compile_spec
from aimon.promql.parse import parse
from aimon.render import render
from aimon.stack import Alert, Stack
from aimon.symptoms import ALERTMANAGER, GRAFANA, PROMETHEUS, SERVERS, SYMPTOMS

ROOT = Path(__file__).parent.parent
SPEC = """\
name: shop
self_monitoring: false
services:
  api:
    targets: ["api:1"]
    metrics:
      shop_jobs: {type: gauge, help: Jobs, range: [0, .inf]}
      shop_time_seconds: {type: histogram, help: Time, labels: {route: 5}, buckets: [0.1, 1]}
      shop_wait_seconds: {type: native_histogram, help: Time}
recording_rules:
  job:shop_jobs:sum: {expr: sum by (job) (shop_jobs)}
alerts:
  Many: {expr: shop_jobs, above: 5, for: 5m, summary: Many jobs, action: Look}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the spec; without a proxy in between, and without a token."""
    for name in ("http_proxy", "HTTP_PROXY", "AIMON_TOKEN", "AIMON_TOKEN_FILE", "GITHUB_ACTIONS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "aimon.yaml").write_text(SPEC)
    return tmp_path


@cache
def _compiled(text: str) -> Result:
    return compile_spec(Path("aimon.yaml"), Options(judged=False))


def compiled() -> Result:
    """The spec that is here, compiled once for all tests that have the same."""
    return _compiled(Path("aimon.yaml").read_text())


def stack() -> Stack:
    """What it means."""
    found = compiled().stack
    assert found is not None
    return found


def visit(**addresses: str) -> Examination:
    """What a doctor finds who asks these servers."""
    return examine(compiled(), {name: addresses.get(name.lower()) for name in SERVERS})


def found(examination: Examination) -> list[tuple[str, str]]:
    assert examination.failures == ()
    return [(one.check.removeprefix("doctor/"), one.address) for one in examination.diagnostics]


def outputs() -> dict[str, str]:
    """What the spec renders."""
    return {artifact.path: artifact.text for artifact in render(stack())}


# --- Prometheus --------------------------------------------------------------------------------------------------


class Prometheus:
    """A Prometheus that has loaded what the spec renders, and scrapes what a test says: series by name, and types."""

    def __init__(self, counts: Mapping[str, int], types: Mapping[str, str], **target: Any) -> None:
        self.counts, self.types, self.asked = counts, types, list[str]()
        self.target = {"scrapePool": "api", "health": "up", "lastError": "", "scrapeInterval": "15s", **target}
        self.bounds = ("0.1", "1.0", "+Inf")
        self.took, self.version = 0.001, "3.7.1"
        self.alertmanagers = [{"url": "http://alertmanager:9093/api/v2/alerts"}]

    def answers(self) -> dict[str, Any]:
        """By path."""
        files = outputs()
        labels = {"job": "api", "instance": "api:1"}
        target = {"discoveredLabels": {"__address__": "api:1"}, "labels": labels, **self.target}
        said = [{"target": labels, "metric": name, "type": type, "unit": ""} for name, type in self.types.items()]
        return {
            "/api/v1/status/config": {"data": {"yaml": files["prometheus.yml"]}},
            "/api/v1/status/buildinfo": {"data": {"version": self.version}},
            "/api/v1/status/flags": {"data": {"config.file": "/etc/prometheus/prometheus.yml"}},
            "/api/v1/rules": {"data": {"groups": list(self.groups())}},
            "/api/v1/targets": {"data": {"activeTargets": [target] if self.target["scrapePool"] else []}},
            "/api/v1/targets/metadata": {"data": said} if said else 404,
            "/api/v1/alertmanagers": {"data": {"activeAlertmanagers": self.alertmanagers}},
            "/api/v1/query": lambda query: {"data": {"result": list(self.query(query["query"]))}},
        }

    def groups(self) -> Iterator[dict[str, Any]]:
        """The rules of the spec as they are told."""
        for group in stack().groups:
            rules = []
            for rule in group.rules:
                common = {"name": rule.name, "health": "ok", "labels": dict(rule.labels)}
                if isinstance(rule, Alert):
                    more = {"type": "alerting", "query": rule.condition, "duration": 300, "state": "inactive"}
                    rules.append({**common, **more, "annotations": dict(rule.annotations)})
                else:
                    rules.append({**common, "type": "recording", "query": rule.expression.text})
            place = {"name": group.name, "file": f"/etc/prometheus/{group.path}", "interval": 15}
            yield {**place, "evaluationTime": self.took, "rules": rules}

    def query(self, text: str) -> Iterator[dict[str, Any]]:
        """The few forms that a doctor asks in."""
        if text.startswith("count by"):
            yield from (_sample({"__name__": name}, count) for name, count in self.counts.items())
        elif text.startswith("group by"):
            yield from (_sample({"__name__": "shop_time_seconds_bucket", "le": bound}, 1) for bound in self.bounds)
        elif text.startswith("label_replace"):
            for name, number in re.findall(r'count\((?:last_over_time\()?(\w[\w:]*).*?"selector", "(\d+)"', text):
                if self.counts.get(name) or ":" in name:
                    yield _sample({"selector": number}, 1)
        else:
            (names,) = re.findall(r'__name__=~"(.*?)"', text)
            for name in names.split("|"):
                labels = {"route": "/"} if name == "shop_time_seconds_count" else {}
                native = self.types.get(name) == "histogram"
                yield _sample({"__name__": name, "job": "api", "instance": "api:1", **labels}, 3, native)


def _sample(labels: Mapping[str, str], value: float, native: bool = False) -> dict[str, Any]:
    told = {"histogram": [0, {"count": "3"}]} if native else {"value": [0, str(value)]}
    return {"metric": labels, **told}


WELL = {"shop_jobs": 1, "shop_time_seconds_count": 1, "shop_time_seconds_bucket": 3, "shop_wait_seconds": 1}
TYPES = {"shop_jobs": "gauge", "shop_time_seconds": "histogram", "shop_wait_seconds": "histogram"}


def ask(prometheus: Prometheus) -> Examination:
    with serving(prometheus.answers(), asked=prometheus.asked) as url:
        return visit(prometheus=url)


def test_a_healthy_prometheus_of_the_newest_kind() -> None:
    """Native histograms have no value that is a number."""
    prometheus = Prometheus(WELL, TYPES)
    assert found(ask(prometheus)) == []
    assert len(prometheus.asked) == 12, prometheus.asked


def test_the_number_of_questions_does_not_grow_with_the_metrics() -> None:
    many = "".join(
        f"      shop_{number}_jobs: {{type: gauge, help: Jobs, range: [0, .inf]}}\n" for number in range(300)
    )
    Path("aimon.yaml").write_text(SPEC.replace("recording_rules:\n", f"{many}recording_rules:\n"))
    names = [f"shop_{number}_jobs" for number in range(300)]
    prometheus = Prometheus({**WELL, **dict.fromkeys(names, 1)}, {**TYPES, **dict.fromkeys(names, "gauge")})
    assert found(ask(prometheus)) == []
    assert len(prometheus.asked) < 20
    assert max(map(len, prometheus.asked)) < 8_000  # what proxies take


def test_what_is_too_much_is_not_listed_and_that_is_said() -> None:
    prometheus = Prometheus({**WELL, "shop_jobs": 1_000_000}, TYPES)
    examination = ask(prometheus)
    assert found(examination) == []
    assert "Prometheus: the labels of `shop_jobs` were not compared, because there are too many series" in (
        examination.notes
    )
    listed = [path for path in prometheus.asked if "api%22%2C__name__" in path and "group" not in path]
    assert not any("shop_jobs" in path for path in listed)


BROKEN: dict[str, tuple[dict[str, Any], list[str]]] = {
    "the target is down": ({"health": "down", "lastError": "refused"}, ["target-down"]),
    "the target is new": ({"health": "unknown"}, []),
    "no target": ({"scrapePool": ""}, ["job-without-target"]),
    "another job": ({"scrapePool": "other"}, ["unknown-job", "job-without-target"]),
}


@pytest.mark.parametrize("case", BROKEN)
def test_targets(case: str) -> None:
    target, expected = BROKEN[case]
    examination = ask(Prometheus(WELL, TYPES, **target))
    assert [check for check, _ in found(examination)] == expected
    assert any("the metrics of `api` were not compared" in note for note in examination.notes)


@pytest.mark.parametrize(
    ("counts", "types", "expected"),
    [
        ({"shop_jobs": 0}, {}, [("metric-silent", "services.api.metrics.shop_jobs")]),
        ({"shop_jobs": 0}, {"shop_jobs": None}, [("metric-missing", "services.api.metrics.shop_jobs")]),
        ({"shop_time_seconds_count": 0, "shop_time_seconds_bucket": 0, "shop_time_seconds": 1}, {},
         [("metric-type", "services.api.metrics.shop_time_seconds.type")]),
        ({"shop_wait_seconds": 0, "shop_wait_seconds_bucket": 9}, {},
         [("metric-type", "services.api.metrics.shop_wait_seconds.type")]),
        ({}, {"shop_jobs": "unknown"}, []),
    ],
)  # fmt: skip
def test_metrics(counts: dict[str, int], types: dict[str, str | None], expected: list[tuple[str, str]]) -> None:
    said = {name: type for name, type in {**TYPES, **types}.items() if type}
    assert found(ask(Prometheus({**WELL, **counts}, said))) == expected


def test_a_target_of_another_application() -> None:
    """One finding, not one for each metric."""
    examination = ask(Prometheus({"go_goroutines": 1, "go_threads": 1}, {"go_goroutines": "gauge"}))
    assert found(examination) == [("job-foreign", "services.api")]
    assert "exposes none of the 3 metrics" in examination.diagnostics[0].message


def test_an_old_server_that_knows_no_types() -> None:
    assert found(ask(Prometheus(WELL, {}))) == []


def test_what_a_pack_needs_is_no_error() -> None:
    """A plain Redis is no cluster; what the pack marks so is an info, whoever reads it."""
    Path("aimon.yaml").write_text(SPEC.replace("    metrics:\n", "    packs: [redis]\n    metrics:\n"))
    needy = {metric.name for job in stack().jobs for metric in job.metrics if metric.needs}
    assert needy
    examination = ask(Prometheus(WELL, TYPES))
    optional = [one for one in examination.diagnostics if one.check == "doctor/metric-optional"]
    assert len(optional) == len(needy)
    assert {one.address for one in optional} == {"services.api.packs.0"}
    assert {one.level for one in optional} == {"info"}


def test_a_group_that_takes_too_long() -> None:
    prometheus = Prometheus(WELL, TYPES)
    prometheus.took = 20.0
    assert {check for check, _ in found(ask(prometheus))} == {"rule-slow"}


def test_an_old_server() -> None:
    Path("aimon.yaml").write_text('prometheus: {version: "3.5"}\n' + SPEC)
    prometheus = Prometheus(WELL, TYPES)
    assert found(ask(prometheus)) == []
    prometheus.version = "2.42.0+ds"
    assert found(ask(prometheus)) == [("old-server", "prometheus.version")]


def test_a_gauge_beside_a_counter_of_nearly_its_name() -> None:
    """OpenMetrics calls the counter like the gauge; a text that has the gauge alone has not the counter."""
    Path("aimon.yaml").write_text(SPEC.replace("shop_jobs: {type: gauge", "shop_jobs_total: {type: counter"))
    assert [check for check, _ in found(ask(Prometheus(WELL, TYPES)))] == ["metric-missing"]
    openmetrics = Prometheus({**WELL, "shop_jobs_total": 1}, {**TYPES, "shop_jobs": "counter"})
    assert found(ask(openmetrics)) == []


@pytest.mark.parametrize("data", [[], {}, "a", 5, None, {"activeTargets": [5]}, {"result": [{"value": 5}]}])
@pytest.mark.parametrize(
    "place", ["targets", "targets/metadata", "alertmanagers", "query", "rules", "status/buildinfo"]
)
def test_nonsense_is_no_bug_of_ours(place: str, data: Any) -> None:
    answers = Prometheus(WELL, TYPES).answers()
    with serving({**answers, f"/api/v1/{place}": {"data": data}}) as url:
        visit(prometheus=url)


def test_secrets_are_in_no_word() -> None:
    error = 'Get "http://admin:hunter2@api:1/metrics?token=s3cret": dial tcp: refused'
    Path("aimon.yaml").write_text(SPEC.replace('"]', '"]\n    http: {basic_auth: {username: a, password: hunter2}}'))
    examination = ask(Prometheus(WELL, TYPES, health="down", lastError=error))
    text = f"{examination}"
    assert "refused" in text
    assert "hunter2" not in text
    assert "s3cret" not in text


# --- Grafana -----------------------------------------------------------------------------------------------------


def grafana() -> dict[str, Any]:
    """A Grafana that has loaded what the spec renders."""
    files = outputs()
    boards = [json.loads(text) for path, text in files.items() if path.startswith("grafana/dashboards/")]
    return {
        "/api/health": {"database": "ok"},
        "/api/datasources/uid/prometheus": {"uid": "prometheus", "type": "prometheus"},
        "/api/datasources/uid/alertmanager": {"uid": "alertmanager", "type": "alertmanager"},
        **{f"/api/dashboards/uid/{board['uid']}": {"dashboard": {**board, "version": 7}} for board in boards},
    }


def test_a_healthy_grafana() -> None:
    with serving(grafana()) as url:
        examination = visit(grafana=url)
    assert found(examination) == []
    assert "Grafana: 1 dashboard, 2 data sources compared" in examination.notes


def test_dashboards_that_are_gone_or_changed() -> None:
    answers = grafana()
    (place,) = (path for path in answers if path.startswith("/api/dashboards"))
    with serving({path: answer for path, answer in answers.items() if path != place}) as url:
        assert [check for check, _ in found(visit(grafana=url))] == ["dashboard-missing"]
    answers[place]["dashboard"]["panels"].pop()
    with serving(answers) as url:
        (one,) = visit(grafana=url).diagnostics
    assert (one.check, one.level) == ("doctor/dashboard-differs", "warning")
    assert "in 1 way: `panel " in one.message


def test_data_sources_that_are_gone_or_not_to_be_seen() -> None:
    answers = grafana()
    with serving({**answers, "/api/datasources/uid/prometheus": None}) as url:
        assert [check for check, _ in found(visit(grafana=url))] == ["data-source-missing"]
    with serving({**answers, "/api/datasources/uid/prometheus": 403}) as url:
        examination = visit(grafana=url)
    assert found(examination) == []
    assert any("this token may not" in note for note in examination.notes)


# --- Servers that do not answer ----------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [{}, {"/": "hello"}, {"/api/v1/status/config": [1], "/api/health": "ok"}])
@pytest.mark.parametrize("name", ["prometheus", "grafana", "alertmanager"])
def test_another_kind_of_server(name: str, answer: dict[str, Any]) -> None:
    with serving(answer) as url:
        examination = visit(**{name: url})
    (failure,) = examination.failures
    assert url in str(failure)
    assert examination.diagnostics == ()


def test_an_alertmanager_that_cannot_be_read() -> None:
    with serving({"/api/v2/status": {"config": {"original": "a: [\n"}}}) as url:
        (failure,) = visit(alertmanager=url).failures
    assert str(failure).startswith("Alertmanager: what it answers cannot be read")


def test_one_that_does_not_answer_does_not_hide_what_others_say(capsys: pytest.CaptureFixture[str]) -> None:
    answers = {path: answer for path, answer in grafana().items() if "dashboards" not in path}
    with serving(answers) as url, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["aimon", "doctor", "--grafana", url, "--prometheus", "http://127.0.0.1:1"])
        assert run() == 2
    said = capsys.readouterr()
    assert "[doctor/dashboard-missing]" in said.out
    assert "error: Prometheus: http://127.0.0.1:1 does not answer" in said.err
    assert "Alertmanager: not asked" in said.err


@pytest.mark.parametrize("url", ["http://a:hunter2@127.0.0.1:1", "http://127.0.0.1:1/?key=hunter2", "http://h#hunter2"])
def test_an_address_holds_no_secret(url: str) -> None:
    with pytest.raises(LiveError) as error:
        Server(url)
    assert "hunter2" not in f"{error.value}{error.value.cure}"


# --- Small things ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "empty"),
    [
        ("a", True),
        ("b", False),
        ("a + b", True),
        ("b / (a > 1)", True),
        ("a or b", False),
        ("a or a", True),
        ("b unless a", False),
        ("a unless b", True),
        ("b and a", True),
        ("absent(a)", False),
        ("absent(a) and a", True),
        ("sum(rate(a[5m])) > 5", True),
        ("max_over_time(rate(a[5m])[1h:])", True),
        ("-a", True),
        ("vector(1) > 0", False),
        ("time() - a > 5", True),
        ("b > scalar(a)", False),
        ("label_replace(a, 'x', 'y', '', '')", True),
        ("count(b) or vector(0)", False),
    ],
)
def test_what_returns_nothing(expression: str, empty: bool) -> None:
    assert is_empty(parse(expression), {"b"}) is empty


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("shop_refunds_total", "shop_refund_total", True),
        ("http_requests_total", "http_server_requests_total", True),
        ("shop_latency_seconds", "shop_latency_milliseconds", True),
        ("ai_errors_total", "ai_retries_total", False),
        ("shop_jobs", "go_threads", False),
    ],
)
def test_what_is_the_same_name_with_a_difference(one: str, other: str, expected: bool) -> None:
    assert is_varied(one, other) is is_varied(other, one) is expected


def test_a_case_that_has_not_happened_is_not_mistaken_for_another_one() -> None:
    """Errors and retries are called alike, and are not the same."""
    line = "      shop_errors_total: {type: counter, help: Errors, labels: {kind: [a]}}\n"
    Path("aimon.yaml").write_text(SPEC.replace("recording_rules:\n", f"{line}recording_rules:\n"))
    said = {**TYPES, "shop_retries_total": "counter"}
    (one,) = ask(Prometheus({**WELL, "shop_retries_total": 1}, said)).diagnostics
    assert (one.check, one.level) == ("doctor/metric-unseen", "warning")
    assert "is it called `shop_retries_total`?" in (one.help or "")


def test_words() -> None:
    assert few([]) == ""
    assert few("abcde") == "`a`, `b`, `c` and 2 more"
    assert quoted("a\nb") == "a b"
    assert quoted("see https://user:word@host/path?key=value now") == "see https://•@host/path?• now"
    assert quoted('sum(rate(a{path=~"/b?c"}[5m]))') == 'sum(rate(a{path=~"/b?c"}[5m]))'
    assert len(quoted("a" * 999)) < 250


def test_the_page_has_every_finding() -> None:
    text = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(doctor/[a-z-]+)` \| (\w+) \| (.+?) \|", text, re.MULTILINE)
    told = [(one.id, one.level, f"{one.sentence} {one.why[0].upper()}{one.why[1:]}") for one in SYMPTOMS.values()]
    assert rows == told


def test_every_finding_is_in_the_table_and_asked_for() -> None:
    code = "".join(path.read_text() for path in (ROOT / "aimon" / "doctor").glob("*.py"))
    assert set(re.findall(r'"(doctor/[a-z-]+)"', code)) == SYMPTOMS.keys()
    assert {symptom.level for symptom in SYMPTOMS.values()} == set(LEVELS)
    assert {symptom.server for symptom in SYMPTOMS.values()} == {PROMETHEUS, ALERTMANAGER, GRAFANA}


def test_validate_takes_no_offence_at_what_only_a_doctor_finds() -> None:
    """An acceptance of it is neither unknown nor idle."""
    line = "shop_jobs: {type: gauge, help: Jobs, range: [0, .inf]}"
    entry = "ignore: [{check: doctor/target-down, reason: it is asleep at night}]\n"
    Path("aimon.yaml").write_text(entry + SPEC.replace(line, f"{line}  # aimon: ignore[doctor/metric-missing] soon"))
    result = compile_spec(Path("aimon.yaml"), Options(judged=False))
    assert [one.check for one in result.diagnostics if one.check.startswith("ignore/")] == []
    assert found(ask(Prometheus({**WELL, "shop_jobs": 0}, {**TYPES, "shop_jobs": "unknown"}, health="down"))) == []


def test_every_finding_has_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    for id in SYMPTOMS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.argv", ["aimon", "explain", id])
            assert run() == 0
        assert "Why: " in capsys.readouterr().out
