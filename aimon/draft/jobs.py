"""The scrape configurations of a prometheus.yml as services of a spec: name → how it is scraped.

A service has targets with the same labels, or one discovery. A job with more becomes several services, whose series
keep the job's name by a relabelling step. The same holds for names that no service can have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from aimon.document import Address
from aimon.draft.names import free, word
from aimon.draft.notes import Notes
from aimon.draft.secrets import Secrets
from aimon.draft.values import length, mapping_list, without_nothing, word_list, words
from aimon.foreign.loose import entries, listed, mapping, text
from aimon.foreign.part import Part

_DISCOVERY = "_sd_configs"
_OWN = frozenset(
    {
        "job_name", "static_configs", "metrics_path", "scheme", "params", "scrape_interval", "scrape_timeout",
        "sample_limit", "honor_labels", "relabel_configs", "metric_relabel_configs",
    }
)  # fmt: skip
_STATIC = frozenset({"targets", "labels"})


def services(parts: Iterable[Part], notes: Notes) -> dict[str, Any]:
    """The services of all files."""
    made: dict[str, Any] = {}
    for part in parts:
        for at, job in entries(part.value, part.at, "scrape_configs"):
            for source in _sources(at, job, notes):
                name = free(word(text(job, "job_name"), "job"), {taken.lower() for taken in made})
                made[name] = _service(name, at, job, source, notes)
    return made


def _sources(at: Address, job: dict[str, Any], notes: Notes) -> list[dict[str, Any]]:
    """Where the targets of a job come from: a service for each."""
    found = [*_static(at, job, notes), *_discovered(at, job, notes)]
    if not found:
        notes.lose(at, f"the job `{text(job, 'job_name')}` is left out: it has no targets")
    elif len(found) > 1:
        notes.tell(at, f"the job `{text(job, 'job_name')}` becomes {len(found)} services, whose series keep its name")
    return found


def _static(at: Address, job: dict[str, Any], notes: Notes) -> list[dict[str, Any]]:
    """The static targets, those with the same labels together."""
    groups: list[dict[str, Any]] = []
    for place, group in entries(job, at, "static_configs"):
        notes.lose_rest(place, group, _STATIC)
        labels, targets = words(group, place, "labels", notes), word_list(group, place, "targets", notes)
        same = next((known for known in groups if known["labels"] == labels), None)
        if same is not None:
            same["targets"] += targets
        elif targets:
            groups.append({"targets": targets, "labels": labels})
    return groups


def _discovered(at: Address, job: dict[str, Any], notes: Notes) -> Iterator[dict[str, Any]]:
    for key in job:
        options = mapping_list(job, at, key, notes) if str(key).endswith(_DISCOVERY) else []
        if options:
            yield {"discover": {key.removesuffix(_DISCOVERY): options[0] if len(options) == 1 else options}}


def _service(name: str, at: Address, job: dict[str, Any], source: dict[str, Any], notes: Notes) -> dict[str, Any]:
    secrets, to = Secrets("prometheus", notes), ("services", name)
    http = {key: value for key, value in job.items() if key not in _OWN and not str(key).endswith(_DISCOVERY)}
    discover = {
        kind: secrets.without(options, (*at, f"{kind}{_DISCOVERY}"), (*to, "discover", kind), f"{kind}_sd")
        for kind, options in source.get("discover", {}).items()
    }
    relabel, path = mapping_list(job, at, "relabel_configs", notes), text(job, "metrics_path")
    keeps = name == text(job, "job_name") or "job" in source.get("labels", {})
    return without_nothing(
        {
            "targets": source.get("targets"),
            "discover": discover,
            "metrics_path": path and f"/{path.removeprefix('/')}",
            "scheme": text(job, "scheme"),
            "params": _params(at, job, to, secrets),
            "scrape_interval": length(job, at, "scrape_interval", notes),
            "scrape_timeout": length(job, at, "scrape_timeout", notes),
            "sample_limit": job.get("sample_limit") or None,
            "honor_labels": job.get("honor_labels") or None,
            "labels": source.get("labels"),
            "http": secrets.without(http, at, (*to, "http"), "scrape_config"),
            "relabel": relabel if keeps else [_named(text(job, "job_name")), *relabel],
            "metric_relabel": mapping_list(job, at, "metric_relabel_configs", notes),
        }
    )


def _params(at: Address, job: dict[str, Any], to: Address, secrets: Secrets) -> dict[str, list[str]]:
    said = {str(name): [str(one) for one in listed(job, "params", name)] for name in mapping(job, "params")}
    kept: dict[str, list[str]] = secrets.without(said, (*at, "params"), (*to, "params"), "params")
    return kept


def _named(job: str) -> dict[str, str]:
    """The relabelling step that gives series the name of a job."""
    return {"target_label": "job", "replacement": job.replace("$", "$$")}
