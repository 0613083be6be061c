"""An alertmanager.yml as the section ``notifications`` of a spec: a list of routes instead of a tree.

A receiver without integrations, to which people route what nobody shall hear of, is a route that is always mute.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from aimon.build.notifications import GROUP_BY
from aimon.document import Address
from aimon.draft.matching import TooManyError, match
from aimon.draft.names import free
from aimon.draft.notes import Notes
from aimon.draft.receivers import Told, receivers
from aimon.draft.values import length, without_nothing, word_list
from aimon.foreign.alertmanager import Match, Node, laid_out, matches
from aimon.foreign.loose import entries, listed, mapping, text
from aimon.foreign.part import Part

_KNOWN = frozenset(
    {"global", "route", "receivers", "inhibit_rules", "time_intervals", "mute_time_intervals", "templates"}
)
_TIMES = ("group_wait", "group_interval", "repeat_interval")
_WIDER = "alerts may reach more receivers than before: a list of routes continues where a tree ends"
_ALWAYS = [{"weekdays": ["sunday:saturday"]}]


def notifications(parts: Sequence[Part], notes: Notes) -> dict[str, Any]:
    """What the first of the files says."""
    for part in parts[1:]:
        notes.lose(part.at, "this is left out: a spec has one Alertmanager, and another file describes it")
    return _notifications(parts[0], notes) if parts else {}


def _notifications(part: Part, notes: Notes) -> dict[str, Any]:
    notes.lose_rest(part.at, mapping(part.value), _KNOWN)
    if listed(part.value, "templates"):
        notes.lose((*part.at, "templates"), "`templates` are left out: texts that use them need other words")
    told = receivers(part, notes)
    if not told.receivers:
        notes.lose((*part.at, "receivers"), "`notifications` are left out: no receiver tells anybody")
        return {}
    root, nodes = laid_out(part)
    times = _times(part)
    silence = free("always", times)
    routes = _Routes(root, told, silence, notes)
    listed_routes = [made for node in nodes for made in routes.of(node)]
    if len(told.names.get(root.receiver, ())) != 1:
        listed_routes += routes.of(root)
        if root.receiver in told.names and any(node.continues for node in nodes):
            notes.tell(root.at, _WIDER)
    is_mute = any(silence in route.get("mute", ()) for route in listed_routes)
    return without_nothing(
        {
            "receivers": told.receivers,
            "default": routes.default,
            **_grouping(root, notes),
            "routes": listed_routes,
            "inhibit": list(_inhibitions(part, notes)),
            "mute": {**times, silence: _ALWAYS} if is_mute else times,
        }
    )


def _grouping(root: Node, notes: Notes) -> dict[str, Any]:
    by = word_list(root.options, root.at, "group_by", notes)
    if not by:
        notes.tell(root.at, f"alerts are grouped by nothing here, but by {' and '.join(GROUP_BY)} in the draft")
    return {"group_by": by, **{key: length(root.options, root.at, key, notes) for key in _TIMES}}


def _times(part: Part) -> dict[str, Any]:
    """The times by name."""
    both = [*listed(part.value, "time_intervals"), *listed(part.value, "mute_time_intervals")]
    return {text(entry, "name"): listed(entry, "time_intervals") for entry in both if text(entry, "name")}


class _Routes:
    """The routes of a tree, one by one."""

    def __init__(self, root: Node, told: Told, silence: str, notes: Notes) -> None:
        self._root, self._names, self._silence, self._notes = root, told.names, silence, notes
        self.default = root.receiver if root.receiver in told.names else next(iter(told.names))

    def of(self, node: Node) -> list[dict[str, Any]]:
        """The routes that stand for one: several for a receiver that became several."""
        names = self._names.get(node.receiver, [])
        self._tell(node, bool(names))
        if not names:
            return [self._route(node, self.default, node.continues, [self._silence])]
        *others, last = reversed(names)
        more = [self._route(node, name, True, list(node.mute)) for name in others]
        return [*more, self._route(node, last, node.continues, list(node.mute))]

    def _route(self, node: Node, to: str, continues: bool, mute: list[str]) -> dict[str, Any]:
        return without_nothing(
            {
                "match": _match(node.matches, node.at, self._notes),
                "to": to,
                "continue": continues or None,
                **self._options(node),
                "mute": mute,
            }
        )

    def _tell(self, node: Node, is_told: bool) -> None:
        if not is_told:
            self._notes.tell(node.at, f"`{node.receiver}` tells nobody: what comes here is always mute")
        if node.continues and node.at.count("routes") > 1:
            self._notes.tell(node.at, _WIDER)
        if node.options.get("active_time_intervals"):
            message = "`active_time_intervals` is left out: a spec has no word for it"
            self._notes.lose((*node.at, "active_time_intervals"), message)

    def _options(self, node: Node) -> dict[str, Any]:
        """What the route says otherwise than the root."""
        own = {key: value for key, value in node.options.items() if value != self._root.options.get(key)}
        return {
            "group_by": word_list(own, node.at, "group_by", self._notes),
            **{key: length(own, node.at, key, self._notes) for key in _TIMES},
        }


def _match(found: Sequence[Match], at: Address, notes: Notes) -> dict[str, str]:
    try:
        return match(found)
    except TooManyError as error:
        notes.lose(at, f"of the matchers for `{error.label}` only the first is kept: a spec has one for each label")
        return error.match


def _inhibitions(part: Part, notes: Notes) -> Iterator[dict[str, Any]]:
    for at, rule in entries(part.value, part.at, "inhibit_rules"):
        yield without_nothing(
            {
                "when": _match(matches(rule, "source_"), at, notes),
                "mute": _match(matches(rule, "target_"), at, notes),
                "equal": word_list(rule, at, "equal", notes),
            }
        )
