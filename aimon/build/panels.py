"""What a panel shows: queries, visualisation and unit, as they follow from a metric, an alert or own queries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from aimon import spec
from aimon.build.costs import billed
from aimon.build.rules import bound_value, quantity_of
from aimon.build.titles import AUTOMATIC, legend_of, legend_of_labels, words, words_of_alert
from aimon.catalogue import AMBIENT, Catalogue, Metric
from aimon.document import Address
from aimon.expressions import expression
from aimon.promql.names import label, metric_selector
from aimon.promql.print import to_text
from aimon.promql.tree import Binary, Number, bare
from aimon.spec import NOTHING
from aimon.stack import Alert, Expression, Group, Job, Panel, Slo, Target
from aimon.units import Unit, UnitError, grafana_unit, is_grafana_unit, unit_named

QUANTILES = (0.5, 0.95, 0.99)
RATE = "$__rate_interval"

# The label that tells most about a counter, where a metric has several: what went wrong before where it happened.
TELLING = ("status", "status_code", "code", "error_type", "outcome", "result", "operation", "type", "direction", "kind")
_MOST_LINES = 12

# Visualisations that show one moment rather than a course of time.
INSTANT = frozenset({"bargauge", "gauge", "piechart", "stat", "table"})

_LARGER = {">": True, ">=": True, "<": False, "<=": False}
_RED, _GREEN = "red", "green"


_Noun = TypeVar("_Noun", Metric, Alert)


class Context(NamedTuple):
    """What a panel may refer to.

    ``filters`` maps a label to the variable that chooses its values; ``single`` names the jobs with one target.
    """

    catalogue: Catalogue
    alerts: Mapping[str, Sequence[Alert]]
    filters: Mapping[str, str]
    single: frozenset[str] = frozenset()
    slos: Mapping[str, Slo] = NOTHING
    costs: Mapping[str, spec.LLMCost] = NOTHING


def panel_context(
    written: spec.Spec, scraped: Iterable[Job], known: Catalogue, groups: Iterable[Group], slos: Iterable[Slo]
) -> Context:
    """What the panels of a whole stack may refer to."""
    alerts: dict[str, list[Alert]] = {}
    for rule in (rule for group in groups for rule in group.rules if isinstance(rule, Alert)):
        alerts.setdefault(rule.name, []).append(rule)
    single = frozenset(job.name for job in scraped if len(job.targets) == 1)
    costs = {cost.name: cost for cost in billed(written, known)}
    return Context(known, alerts, {}, single, {slo.name: slo for slo in slos}, costs)


class Picture(NamedTuple):
    """A panel before it has its place: (query text, legend) pairs and what follows from them."""

    queries: tuple[tuple[str, str], ...]
    type: str
    title: str
    description: str = ""
    unit: Unit | None = None
    bound: tuple[str, Decimal] | None = None
    format: str = "time_series"


def panel(written: spec.Panel, context: Context, identity: int) -> Panel | None:
    """The panel at the top left corner; None where it names something that does not exist."""
    picture = _picture(written, context)
    if picture is None:
        return None
    kind = written.type or picture.type
    targets = _targets(written, picture, kind, context)
    meaning = picture.unit or next((target.expression.unit for target in targets if target.expression.unit), None)
    unit = _unit(written.unit, meaning)
    steps = _thresholds(written, picture, unit_meaning(written.unit) or meaning, kind)
    return Panel(
        at=written.at,
        id=identity,
        type=kind,
        title=written.title or picture.title,
        description=written.description or picture.description,
        grid=(0, 0, written.width or 0, written.height or 0),
        targets=targets,
        unit=unit,
        thresholds=steps,
        draws_threshold=len(steps) > 1,
        minimum=_lowest(written, kind),
        maximum=_highest(written, unit, kind),
        decimals=written.decimals,
        stacked=bool(written.stack),
        mappings=written.mappings or {},
        content=written.content or "",
        metric=written.metric,
        alert=written.alert,
        slo=written.slo,
    )


def title_of(written: spec.Panel, context: Context) -> str:
    """The title, as it identifies the panel within its row."""
    picture = _picture(written, context)
    return written.title or (picture.title if picture else "")


def _picture(written: spec.Panel, context: Context) -> Picture | None:
    if written.metric is not None:
        declared = _beside(written, context.catalogue.metrics.get(written.metric, ()))
        return _of_metric(declared, written, context) if declared else None
    if written.alert is not None:
        alerts = _beside(written, context.alerts.get(written.alert, ()))
        return _of_alert(alerts[0]) if alerts else None
    queries = tuple((query.expr, query.legend or "") for query in written.queries)
    return Picture(queries, written.type or "timeseries", written.title or "")


def _beside(written: spec.Panel, found: Sequence[_Noun]) -> Sequence[_Noun]:
    """What a panel of a pack means by a name: that of its own group, where several groups of the pack have it."""
    own = [noun for noun in found if noun.at[:2] == written.at[:2] and written.at[0] == "packs"]
    return own or found


# By metric: the picture follows from the type.


def _of_metric(declared: Sequence[Metric], written: spec.Panel, context: Context) -> Picture:
    metric = declared[0]
    shape = _SHAPES.get(metric.type, _gauge)
    return shape(metric, _chosen(declared, written, context), written)


class _Chosen(NamedTuple):
    """The matchers of a selector and the labels that stay apart."""

    matchers: tuple[str, ...]
    by: tuple[str, ...]

    def series(self, name: str) -> str:
        """The chosen series with a name."""
        return metric_selector(name, self.matchers)

    def by_clause(self, *more: str) -> str:
        """` by (a, b)`, or nothing where no label stays apart."""
        labels = (*more, *self.by)
        return f" by ({', '.join(map(label, labels))})" if labels else ""

    def legend(self) -> str:
        """The labels that stay apart as a Grafana legend."""
        return legend_of_labels(self.by)


def _chosen(declared: Sequence[Metric], written: spec.Panel, context: Context) -> _Chosen:
    metric = declared[0]
    jobs = [entry.job for entry in declared if entry.job]
    known = metric.labels.keys() | (AMBIENT if metric.origin == "service" else frozenset())
    filters = {label: variable for label, variable in context.filters.items() if label in known}
    if jobs:
        filters.pop("job", None)
    matchers = [*_of_jobs(jobs), *(f'{label(name)}=~"${variable}"' for name, variable in filters.items())]
    by = tuple(written.by) if written.by is not None else most_telling(metric)
    return _Chosen(tuple(matchers), by)


def _of_jobs(jobs: Sequence[str]) -> list[str]:
    if len(jobs) > 1:
        return [f'job=~"{"|".join(map(re.escape, jobs))}"']
    return [f'job="{job}"' for job in jobs]


def most_telling(metric: Metric) -> tuple[str, ...]:
    """The label that splits a picture of the metric: the first of the telling ones, or the one with fewest values."""
    sizes = {name: len(label.values) if label.values else label.limit for name, label in metric.labels.items()}
    few = {name: size for name, size in sizes.items() if size is not None and 1 < size <= _MOST_LINES}
    told = [name for name in TELLING if name in few]
    return tuple((told or sorted(few, key=lambda name: (few[name], name)))[:1])


def _counter(metric: Metric, chosen: _Chosen, _: spec.Panel) -> Picture:
    query = f"sum{chosen.by_clause()} (rate({chosen.series(metric.name)}[{RATE}]))"
    return Picture(((_tight(query), chosen.legend()),), "timeseries", f"{words(metric.name)} per second", metric.help)


def _gauge(metric: Metric, chosen: _Chosen, _: spec.Panel) -> Picture:
    series = chosen.series(metric.name)
    query = f"sum{chosen.by_clause()} ({series})" if chosen.by else series
    return Picture(((query, chosen.legend()),), "timeseries", words(metric.name), metric.help, metric.unit)


def _histogram(metric: Metric, chosen: _Chosen, written: spec.Panel) -> Picture:
    if written.type == "heatmap":
        return _heatmap(metric, chosen)
    by = tuple(written.by or ())
    rate = f"rate({chosen.series(f'{metric.name}_bucket')}[{RATE}])"
    queries = _quantile_queries(f"sum by ({', '.join(map(label, ('le', *by)))}) ({rate})", by, written.quantiles)
    return Picture(queries, "timeseries", words(metric.name), metric.help, metric.unit)


def _native_histogram(metric: Metric, chosen: _Chosen, written: spec.Panel) -> Picture:
    by = tuple(written.by or ())
    split = f" by ({', '.join(map(label, by))}) " if by else ""
    rate = f"sum{split}(rate({chosen.series(metric.name)}[{RATE}]))"
    queries = _quantile_queries(rate, by, written.quantiles)
    return Picture(queries, "timeseries", words(metric.name), metric.help, metric.unit)


def _quantile_queries(rate: str, by: tuple[str, ...], quantiles: list[float] | None) -> tuple[tuple[str, str], ...]:
    """A query for each quantile; a single one that is split needs no name beside the labels."""
    wanted, split = quantiles or QUANTILES, legend_of_labels(by)
    names = [split] if split and len(wanted) == 1 else [f"p{quantile * 100:g} {split}".strip() for quantile in wanted]
    queries = (f"histogram_quantile({quantile}, {rate})" for quantile in wanted)
    return tuple(zip(queries, names, strict=True))


def _heatmap(metric: Metric, chosen: _Chosen) -> Picture:
    query = f"sum by (le) (increase({chosen.series(f'{metric.name}_bucket')}[{RATE}]))"
    return Picture(((query, "{{le}}"),), "heatmap", words(metric.name), metric.help, metric.unit, format="heatmap")


def _summary(metric: Metric, chosen: _Chosen, written: spec.Panel) -> Picture:
    by, parts = chosen.by_clause(), [chosen.series(f"{metric.name}_{part}") for part in ("sum", "count")]
    total, count = (_tight(f"sum{by} (rate({part}[{RATE}]))") for part in parts)
    queries = ((f"{total} / {count}", chosen.legend()),)
    return Picture(queries, "timeseries", f"{words(metric.name)}, average", metric.help, metric.unit)


def _info(metric: Metric, chosen: _Chosen, _: spec.Panel) -> Picture:
    return Picture(((chosen.series(metric.name), ""),), "table", words(metric.name), metric.help, format="table")


def _stateset(metric: Metric, chosen: _Chosen, _: spec.Panel) -> Picture:
    queries = ((chosen.series(metric.name), chosen.legend()),)
    return Picture(queries, "state-timeline", words(metric.name), metric.help)


_SHAPES = {
    "counter": _counter,
    "histogram": _histogram,
    "native_histogram": _native_histogram,
    "summary": _summary,
    "info": _info,
    "stateset": _stateset,
}


def _tight(query: str) -> str:
    """``sum (x)`` as people write it: ``sum(x)``."""
    return query.replace("sum (", "sum(", 1)


# By alert: its expression with its threshold line.


def _of_alert(alert: Alert) -> Picture:
    query, bound = alert.expression.text.strip(), None
    if alert.threshold is not None:
        bound = (alert.threshold.operator, alert.threshold.value)
    else:
        query, bound = _split(alert.expression)
    summary = alert.annotations.get("summary", "")
    kind = "state-timeline" if bound is not None and bound[0] == "==" else "timeseries"  # one value of a few is a state
    return Picture(((query, ""),), kind, words_of_alert(alert.name), summary, alert.expression.unit, bound)


def _split(query: Expression) -> tuple[str, tuple[str, Decimal] | None]:
    """An expression that holds its own comparison with a number, taken apart."""
    tree = bare(query.tree) if query.tree is not None else None
    if isinstance(tree, Binary) and tree.op in _LARGER and isinstance(tree.right, Number):
        return to_text(tree.left), (tree.op, Decimal(repr(tree.right.value)))
    return query.text.strip(), None


# What is the same for all.


def _targets(written: spec.Panel, picture: Picture, kind: str, context: Context) -> tuple[Target, ...]:
    form = "table" if kind == "table" else picture.format
    targets = []
    for index, ((query, legend), at) in enumerate(zip(picture.queries, _places(written, picture), strict=True)):
        meant = expression(query, at, context.catalogue, grafana=True)
        said = written.legend or legend or _legend(meant, written.title or picture.title, picture, context)
        targets.append(Target(_reference(index), meant, said, kind in INSTANT, form))
    return tuple(targets)


def _legend(query: Expression, title: str, picture: Picture, context: Context) -> str:
    """What the lines of a query are called that nobody has named: by their labels, or a single line by the title."""
    told = legend_of(query.tree, context.catalogue, context.single)
    if told is None or (not told and len(picture.queries) > 1):
        return AUTOMATIC
    return told or title


def _places(written: spec.Panel, picture: Picture) -> Iterable[Address]:
    if written.queries:
        return (query.at for query in written.queries)
    key = "metric" if written.metric is not None else "alert"
    return ((*written.at, key) for _ in picture.queries)


def _reference(index: int) -> str:
    return chr(ord("A") + index % 26) + ("" if index < 26 else str(index // 26))


def unit_meaning(text: str | None) -> Unit | None:
    """The unit that a panel's ``unit:`` names, unless it is Grafana's own id."""
    try:
        return unit_named(text) if text else None
    except UnitError:
        return None


def _unit(said: str | None, meaning: Unit | None) -> str:
    if said is None:
        return grafana_unit(meaning)
    if is_grafana_unit(said):
        return said
    return grafana_unit(unit_meaning(said))


def _thresholds(written: spec.Panel, picture: Picture, unit: Unit | None, kind: str) -> tuple[Mapping[str, Any], ...]:
    """Colour steps from the lowest value up; the first has no value, as Grafana wants it."""
    if written.thresholds:
        base = next((step["color"] for step in written.thresholds if "value" not in step), _GREEN)
        read = [(quantity_of(step["value"]), step["color"]) for step in written.thresholds if "value" in step]
        above = [(bound_value(value, unit), color) for value, color in read if value is not None]
        return ({"color": base, "value": None}, *({"color": color, "value": float(value)} for value, color in above))
    if picture.bound is None:
        return ({"color": _GREEN, "value": None},)
    return _steps_of(*picture.bound, kind)


def _steps_of(operator: str, bound: Decimal, kind: str) -> tuple[Mapping[str, Any], ...]:
    """Green and red on either side of a bound; a line has the colour of the step above it, and has to be red."""
    if operator == "==" and not bound:
        return ({"color": _RED, "value": None}, {"color": _GREEN, "value": 1.0})
    larger = _LARGER.get(operator, True) or kind == "timeseries"
    below, above = (_GREEN, _RED) if larger else (_RED, _GREEN)
    return ({"color": below, "value": None}, {"color": above, "value": float(bound)})


def _lowest(written: spec.Panel, kind: str) -> float | None:
    if written.min is not None or written.slo or kind not in ("timeseries", "gauge", "bargauge"):
        return written.min
    return 0.0


def _highest(written: spec.Panel, unit: str, kind: str) -> float | None:
    if written.max is not None or kind not in ("gauge", "bargauge"):
        return written.max
    return {"percentunit": 1.0, "percent": 100.0}.get(unit)
