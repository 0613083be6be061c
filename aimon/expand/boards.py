"""Where the pictures of packs hang: in the rows of dashboards that ask for them, else on a dashboard of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from aimon.catalogue import AMBIENT
from aimon.expand.jobs import matchers_for
from aimon.promql.binding import bound
from aimon.spec import Dashboard, Pack, Panel, Row


def own_board(pack: Pack, packs: Sequence[Pack], alerts: Collection[str]) -> Dashboard | None:
    """The dashboard that shows all of a pack; None where it has no picture."""
    board = pack.dashboard
    if board is None:
        return None
    rows = (Row(row.at, row.title, tuple(_panels(pack, row, board, packs, alerts))) for row in board.rows)
    return board._replace(rows=tuple(row for row in rows if row.panels))


def with_packs(board: Dashboard, packs: Sequence[Pack], alerts: Collection[str]) -> Dashboard:
    """The dashboard with the pictures of packs in the places that ask for them; a pack that nobody uses stays named."""
    if not any(panel.pack for panel in board.panels()):
        return board
    return board._replace(rows=tuple(made for row in board.rows for made in _filled(row, board, packs, alerts)))


def placed(boards: Sequence[Dashboard], packs: Sequence[Pack]) -> set[str]:
    """The names of the dashboards of packs whose every row is on some other dashboard."""
    panels = [panel for board in boards for panel in board.panels() if panel.pack]
    shown = {
        (pack.name, row.title) for panel in panels for pack in meant(panel, packs) for row in _rows(pack, panel.row)
    }
    own = ((pack, pack.dashboard) for pack in packs)
    return {board.name for pack, board in own if board and all((pack.name, row.title) in shown for row in board.rows)}


def meant(panel: Panel, packs: Sequence[Pack]) -> list[Pack]:
    """The packs that a panel names, by the pack's name or by that of one of its groups."""
    return [pack for pack in packs if panel.pack in (pack.name, pack.pack)]


def _filled(row: Row, board: Dashboard, packs: Sequence[Pack], alerts: Collection[str]) -> Iterator[Row]:
    """The row with the pictures in place; those of services that set a pack differently are rows of their own."""
    panels: list[Panel] = []
    apart: list[Row] = []
    for panel in row.panels:
        groups = [(pack, found) for pack in meant(panel, packs) if (found := _rows(pack, panel.row))]
        if not groups:
            panels.append(panel)
        for pack, rows in groups:
            made = [one for found in rows for one in _panels(pack, found, board, packs, alerts)]
            if len(groups) == 1:
                panels += made
            else:
                apart.append(Row(row.at, f"{row.title} ({', '.join(pack.services)})", tuple(made)))
    yield from [row._replace(panels=tuple(panels))] if panels else []
    yield from apart


def _rows(pack: Pack, title: str | None) -> list[Row]:
    rows = pack.dashboard.rows if pack.dashboard else ()
    return [row for row in rows if title is None or row.title == title]


def _panels(pack: Pack, row: Row, board: Dashboard, packs: Sequence[Pack], alerts: Collection[str]) -> Iterator[Panel]:
    """The panels of a row, narrowed by the lists of the dashboard that they hang on; without those of alerts gone."""
    filters = {one.label: f'{one.label}=~"${one.name}"' for one in board.variables if one.label in AMBIENT}
    matchers = matchers_for(pack, packs, filters)
    for panel in row.panels:
        if panel.alert is None or panel.alert in alerts:
            queries = (query._replace(expr=bound(query.expr, matchers, grafana=True)) for query in panel.queries)
            yield panel._replace(queries=tuple(queries))
