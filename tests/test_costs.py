"""Money: prices are found, cached tokens are not billed twice, and Prometheus comes to the same sums."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aimon.document import read
from aimon.pipeline import Options, compile_spec
from aimon.prices import KINDS, PER, TABLE, Price, list_prices, price_of

OWN = {"own-model": {"input": 1, "output": 2.5}}


def test_the_list_has_a_date_and_sane_prices() -> None:
    assert str(read(TABLE).value["as_of"]).count("-") == 2
    assert len(list_prices()) > 100
    for model, price in list_prices().items():
        assert 0 <= price.input <= price.output < 1000, model
        assert price.cache_read is None or price.cache_read <= price.input, model


@pytest.mark.parametrize(
    ("model", "same_as"),
    [
        ("claude-opus-5-5", "claude-opus-5-5"),
        ("anthropic/claude-opus-5-5", "claude-opus-5-5"),
        ("claude-opus-5-5-20261001", "claude-opus-5-5"),
        ("bedrock/anthropic/claude-opus-5-5@20261001", "claude-opus-5-5"),
        ("gpt-6-sol-2026-07-01", "gpt-6-sol"),
        ("claude-opus", None),
        ("", None),
    ],
)
def test_a_model_is_found_behind_its_provider_and_date(model: str, same_as: str | None) -> None:
    assert price_of(model, {}) == (list_prices()[same_as] if same_as else None)


def test_own_prices_win() -> None:
    assert price_of("openai/own-model", OWN) == Price(Decimal(1), Decimal("2.5"))
    own = {"claude-opus-5-5": {"input": 0, "output": 0}}
    assert price_of("claude-opus-5-5-20261001", own) == Price(Decimal(0), Decimal(0))


money = st.decimals(0, 100, places=4)
tokens = st.integers(0, 10**9)


@given(
    price=st.builds(Price, money, money, st.none() | money, st.none() | money),
    read=tokens, written=tokens, fresh=tokens, out=tokens, includes=st.booleans(),
)  # fmt: skip
def test_no_token_is_billed_twice(price: Price, read: int, written: int, fresh: int, out: int, includes: bool) -> None:
    """What the kinds sum up to is what an invoice says, however the provider counts input."""
    counted = {
        "input": fresh + (read + written if includes else 0),
        "output": out,
        "cache_read": read,
        "cache_write": written,
    }
    billed = sum((counted[kind] * price.of(kind, includes) for kind in KINDS), Decimal(0))
    of_read = price.input if price.cache_read is None else price.cache_read
    of_written = price.input if price.cache_write is None else price.cache_write
    invoice = (fresh * price.input + read * of_read + written * of_written + out * price.output) / PER

    assert abs(billed - invoice) <= Decimal("1e-12") * max(Decimal(1), invoice)


def spec_of(costs: Mapping[str, Any]) -> str:
    labels = {
        "provider": ["a", "b"],
        "model": ["own-model", "claude-opus-5-5"],
        "type": ["input", "output", "cache_read"],
    }
    by_model = {name: label for name, label in labels.items() if name != "type"}
    metrics = {
        "llm_tokens_total": {"type": "counter", "labels": labels},
        **{
            f"llm_{kind}_tokens_total": {"type": "counter", "labels": by_model}
            for kind in ("input", "output", "cache_read")
        },
        "llm_usd_total": {"type": "counter", "unit": "USD", "labels": by_model},
        "llm_calls_total": {"type": "counter", "labels": by_model},
    }
    receiver = {"receivers": {"team": {"webhook": {"url": "http://pager:8080/"}}}}
    services = {"api": {"targets": ["api:8080"], "metrics": metrics}}
    return json.dumps({"services": services, "llm_costs": {"chat": costs}, "notifications": receiver})


BY_LABEL = {"tokens": "llm_tokens_total", "prices": OWN, "by": ["provider"]}
BY_COUNTER = {
    "tokens": {kind: f"llm_{kind}_tokens_total" for kind in ("input", "output", "cache_read")},
    "prices": OWN,
}
BUDGET = {"budget": {"day": "$50"}}

# A million tokens of input in an hour, of which 0.4 were cached, and 0.1 of output; at 4, 20 and 0.2.
INCLUDED = Decimal("0.6") * 4 + Decimal("0.4") * Decimal("0.2") + Decimal("0.1") * 20
EXCLUDED = Decimal(1) * 4 + Decimal("0.4") * Decimal("0.2") + Decimal("0.1") * 20


A_MINUTE = {"input": 1e6 / 60, "output": 1e5 / 60, "cache_read": 4e5 / 60}
WHO = 'job="api", model="claude-opus-5-5", provider="a"'
PACES = [
    *((f'llm_tokens_total{{{WHO}, type="{kind}"}}', pace) for kind, pace in A_MINUTE.items()),
    *((f"llm_{kind}_tokens_total{{{WHO}}}", pace) for kind, pace in A_MINUTE.items()),
    (f"llm_usd_total{{{WHO}}}", 3 / 60),
    (f"llm_calls_total{{{WHO}}}", 1),
]


@pytest.mark.servers
@pytest.mark.parametrize(
    ("costs", "level", "spent"),
    [
        (BY_LABEL | {"input_includes_cache": True}, "provider_model", INCLUDED),
        (BY_LABEL | {"input_includes_cache": False}, "provider_model", EXCLUDED),
        (BY_COUNTER | {"input_includes_cache": True}, "model", INCLUDED),
        (BY_COUNTER | {"input_includes_cache": False}, "model", EXCLUDED),
        ({"cost": "llm_usd_total", "calls": "llm_calls_total"}, "model", Decimal(3)),
    ],
)
def test_prometheus_comes_to_the_same_sum(
    programs: Mapping[str, str], tmp_path: Path, costs: dict[str, Any], level: str, spent: Decimal
) -> None:
    written = rendered(tmp_path, costs | BUDGET)
    provider = "" if level == "model" else ', provider="a"'
    labels = '{model="claude-opus-5-5", spend="chat"' + provider + "}"
    spend = [
        (f"round({level}:llm_cost_usd:{operation}, 0.0001)", labels, round(float(spent * hours), 4))
        for operation, hours in (("increase1h", 1), ("increase1d", 24))
    ]
    woken = ("count(ALERTS{alertname='ChatDailyBudgetSpent', alertstate='firing'})", "{}", 1)
    quiet = ("count(ALERTS{alertname=~'.*WithoutPrice|.*WithoutCost'}) or vector(0)", "{}", 0)
    test = {
        "interval": "1m",
        "input_series": [{"series": name, "values": f"0+{pace}x3000"} for name, pace in PACES],
        "promql_expr_test": [
            {"expr": expr, "eval_time": "26h", "exp_samples": [{"labels": result, "value": value}]}
            for expr, result, value in (*spend, woken, quiet)
        ],
    }
    page = tmp_path / "costs.test.json"
    page.write_text(json.dumps({"rule_files": [str(path) for path in written], "tests": [test]}))
    judged = subprocess.run([programs["promtool"], "test", "rules", str(page)], capture_output=True, text=True)
    assert judged.returncode == 0, judged.stdout + judged.stderr


def rendered(folder: Path, costs: Mapping[str, Any]) -> list[Path]:
    """The files of rules, from a spec in which nothing is found."""
    (folder / "aimon.yaml").write_text(spec_of(costs))
    result = compile_spec(folder / "aimon.yaml", Options(judged=False))
    assert [one for one in result.diagnostics if one.level != "info"] == []
    paths = []
    for artifact in result.artifacts:
        if artifact.path.startswith("rules/") and not artifact.path.startswith("rules/tests/"):
            paths.append(folder / Path(artifact.path).name)
            paths[-1].write_text(artifact.text)
    return paths


@pytest.mark.parametrize("costs", [BY_LABEL, BY_COUNTER])
def test_without_a_price_there_is_no_rule(tmp_path: Path, costs: dict[str, Any]) -> None:
    """A sum over nothing would read as a spend of nothing."""
    nameless = {**costs, "prices": {}, "models": ["nobody-knows"], "input_includes_cache": True}
    (tmp_path / "aimon.yaml").write_text(spec_of(nameless))
    result = compile_spec(tmp_path / "aimon.yaml", Options(judged=False))
    assert {one.check for one in result.diagnostics} == {"llm-cost/no-price"}
    assert result.stack is not None
    assert list(result.stack.recordings()) == []
