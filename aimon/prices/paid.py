"""Which tokens are paid for: the models and kinds that a counter of tokens tells apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aimon.catalogue import Catalogue
from aimon.prices import KINDS
from aimon.spec import LLMCost

MODEL, KIND = "model", "type"

# What providers and libraries call the kinds of token.
_ALSO_CALLED = {
    "input": ("prompt",),
    "output": ("completion",),
    "cache_read": ("cacheRead", "cached", "cached_input", "cache_read_input"),
    "cache_write": ("cacheCreation", "cache_creation", "cache_creation_input"),
}


def models_of(cost: LLMCost, known: Catalogue) -> Sequence[str]:
    """The models that are priced: as listed, or every value that the label of the model may have."""
    return cost.models or [model for name in counters_of(cost) for model in values_of(known, name, cost.model or MODEL)]


def kinds_of(cost: LLMCost, known: Catalogue) -> dict[str, str]:
    """What is counted, as it is written in the label, and which kind of token that is."""
    if isinstance(cost.tokens, Mapping):
        return {kind: kind for kind in KINDS if kind in cost.tokens}
    if cost.kinds is not None:
        return {value: kind for kind in KINDS for value in cost.kinds.get(kind, ())}
    values = values_of(known, cost.tokens or "", cost.kind or KIND) or ("input", "output")
    return {value: kind for kind in KINDS for value in values if value in (kind, *_ALSO_CALLED[kind])}


def counters_of(cost: LLMCost) -> Sequence[str]:
    """The counters of tokens."""
    if isinstance(cost.tokens, Mapping):
        return list(cost.tokens.values())
    return [cost.tokens] if cost.tokens else []


def values_of(known: Catalogue, name: str, label: str) -> Sequence[str]:
    """Every value that a label of a metric may have, as far as it is declared."""
    found = [series.metric.labels.get(label) for series in known.find(name)]
    return list(dict.fromkeys(value for each in found if each and each.values for value in each.values))
