"""How many series a declared metric may have at most: every combination of its labels, on every known target."""

from __future__ import annotations

import math

from aimon.catalogue import Label, Metric

# What there is beside a series for each bucket (+Inf, sum and count) or quantile (sum and count).
_OF_HISTOGRAM, _OF_SUMMARY = 3, 2
# Made by Prometheus for each target: up, scrape_duration_seconds, scrape_samples_scraped,
# scrape_samples_post_metric_relabeling, scrape_series_added.
# https://prometheus.io/docs/concepts/jobs_instances/#automatically-generated-labels-and-time-series
PER_TARGET = 5
BUDGET = 100_000  # from this many series on a metric is too much


def size_of(label: Label) -> int | None:
    """How many values a label may have; None where nobody says."""
    return len(label.values) if label.values else label.limit


def series_each(metric: Metric) -> int:
    """How many series there are for each combination of labels."""
    if metric.type == "summary":
        return len(metric.quantiles) + _OF_SUMMARY
    return len(metric.buckets) + _OF_HISTOGRAM if metric.type == "histogram" else 1


def likely_series(metric: Metric, targets: int) -> int | None:
    """How many there may be where labels that only have a number depend on each other, as those of a disk do.

    That is so with well-known exporters. None where a label may have any number of values.
    """
    sizes = [size_of(label) for label in metric.labels.values()]
    if None in sizes:
        return None
    listed = math.prod(len(label.values) for label in metric.labels.values() if label.values)
    counted = max((label.limit or 1 for label in metric.labels.values() if not label.values), default=1)
    return max(targets, 1) * series_each(metric) * listed * counted


def most_series(metric: Metric, targets: int) -> int | None:
    """How many series there may be; None where a label may have any number of values."""
    sizes = [size_of(label) for label in metric.labels.values()]
    if None in sizes:
        return None
    return max(targets, 1) * series_each(metric) * math.prod(size for size in sizes if size is not None)
