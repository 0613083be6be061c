"""The dashboards: variables, and panels in full rows, each with an id that stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from aimon import conventions, spec
from aimon.build.context import Context
from aimon.build.costs.panels import cost_panels
from aimon.build.panels import panel, title_of
from aimon.build.scrape import duration
from aimon.build.slos.panels import panels as slo_panels
from aimon.promql.binding import jobs_matcher
from aimon.stack import Dashboard, Job, Panel, Row, Variable

COLUMNS = 24
SMALL = frozenset({"stat", "gauge"})
SMALL_WIDTH, LARGE_WIDTH = 4, 8
MOST_BESIDE = 2  # small panels that may stand beside large ones, instead of in a line of their own
HEIGHTS = {"stat": 4, "gauge": 6, "text": 4}
DEFAULT_HEIGHT = 8
_STARTED = "process_start_time_seconds"  # what the client libraries of Prometheus expose


def dashboards(stack: str, boards: Sequence[spec.Dashboard], context: Context) -> tuple[Dashboard, ...]:
    """The dashboards of a stack as they will be drawn."""
    return tuple(_dashboard(board, stack, context) for board in boards)


def deployments(jobs: Sequence[Job]) -> str:
    """When the processes of those jobs started that tell it: a new version is a new process."""
    telling = [job.name for job in jobs if any(metric.name == _STARTED for metric in job.metrics)]
    return f"{_STARTED}{{{jobs_matcher(telling)}}} * 1000" if telling else ""


def with_row(board: Dashboard, row: spec.Row, context: Context) -> Dashboard:
    """The dashboard with one more row below all others."""
    taken = {panel.id for panel in board.panels()} | {there.id for there in board.rows}
    bottom = max((there.bottom for there in board.rows), default=0)
    return board._replace(rows=(*board.rows, _row(row, context, taken, bottom)))


def _dashboard(board: spec.Dashboard, stack: str, context: Context) -> Dashboard:
    variables = tuple(
        Variable(
            at=variable.at,
            name=variable.name,
            title=variable.title or variable.name.capitalize(),
            label=variable.label,
            metric=variable.of,
            multi=variable.multi is not False,
        )
        for variable in board.variables
    )
    context = context._replace(filters={variable.label: variable.name for variable in variables})
    return Dashboard(
        at=board.at,
        name=board.name,
        uid=conventions.dashboard_uid(stack, board.name),
        title=board.title or board.name.replace("-", " ").capitalize(),
        description=board.description or "",
        tags=(*dict.fromkeys((stack, *(board.tags or ()))),),
        time=duration(board.time or "6h"),
        refresh=duration(board.refresh or "30s"),
        variables=variables,
        rows=tuple(_rows(board, context)),
    )


def _rows(board: spec.Dashboard, context: Context) -> Iterator[Row]:
    """The rows from the top down."""
    taken: set[int] = set()
    y = 0
    for row in board.rows:
        made = _row(row, context, taken, y)
        yield made
        y = made.bottom


def _row(row: spec.Row, context: Context, taken: set[int], y: int) -> Row:
    """The row at a line of the grid, each panel with an id that depends on its row and title only."""
    identity = _identity(row.title, taken)
    placed, _ = lay_out(list(_panels(row, context, taken)), y + 1)
    return Row(row.at, identity, row.title, y, placed)


def _identity(key: str, taken: set[int]) -> int:
    number = conventions.panel_id(key, taken)
    taken.add(number)
    return number


def _panels(row: spec.Row, context: Context, taken: set[int]) -> Iterator[Panel]:
    for written in _spread(row.panels, context):
        made = panel(written, context, _identity(f"{row.title}/{title_of(written, context)}", taken))
        if made is not None:
            yield made


def _spread(panels: Sequence[spec.Panel], context: Context) -> Iterator[spec.Panel]:
    """The panels one by one: an SLO has several, and so have costs."""
    for written in panels:
        slo, cost = context.slos.get(written.slo or ""), context.costs.get(written.llm_cost or "")
        if slo is not None:
            yield from slo_panels(written, slo)
        elif cost is not None:
            yield from cost_panels(written, cost)
        elif written.slo is None and written.llm_cost is None:
            yield written


def lay_out(panels: Sequence[Panel], top: int) -> tuple[tuple[Panel, ...], int]:
    """The panels placed in full lines of equal height from ``top`` down, and the first free grid row below them."""
    placed: list[Panel] = []
    for line in _lines(panels):
        height = max(panel.grid[3] or HEIGHTS.get(panel.type, DEFAULT_HEIGHT) for panel in line)
        x = 0
        for made, width in zip(line, _widths(line), strict=True):
            placed.append(made._replace(grid=(x, top, width, height)))
            x += width
        top += height
    return tuple(placed), top


def _lines(panels: Sequence[Panel]) -> Iterator[list[Panel]]:
    """Neighbours of the same size class in lines as even as they can be; a few small ones join the line after them."""
    runs = [list(run) for _, run in groupby(panels, key=lambda panel: panel.type in SMALL)]
    waiting: list[Panel] = []
    for number, run in enumerate(runs, start=1):
        if _may_join(run, runs[number] if number < len(runs) else []):
            waiting = run
            continue
        first, *others = _broken(run)
        yield [*waiting, *first]
        yield from others
        waiting = []


def _may_join(run: Sequence[Panel], following: Sequence[Panel]) -> bool:
    """Whether these are so few small panels that they may stand beside large ones; nobody may have claimed a width."""
    claimed = any(panel.grid[2] for panel in (*run, *following))
    return bool(following) and run[0].type in SMALL and len(run) <= MOST_BESIDE and not claimed


def _broken(run: Sequence[Panel]) -> Iterator[list[Panel]]:
    if any(panel.grid[2] for panel in run):
        yield from _filled(run)
        return
    most = 6 if run[0].type in SMALL else 3
    count = -(-len(run) // most)
    start = 0
    for line in range(count):
        size = (len(run) - start) // (count - line)
        yield list(run[start : start + size])
        start += size


def _filled(run: Sequence[Panel]) -> Iterator[list[Panel]]:
    """Lines of panels that say how wide they are: as many as fit."""
    line: list[Panel] = []
    for added in run:
        if line and sum(map(_wanted, line)) + _wanted(added) > COLUMNS:
            yield line
            line = []
        line.append(added)
    yield line


def _wanted(panel: Panel) -> int:
    return panel.grid[2] or (SMALL_WIDTH if panel.type in SMALL else LARGE_WIDTH)


def _widths(line: Sequence[Panel]) -> list[int]:
    """A width for each panel of a line, so that the line is full: small panels beside large ones stay small."""
    mixed = len({panel.type in SMALL for panel in line}) > 1
    widths = [panel.grid[2] or (SMALL_WIDTH if mixed and panel.type in SMALL else 0) for panel in line]
    if all(widths):
        widths[-1] += COLUMNS - sum(widths)
    shares = iter(_shares(COLUMNS - sum(widths), widths.count(0)))
    return [width or next(shares) for width in widths]


def _shares(columns: int, count: int) -> list[int]:
    return [columns // count + (index < columns % count) for index in range(count)]
