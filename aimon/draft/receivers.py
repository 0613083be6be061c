"""The receivers of an alertmanager.yml as those of a spec: one integration of a kind each, and nothing global."""

from __future__ import annotations

from typing import Any, NamedTuple

from aimon.build.notifications import DEFAULTS
from aimon.document import Address
from aimon.draft.names import free
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


class Told(NamedTuple):
    """The receivers of a draft, and which of them stand for each that tells somebody."""

    receivers: dict[str, Any]
    names: dict[str, list[str]]


def receivers(part: Part, notes: Notes) -> Told:
    """The receivers that tell somebody; one with several integrations of a kind becomes several."""
    told = Told({}, {})
    shared = mapping(part.value, "global")
    taken = {text(receiver, "name").lower() for _, receiver in entries(part.value, part.at, "receivers")}
    _lose_global(shared, (*part.at, "global"), notes)
    for at, receiver in entries(part.value, part.at, "receivers"):
        name = text(receiver, "name")
        notes.lose_rest(at, receiver, ("name", *(f"{kind}{_SUFFIX}" for kind in KINDS)))
        for number, found in enumerate(_integrations(at, receiver) if name else ()):
            called = free(f"{name}-{number + 1}", taken) if number else name
            if number:
                notes.tell(next(iter(found.values()))[0], f"a second integration of its kind: it becomes `{called}`")
            told.names.setdefault(name, []).append(called)
            told.receivers[called] = {
                kind: _integration(called, kind, place, said, shared, notes) for kind, (place, said) in found.items()
            }
    return told


def _integrations(at: Address, receiver: dict[str, Any]) -> list[dict[str, tuple[Address, dict[str, Any]]]]:
    """The first integration of each kind, then the second ones, and so on."""
    found = {kind: list(entries(receiver, at, f"{kind}{_SUFFIX}")) for kind in KINDS}
    most = max(map(len, found.values()))
    return [{kind: listed[number] for kind, listed in found.items() if number < len(listed)} for number in range(most)]


def _lose_global(shared: dict[str, Any], at: Address, notes: Notes) -> None:
    """What `global` says of no integration."""
    known = [key for key in shared if any(key.startswith(f"{_GLOBAL.get(kind, kind)}_") for kind in KINDS)]
    notes.lose_rest(at, shared, [*known, "http_config"])


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
