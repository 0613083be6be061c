"""prometheus.yml → the server and its jobs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from aimon.catalogue import Scraped
from aimon.document import Address
from aimon.foreign.loose import duration, entries, labels, listed, mapping, text, texts
from aimon.foreign.part import Part
from aimon.stack import Duration, Job, Server

# https://prometheus.io/docs/prometheus/latest/configuration/configuration/
_INTERVAL, _TIMEOUT = Duration("1m", 60.0), Duration("10s", 10.0)
# Where nobody knows, the shortest that anybody uses: no range is too short for it.
_UNKNOWN = Duration("1s", 1.0)
_NEWEST = (3, 99)
_DIFFERENT = "static_configs"  # the option that says that targets have labels of their own
_FIELDS = frozenset(
    {"job_name", "scrape_interval", "scrape_timeout", "metrics_path", "scheme", "params", "static_configs"}
)


def server(part: Part | None) -> Server:
    """Prometheus as its file says; the newest, and with nothing known of its intervals, where there is none."""
    said = mapping(part.value, "global") if part else {}
    default = _INTERVAL if part else _UNKNOWN
    interval = duration(said, "scrape_interval") or default
    return Server(
        version=_NEWEST,
        scrape_interval=interval,
        scrape_timeout=duration(said, "scrape_timeout") or _shorter(_TIMEOUT, interval),
        evaluation_interval=duration(said, "evaluation_interval") or default,
        external_labels=labels(said, "external_labels"),
        retention_time=Duration("15d", 1_296_000.0),
        retention_size=None,
        out_of_order_time_window=None,
    )


def jobs(part: Part | None, prometheus: Server) -> tuple[Job, ...]:
    """A job for every scrape configuration that has a name."""
    found = entries(part.value, part.at, "scrape_configs") if part else ()
    return tuple(_job(at, job, prometheus) for at, job in found if text(job, "job_name"))


def scraped(part: Part | None, found: Sequence[Job]) -> dict[str, Scraped]:
    """How each job labels its series; nothing where more jobs may stand in other files."""
    if part is None or mapping(part.value).get("scrape_config_files"):
        return {}
    return {job.name: _scraped(job) for job in found}


def _scraped(job: Job) -> Scraped:
    relabelled = job.options.get("relabel_configs") or job.options.get("metric_relabel_configs")
    return Scraped(
        instances=None if job.discovery else job.targets,
        labels=job.labels,
        interval=job.interval.seconds,
        open=bool(relabelled or job.discovery or job.options.get(_DIFFERENT)),
        honors=job.options.get("honor_labels") is True,
    )


def _job(at: Address, job: dict[str, Any], prometheus: Server) -> Job:
    interval = duration(job, "scrape_interval") or prometheus.scrape_interval
    targets = [mapping(group) for group in listed(job, "static_configs")]
    discovered = next(_discoveries(job), None)
    return Job(
        at=at,
        name=text(job, "job_name"),
        description="",
        targets=tuple(target for group in targets for target in texts(group, "targets")),
        labels={name: value for group in targets for name, value in labels(group, "labels").items()},
        discovery=discovered,
        scheme=text(job, "scheme") or "http",
        metrics_path=text(job, "metrics_path") or "/metrics",
        params={name: list(texts(job, "params", name)) for name in mapping(job, "params")},
        interval=interval,
        timeout=duration(job, "scrape_timeout") or _shorter(prometheus.scrape_timeout, interval),
        options=_options(job) | ({_DIFFERENT: True} if _different(targets) else {}),
        metrics=(),
    )


def _options(job: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in job.items() if key not in _FIELDS and not str(key).endswith("_sd_configs")}


def _different(targets: list[dict[str, Any]]) -> bool:
    """Whether the groups of static targets have different labels."""
    return any(labels(group, "labels") != labels(targets[0], "labels") for group in targets)


def _discoveries(job: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    for key, value in job.items():
        if isinstance(key, str) and key.endswith("_sd_configs") and isinstance(value, list):
            yield key.removesuffix("_sd_configs"), value


def _shorter(one: Duration, other: Duration) -> Duration:
    return one if one.seconds <= other.seconds else other
