"""Every model whose tokens are counted has a price.

Why: tokens without a price cost nothing on the dashboard, so the spend looks lower than the invoice, and the budget
alerts wait too long. List prices of well-known models come with aimon; any other has to be told.

Bad::

    services:
      api:
        targets: ['api:8080']
        metrics:
          llm_tokens_total: {type: counter, labels: {model: [own-model-7b], type: [input, output]}}
    llm_costs:
      chat: {tokens: llm_tokens_total}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api:
        targets: ['api:8080']
        metrics:
          llm_tokens_total: {type: counter, labels: {model: [own-model-7b], type: [input, output]}}
    llm_costs:
      chat:
        tokens: llm_tokens_total
        prices: {own-model-7b: {input: 0.1, output: 0.3}}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.prices import list_prices, price_of
from aimon.prices.paid import models_of
from aimon.stack import Stack
from aimon.suggest import did_you_mean

ID = "llm-cost/no-price"


def check(stack: Stack) -> Iterator[Finding]:
    """Every model that is counted, or asked for, without a price; a counter whose models nobody knows."""
    for cost in stack.spec.llm_costs:
        if cost.cost is not None:
            continue
        models = models_of(cost, stack.catalogue)
        if not models:
            message = f"nobody knows which models `{cost.name}` uses, so nothing of it has a price"
            cure = "list them: `models: [claude-opus-5-5, gpt-6-sol]`"
            yield Finding(ID, message, (*cost.at, "tokens"), help=cure)
        for index, model in enumerate(models):
            if price_of(model, cost.prices) is None:
                at = (*cost.at, "models", index) if cost.models else (*cost.at, "tokens")
                cure = f"write `prices: {{{model}: {{input: …, output: …}}}}`, in USD for a million tokens"
                known = did_you_mean(model, list_prices(), cure)
                yield Finding(ID, f"nobody knows what the tokens of `{model}` cost", at, help=known)
