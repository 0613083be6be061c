"""OpenTelemetry's names: the examples that its documents and libraries show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aimon.otel import TRANSLATIONS, label_name, metric_name
from aimon.otel import unit as unit_of
from aimon.pipeline import Options, compile_spec


@pytest.mark.parametrize(
    ("name", "type", "unit", "made"),
    [
        ("http.server.request.duration", "histogram", "s", "http_server_request_duration_seconds"),
        ("gen_ai.client.token.usage", "histogram", "{token}", "gen_ai_client_token_usage"),
        ("gen_ai.client.operation.duration", "histogram", "s", "gen_ai_client_operation_duration_seconds"),
        ("claude_code.token.usage", "counter", "tokens", "claude_code_token_usage_tokens_total"),
        ("claude_code.cost.usage", "counter", "USD", "claude_code_cost_usage_USD_total"),
        ("requests.total", "counter", "", "requests_total"),
        ("system.filesystem.usage", "gauge", "By", "system_filesystem_usage_bytes"),
        ("system.memory.utilization", "gauge", "1", "system_memory_utilization_ratio"),
        ("disk.io", "gauge", "By/s", "disk_io_bytes_per_second"),
        ("process.uptime.seconds", "gauge", "s", "process_uptime_seconds"),
        ("2xx.count", "counter", "", "_2xx_count_total"),
    ],
)
def test_names_with_suffixes(name: str, type: str, unit: str, made: str) -> None:
    assert metric_name(name, type, unit) == made


@pytest.mark.parametrize(
    ("strategy", "made"),
    [
        ("UnderscoreEscapingWithSuffixes", "http_client_sent_bytes_total"),
        ("UnderscoreEscapingWithoutSuffixes", "http_client_sent"),
        ("NoUTF8EscapingWithSuffixes", "http.client.sent_bytes_total"),
        ("NoTranslation", "http.client.sent"),
    ],
)
def test_each_strategy(strategy: str, made: str) -> None:
    assert metric_name("http.client.sent", "counter", "By", strategy) == made


def test_attributes_become_labels() -> None:
    assert label_name("gen_ai.request.model") == "gen_ai_request_model"
    assert label_name("2nd..choice") == "key_2nd_choice"
    assert label_name("gen_ai.request.model", "NoTranslation") == "gen_ai.request.model"


@given(st.text(max_size=30), st.sampled_from(["counter", "gauge", "histogram"]), st.text(max_size=8))
def test_escaped_names_are_names(name: str, type: str, unit: str) -> None:
    for strategy, translation in TRANSLATIONS.items():
        if not translation.keeps_dots:
            assert re.fullmatch(r"[a-zA-Z_:][a-zA-Z0-9_:]*", metric_name(name, type, unit, strategy))


@pytest.mark.parametrize(
    ("unit", "type", "made"),
    [
        ("s", "histogram", "s"),
        ("By/s", "gauge", "B/s"),
        ("{token}", "histogram", "token"),
        ("1", "gauge", "ratio"),
        ("1", "counter", None),
        ("", "counter", None),
        ("MiBy", "gauge", "MiB"),
    ],
)
def test_units(unit: str, type: str, made: str | None) -> None:
    assert unit_of(unit, type) == made


def test_a_service_that_speaks_opentelemetry(tmp_path: Path) -> None:
    """Declared by one name, asked for by another; what is found stands at the name that was written."""
    (tmp_path / "aimon.yaml").write_text("""
services:
  collector:
    targets: ["collector:8889"]
    otel: {translation: UnderscoreEscapingWithSuffixes}
    metrics:
      gen_ai.client.operation.duration:
        {type: histogram, unit: s, help: Time of a call, labels: {gen_ai.request.model: 5}, buckets: [1, 10]}
      gen_ai.client.calls: {type: counter, unit: "{call}", help: Calls}
alerts:
  Slow:
    expr: |
      sum by (gen_ai_request_model) (rate(gen_ai_client_operation_duration_seconds_sum[5m]))
        / sum by (gen_ai_request_model) (rate(gen_ai_client_operation_duration_seconds_count[5m]))
    above: 5s
    for: 5m
    summary: Slow
    description: '{{ $labels.gen_ai_request_model }} needs {{ $value | humanizeDuration }}'
    action: Look
  Wrong: {expr: 'rate(gen_ai_client_calls[5m])', above: 5/s, for: 5m, summary: Wrong, action: Look}
notifications: {receivers: {team: {webhook: {url: "http://pager:8080/"}}}}
""")
    result = compile_spec(tmp_path / "aimon.yaml", Options(judged=False))
    assert {one.check for one in result.diagnostics if one.level == "error"} == {"promql/unknown-metric"}
    (found,) = [one for one in result.diagnostics if one.check == "promql/unknown-metric"]
    assert "gen_ai_client_calls_total" in (found.help or "")
