"""Values as equal as they mean: defaults that a server prints, durations in one notation, keys joined by dots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aimon.promql.parse import SyntaxProblem, parse
from aimon.promql.print import duration as written
from aimon.promql.simplify import canonical
from aimon.units import UnitError, parse_duration

# What Prometheus prints although nobody wrote it; `above.key` where the key alone means several things.
# https://prometheus.io/docs/prometheus/latest/configuration/configuration/
_DEFAULTS: dict[str, tuple[Any, ...]] = {
    "honor_labels": (False,),
    "honor_timestamps": (True,),
    "track_timestamps_staleness": (False,),
    "follow_redirects": (True,),
    "enable_http2": (True,),
    "enable_compression": (True,),
    "metrics_path": ("/metrics",),
    "scheme": ("http",),
    "scrape_protocols": (
        ["OpenMetricsText1.0.0", "OpenMetricsText0.0.1", "PrometheusText1.0.0", "PrometheusText0.0.4"],
        ["OpenMetricsText1.0.0", "OpenMetricsText0.0.1", "PrometheusText0.0.4"],
    ),
    "scrape_fallback_protocol": ("PrometheusText0.0.4",),
    "metric_name_validation_scheme": ("utf8", "legacy"),
    "metric_name_escaping_scheme": ("allow-utf-8", "underscores"),
    "always_scrape_classic_histograms": (False,),
    "convert_classic_histograms_to_nhcb": (False,),
    "scrape_native_histograms": (False,),
    "scrape_classic_histograms": (False,),
    "extra_scrape_metrics": (False,),
    "runtime": ({"gogc": 75}, {"gogc": 100}),
    "separator": (";",),
    "regex": ("(.*)",),
    "replacement": ("$1",),
    "action": ("replace",),
    "api_version": ("v2",),
    "alertmanagers.timeout": ("10s",),
    "path_prefix": ("/", ""),
    "remote_timeout": ("30s", "1m"),
    "send_exemplars": (False,),
    "send_native_histograms": (False,),
    "round_robin_dns": (False,),
    "protobuf_message": ("prometheus.WriteRequest",),
    "dns_sd_configs.refresh_interval": ("30s",),
    "dns_sd_configs.type": ("SRV",),
    "dns_sd_configs.port": (0,),
    "file_sd_configs.refresh_interval": ("5m",),
    "http_sd_configs.refresh_interval": ("1m",),
    "consul_sd_configs.refresh_interval": ("30s",),
    "consul_sd_configs.allow_stale": (True,),
    "consul_sd_configs.tag_separator": (",",),
    "ec2_sd_configs.refresh_interval": ("1m",),
    "ec2_sd_configs.port": (80,),
    "queue_config.capacity": (2500, 10000),
    "queue_config.max_shards": (200, 50),
    "queue_config.min_shards": (1,),
    "queue_config.max_samples_per_send": (500, 2000),
    "queue_config.batch_send_deadline": ("5s",),
    "queue_config.min_backoff": ("30ms",),
    "queue_config.max_backoff": ("5s",),
    "metadata_config.send": (True,),
    "metadata_config.send_interval": ("1m",),
    "metadata_config.max_samples_per_send": (500, 2000),
    "tls_config.insecure_skip_verify": (False,),
    "authorization.type": ("Bearer",),
    "outofordertimewindow": (),  # the same as out_of_order_time_window, printed twice
    "body_size_limit": (0, "0B"),
    **dict.fromkeys(
        (
            "sample_limit", "target_limit", "label_limit", "label_name_length_limit", "label_value_length_limit",
            "keep_dropped_targets", "native_histogram_bucket_limit",
        ),
        (0,),
    ),
}  # fmt: skip
_ALWAYS_LEFT_OUT = frozenset({"outofordertimewindow"})
_LENGTHS = ("interval", "timeout", "_wait", "window", "deadline", "backoff", "max_age", "ttl")


def plain(value: Any, key: str = "", above: str = "") -> Any:
    """The value without what is said by default anyway; None where nothing is left of a mapping."""
    if isinstance(value, Mapping):
        kept = {str(name): plain(entry, str(name), key) for name, entry in value.items()}
        return {name: entry for name, entry in kept.items() if not _is_default(name, entry, key)}
    if isinstance(value, list):
        return [plain(entry, key, above) for entry in value]
    if isinstance(value, str) and key.endswith(_LENGTHS):
        return length(value)
    return value


def _is_default(name: str, value: Any, above: str) -> bool:
    if value is None or value in ({}, []) or name in _ALWAYS_LEFT_OUT:
        return True
    known = _DEFAULTS.get(f"{above}.{name}", _DEFAULTS.get(name, ()))
    return any(value == default and type(value) is type(default) for default in known)


def length(text: Any, unsaid: str = "0s") -> str:
    """A duration in one notation: ``300s`` is ``5m``; a text that is none stays what it is."""
    if text is None or text == "":
        return unsaid
    try:
        return written(float(parse_duration(text)))
    except UnitError:
        return written(float(text)) if isinstance(text, (int, float)) else str(text)


def seconds(text: Any) -> float | None:
    """The seconds of a duration; None for what is none."""
    try:
        return float(parse_duration(text))
    except UnitError:
        return None


def expression(text: str, grafana: bool = False) -> str:
    """An expression in the form that all of its spellings share; one that nobody can read with its spaces made even."""
    try:
        return canonical(parse(text, grafana=grafana))
    except SyntaxProblem:
        return " ".join(text.split())


def flat(value: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Nested mappings as one, keys joined by dots; lists stay whole, and what is None is not there."""
    found: dict[str, Any] = {}
    for key, entry in value.items():
        name = f"{above}.{key}" if above else str(key)
        if isinstance(entry, Mapping) and entry:
            found |= flat(entry, name)
        elif entry is not None:
            found[name] = entry
    return found
