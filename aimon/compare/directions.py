"""How an attribute differs, in one word that has an opposite where the thing itself has one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from aimon.compare.trees import Difference, differences
from aimon.thing import (
    ALERT,
    CONTAINER,
    FILE,
    GROUP,
    INHIBITION,
    JOB,
    METRIC,
    PANEL,
    RECORDING,
    SECRET,
    SERVER,
    SLO,
    STORAGE,
)
from aimon.units import UnitError, parse_duration, parse_quantity

How: TypeAlias = Callable[[str, Any, Any], Iterator[Difference]]

# Severities in their order; what is not in here has none.
SEVERITIES = {
    **dict.fromkeys(("none", "info", "information", "informational", "notice"), 0),
    **dict.fromkeys(("low", "minor", "medium", "ticket", "warn", "warning"), 1),
    **dict.fromkeys(("error", "high", "major"), 2),
    **dict.fromkeys(("critical", "page", "fatal", "emergency", "disaster"), 3),
}


def attributes(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """Everything that differs between what is said of a thing on both sides."""
    for name in (*before, *(name for name in after if name not in before)):
        old, new = before.get(name), after.get(name)
        if not _same(old, new):
            head = name.partition(".")[0]
            yield from _HOWS.get((kind, head), _HOWS.get(("", head), _changed))(name, old, new)


def _same(old: Any, new: Any) -> bool:
    """Whether two values are equal as far as one can see: a server hides its secrets."""
    if SECRET in (old, new) if isinstance(old, str) or isinstance(new, str) else False:
        return old is not None and new is not None
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return old.keys() == new.keys() and all(_same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same, old, new))
    return bool(old == new)


def _changed(name: str, old: Any, new: Any) -> Iterator[Difference]:
    how = "added" if old in (None, "", []) else "removed" if new in (None, "", []) else "changed"
    yield Difference(name, how, old, new)


def _expression(name: str, old: Any, new: Any) -> Iterator[Difference]:
    yield from differences(old, new)


def _length(name: str, old: Any, new: Any) -> Iterator[Difference]:
    before, after = _seconds(old), _seconds(new)
    if before is None or after is None:
        yield from _changed(name, old, new)
    else:
        yield Difference(name, "longer" if after > before else "shorter", old, new)


def _seconds(text: Any) -> float | None:
    try:
        return float(parse_duration(text))
    except UnitError:
        return None


def _amount(name: str, old: Any, new: Any) -> Iterator[Difference]:
    before, after = _number(old), _number(new)
    if before is None or after is None:
        yield from _changed(name, old, new)
    else:
        yield Difference(name, "raised" if after > before else "lowered", old, new)


def _number(value: Any) -> float | None:
    try:
        quantity = parse_quantity(value)
    except (UnitError, TypeError):
        return None
    return float(quantity.value * (quantity.unit.scale if quantity.unit else 1))


def _rank(name: str, old: Any, new: Any) -> Iterator[Difference]:
    before, after = SEVERITIES.get(old), SEVERITIES.get(new)
    if old is None or new is None:
        yield from _changed(name, old, new)
    elif before is None or after is None or before == after:
        yield Difference(name, "changed", old, new)
    else:
        yield Difference(name, "raised" if after > before else "lowered", old, new)


def _members(name: str, old: Any, new: Any) -> Iterator[Difference]:
    """What a list lost and what it gained; another order alone means nothing."""
    lost, gained = (
        [entry for entry in one or () if entry not in (other or ())] for one, other in ((old, new), (new, old))
    )
    if lost:
        yield Difference(name, "lost", lost, [])
    if gained:
        yield Difference(name, "gained", [], gained)


def _values(name: str, old: Any, new: Any) -> Iterator[Difference]:
    """The values of a label of a metric: all of them, how many, or nobody says."""
    label = name.partition(".")[2]
    if old is None or new is None:
        yield from _changed(name, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _members(f"value.{label}", old, new)
    else:
        most = [float("inf") if one == "any" else len(one) if isinstance(one, list) else one for one in (old, new)]
        if most[0] != most[1]:
            yield Difference(
                f"cardinality.{label}", "raised" if most[1] > most[0] else "lowered", *map(_bound, (old, new))
            )


def _bound(said: Any) -> Any:
    return len(said) if isinstance(said, list) else said


def _moved(name: str, old: Any, new: Any) -> Iterator[Difference]:
    yield Difference(name, "moved", old, new)


_TAG = re.compile(r"(?P<name>.+?)(?::v?(?P<version>\d[\w.-]*))?(?:@sha256:[0-9a-f]+)?")


def _image(name: str, old: Any, new: Any) -> Iterator[Difference]:
    one, other = (_TAG.fullmatch(image or "") for image in (old, new))
    if not one or not other or one["name"] != other["name"] or not one["version"] or not other["version"]:
        yield from _changed(name, old, new)
        return
    before, after = (tuple(int(part) for part in re.findall(r"\d+", found["version"])[:3]) for found in (one, other))
    if before[:1] != after[:1]:
        yield Difference("major_version", "raised" if after > before else "lowered", old, new)
    elif before != after:
        yield Difference("version", "raised" if after > before else "lowered", old, new)
    else:
        yield from _changed(name, old, new)


_ANYWHERE = re.compile(r"(?!127\.|localhost|\[::1\]|\$\{[^}]*127\.).*")


def _ports(name: str, old: Any, new: Any) -> Iterator[Difference]:
    """Ports that others can reach, and those that only this machine can."""
    open_before, open_after = ({port for port in ports or () if _ANYWHERE.fullmatch(port)} for ports in (old, new))
    if open_after - open_before:
        yield Difference("exposure", "opened", old, new)
    elif open_before - open_after:
        yield Difference("exposure", "closed", old, new)
    else:
        yield from _members(name, old, new)


_DOORS = re.compile(r"anonymous|sign_?up|disable_login", re.IGNORECASE)


def _access(name: str, old: Any, new: Any) -> Iterator[Difference]:
    """What opens a door where it is true; the same as nothing where it is false."""
    before, after = (str(value).lower() == "true" for value in (old, new))
    if _DOORS.search(name) and before != after:
        yield Difference(name, "opened" if after else "closed", old, new)
    else:
        yield from _changed(name, old, new)


_HOWS: dict[tuple[str, str], How] = {
    (ALERT, "expression"): _expression,
    (ALERT, "for"): _length,
    (ALERT, "keep_firing_for"): _length,
    (ALERT, "severity"): _rank,
    (ALERT, "group"): _moved,
    (ALERT, "file"): _moved,
    (RECORDING, "group"): _moved,
    (RECORDING, "file"): _moved,
    (GROUP, "interval"): _length,
    (GROUP, "query_offset"): _length,
    (GROUP, "limit"): _amount,
    (METRIC, "label"): _values,
    (METRIC, "buckets"): _members,
    (SLO, "objective"): _amount,
    (SLO, "window"): _length,
    (SLO, "latency_bound"): _amount,
    (SERVER, "scrape_interval"): _length,
    (SERVER, "scrape_timeout"): _length,
    (SERVER, "evaluation_interval"): _length,
    (SERVER, "rule_files"): _members,
    (STORAGE, "retention_time"): _length,
    (STORAGE, "retention_size"): _amount,
    (STORAGE, "out_of_order_window"): _length,
    (JOB, "targets"): _members,
    (JOB, "interval"): _length,
    (JOB, "timeout"): _length,
    (JOB, "limit"): _amount,
    ("", "group_by"): _members,
    ("", "group_wait"): _length,
    ("", "group_interval"): _length,
    ("", "repeat_interval"): _length,
    (INHIBITION, "equal"): _members,
    (PANEL, "row"): _moved,
    (PANEL, "position"): _moved,
    (CONTAINER, "image"): _image,
    (CONTAINER, "access"): _access,
    (CONTAINER, "ports"): _ports,
    (CONTAINER, "volumes"): _members,
    (CONTAINER, "secrets"): _members,
    (FILE, "text"): _changed,
}
