"""Where cached tokens are counted, it is said whether input counts them too.

Why: OpenAI, OpenTelemetry and LiteLLM count a cached token as input as well, Anthropic does not. Whoever guesses bills
it twice or not at all: an over-estimate of 3.9 times has been seen.
https://github.com/multica-ai/multica/issues/5838

Bad::

    services:
      api:
        targets: ['api:8080']
        metrics:
          llm_tokens_total: {type: counter, labels: {model: [gpt-6-sol], type: [input, output, cache_read]}}
    llm_costs:
      chat: {tokens: llm_tokens_total}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api:
        targets: ['api:8080']
        metrics:
          llm_tokens_total: {type: counter, labels: {model: [gpt-6-sol], type: [input, output, cache_read]}}
    llm_costs:
      chat: {tokens: llm_tokens_total, input_includes_cache: true}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.prices.paid import kinds_of
from aimon.stack import Stack

ID = "llm-cost/cache-unsaid"


def check(stack: Stack) -> Iterator[Finding]:
    """Every spend with cached tokens that does not say ``input_includes_cache``."""
    for cost in stack.spec.llm_costs:
        kinds = kinds_of(cost, stack.catalogue)
        cached = [value for value, kind in kinds.items() if kind.startswith("cache_")]
        if cost.cost is None and cached and cost.input_includes_cache is None:
            message = f"`{cached[0]}` tokens are counted, but not whether input counts them as well"
            cure = "write `input_includes_cache: true` for OpenAI and LiteLLM, `false` for Anthropic"
            yield Finding(ID, message, (*cost.at, "tokens"), help=cure)
