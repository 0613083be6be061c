"""What the user meant: the whole monitoring with nothing left open, each part still knowing where it was written."""

# No `from __future__ import annotations` here: `typing` would compile every annotation again, which start-up pays for.

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from aimon.catalogue import Catalogue, Metric
from aimon.document import Address
from aimon.promql.names import metric_selector
from aimon.promql.parse import SyntaxProblem, parse
from aimon.promql.tree import Node
from aimon.spec import NOTHING, Spec
from aimon.units import Quantity, Unit, format_duration


class Duration(NamedTuple):
    """A duration as it was written, and in seconds."""

    text: str
    seconds: float


class Expression(NamedTuple):
    """A query with its tree, or with the problem that kept it from having one.

    ``shape`` is the tree of a query, this or another, that reads the same metrics in the same way: it may have other
    places, and other values of matchers where nobody knows which there are.
    """

    text: str
    at: Address
    shape: Node | None = None
    problem: SyntaxProblem | None = None
    unit: Unit | None = None  # None: unknown
    grafana: bool = False  # whether variables of Grafana may stand in it
    meant: Node | None = None  # its tree, where that is more than the text says

    @property
    def tree(self) -> Node | None:
        """Its own tree; late, because of a thousand queries of one shape hardly any is ever looked at."""
        if self.shape is None or self.meant is not None:
            return self.meant
        return parse(self.text, grafana=self.grafana)


class Server(NamedTuple):
    """Prometheus itself."""

    version: tuple[int, int]
    scrape_interval: Duration
    scrape_timeout: Duration
    evaluation_interval: Duration
    external_labels: Mapping[str, str]
    retention_time: Duration
    retention_size: str | None
    out_of_order_time_window: Duration | None


class Job(NamedTuple):
    """A scrape job; ``discovery`` is a (kind, list of configurations) pair where targets are not static."""

    at: Address
    name: str
    description: str
    targets: tuple[str, ...]
    labels: Mapping[str, str]
    discovery: tuple[str, list[Any]] | None
    scheme: str
    metrics_path: str
    params: Mapping[str, list[str]]
    interval: Duration
    timeout: Duration
    options: Mapping[str, Any]  # further keys of the scrape configuration, in Prometheus' own form
    metrics: tuple[Metric, ...]


class Recording(NamedTuple):
    """A recording rule."""

    at: Address
    name: str
    expression: Expression
    labels: Mapping[str, str]
    description: str
    pack: str | None = None  # the pack that brought it


class Threshold(NamedTuple):
    """The bound of an alert: ``value`` counts in the unit of the expression."""

    operator: str
    quantity: Quantity
    value: Decimal
    at: Address


class PanelLink(NamedTuple):
    """Where a picture of something is: a dashboard's uid and title, and a panel's id and title."""

    uid: str
    dashboard: str
    panel_id: int
    panel: str


class AlertTest(NamedTuple):
    """A test by hand: series in promtool's notation, and whether the alert fires at a moment."""

    series: Mapping[str, str]
    moment: Duration
    fires: bool
    every: Duration


class Alert(NamedTuple):
    """An alerting rule; ``condition`` is the expression with its bound, as Prometheus evaluates it."""

    at: Address
    name: str
    expression: Expression
    condition: str
    threshold: Threshold | None
    wait: Duration | None
    keep_firing_for: Duration | None
    severity: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    action: str
    pack: str | None = None
    panels: tuple[PanelLink, ...] = ()
    tests: tuple[AlertTest, ...] = ()


class Group(NamedTuple):
    """Rules that are evaluated one after the other, in the file ``path``, every ``interval`` if it has its own."""

    path: str
    name: str
    rules: tuple[Recording | Alert, ...]
    interval: Duration | None = None


class BurnAlert(NamedTuple):
    """An alert of an SLO: more than ``budget`` of its error budget went in ``long``, and it still burns in ``short``.

    That is ``factor`` times faster than the objective allows: more than ``limit`` of all events are errors.
    """

    name: str
    long: Duration
    short: Duration
    budget: Decimal
    factor: Decimal
    limit: Decimal
    is_page: bool


class Slo(NamedTuple):
    """An objective: ``objective`` of all events in any ``window`` are good, for each value of the labels ``by``.

    ``parts`` are its queries as written, and ``counts`` says in words what each of them is.
    """

    at: Address
    name: str
    description: str
    objective: Decimal
    window: Duration
    by: tuple[str, ...]
    parts: tuple[Expression, ...]
    counts: Mapping[str, str]
    burns: tuple[BurnAlert, ...]

    @property
    def budget(self) -> Decimal:
        """The share of events that may be bad."""
        return 1 - self.objective

    @property
    def outage(self) -> Duration:
        """How long nothing at all may work in a window."""
        seconds = int(self.budget * Decimal(self.window.seconds))
        return Duration(format_duration(seconds), float(seconds))


class Target(NamedTuple):
    """One query of a panel."""

    ref: str
    expression: Expression
    legend: str
    instant: bool
    format: str


class Panel(NamedTuple):
    """One picture; ``unit`` is a Grafana unit id, ``subjects`` the metrics and alerts that it was made from."""

    at: Address
    id: int
    type: str
    title: str
    description: str
    grid: tuple[int, int, int, int]  # x, y, width, height
    targets: tuple[Target, ...] = ()
    unit: str = "short"
    thresholds: tuple[Mapping[str, Any], ...] = ()
    draws_threshold: bool = False
    minimum: float | None = None
    maximum: float | None = None
    decimals: int | None = None
    stacked: bool = False
    mappings: Mapping[str, str] = NOTHING
    content: str = ""
    metric: str | None = None
    alert: str | None = None
    slo: str | None = None

    @property
    def grid_position(self) -> dict[str, int]:
        """The place in Grafana's grid of 24 columns."""
        return dict(zip("xywh", self.grid, strict=True))

    @property
    def value_mappings(self) -> list[dict[str, Any]]:
        """Words for values, as Grafana writes them."""
        words = {value: {"text": text, "index": index} for index, (value, text) in enumerate(self.mappings.items())}
        return [{"type": "value", "options": words}] if words else []


class Row(NamedTuple):
    """A titled row; its panels follow it."""

    at: Address
    id: int
    title: str
    y: int
    panels: tuple[Panel, ...]

    @property
    def bottom(self) -> int:
        """The first line of the grid below it."""
        return max((y + height for _, y, _, height in (panel.grid for panel in self.panels)), default=self.y + 1)


class Variable(NamedTuple):
    """A drop-down list of the values of ``label`` on ``metric``."""

    at: Address
    name: str
    title: str
    label: str
    metric: str
    multi: bool

    @property
    def query(self) -> str:
        """The question that fills the list."""
        return f"label_values({metric_selector(self.metric, ())}, {self.label})"


class Dashboard(NamedTuple):
    """A dashboard; ``name`` is the stem of its file."""

    at: Address
    name: str
    uid: str
    title: str
    description: str
    tags: tuple[str, ...]
    time: Duration
    refresh: Duration
    variables: tuple[Variable, ...]
    rows: tuple[Row, ...]

    def panels(self) -> Iterator[Panel]:
        """Every panel, in order."""
        for row in self.rows:
            yield from row.panels

    def panel_types(self) -> list[str]:
        """The visualisations that it needs, sorted."""
        return sorted({panel.type for panel in self.panels()})


class Route(NamedTuple):
    """A node of Alertmanager's routing tree; ``options`` are its grouping and timing keys."""

    at: Address
    receiver: str
    matchers: tuple[str, ...]
    continues: bool
    options: Mapping[str, Any]


class Receiver(NamedTuple):
    """Somebody who is told; ``integrations`` maps ``slack_configs`` and the like to Alertmanager's own options."""

    at: Address
    name: str
    integrations: Mapping[str, Sequence[Mapping[str, Any]]]


class Inhibition(NamedTuple):
    """Alerts that silence others."""

    at: Address
    source: tuple[str, ...]
    target: tuple[str, ...]
    equal: tuple[str, ...]


class Routing(NamedTuple):
    """Alertmanager's configuration; ``root`` takes what no route takes."""

    root: Route
    routes: tuple[Route, ...]
    receivers: tuple[Receiver, ...]
    inhibitions: tuple[Inhibition, ...]
    intervals: Mapping[str, Any]


class Container(NamedTuple):
    """A Compose service beside the stack, in Compose's own form."""

    at: Address
    name: str
    options: Mapping[str, Any]


class Stack(NamedTuple):
    """The whole monitoring."""

    name: str
    title: str
    owner: str
    server: Server
    jobs: tuple[Job, ...]
    catalogue: Catalogue
    groups: tuple[Group, ...]
    dashboards: tuple[Dashboard, ...]
    routing: Routing
    containers: tuple[Container, ...]
    images: Mapping[str, str]
    prometheus_secrets: tuple[str, ...]
    alertmanager_secrets: tuple[str, ...]
    links: Mapping[str, str]
    spec: Spec
    slos: tuple[Slo, ...] = ()
    deployments: str = ""  # a query for when processes started, in ms; empty where no job tells

    @property
    def secrets(self) -> list[str]:
        """The names of all secret files that containers read, sorted."""
        return sorted({*self.prometheus_secrets, *self.alertmanager_secrets})

    @property
    def main_dashboard(self) -> Dashboard:
        """The dashboard that is also written in the form that Grafana imports."""
        return next((board for board in self.dashboards if board.name == "main"), self.dashboards[0])

    def alerts(self) -> Iterator[Alert]:
        """Every alert, in order of evaluation."""
        return (rule for group in self.groups for rule in group.rules if isinstance(rule, Alert))

    def recordings(self) -> Iterator[Recording]:
        """Every recording rule, in order of evaluation."""
        return (rule for group in self.groups for rule in group.rules if isinstance(rule, Recording))

    def expressions(self) -> Iterator[Expression]:
        """Every query of the monitoring: of rules, then of panels."""
        for group in self.groups:
            yield from (rule.expression for rule in group.rules)
        for dashboard in self.dashboards:
            for panel in dashboard.panels():
                yield from (target.expression for target in panel.targets)
