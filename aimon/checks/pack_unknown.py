"""A pack that a service uses exists.

Why: nothing is measured and nobody is woken by a pack whose name is misspelt. A pack of one's own is named by its
path, as in `./packs/own.yaml`.

Bad::

    services:
      redis: {targets: ['redis-exporter:9121'], packs: [reddis]}

Good::

    services:
      redis: {targets: ['redis-exporter:9121'], packs: [redis]}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon import library
from aimon.finding import Finding
from aimon.stack import Stack
from aimon.suggest import did_you_mean

ID = "pack/unknown"


def check(stack: Stack) -> Iterator[Finding]:
    """Every name of a pack that is none of ours; paths that lead nowhere are found when they are read."""
    for use in stack.spec.pack_uses:
        if not library.is_path(use.pack) and use.pack not in library.names():
            cure = did_you_mean(use.pack, library.names(), "`aimon packs` lists them all")
            yield Finding(ID, f"there is no pack `{use.pack}`", use.at, key=use.at[-1] == use.pack, help=cure)
