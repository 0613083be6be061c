"""The receivers of an alertmanager.yml as those of a spec: one integration of a kind each, and nothing global."""

from __future__ import annotations

from typing import Any

from aimon.build.notifications import DEFAULTS
from aimon.document import Address
from aimon.draft.notes import Notes
from aimon.draft.secrets import Secrets
from aimon.foreign.loose import entries, mapping, text
from aimon.foreign.part import Part

_SUFFIX = "_configs"
KINDS = (
    "slack", "pagerduty", "email", "webhook", "opsgenie", "victorops", "pushover", "sns", "telegram", "discord",
    "webex", "wechat", "msteams", "msteamsv2", "jira",
)  # fmt: skip
# What `global` calls the options of a kind.
_GLOBAL = {"email": "smtp"}
_UNLIKE = {"wechat_api_corp_id": "corp_id"}
# Those that do not tell when an alert ends, unless they are told to.
_SILENT_AT_THE_END = frozenset({"slack", "email"})


def receivers(part: Part, notes: Notes) -> dict[str, Any]:
    """The receivers that tell somebody."""
    made: dict[str, Any] = {}
    shared = mapping(part.value, "global")
    _lose_global(shared, (*part.at, "global"), notes)
    for at, receiver in entries(part.value, part.at, "receivers"):
        name = text(receiver, "name")
        found = {kind: _only(at, receiver, kind, notes) for kind in KINDS if receiver.get(f"{kind}{_SUFFIX}")}
        notes.lose_rest(at, receiver, ("name", *(f"{kind}{_SUFFIX}" for kind in KINDS)))
        told = {
            kind: _integration(name, kind, place, said, shared, notes) for kind, (place, said) in found.items() if said
        }
        if told and name:
            made[name] = told
    return made


def _lose_global(shared: dict[str, Any], at: Address, notes: Notes) -> None:
    """What `global` says of no integration."""
    known = [key for key in shared if any(key.startswith(f"{_GLOBAL.get(kind, kind)}_") for kind in KINDS)]
    notes.lose_rest(at, shared, [*known, "http_config"])


def _only(at: Address, receiver: dict[str, Any], kind: str, notes: Notes) -> tuple[Address, dict[str, Any]]:
    """The first integration of a kind."""
    found = list(entries(receiver, at, f"{kind}{_SUFFIX}"))
    for place, _ in found[1:]:
        notes.lose(place, f"this is left out: a receiver of a spec has one integration `{kind}`")
    return found[0] if found else (at, {})


def _integration(
    name: str, kind: str, at: Address, said: dict[str, Any], shared: dict[str, Any], notes: Notes
) -> dict[str, Any]:
    """The options with those that hold for all, and without what is a secret."""
    options = {**_inherited(kind, said, shared), **said}
    if kind in _SILENT_AT_THE_END:
        options.setdefault("send_resolved", False)
    ours = [f"`{key}`" for key in DEFAULTS.get(kind, {}) if key not in options and key != "send_resolved"]
    if ours:
        notes.tell(at, f"`{name}` gets aimon's own words for what it leaves to Alertmanager: {', '.join(ours)}")
    to = ("notifications", "receivers", name, kind)
    kept: dict[str, Any] = Secrets("alertmanager", notes).without(options, at, to, kind)
    return kept


def _inherited(kind: str, said: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """The options of `global` that the integration does not say itself, neither as they are nor as a file."""
    prefix = f"{_GLOBAL.get(kind, kind)}_"
    named = {
        _UNLIKE.get(key, key.removeprefix(prefix)): value for key, value in shared.items() if key.startswith(prefix)
    }
    if kind != "email" and "http_config" in shared:
        named["http_config"] = shared["http_config"]
    own = {key.removesuffix("_file") for key in said}
    return {key: value for key, value in named.items() if key.removesuffix("_file") not in own}
