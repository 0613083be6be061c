"""The text of a new spec, short and with the words that somebody needs who has never seen one."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from aimon import conventions, library
from aimon.draft.known import Use
from aimon.draft.services import Service
from aimon.emit import compact_text, yaml_text
from aimon.written import scalars

_TOP = """\
#
#   aimon generate     writes monitoring/ beside it: all or nothing, and only what differs
#   aimon validate     checks this file, and every file that comes of it
#   aimon test         proves that each alert fires when it should, and is silent when it should not
#
# `aimon packs` lists what comes ready made, `aimon schema` prints every key that there is.

aimon: 1
name: {written}

# What is scraped, and what it exposes. aimon tells a typo from a metric because every metric is declared.
services:
"""
_METRICS = """\
metrics:
  # Every label has its values, or how many there can be: never a user, a session or a path.
  http_requests_total: {type: counter, help: Requests served, labels: {method: 5, status: 12}}
  http_request_duration_seconds: {type: histogram, help: Time to serve a request, buckets: [0.1, 0.5, 1, 2, 5]}
"""
_APPLICATION = f"""\
app:
  targets: ["app:8080"] # host:port as Prometheus reaches it, which then asks for /metrics
{textwrap.indent(_METRICS, "  ")}"""
_ALERTS = """\
alerts:
  HighErrorRate:
    expr: sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))
    above: 5% # bounds have units, and they have to fit
    for: 5m
    severity: critical
    summary: More than 5 % of requests fail
    action: Look at the logs of the last deployment
"""
_NOTIFIED = """
# Who is told. Secrets are files, never words in here; `make -C monitoring secrets` says which are empty.
notifications:
  receivers:
    team: {slack: {channel: "#alerts", api_url_file: /run/secrets/slack_url}}
"""
_WIDTH = 118
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
_LONGEST_NAME = 40


def is_name(text: str) -> bool:
    """Whether a spec may be called so."""
    return bool(_NAME.fullmatch(text))


def name_from(text: str) -> str:
    """The text made the name of a spec."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return plain[:_LONGEST_NAME].strip("-") or conventions.DEFAULT_NAME


def starter(name: str, services: Sequence[Service]) -> str:
    """A spec with these services; with an application that is made up, where there are none."""
    about = f"What {name} measures, and what should wake somebody. aimon makes the whole monitoring from this file:"
    top = _comment(about, 0) + _TOP.format(written=yaml_text(name))
    if not services:
        return f"{top}{textwrap.indent(_APPLICATION, '  ')}\n# What wakes somebody.\n{_ALERTS}{_NOTIFIED}"
    parts = [_service(service) for service in services]
    if not any(service.is_application for service in services):
        parts.append(_aside("Your own application, with what it exposes:", _APPLICATION, 2))
    return f"{top}{chr(10).join(parts)}\n{''.join(_alerts(services))}{_NOTIFIED}"


def _alerts(services: Sequence[Service]) -> Iterator[str]:
    """How alerts are written, and how those of packs are said otherwise."""
    counter, label = next(_failing(services), ("http_requests_total", "status"))
    example = _ALERTS.replace("http_requests_total", counter).replace("status=", f"{label}=")
    name = next((name for service in services for use in service.packs for name in _alerts_of(use.pack)), None)
    yield _aside(f"What wakes somebody{', beside what packs bring' if name else ''}; an example:", example)
    if name:
        yield "\n" + _aside("What packs bring, said otherwise:", f"overrides:\n  alerts: {{{name}: {{for: 12m}}}}\n")


def _failing(services: Iterable[Service]) -> Iterator[tuple[str, str]]:
    """The counters of requests that tell those that failed, with the label that does."""
    for service in services:
        for name, one in service.metrics.items():
            labels = one.get("labels", {}) if one["type"] == "counter" and _REQUESTS.fullmatch(name) else {}
            yield from ((name, label) for label in labels if label in _STATUS and isinstance(labels[label], int))


_REQUESTS = re.compile(r"\w*requests\w*", re.ASCII)
_STATUS = frozenset({"status", "code", "status_code", "http_status", "http_status_code", "http_response_status_code"})


def _alerts_of(pack: str) -> Iterator[str]:
    """The alerts that a pack brings without being told more."""
    value = library.built_in(pack).value
    unset = [f"${{{name}}}" for name, about in (value.get("parameters") or {}).items() if "default" not in about]
    for alert, said in (value.get("alerts") or {}).items():
        if not any(name in str(text) for _, text in scalars(said) for name in unset):
            yield alert


def _service(service: Service) -> str:
    """The entry of a service with the comments above it."""
    place = service.place
    said: dict[str, Any] = {"targets": [place.target], **place.options}
    if service.packs:
        said["packs"] = [use.reference for use in service.packs]
    above = "".join(_comment(line, 2) for line in _about(service))
    entry = f"  {yaml_text(place.name)}:{compact_text(said, 4)}\n"
    if service.metrics:
        return f"{above}{entry}    metrics:{_metrics(service)}\n"
    if service.is_application:
        return f"{above}{entry}{_aside('What it counts itself:', _METRICS, 4)}"
    return above + entry


def _about(service: Service) -> Iterator[str]:
    """What somebody should know of a service before it works."""
    place = service.place
    if service.source:
        yield f"Drafted from {service.source}: labels have room for more than was seen. Correct what you know better."
    if not place.is_known:
        yield "Correct the target, which is only a guess."
    elif place.target.startswith("host.docker.internal:"):
        yield "The containers reach this machine by the name host.docker.internal."
    yield from (str(one) for one in service.remarks if one.metric and one.metric not in service.metrics)
    for use in service.packs:
        pack = library.built_in(use.pack).value
        yield f"{use.pack}: {pack['description']}"
        yield from pack["notes"][:1]
        if "container" not in place.options:
            yield from _about_container((pack.get("service") or {}).get("container") or {})
        yield from _about_choices(use, pack)
    if service.surplus:
        first = dict.fromkeys(name.partition("_")[0] + "_*" for name in service.surplus)
        count = len(service.surplus)
        yield f"{count} more of {', '.join(first)} are exposed but not declared; declare those that you query."


def _about_container(container: Mapping[str, Any]) -> Iterator[str]:
    """What Compose starts beside the stack, and what that wants to be told."""
    if container:
        names = ", ".join(_variables(container))
        reads = f", which reads {names} from the environment" if names else ""
        yield f"Compose starts {container['image']}{reads}."


def _about_choices(use: Use, pack: Mapping[str, Any]) -> Iterator[str]:
    """The other variants of a pack, and the parameters that have no value."""
    chosen = use.variant or pack.get("default_variant")
    for variant in pack.get("variants") or ():
        if variant != chosen:
            yield f"This is the variant {chosen}; for {variant} write {{{use.pack}: {{variant: {variant}}}}}."
    for parameter, about in (pack.get("parameters") or {}).items():
        if "default" not in about:
            yield f"`{parameter}` is not set: {about['help']}"


def _variables(container: Mapping[str, Any]) -> list[str]:
    """The variables of the environment that a container is told to read; `$$` is Compose's dollar."""
    texts = (text.replace("$$", "") for _, text in scalars(container) if isinstance(text, str))
    return list(dict.fromkeys(name for text in texts for name in re.findall(r"\$\{(\w+)", text)))


def _metrics(service: Service) -> str:
    """The metrics, each below what it lacks."""
    lacking: dict[str, list[str]] = {}
    for remark in service.remarks:
        lacking.setdefault(remark.metric, []).append(str(remark))
    entries = (
        "".join(f"\n{_comment(text, 6)[:-1]}" for text in lacking.get(name, ())) + compact_text({name: declared}, 6)
        for name, declared in service.metrics.items()
    )
    return "".join(entries)


def _aside(title: str, text: str, indent: int = 0) -> str:
    """A part of a spec that somebody may want, as a comment."""
    return _comment(title, indent) + textwrap.indent(text, " " * indent + "# ")


def _comment(text: str, indent: int) -> str:
    """The text as lines of a comment, whatever it holds."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    start = " " * indent + "# "
    return f"{textwrap.fill(plain, _WIDTH, initial_indent=start, subsequent_indent=start, break_long_words=False)}\n"
