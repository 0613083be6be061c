"""What a token costs: list prices of language models, dated, and a spec's own prices over them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from aimon.document import read

TABLE = Path(__file__).parent / "llm.yaml"
PER = 1_000_000  # prices are for this many tokens

KINDS = ("input", "output", "cache_read", "cache_write")

# `-20260314`, `-2026-03-14` and `@20260314`: the day on which a provider froze a model under its name.
_FROZEN = re.compile(r"[-@](20\d\d-?\d\d-?\d\d)$")


class Price(NamedTuple):
    """USD per million tokens; None for a kind that is billed as input."""

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None

    def of(self, kind: str, includes_cache: bool) -> Decimal:
        """USD for one token of a kind, beside what is billed for it as input already.

        Where the count of input includes cached tokens, these are worth the difference to input: mostly less than 0.
        """
        price: Decimal | None = getattr(self, kind)
        whole = self.input if price is None else price
        counted_twice = includes_cache and kind.startswith("cache_")
        return (whole - self.input if counted_twice else whole) / PER


@cache
def list_prices() -> Mapping[str, Price]:
    """The table that comes with aimon, by model."""
    return {model: _price(prices) for model, prices in read(TABLE).value["models"].items()}


def price_of(model: str, own: Mapping[str, Mapping[str, float]]) -> Price | None:
    """A spec's own price, or the list price; a provider before the name and a date behind it are looked through."""
    for name in _names(model):
        if name in own:
            return _price(own[name])
    return next((list_prices()[name] for name in _names(model) if name in list_prices()), None)


def _names(model: str) -> list[str]:
    """``anthropic/claude-opus-5-20260314``, ``claude-opus-5-20260314``, ``claude-opus-5``."""
    bare = model.rpartition("/")[2]
    return list(dict.fromkeys((model, bare, _FROZEN.sub("", bare))))


def _price(written: Mapping[str, float]) -> Price:
    return Price(**{kind: Decimal(repr(written[kind])) for kind in KINDS if written.get(kind) is not None})
