"""The picture of a metric, which follows from its type, and that of an alert, which is its expression and its bound."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple, TypeVar

from aimon import spec
from aimon.build.context import Context
from aimon.build.titles import legend_of_labels, words, words_of_alert
from aimon.catalogue import AMBIENT, Metric
from aimon.promql.binding import jobs_matcher
from aimon.promql.names import label, metric_selector
from aimon.promql.print import to_text
from aimon.promql.tree import Binary, Number, bare
from aimon.stack import Alert, Expression
from aimon.units import Unit

QUANTILES = (0.5, 0.95, 0.99)
RATE = "$__rate_interval"

# The label that tells most about a counter, where a metric has several: what went wrong before where it happened.
TELLING = ("status", "status_code", "code", "error_type", "outcome", "result", "operation", "type", "direction", "kind")
_MOST_LINES = 12

_ORDERS = frozenset({">", ">=", "<", "<="})

_Noun = TypeVar("_Noun", Metric, Alert)


class Picture(NamedTuple):
    """A panel before it has its place: (query text, legend) pairs and what follows from them."""

    queries: tuple[tuple[str, str], ...]
    type: str
    title: str
    description: str = ""
    unit: Unit | None = None
    bound: tuple[str, Decimal] | None = None
    format: str = "time_series"


def picture_of(written: spec.Panel, context: Context) -> Picture | None:
    """What a panel shows; None where it names something that does not exist."""
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

    def sum(self, query: str) -> str:
        """The sum of a query over all but the labels that stay apart."""
        return _sum(query, self.by)

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
    own = [jobs_matcher(jobs)] if jobs else []
    matchers = [*own, *(f'{label(name)}=~"${variable}"' for name, variable in filters.items())]
    by = tuple(written.by) if written.by is not None else most_telling(metric)
    return _Chosen(tuple(matchers), by)


def most_telling(metric: Metric) -> tuple[str, ...]:
    """The label that splits a picture of the metric: the first of the telling ones, or the one with fewest values."""
    sizes = {name: len(label.values) if label.values else label.limit for name, label in metric.labels.items()}
    few = {name: size for name, size in sizes.items() if size is not None and 1 < size <= _MOST_LINES}
    told = [name for name in TELLING if name in few]
    return tuple((told or sorted(few, key=lambda name: (few[name], name)))[:1])


def _counter(metric: Metric, chosen: _Chosen, _: spec.Panel) -> Picture:
    query = chosen.sum(f"rate({chosen.series(metric.name)}[{RATE}])")
    return Picture(((query, chosen.legend()),), "timeseries", f"{words(metric.name)} per second", metric.help)


def _gauge(metric: Metric, chosen: _Chosen, _: spec.Panel) -> Picture:
    series = chosen.series(metric.name)
    query = chosen.sum(series) if chosen.by else series
    return Picture(((query, chosen.legend()),), "timeseries", words(metric.name), metric.help, metric.unit)


def _histogram(metric: Metric, chosen: _Chosen, written: spec.Panel) -> Picture:
    if written.type == "heatmap":
        return _heatmap(metric, chosen)
    by = tuple(written.by or ())
    rate = f"rate({chosen.series(f'{metric.name}_bucket')}[{RATE}])"
    queries = _quantile_queries(_sum(rate, ("le", *by)), by, written.quantiles)
    return Picture(queries, "timeseries", words(metric.name), metric.help, metric.unit)


def _native_histogram(metric: Metric, chosen: _Chosen, written: spec.Panel) -> Picture:
    by = tuple(written.by or ())
    rate = f"rate({chosen.series(metric.name)}[{RATE}])"
    queries = _quantile_queries(_sum(rate, by), by, written.quantiles)
    return Picture(queries, "timeseries", words(metric.name), metric.help, metric.unit)


def _quantile_queries(rate: str, by: tuple[str, ...], quantiles: list[float] | None) -> tuple[tuple[str, str], ...]:
    """A query for each quantile; a single one that is split needs no name beside the labels."""
    wanted, split = quantiles or QUANTILES, legend_of_labels(by)
    names = [split] if split and len(wanted) == 1 else [f"p{quantile * 100:g} {split}".strip() for quantile in wanted]
    queries = (f"histogram_quantile({quantile}, {rate})" for quantile in wanted)
    return tuple(zip(queries, names, strict=True))


def _heatmap(metric: Metric, chosen: _Chosen) -> Picture:
    query = _sum(f"increase({chosen.series(f'{metric.name}_bucket')}[{RATE}])", ("le",))
    return Picture(((query, "{{le}}"),), "heatmap", words(metric.name), metric.help, metric.unit, format="heatmap")


def _summary(metric: Metric, chosen: _Chosen, _: spec.Panel) -> Picture:
    parts = [chosen.series(f"{metric.name}_{part}") for part in ("sum", "count")]
    total, count = (chosen.sum(f"rate({part}[{RATE}])") for part in parts)
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


def _sum(query: str, by: Sequence[str]) -> str:
    return f"sum by ({', '.join(map(label, by))}) ({query})" if by else f"sum({query})"


def _of_alert(alert: Alert) -> Picture:
    if alert.threshold is None:
        query, bound = _split(alert.expression)
    else:
        query, bound = alert.expression.text.strip(), (alert.threshold.operator, alert.threshold.value)
    summary = alert.annotations.get("summary", "")
    kind = "state-timeline" if bound is not None and bound[0] == "==" else "timeseries"  # one value of a few is a state
    return Picture(((query, ""),), kind, words_of_alert(alert.name), summary, alert.expression.unit, bound)


def _split(query: Expression) -> tuple[str, tuple[str, Decimal] | None]:
    """An expression that holds its own comparison with a number, taken apart."""
    tree = bare(query.tree) if query.tree is not None else None
    if isinstance(tree, Binary) and tree.op in _ORDERS and isinstance(tree.right, Number):
        return to_text(tree.left), (tree.op, Decimal(repr(tree.right.value)))
    return query.text.strip(), None
