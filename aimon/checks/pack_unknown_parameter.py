"""A parameter that is set for a pack is one that it has, and so is its variant.

Why: a misspelt parameter changes nothing, and the threshold that somebody meant to move stays where it was.

Bad::

    services:
      redis: {targets: ['redis-exporter:9121'], packs: [{redis: {memory_use: 80%}}]}

Good::

    services:
      redis: {targets: ['redis-exporter:9121'], packs: [{redis: {memory_used: 80%}}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.spec import Pack, PackUse
from aimon.stack import Stack
from aimon.suggest import did_you_mean

ID = "pack/unknown-parameter"


def check(stack: Stack) -> Iterator[Finding]:
    """Every setting that the pack of a service does not have."""
    packs = {use: pack for pack in stack.spec.packs for use in pack.uses}
    for use in stack.spec.pack_uses:
        pack = packs.get(use.at)
        if pack is not None:
            yield from _unknown(use, pack)


def _unknown(use: PackUse, pack: Pack) -> Iterator[Finding]:
    for name, value in use.settings.items():
        if name == "variant":
            if value not in pack.variants:
                cure = did_you_mean(str(value), pack.variants, _known(pack.variants))
                message = f"the pack `{pack.pack}` has no variant `{value}`"
                yield Finding(ID, message, (*use.at, name), help=cure)
        elif name not in pack.parameters:
            cure = did_you_mean(name, pack.parameters, _known(tuple(pack.parameters)))
            message = f"the pack `{pack.pack}` has no parameter `{name}`"
            yield Finding(ID, message, (*use.at, name), key=True, help=cure)


def _known(names: tuple[str, ...]) -> str:
    return f"known: {', '.join(names)}" if names else "it has none"
