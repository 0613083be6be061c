"""Every kind of token is known to be input, output or cached.

Why: only these have prices. Tokens of another kind are left out of the spend, which then looks lower than the invoice.

Bad::

    services:
      api:
        targets: ['api:8080']
        metrics:
          llm_tokens_total: {type: counter, labels: {model: [gpt-6-sol], type: [input, output, embedding]}}
    llm_costs:
      chat: {tokens: llm_tokens_total}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services:
      api:
        targets: ['api:8080']
        metrics:
          llm_tokens_total: {type: counter, labels: {model: [gpt-6-sol], type: [input, output, embedding]}}
    llm_costs:
      chat:
        tokens: llm_tokens_total
        kinds: {input: [input, embedding], output: [output]}
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.prices.paid import KIND, kinds_of, values_of
from aimon.stack import Stack

ID = "llm-cost/unknown-kind"

# Counted for people, and inside `output` already.
_WITHIN_OTHERS = frozenset({"reasoning", "thought", "thinking", "total"})


def check(stack: Stack) -> Iterator[Finding]:
    """Every value of the label that tells the kind which `kinds` does not name and nobody else knows."""
    for cost in stack.spec.llm_costs:
        if not isinstance(cost.tokens, str):
            continue
        known = kinds_of(cost, stack.catalogue)
        for value in values_of(stack.catalogue, cost.tokens, cost.kind or KIND):
            if value not in known and value not in _WITHIN_OTHERS:
                message = f"nobody knows what `{value}` tokens are, so they cost nothing"
                cure = f"say it: `kinds: {{input: [{value}], …}}`"
                yield Finding(ID, message, (*cost.at, "kinds" if cost.kinds else "tokens"), help=cure)
