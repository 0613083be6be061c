"""The dashboards: panels in full rows, variables, and one made from the catalogue where the spec has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from aimon import conventions, spec
from aimon.build.panels import Context, panel, title_of
from aimon.build.scrape import duration
from aimon.build.slos.panels import panels as slo_panels
from aimon.build.titles import words_of_service
from aimon.catalogue import Catalogue
from aimon.stack import Alert, Dashboard, Group, Job, Panel, Row, Slo, Variable

COLUMNS = 24
SMALL = frozenset({"stat", "gauge"})
SMALL_WIDTH, LARGE_WIDTH = 4, 8
MOST_BESIDE = 2  # small panels that may stand beside large ones, instead of in a line of their own
HEIGHTS = {"stat": 4, "gauge": 6, "text": 4}
DEFAULT_HEIGHT = 8
MOST_PANELS_OF_A_SERVICE = 8


def dashboards(
    written: spec.Spec,
    stack: str,
    scraped: Sequence[Job],
    known: Catalogue,
    groups: Sequence[Group],
    slos: Sequence[Slo],
) -> tuple[Dashboard, ...]:
    """Every dashboard of the spec, or one that follows from the services where it has none, and those of packs."""
    alerts: dict[str, list[Alert]] = {}
    for rule in (rule for group in groups for rule in group.rules if isinstance(rule, Alert)):
        alerts.setdefault(rule.name, []).append(rule)
    boards = written.dashboards if written.own_dashboards else (_derived(written, scraped), *written.dashboards)
    single = frozenset(job.name for job in scraped if len(job.targets) == 1)
    context = Context(known, alerts, {}, single, {slo.name: slo for slo in slos})
    return tuple(_dashboard(board, stack, context) for board in boards)


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
    """The rows from the top down, each panel with an id that depends on its row and title only."""
    taken: set[int] = set()
    y = 0
    for row in board.rows:
        identity = _identity(row.title, taken)
        panels = list(_panels(row, context, taken))
        placed, below = lay_out(panels, y + 1)
        yield Row(row.at, identity, row.title, y, placed)
        y = below


def _identity(key: str, taken: set[int]) -> int:
    number = conventions.panel_id(key, taken)
    taken.add(number)
    return number


def _panels(row: spec.Row, context: Context, taken: set[int]) -> Iterator[Panel]:
    for written in _spread(row.panels, context.slos):
        made = panel(written, context, _identity(f"{row.title}/{title_of(written, context)}", taken))
        if made is not None:
            yield made


def _spread(panels: Sequence[spec.Panel], slos: Mapping[str, Slo]) -> Iterator[spec.Panel]:
    """The panels one by one: an SLO has several."""
    for written in panels:
        if written.slo is None:
            yield written
        elif written.slo in slos:
            yield from slo_panels(written, slos[written.slo])


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


def _derived(written: spec.Spec, scraped: Sequence[Job]) -> spec.Dashboard:
    """A dashboard of what the spec declares: health, SLOs, every service's first metrics, every alert."""
    at = ("dashboards",)
    rows = [spec.Row((*at, "Health"), "Health", (_targets_up(),))]
    for service in written.services:
        shown = [metric for metric in service.own_metrics if metric.type != "info"][:MOST_PANELS_OF_A_SERVICE]
        panels = tuple(spec.Panel(at=metric.at, metric=metric.name) for metric in shown)
        if panels:
            rows.append(spec.Row(service.at, words_of_service(service.name), panels))
    if written.slos:
        panels = tuple(spec.Panel(at=slo.at, slo=slo.name) for slo in written.slos)
        rows.insert(1, spec.Row((*at, "SLOs"), "SLOs", panels))
    panels = tuple(spec.Panel(at=alert.at, alert=alert.name) for alert in written.alerts if alert.pack is None)
    if panels:
        rows.append(spec.Row((*at, "Alerts"), "Alerts", panels))
    title = written.description or (written.name or conventions.DEFAULT_NAME).replace("-", " ").capitalize()
    return spec.Dashboard(at=at, name=conventions.MAIN_DASHBOARD, rows=tuple(rows), title=title)


def _targets_up() -> spec.Panel:
    return spec.Panel(
        at=("services",),
        queries=(spec.Query(("services",), "up"),),
        title="Targets",
        description="1 while Prometheus can scrape the target",
        type="stat",
        legend="{{job}} {{instance}}",
        mappings={"0": "down", "1": "up"},
        thresholds=[{"color": "red"}, {"value": 1, "color": "green"}],
        unit="none",
    )
