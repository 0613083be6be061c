"""Rule files → alerts, recording rules and their groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from aimon.document import Address
from aimon.foreign.loose import entries, labels, text
from aimon.inventory.plain import expression, length
from aimon.thing import ALERT, GROUP, RECORDING, Query, Thing


class Written(NamedTuple):
    """A rule with what its group adds."""

    value: Mapping[str, Any]
    file: str
    group: str
    labels: Mapping[str, str]


def rules(path: str, value: Any, at: Address = ()) -> Iterator[Thing]:
    """The rules of a file that is at ``path`` for Prometheus."""
    for place, group in entries(value, at, "groups"):
        name, shared = text(group, "name"), labels(group, "labels")
        yield Thing(GROUP, f"{path};{name}", group, _group, place, name)
        for here, rule in entries(group, place, "rules"):
            written = Written(rule, path, name, {**shared, **labels(rule, "labels")})
            queries = [Query(text(rule, "expr"))]
            if "alert" in rule:
                yield Thing(ALERT, text(rule, "alert"), written, _alert, here, queries=queries)
            elif "record" in rule:
                yield Thing(RECORDING, _recorded(written), written, _recording, here, queries=queries)


def _recorded(rule: Written) -> str:
    """What a recording rule makes; all objectives call it the same, and a label tells them apart."""
    own = [f'{{{label}="{rule.labels[label]}"}}' for label in ("slo", "sloth_slo") if label in rule.labels]
    return f"{text(rule.value, 'record')}{own[0] if own else ''}"


def _group(group: Mapping[str, Any]) -> dict[str, Any]:
    interval = text(group, "interval")
    return {
        "interval": length(interval) if interval else "",
        "limit": group.get("limit") or 0,
        "query_offset": length(group.get("query_offset")),
    }


def _recording(rule: Written) -> dict[str, Any]:
    return {"expression": expression(text(rule.value, "expr")), **_labelled(rule.labels), **_place(rule)}


def _alert(rule: Written) -> dict[str, Any]:
    own = dict(rule.labels)
    severity = own.pop("severity", None)
    return {
        "expression": expression(text(rule.value, "expr")),
        "for": length(rule.value.get("for")),
        "keep_firing_for": length(rule.value.get("keep_firing_for")),
        **({} if severity is None else {"severity": severity}),
        **_labelled(own),
        **{f"annotations.{name}": said for name, said in labels(rule.value, "annotations").items()},
        **_place(rule),
    }


def _labelled(found: Mapping[str, str]) -> dict[str, str]:
    return {f"label.{name}": value for name, value in found.items()}


def _place(rule: Written) -> dict[str, str]:
    return {"group": rule.group, "file": rule.file}
