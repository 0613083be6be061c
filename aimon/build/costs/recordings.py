"""The prices of tokens as series, and what is spent as recording rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aimon import conventions, spec
from aimon.build.numbers import number
from aimon.catalogue import Catalogue
from aimon.prices import price_of
from aimon.prices.paid import KIND, MODEL, kinds_of, models_of
from aimon.promql.names import quoted

# The windows over which money is counted.
HOUR, DAY = "increase1h", "increase1d"


def recordings(cost: spec.LLMCost, known: Catalogue) -> Iterator[spec.RecordingRule]:
    """The prices, where we know them, and what is spent over each window."""
    if cost.cost is None:
        yield from prices(cost, known)
    for operation, window in (("rate5m", "5m"), (HOUR, "1h"), (DAY, "1d")):
        function = operation.removesuffix(window)
        yield spec.RecordingRule(
            at=cost.at,
            name=spend_series(cost, operation),
            expr=_money(cost, function, window),
            labels={"spend": cost.name},
            unit="USD/s" if function == "rate" else "USD",
            group=conventions.COST_GROUP,
        )


def prices(cost: spec.LLMCost, known: Catalogue) -> Iterator[spec.RecordingRule]:
    """One constant series for each model and kind of token."""
    includes = cost.input_includes_cache is not False
    for model in dict.fromkeys(models_of(cost, known)):
        price = price_of(model, cost.prices)
        if price is None:
            continue  # `llm-cost/no-price` reports it
        for value, kind in kinds_of(cost, known).items():
            yield spec.RecordingRule(
                at=cost.at,
                name=price_series(cost),
                expr=f"vector({number(price.of(kind, includes))})",
                labels={"spend": cost.name, cost.model or MODEL: model, cost.kind or KIND: value},
                unit="USD/tokens",
                group=conventions.COST_GROUP,
            )


def price_series(cost: spec.LLMCost) -> str:
    """What the prices of a cost are recorded as."""
    return f"{cost.model or MODEL}_{cost.kind or KIND}:llm_token_price_usd:list"


def spend_series(cost: spec.LLMCost, operation: str) -> str:
    """What the money of a cost is recorded as."""
    return f"{'_'.join(told_apart_by(cost))}:llm_cost_usd:{operation}"


def told_apart_by(cost: spec.LLMCost) -> list[str]:
    """The labels by which money is told apart."""
    return list(dict.fromkeys([*(cost.by or ()), cost.model or MODEL]))


def total(cost: spec.LLMCost, operation: str) -> str:
    """All the money of a cost."""
    return f"sum({spend_series(cost, operation)}{{spend={quoted(cost.name)}}})"


def _money(cost: spec.LLMCost, function: str, window: str) -> str:
    by = ", ".join(told_apart_by(cost))
    if cost.cost is not None:
        return f"sum by ({by}) ({function}({cost.cost}[{window}]))"
    if isinstance(cost.tokens, Mapping):
        parts = [_priced(cost, f"{function}({counter}[{window}])", kind) for kind, counter in cost.tokens.items()]
        return f"sum by ({by}) (\n    {f'{chr(10)}  or '.join(parts)}\n)"
    return f"sum by ({by}) (\n  {_priced(cost, f'{function}({cost.tokens}[{window}])')}\n)"


def _priced(cost: spec.LLMCost, tokens: str, only: str | None = None) -> str:
    """Tokens times their price; a counter of one kind takes the kind's name along, so that several can be joined."""
    model, kind, by = cost.model or MODEL, cost.kind or KIND, ", ".join(told_apart_by(cost))
    name, prices = quoted(cost.name), price_series(cost)
    if only is not None:
        chosen = f"{prices}{{spend={name}, {kind}={quoted(only)}}}"
        return f"sum by ({by}) ({tokens})\n    * on ({model}) group_left ({kind}) {chosen}"
    return f"sum by ({by}, {kind}) ({tokens})\n    * on ({model}, {kind}) group_left () {prices}{{spend={name}}}"
