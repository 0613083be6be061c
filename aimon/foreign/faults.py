"""What no schema can say of a file: names that stand there twice, and values that contradict each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from aimon.document import Address
from aimon.finding import Finding, Related
from aimon.foreign.loose import duration, entries, mapping, text, texts
from aimon.foreign.part import ALERTMANAGER, PROMETHEUS, RULES, Part
from aimon.foreign.prometheus import jobs, server

Named = tuple[Address, dict[str, Any]]


def faults(part: Part, check: str) -> Iterator[Finding]:
    """Each fault of a part, as a finding of the check."""
    for found in _FAULTS[part.kind](part) if part.kind in _FAULTS else ():
        yield found._replace(check=check)


def _of_rules(part: Part) -> Iterator[Finding]:
    yield from _twice(entries(part.value, part.at, "groups"), "name", "group")


def _of_prometheus(part: Part) -> Iterator[Finding]:
    yield from _twice(entries(part.value, part.at, "scrape_configs"), "job_name", "job")
    for section in ("remote_write", "remote_read"):
        yield from _twice(entries(part.value, part.at, section), "name", f"`{section}`")
    for job in jobs(part, server(part)):
        if job.timeout.seconds > job.interval.seconds:
            message = f"`{job.name}` waits {job.timeout.text} for an answer, but asks again after {job.interval.text}"
            cure = f"write `scrape_timeout: {job.interval.text}` or less"
            yield Finding("", message, (*job.at, "scrape_timeout"), help=cure)
    yield from _of_relabelling(part.value, part.at)
    for at, remote in entries(part.value, part.at, "remote_write"):
        yield from _of_queue(mapping(remote, "queue_config"), (*at, "queue_config"))
    for at, job_ in entries(part.value, part.at, "scrape_configs"):
        for place, found in entries(job_, at, "kubernetes_sd_configs"):
            yield from _twice(entries(found, place, "selectors"), "role", "selector of the role")


def _of_relabelling(value: Any, at: Address) -> Iterator[Finding]:
    """Regular expressions that are broken in any dialect."""
    for section, key in (("scrape_configs", "relabel_configs"), ("scrape_configs", "metric_relabel_configs"),
                         ("remote_write", "write_relabel_configs")):  # fmt: skip
        for place, entry in entries(value, at, section):
            for here, rule in entries(entry, place, key):
                broken = _broken(text(rule, "regex"))
                if broken:
                    message = f"the regular expression is broken: {broken}"
                    yield Finding("", message, (*here, "regex"))


def _broken(pattern: str) -> str | None:
    """What is wrong with a pattern, if Python's dialect and Prometheus' agree on it."""
    try:
        re.compile(pattern)
    except re.error as error:
        return error.msg if error.msg.startswith(("missing )", "unbalanced", "unterminated character set")) else None
    except (OverflowError, RecursionError):
        return None
    return None


def _of_queue(queue: dict[str, Any], at: Address) -> Iterator[Finding]:
    fewest, most = queue.get("min_shards"), queue.get("max_shards")
    if isinstance(fewest, int) and isinstance(most, int) and fewest > most:
        yield Finding("", f"`min_shards` is {fewest}, but `max_shards` is only {most}", (*at, "min_shards"))
    short, long = duration(queue, "min_backoff"), duration(queue, "max_backoff")
    if short and long and short.seconds > long.seconds:
        yield Finding("", f"`min_backoff` is {short.text}, but `max_backoff` is only {long.text}", (*at, "min_backoff"))


def _of_alertmanager(part: Part) -> Iterator[Finding]:
    yield from _twice(entries(part.value, part.at, "receivers"), "name", "receiver")
    times = [*entries(part.value, part.at, "time_intervals"), *entries(part.value, part.at, "mute_time_intervals")]
    yield from _twice(times, "name", "time interval")
    known = [text(entry, "name") for _, entry in times]
    for at, route in _routes(part.value, part.at):
        for index, name in enumerate(texts(route, "active_time_intervals")):
            if name not in known:
                cure = f"known: {', '.join(known)}" if known else "declare it under `time_intervals`"
                place = (*at, "active_time_intervals", index)
                yield Finding("", f"there is no time interval `{name}`", place, help=cure)


def _routes(value: Any, at: Address) -> Iterator[Named]:
    """Every route of the tree; trees deeper than YAML may be do not occur."""
    waiting: list[Named] = [((*at, "route"), mapping(value, "route"))]
    while waiting:
        place, route = waiting.pop()
        yield place, route
        waiting.extend(entries(route, place, "routes"))


def _twice(found: Iterable[Named] | Sequence[Named], key: str, what: str) -> Iterator[Finding]:
    """Each entry with the name of one before it."""
    first: dict[str, Address] = {}
    for at, entry in found:
        name = text(entry, key)
        if name and first.setdefault(name, at) != at:
            related = (Related((*first[name], key), "the first one is here"),)
            cure = "give one of them another name" if key != "role" else "join the two"
            yield Finding("", f"there is a second {what} `{name}`", (*at, key), help=cure, related=related)


_FAULTS: dict[str, Callable[[Part], Iterator[Finding]]] = {
    RULES: _of_rules,
    PROMETHEUS: _of_prometheus,
    ALERTMANAGER: _of_alertmanager,
}
