"""What Prometheus scrapes: the server, its jobs, and the catalogue of everything that they expose."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from aimon import conventions, spec
from aimon.catalogue import Catalogue, Label, Metric, Scraped, built_in
from aimon.stack import Duration, Job, Server
from aimon.units import Unit, UnitError, parse_duration, unit_named, unit_of_metric_name

DEFAULT_VERSION = "3.5"


def duration(text: str) -> Duration:
    """A duration whose text the schema has accepted."""
    return Duration(text, float(parse_duration(text)))


def server(written: spec.Spec) -> Server:
    """Prometheus with the defaults that a careful SRE would choose."""
    said = written.prometheus
    interval = duration(said.scrape_interval or "15s")
    retention = said.retention or {}
    late = said.out_of_order_time_window
    major, minor = (said.version or DEFAULT_VERSION).split(".")[:2]
    return Server(
        version=(int(major), int(minor)),
        scrape_interval=interval,
        scrape_timeout=_timeout(said.scrape_timeout, interval, duration("10s")),
        evaluation_interval=duration(said.evaluation_interval or "15s"),
        external_labels=said.external_labels or {},
        retention_time=duration(retention["time"]) if "time" in retention else _kept(written),
        retention_size=retention.get("size"),
        out_of_order_time_window=duration(late) if late else None,
    )


def _kept(written: spec.Spec) -> Duration:
    """Fifteen days, or as long as the SLO that looks back furthest."""
    windows = [duration(slo.window or conventions.DEFAULT_SLO_WINDOW) for slo in written.slos]
    return max([duration("15d"), *windows], key=lambda each: each.seconds)


def jobs(written: spec.Spec, prometheus: Server) -> tuple[Job, ...]:
    """A job for every service."""
    return tuple(_job(service, prometheus) for service in written.services)


def _job(service: spec.Service, prometheus: Server) -> Job:
    interval = duration(service.scrape_interval) if service.scrape_interval else prometheus.scrape_interval
    return Job(
        at=service.at,
        name=service.name,
        description=service.description or "",
        targets=tuple(service.targets or ()),
        labels=service.labels or {},
        discovery=_discovery(service.discover),
        scheme=service.scheme or "http",
        metrics_path=service.metrics_path or "/metrics",
        params=service.params or {},
        interval=interval,
        timeout=_timeout(service.scrape_timeout, interval, prometheus.scrape_timeout),
        options=_options(service),
        metrics=tuple(_metric(metric, service, interval) for metric in service.metrics),
    )


def _timeout(said: str | None, interval: Duration, default: Duration) -> Duration:
    """A scrape may not take longer than its interval."""
    wanted = duration(said) if said else default
    return wanted if said or wanted.seconds <= interval.seconds else interval


def _discovery(discover: Mapping[str, Any] | None) -> tuple[str, list[Any]] | None:
    for kind, options in (discover or {}).items():
        return kind, options if isinstance(options, list) else [options]
    return None


def _options(service: spec.Service) -> dict[str, Any]:
    named = {
        "honor_labels": service.honor_labels,
        "sample_limit": service.sample_limit,
        "relabel_configs": service.relabel,
        "metric_relabel_configs": service.metric_relabel,
    }
    return {**(service.http or {}), **{key: value for key, value in named.items() if value is not None}}


def _metric(metric: spec.Metric, service: spec.Service, interval: Duration) -> Metric:
    low, high = metric.range or (0.0 if metric.type in ("counter", "histogram") else None, None)
    bounded = [None if bound is None or math.isinf(bound) else bound for bound in (low, high)]
    added = {name: Label((value,)) for name, value in (service.labels or {}).items()}
    return Metric(
        at=metric.at,
        name=metric.name,
        type=metric.type,
        help=metric.help or "",
        unit=metric_unit(metric),
        labels={name: _label(values) for name, values in metric.labels.items()} | added,
        job=service.name,
        interval=interval.seconds,
        buckets=tuple(float(bound) for bound in metric.buckets or ()),
        quantiles=tuple(float(quantile) for quantile in metric.quantiles or ()),
        low=bounded[0],
        high=bounded[1],
        open=bool(service.relabel or service.metric_relabel or service.discover),
        needs=metric.needs or "",
        pack=metric.pack,
    )


def metric_unit(metric: spec.Metric) -> Unit | None:
    """The unit as declared, or else as the name tells; None where neither does."""
    if metric.unit is None:
        return unit_of_metric_name(metric.name, metric.type)
    try:
        return unit_named(metric.unit)
    except UnitError:
        return None  # `metric/unknown-unit` reports it


def _label(values: list[str] | int | None) -> Label:
    if isinstance(values, int):
        return Label(limit=values)
    return Label(tuple(values)) if values else Label()


def catalogue(written: spec.Spec, scraped: tuple[Job, ...]) -> Catalogue:
    """All metrics of all jobs, and the series that Prometheus makes itself."""
    declared = [metric for job in scraped for metric in job.metrics]
    labelled = {job.name: _scraped(job) for job in scraped}
    ours = built_in(Label(tuple(job.name for job in scraped)))
    return Catalogue({}, frozenset(written.external), labelled).with_metrics([*ours, *declared])


def _scraped(job: Job) -> Scraped:
    """How a job labels its series, as far as relabelling leaves it to us."""
    relabelled = job.options.keys() & {"relabel_configs", "metric_relabel_configs"}
    instances = None if job.discovery else job.targets
    return Scraped(instances, job.labels, job.interval.seconds, bool(relabelled), bool(job.options.get("honor_labels")))
