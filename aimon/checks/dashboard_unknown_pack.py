"""A pack that a panel shows is used by a service, and has the row.

Why: there is nothing to draw for a pack that nobody uses, so its panels would be missing.

Bad::

    services:
      redis: {targets: ['redis-exporter:9121'], packs: [redis]}
    dashboards:
      main: {rows: {Cache: [{pack: reddis}]}}

Good::

    services:
      redis: {targets: ['redis-exporter:9121'], packs: [redis]}
    dashboards:
      main: {rows: {Cache: [{pack: redis}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.finding import Finding
from aimon.spec import Pack, Panel
from aimon.stack import Stack
from aimon.suggest import did_you_mean

ID = "dashboard/unknown-pack"


def check(stack: Stack) -> Iterator[Finding]:
    """Every panel by pack whose place nothing took."""
    packs = {name: pack for pack in stack.spec.packs for name in (pack.pack, pack.name)}
    for board in stack.spec.dashboards:
        for panel in board.panels():
            if panel.pack is not None:
                yield _unknown(panel, panel.pack, packs)


def _unknown(panel: Panel, name: str, packs: dict[str, Pack]) -> Finding:
    if name not in packs:
        cure = did_you_mean(name, packs, f"add `packs: [{name}]` to a service")
        return Finding(ID, f"no service uses a pack `{name}`", (*panel.at, "pack"), help=cure)
    board = packs[name].dashboard
    titles = [row.title for row in board.rows] if board else []
    if panel.row is None:
        return Finding(ID, f"the pack `{name}` has nothing to show", (*panel.at, "pack"), help="remove the panel")
    cure = did_you_mean(panel.row, titles, f"it has {', '.join(titles)}")
    return Finding(ID, f"the pack `{name}` has no row `{panel.row}`", (*panel.at, "row"), help=cure)
