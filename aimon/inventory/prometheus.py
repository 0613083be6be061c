"""prometheus.yml and the flags beside it → the server, its storage and its scrape jobs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aimon.document import Address
from aimon.foreign.loose import entries, labels, listed, mapping, text, texts
from aimon.inventory.plain import flat, length, plain, seconds
from aimon.thing import JOB, SERVER, STORAGE, Thing

# https://prometheus.io/docs/prometheus/latest/configuration/configuration/
_INTERVAL, _TIMEOUT, _RETENTION = "1m", "10s", "15d"
_SECRETS = ("basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file", "sigv4", "azuread")
_OWN = frozenset({"job_name", "scrape_interval", "scrape_timeout", "static_configs", *_SECRETS})


def prometheus(value: Any, at: Address = ()) -> Iterator[Thing]:
    """The server, and each of its jobs with what the global settings add to it."""
    said = mapping(value, "global")
    yield Thing(SERVER, "settings", value, _server, (*at, "global"))
    for place, job in entries(value, at, "scrape_configs"):
        raw = {"job": job, "scrape_interval": said.get("scrape_interval"), "scrape_timeout": said.get("scrape_timeout")}
        yield Thing(JOB, text(job, "job_name"), raw, _job, place)


def storage(flags: Mapping[str, str], value: Any = None, at: Address = ()) -> Thing:
    """How long samples are kept: by flags, or in a newer server by its file."""
    return Thing(STORAGE, "retention", (dict(flags), mapping(value, "storage", "tsdb")), _storage, at)


def _storage(raw: tuple[Mapping[str, str], Mapping[str, Any]]) -> dict[str, Any]:
    flags, written = raw
    kept = {name: text(written, "retention", name) or flags.get(name) for name in ("time", "size")}
    time = length(kept["time"], _RETENTION)
    size = (kept["size"] or "").replace("iB", "B")  # both are powers of two to Prometheus, which prints the former
    return {
        "retention_time": _RETENTION if time == "0s" else time,
        "retention_size": "" if size.startswith("0") and not size.strip("0.KMGTPEiB") else size,
        "out_of_order_window": length(written.get("out_of_order_time_window")),
    }


def _server(value: Mapping[str, Any]) -> dict[str, Any]:
    said = mapping(value, "global")
    interval = length(said.get("scrape_interval"), _INTERVAL)
    rest = {key: entry for key, entry in said.items() if key not in _OWN | {"evaluation_interval", "external_labels"}}
    writes = {text(entry, "name") or text(entry, "url"): plain(entry) for entry in listed(value, "remote_write")}
    alerting = plain(mapping(value, "alerting"), "alerting")
    return {
        "scrape_interval": interval,
        "scrape_timeout": _timeout(said.get("scrape_timeout"), interval),
        "evaluation_interval": length(said.get("evaluation_interval"), _INTERVAL),
        **{f"external_labels.{name}": text_ for name, text_ in labels(said, "external_labels").items()},
        **flat({"setting": plain(rest)}),
        **{f"remote_write.{name}": entry for name, entry in writes.items()},
        **flat({"alerting": alerting} if alerting else {}),
        "rule_files": sorted(map(str, listed(value, "rule_files"))),
    }


def _job(raw: Mapping[str, Any]) -> dict[str, Any]:
    job = raw["job"]
    groups = [mapping(group) for group in listed(job, "static_configs")]
    shared = [labels(group, "labels") for group in groups]
    alike = all(one == shared[0] for one in shared)
    said = plain({key: entry for key, entry in job.items() if key not in _OWN})
    found = {key: said.pop(key) for key in [*said] if key.endswith("_sd_configs")}
    secured = {name: plain(job[name], name) for name in _SECRETS if job.get(name)}
    limits = {key: said.pop(key) for key in [*said] if key.endswith("_limit")}
    interval = length(job.get("scrape_interval") or raw["scrape_interval"], _INTERVAL)
    return {
        "targets": [target for group in groups for target in texts(group, "targets")],
        "interval": interval,
        "timeout": length(job.get("scrape_timeout"))
        if job.get("scrape_timeout")
        else _timeout(raw["scrape_timeout"], interval),
        **({f"label.{name}": value for name, value in shared[0].items()} if shared and alike else {}),
        **({} if alike else {"target_labels": shared}),
        **({"discovery": found} if found else {}),
        **({"authentication": secured} if secured else {}),
        **{f"limit.{name.removesuffix('_limit')}": value for name, value in limits.items()},
        **{key: entry for key, entry in said.items() if key.endswith("relabel_configs")},
        **flat({key: entry for key, entry in said.items() if not key.endswith("relabel_configs")}),
    }


def _timeout(said: Any, interval: str) -> str:
    """The global timeout, or the interval where that is shorter: no scrape may take longer."""
    wanted = length(said, _TIMEOUT)
    return min(wanted, interval, key=lambda text_: seconds(text_) or 0.0)
