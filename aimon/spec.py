"""What the user wrote: the spec as frozen nouns, None where nothing was said, each with the address it stands at."""

# No `from __future__ import annotations` here: `typing` would compile every annotation again, which start-up pays for.

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from aimon.document import Address

Labels = Mapping[str, str]

NOTHING: Mapping[Any, Any] = MappingProxyType({})

BOUNDS = ("above", "at_least", "below", "at_most", "equals", "not_equals")


class Metric(NamedTuple):
    """A declared metric; ``labels`` maps a label to its values, to how many it has at most, or to None."""

    at: Address
    name: str
    type: str
    help: str | None = None
    unit: str | None = None
    labels: Mapping[str, list[str] | int | None] = NOTHING
    buckets: list[float] | None = None
    quantiles: list[float] | None = None
    range: list[float | None] | None = None
    needs: str | None = None
    pack: str | None = None  # the pack that brought it


class PackUse(NamedTuple):
    """A pack that a service asks for by name or path; ``settings`` are its variant and parameters."""

    at: Address
    pack: str
    settings: Mapping[str, Any] = NOTHING


class Service(NamedTuple):
    """A scrape job: static ``targets`` or one ``discover`` kind with Prometheus' own options."""

    at: Address
    name: str
    description: str | None = None
    targets: list[str] | None = None
    discover: Mapping[str, Any] | None = None
    metrics_path: str | None = None
    scheme: str | None = None
    params: Mapping[str, list[str]] | None = None
    scrape_interval: str | None = None
    scrape_timeout: str | None = None
    sample_limit: int | None = None
    honor_labels: bool | None = None
    labels: Labels | None = None
    http: Mapping[str, Any] | None = None
    relabel: list[Mapping[str, Any]] | None = None
    metric_relabel: list[Mapping[str, Any]] | None = None
    container: Mapping[str, Any] | None = None
    translation: str | None = None  # of the names of OpenTelemetry
    packs: tuple[PackUse, ...] = ()
    metrics: tuple[Metric, ...] = ()

    @property
    def own_metrics(self) -> tuple[Metric, ...]:
        """Those that no pack brought: the names of others are not ours to judge."""
        return tuple(metric for metric in self.metrics if metric.pack is None)


class RecordingRule(NamedTuple):
    """A query that Prometheus computes ahead."""

    at: Address
    name: str
    expr: str
    labels: Labels | None = None
    description: str | None = None
    unit: str | None = None
    group: str | None = None
    enabled: bool | None = None
    pack: str | None = None


class AlertTest(NamedTuple):
    """A test by hand: with these series, a value ``every`` so often, the alert fires at a moment or it does not."""

    at: Address
    series: Labels
    moment: str  # `at` in the spec
    fires: bool
    every: str | None = None


class Alert(NamedTuple):
    """A condition; ``bounds`` holds what was written of above, below … (more than one is an error found later)."""

    at: Address
    name: str
    expr: str
    bounds: Mapping[str, str | int | float] = NOTHING
    wait: str | None = None  # `for` in the spec, which Python keeps for itself
    keep_firing_for: str | None = None
    severity: str | None = None
    summary: str | None = None
    description: str | None = None
    action: str | None = None
    labels: Labels | None = None
    annotations: Labels | None = None
    runbook_url: str | None = None
    group: str | None = None
    enabled: bool | None = None
    tests: tuple[AlertTest, ...] = ()
    pack: str | None = None


class Latency(NamedTuple):
    """An event is good that took at most ``below`` by the histogram that the selector ``metric`` names."""

    metric: str
    below: str | int | float


class BurnAlert(NamedTuple):
    """What a user wants otherwise of an alert of an SLO; ``budget`` is the share that is gone when it fires."""

    at: Address
    name: str
    enabled: bool | None = None
    budget: str | int | float | None = None
    severity: str | None = None
    labels: Labels | None = None
    annotations: Labels | None = None


class Slo(NamedTuple):
    """An objective for the share of good events, which are told in one of four ways.

    ``errors`` or ``good`` of ``total``, selectors of counters; ``latency``; or ``ratio``, the share of errors.
    """

    at: Address
    name: str
    objective: str | int | float
    window: str | None = None
    errors: str | None = None
    good: str | None = None
    total: str | None = None
    ratio: str | None = None
    latency: Latency | None = None
    by: list[str] | None = None
    description: str | None = None
    owner: str | None = None
    labels: Labels | None = None
    severity: Mapping[str, str] | None = None  # of its "page" and "ticket" alerts
    action: str | None = None
    runbook_url: str | None = None
    alerts: tuple[BurnAlert, ...] | None = ()  # None: it shall have none
    names: str | None = None


class Query(NamedTuple):
    """One query of a panel."""

    at: Address
    expr: str
    legend: str | None = None


class Panel(NamedTuple):
    """One picture, by ``metric``, ``alert`` or own ``queries``; or the place of those of an SLO, a cost or a pack."""

    at: Address
    metric: str | None = None
    alert: str | None = None
    pack: str | None = None
    row: str | None = None
    slo: str | None = None
    llm_cost: str | None = None
    queries: tuple[Query, ...] = ()
    title: str | None = None
    description: str | None = None
    type: str | None = None
    unit: str | None = None
    legend: str | None = None
    by: list[str] | None = None
    quantiles: list[float] | None = None
    thresholds: list[Mapping[str, Any]] | None = None
    min: float | None = None
    max: float | None = None
    decimals: int | None = None
    stack: bool | None = None
    mappings: Mapping[str, str] | None = None
    width: int | None = None
    height: int | None = None
    content: str | None = None


class Row(NamedTuple):
    """A titled row of panels."""

    at: Address
    title: str
    panels: tuple[Panel, ...]


class Variable(NamedTuple):
    """A drop-down list of the values that ``label`` has on the metric ``of``."""

    at: Address
    name: str
    label: str
    of: str
    title: str | None = None
    multi: bool | None = None


class Dashboard(NamedTuple):
    """A dashboard of rows."""

    at: Address
    name: str
    rows: tuple[Row, ...]
    title: str | None = None
    description: str | None = None
    tags: list[str] | None = None
    time: str | None = None
    refresh: str | None = None
    variables: tuple[Variable, ...] = ()
    pack: str | None = None

    def panels(self) -> Iterator[Panel]:
        """All panels in order."""
        return (panel for row in self.rows for panel in row.panels)


class Renamed(NamedTuple):
    """What a metric is called now that had another name."""

    name: str
    since: str | None
    note: str | None


class Pack(NamedTuple):
    """What a pack brings to the services that use it with the same settings.

    ``name`` is that of its rule group: the pack's own, with the service's where services set it differently.
    """

    at: Address
    name: str
    pack: str
    services: tuple[str, ...]
    uses: tuple[Address, ...]  # where services ask for it
    title: str
    parameters: Mapping[str, Mapping[str, Any]] = NOTHING
    variants: tuple[str, ...] = ()
    metrics: tuple[Metric, ...] = ()
    recording_rules: tuple[RecordingRule, ...] = ()
    alerts: tuple[Alert, ...] = ()
    dashboard: Dashboard | None = None
    otel: bool = False  # its names are those of the default translation
    renames: tuple[Mapping[str, str], ...] = ()

    def renamed(self, name: str) -> Iterator[Renamed]:
        """What a name that a metric had, or one of its parts, is called now."""
        for one in self.renames:
            part = name.removeprefix(one["from"])
            if name.startswith(one["from"]) and part in ("", "_bucket", "_sum", "_count"):
                yield Renamed(one["to"] + part, one.get("since"), one.get("note"))


class Overrides(NamedTuple):
    """What is said of alerts and recording rules that something else brings, by their names."""

    alerts: Mapping[str, Mapping[str, Any]] = NOTHING
    recording_rules: Mapping[str, Mapping[str, Any]] = NOTHING

    def __bool__(self) -> bool:
        """Whether anything is said."""
        return bool(self.alerts or self.recording_rules)


class Receiver(NamedTuple):
    """A receiver; ``integrations`` maps a kind such as slack to Alertmanager's own options."""

    at: Address
    name: str
    integrations: Mapping[str, Mapping[str, Any]]


class Route(NamedTuple):
    """Which alerts go to which receiver; ``escalate`` is (after, to)."""

    at: Address
    match: Labels
    to: str
    continues: bool | None = None  # `continue` in the spec
    group_by: list[str] | None = None
    group_wait: str | None = None
    group_interval: str | None = None
    repeat_interval: str | None = None
    mute: list[str] | None = None
    escalate: Mapping[str, str] | None = None


class Inhibition(NamedTuple):
    """Alerts that match ``when`` silence those that match ``mute`` and agree with them on the labels ``equal``."""

    at: Address
    when: Labels
    mute: Labels
    equal: list[str] | None = None


class Notifications(NamedTuple):
    """Who is told, and how."""

    at: Address
    receivers: tuple[Receiver, ...]
    default: str | None = None
    group_by: list[str] | None = None
    group_wait: str | None = None
    group_interval: str | None = None
    repeat_interval: str | None = None
    routes: tuple[Route, ...] = ()
    inhibit: tuple[Inhibition, ...] = ()
    mute: Mapping[str, Any] = NOTHING


class Prometheus(NamedTuple):
    """The server; durations are still text."""

    version: str | None = None
    scrape_interval: str | None = None
    scrape_timeout: str | None = None
    evaluation_interval: str | None = None
    external_labels: Labels | None = None
    retention: Mapping[str, str] | None = None
    out_of_order_time_window: str | None = None


class LLMCost(NamedTuple):
    """What language models cost: a counter of money, or counters of tokens and prices.

    ``tokens`` is a counter with a label for the ``kind`` of token, or a counter for each kind; ``kinds`` maps input,
    output, cache_read and cache_write to the values of that label.
    """

    at: Address
    name: str
    cost: str | None = None
    tokens: str | Mapping[str, str] | None = None
    calls: str | None = None
    model: str | None = None
    kind: str | None = None
    kinds: Mapping[str, list[str]] | None = None
    input_includes_cache: bool | None = None
    by: list[str] | None = None
    models: list[str] | None = None
    prices: Mapping[str, Mapping[str, float]] = NOTHING
    budget: Mapping[str, str | int | float] = NOTHING


class Ignore(NamedTuple):
    """A finding that is accepted on purpose, below the address ``of`` or everywhere."""

    at: Address
    check: str
    reason: str
    of: str | None = None
    until: str | None = None


class Accepted(NamedTuple):
    """Changes that are meant: the one of a fingerprint, or those at an address, all of them or of one shape."""

    at: Address
    reason: str
    fingerprint: str | None = None
    of: str | None = None
    change: str | None = None
    until: str | None = None


class Changes(NamedTuple):
    """How changes are judged: other weights for shapes, and what is accepted."""

    weights: Mapping[str, str] = NOTHING
    accept: tuple[Accepted, ...] = ()


class Spec(NamedTuple):
    """A whole spec, includes and environment merged in."""

    name: str | None = None
    description: str | None = None
    owner: str | None = None
    self_monitoring: bool | None = None
    prometheus: Prometheus = Prometheus()
    services: tuple[Service, ...] = ()
    external: tuple[str, ...] = ()
    recording_rules: tuple[RecordingRule, ...] = ()
    alerts: tuple[Alert, ...] = ()
    slos: tuple[Slo, ...] = ()
    dashboards: tuple[Dashboard, ...] = ()
    llm_costs: tuple[LLMCost, ...] = ()
    notifications: Notifications | None = None
    links: Labels = NOTHING
    images: Labels = NOTHING
    ignore: tuple[Ignore, ...] = ()
    changes: Changes = Changes()
    packs: tuple[Pack, ...] = ()
    overrides: Overrides = Overrides()

    @property
    def pack_uses(self) -> tuple[PackUse, ...]:
        """Every pack that a service asks for."""
        return tuple(use for service in self.services for use in service.packs)

    @property
    def own_dashboards(self) -> tuple[Dashboard, ...]:
        """Those that no pack brought."""
        return tuple(board for board in self.dashboards if board.pack is None)
