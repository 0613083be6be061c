"""Which query language a text is in that PromQL does not read: recognised by what only that language has."""

from __future__ import annotations

import re

# Grafana's plugins of data sources, and what their queries are written in; None where there is no query to look at.
LANGUAGES: dict[str, str | None] = {
    "prometheus": "PromQL",
    "grafana-amazonprometheus-datasource": "PromQL",
    "grafana-azureprometheus-datasource": "PromQL",
    "loki": "LogQL",
    "tempo": "TraceQL",
    "victoriametrics-datasource": "MetricsQL",
    "victoriametrics-metrics-datasource": "MetricsQL",
    "victoriametrics-logs-datasource": "LogsQL",
    "influxdb": "InfluxQL or Flux",
    "elasticsearch": "Lucene",
    "grafana-opensearch-datasource": "Lucene",
    "graphite": "Graphite's language",
    "cloudwatch": "CloudWatch's language",
    "stackdriver": "Google's language",
    "grafana-clickhouse-datasource": "SQL",
    **dict.fromkeys(
        ("mysql", "postgres", "grafana-postgresql-datasource", "mssql", "grafana-bigquery-datasource"), "SQL"
    ),
    **dict.fromkeys(("datasource", "grafana", "__expr__", "-- Grafana --", "-- Mixed --", "-- Dashboard --"), None),
    "grafana-testdata-datasource": None,
}

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`[^`]*`')
_COMMENT = re.compile(r"#[^\n]*")
_METRICSQL = """
    aggr_over_time ascent_over_time descent_over_time distinct_over_time first_over_time histogram_over_time
    hoeffding_bound_lower hoeffding_bound_upper lag lifetime median_over_time mode_over_time
    outlier_iqr_over_time quantiles_over_time range_over_time rate_over_sum rollup rollup_candlestick
    rollup_delta rollup_deriv rollup_increase rollup_rate rollup_scrape_interval scrape_interval
    share_gt_over_time share_le_over_time sum2_over_time tfirst_over_time timestamp_with_name
    tlast_change_over_time zscore_over_time increase_prometheus increase_pure delta_prometheus
    changes_prometheus integrate alias bitmap_and bitmap_or buckets_limit drop_common_labels interpolate
    keep_last_value keep_next_value label_copy label_del label_graphite_group label_keep label_lowercase
    label_map label_match label_mismatch label_move label_set label_transform label_uppercase label_value
    labels_equal limit_offset prometheus_buckets range_avg range_first range_last range_linear_regression
    range_max range_median range_min range_normalize range_quantile range_stddev range_sum range_trim_outliers
    remove_resets running_avg running_max running_min running_sum smooth_exponential sort_by_label_numeric union
    vmrange_buckets any bottomk_avg bottomk_last bottomk_max bottomk_median bottomk_min distinct geomean
    histogram mad median mode outliers_iqr outliers_mad outliersk share sum2 topk_avg topk_last topk_max
    topk_median topk_min zscore
"""
_LOGQL_PARTS = "json|logfmt|unwrap|line_format|label_format|pattern|regexp"
_SIGNS = (
    ("Flux", re.compile(r"\bfrom\s*\(\s*bucket\s*:|\|>")),
    ("LogQL", re.compile(rf"\}}\s*(?:\|=|\|~|!=|!~|!>|\|)|\|=|\|~|\|\s*(?:{_LOGQL_PARTS})\b")),
    ("TraceQL", re.compile(r"\{\s*(?:span|resource|event|link|instrumentation)?\.[A-Za-z_]|\{[^}]*&&")),
    ("TraceQL", re.compile(r"\{\s*(?:status|duration|kind)\s*[=<>]\s*[^\"'\s]")),
    ("SQL", re.compile(r"^\s*(?:SELECT|SHOW|INSERT|EXPLAIN)\b|^\s*WITH\s+\w+\s+AS\s*\(", re.IGNORECASE)),
    ("MetricsQL", re.compile(r"\bWITH\s*\(|\bkeep_metric_names\b|\[\d+i\]", re.IGNORECASE)),
    ("MetricsQL", re.compile(r"[)\]}\w]\s+(?:default|ifnot|if)\s+[\w({+-]", re.IGNORECASE)),
    ("MetricsQL", re.compile(rf"\b(?:{'|'.join(_METRICSQL.split())})\s*\(")),
    ("MetricsQL", re.compile(r"\b\d+(?:\.\d+)?[KMGT]i?B?\b(?![\w:])")),
)


def language_of(query: str) -> str | None:
    """The language of a text that is no PromQL; None where nothing tells."""
    bare = _COMMENT.sub("", _TEXT.sub('""', query[:20_000]))
    return next((language for language, sign in _SIGNS if sign.search(bare)), None)
