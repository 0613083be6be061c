"""How many series a declared metric may have at most: every combination of its labels, on every known target."""

from __future__ import annotations

import math

from aimon.catalogue import Label, Metric

# What a histogram has beside a series for each of its buckets: +Inf, sum and count.
_OF_HISTOGRAM = 3
# Made by Prometheus for each target: up, scrape_duration_seconds, scrape_samples_scraped,
# scrape_samples_post_metric_relabeling, scrape_series_added.
# https://prometheus.io/docs/concepts/jobs_instances/#automatically-generated-labels-and-time-series
PER_TARGET = 5
# A series in memory with its samples, between what is measured at best (3 kB) and at worst (8 kB).
BYTES_PER_SERIES = 5_000
BUDGET = 100_000  # from this many series on a metric is too much


def size_of(label: Label) -> int | None:
    """How many values a label may have; None where nobody says."""
    return len(label.values) if label.values else label.limit


def series_each(metric: Metric) -> int:
    """How many series there are for each combination of labels."""
    return len(metric.buckets) + _OF_HISTOGRAM if metric.type == "histogram" and metric.buckets else 1


def most_series(metric: Metric, targets: int) -> int | None:
    """How many series there may be; None where a label may have any number of values."""
    sizes = [size_of(label) for label in metric.labels.values()]
    if None in sizes:
        return None
    return max(targets, 1) * series_each(metric) * math.prod(size for size in sizes if size is not None)
