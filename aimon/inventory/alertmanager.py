"""alertmanager.yml → routes, receivers, inhibitions, mute times; and the routing tree to send alerts through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aimon.document import Address
from aimon.foreign.alertmanager import matches
from aimon.foreign.loose import entries, listed, mapping, text, texts
from aimon.inventory.plain import flat, length, plain
from aimon.thing import INHIBITION, MUTE_TIME, RECEIVER, ROUTE, Branch, Thing

# https://prometheus.io/docs/alerting/latest/configuration/#route
_DEFAULTS = {"group_wait": "30s", "group_interval": "5m", "repeat_interval": "4h"}
_INHERITED = ("group_by", *_DEFAULTS)
_TIMES = ("mute_time_intervals", "active_time_intervals")
_MOST_DEPTH = 50


def alertmanager(value: Any, at: Address = ()) -> Iterator[Thing]:
    """Everything that decides who is told, and how."""
    route = mapping(value, "route")
    yield Thing(ROUTE, "default", route, lambda root: {**_DEFAULTS, **_options(root)}, (*at, "route"))
    yield from _routes(route, (*at, "route"), "", 0)
    for place, receiver in entries(value, at, "receivers"):
        yield Thing(RECEIVER, text(receiver, "name"), receiver, _receiver, place)
    for place, rule in entries(value, at, "inhibit_rules"):
        source, target = (", ".join(sorted(map(str, matches(rule, f"{side}_")))) for side in ("source", "target"))
        yield Thing(INHIBITION, f"{source} mutes {target}", rule, _inhibition, place)
    for key in ("time_intervals", "mute_time_intervals"):
        for place, interval in entries(value, at, key):
            yield Thing(MUTE_TIME, text(interval, "name"), interval, _times, place)


def _routes(route: dict[str, Any], at: Address, above: str, depth: int) -> Iterator[Thing]:
    """Every route below one, called by the matchers on the way to it."""
    for place, child in entries(route, at, "routes") if depth < _MOST_DEPTH else ():
        name = f"{above}{{{', '.join(sorted(map(str, matches(child))))}}}"
        yield Thing(ROUTE, name, child, _options, place)
        yield from _routes(child, place, f"{name} ", depth + 1)


def _options(route: Mapping[str, Any]) -> dict[str, Any]:
    said = {key: length(route[key]) for key in _DEFAULTS if route.get(key) is not None}
    times = {key: sorted(texts(route, key)) for key in _TIMES if route.get(key)}
    grouped = {"group_by": sorted(texts(route, "group_by"))} if route.get("group_by") else {}
    return {"receiver": text(route, "receiver"), "continue": route.get("continue") is True, **grouped, **said, **times}


def _receiver(receiver: Mapping[str, Any]) -> dict[str, Any]:
    """Each way in which it tells somebody: its kind, with its settings below."""
    found: dict[str, Any] = {}
    for kind in (key for key in receiver if str(key).endswith("_configs")):
        for number, settings in enumerate(listed(receiver, kind)):
            name = f"{kind.removesuffix('_configs')}{f' {number + 1}' if number else ''}"
            found |= {f"integration.{name}": True, **flat({f"setting.{name}": plain(settings)})}
    return found


def _inhibition(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "source": sorted(map(str, matches(dict(rule), "source_"))),
        "target": sorted(map(str, matches(dict(rule), "target_"))),
        "equal": sorted(texts(rule, "equal")),
    }


def _times(interval: Mapping[str, Any]) -> dict[str, Any]:
    return {"times": listed(interval, "time_intervals")}


def routing(value: Any) -> Branch | None:
    """The tree; None where there is no route at all."""
    root = mapping(value, "route")
    return _branch(root, "", _DEFAULTS, 0) if root else None


def _branch(route: dict[str, Any], receiver: str, above: Mapping[str, Any], depth: int) -> Branch:
    own = {key: route[key] for key in (*_INHERITED, *_TIMES) if route.get(key) is not None}
    options = {key: entry for key, entry in above.items() if key in _INHERITED} | own
    told = text(route, "receiver") or receiver
    children = listed(route, "routes") if depth < _MOST_DEPTH else []
    return Branch(
        receiver=told,
        matchers=tuple(map(str, matches(route))),
        continues=route.get("continue") is True,
        options=options,
        branches=tuple(_branch(child, told, options, depth + 1) for child in children if isinstance(child, dict)),
    )
