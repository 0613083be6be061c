"""alertmanager.yml → receivers, inhibitions, and a routing tree laid out as a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from aimon import spec
from aimon.document import Address
from aimon.foreign.loose import entries, labels, listed, mapping, text, texts
from aimon.foreign.part import Part
from aimon.stack import Inhibition, Receiver, Route, Routing

_OPTIONS = (
    "group_by",
    "group_wait",
    "group_interval",
    "repeat_interval",
    "mute_time_intervals",
    "active_time_intervals",
)
_OF_PARENT = frozenset({"group_by", "group_wait", "group_interval", "repeat_interval"})
_MATCHER = re.compile(
    r'\s*([^=!~\s"{},]+|"(?:[^"\\]|\\.)*")\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^,}]*?)\s*(?:,|\}?\s*$)'
)
_MOST_DEPTH = 100


class Match(NamedTuple):
    """One matcher: a label, an operator of ``= != =~ !~``, and a value."""

    label: str
    op: str
    value: str

    def __str__(self) -> str:
        value = self.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'{self.label}{self.op}"{value}"'


class Node(NamedTuple):
    """A route below the root, with what its parents say in force."""

    at: Address
    receiver: str
    matches: tuple[Match, ...]
    continues: bool
    options: Mapping[str, Any]
    mute: tuple[str, ...]


def routing(part: Part) -> Routing:
    """The configuration as Prometheus' alerts meet it; see `_below` for what becomes of the tree."""
    root = mapping(part.value, "route")
    at = (*part.at, "route")
    top = Route(at, text(root, "receiver"), (), False, _options(root, {}))
    return Routing(
        root=top,
        routes=tuple(
            Route(node.at, node.receiver, tuple(map(str, node.matches)), node.continues, node.options)
            for node in laid_out(part)[1]
        ),
        receivers=tuple(_receiver(at, receiver) for at, receiver in entries(part.value, part.at, "receivers")),
        inhibitions=tuple(_inhibition(at, rule) for at, rule in entries(part.value, part.at, "inhibit_rules")),
        intervals=_intervals(part.value),
    )


def laid_out(part: Part) -> tuple[Node, list[Node]]:
    """The root and every route below it, as the list that takes an alert wherever the tree does."""
    root, at = mapping(part.value, "route"), (*part.at, "route")
    top = _node(root, at, None)
    return top, list(_below(root, at, top, False))


def _below(value: dict[str, Any], at: Address, parent: Node, continues: bool) -> Iterator[Node]:
    """Every route below a node, children before their parent, each with the matchers of all its parents.

    An alert takes the deepest route that it fits, and a child without `continue` ends its own level only: so an entry
    of the list ends the search only where neither it nor any of its parents continues. That never hides a route that
    Alertmanager would reach. https://prometheus.io/docs/alerting/latest/configuration/#route
    """
    if len(at) > 2 * _MOST_DEPTH:
        return
    for place, route in entries(value, at, "routes"):
        node = _node(route, place, parent)
        onward = continues or node.continues
        yield from _below(route, place, node, onward)
        yield node._replace(continues=onward)


def _node(route: dict[str, Any], at: Address, parent: Node | None) -> Node:
    receiver = text(route, "receiver")
    return Node(
        at=at,
        receiver=receiver or (parent.receiver if parent else ""),
        matches=(*(parent.matches if parent else ()), *matches(route)),
        continues=route.get("continue") is True,
        options=_options(route, parent.options if parent else {}),
        mute=texts(route, "mute_time_intervals"),
    )


def _options(route: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    inherited = {key: value for key, value in above.items() if key in _OF_PARENT}
    return inherited | {key: route[key] for key in _OPTIONS if route.get(key) is not None}


def matches(value: dict[str, Any], prefix: str = "") -> tuple[Match, ...]:
    """The matchers of a route or of a side of an inhibition, old spellings and new."""
    found = [Match(label, "=", said) for label, said in labels(value, f"{prefix}match").items()]
    found += [Match(label, "=~", said) for label, said in labels(value, f"{prefix}match_re").items()]
    for line in texts(value, f"{prefix}matchers"):
        found += _matchers(line)
    return tuple(found)


def _matchers(line: str) -> Iterator[Match]:
    """The matchers in a text: ``severity="page"``, or several in braces."""
    line = line.strip().removeprefix("{").removesuffix("}")
    at = 0
    while found := _MATCHER.match(line, at):
        yield Match(_unquoted(found[1]), found[2], _unquoted(found[3]))
        at = found.end()
        if at >= len(line):
            return


def _unquoted(word: str) -> str:
    if len(word) < 2 or word[0] != '"':
        return word
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], word[1:-1])


def _receiver(at: Address, receiver: dict[str, Any]) -> Receiver:
    kinds = {key: value for key, value in receiver.items() if isinstance(value, list)}
    made = {key: [entry for entry in value if isinstance(entry, dict)] for key, value in kinds.items()}
    return Receiver(at, text(receiver, "name"), made)


def _inhibition(at: Address, rule: dict[str, Any]) -> Inhibition:
    source, target = (tuple(map(str, matches(rule, f"{side}_"))) for side in ("source", "target"))
    return Inhibition(at, source, target, texts(rule, "equal"))


def _intervals(value: Any) -> dict[str, Any]:
    both = [*listed(value, "time_intervals"), *listed(value, "mute_time_intervals")]
    return {text(entry, "name"): entry.get("time_intervals") for entry in both if isinstance(entry, dict)}


def notifications(part: Part) -> spec.Notifications | None:
    """The same as a spec would have it, for the checks that look at what was written; None where it names nobody."""
    root, at = mapping(part.value, "route"), (*part.at, "route")
    receivers = tuple(
        spec.Receiver(
            place, text(one, "name"), {key.removesuffix("_configs"): {} for key in one if key.endswith("_configs")}
        )
        for place, one in entries(part.value, part.at, "receivers")
    )
    if not receivers or not text(root, "receiver"):
        return None
    return spec.Notifications(
        at=at,
        receivers=receivers,
        default=text(root, "receiver"),
        routes=tuple(_spec_route(node) for node in laid_out(part)[1]),
        inhibit=tuple(
            spec.Inhibition(
                place, _match(matches(rule, "source_")), _match(matches(rule, "target_")), list(texts(rule, "equal"))
            )
            for place, rule in entries(part.value, part.at, "inhibit_rules")
        ),
        mute=_intervals(part.value),
    )


def _spec_route(node: Node) -> spec.Route:
    mute = list(node.mute) or None
    return spec.Route(node.at, _match(node.matches), node.receiver, node.continues, mute=mute)


def _match(found: tuple[Match, ...]) -> dict[str, str]:
    """A mapping has one matcher a label: of several the first, which lets the route take more than it does."""
    made: dict[str, str] = {}
    for match in found:
        made.setdefault(match.label, match.value if match.op == "=" else f"{match.op}{match.value}")
    return made
