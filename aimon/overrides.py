"""What a spec says of alerts and rules that something else brings: the same noun with other words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aimon.spec import BOUNDS, Alert, RecordingRule

_MERGED = ("labels", "annotations")


def overridden_alert(alert: Alert, words: Mapping[str, Any]) -> Alert:
    """The alert as the spec wants it: a bound takes the place of the bound, labels and annotations are added."""
    said = dict(words)
    bounds = {bound: said.pop(bound) for bound in BOUNDS if bound in said}
    wait = {"wait": said.pop("for")} if "for" in said else {}
    made = alert._replace(bounds=bounds or alert.bounds, **wait)
    return made._replace(**{key: _merged(getattr(alert, key), key, value) for key, value in said.items()})


def overridden_rule(rule: RecordingRule, words: Mapping[str, Any]) -> RecordingRule:
    """The recording rule as the spec wants it."""
    return rule._replace(**{key: _merged(getattr(rule, key), key, value) for key, value in words.items()})


def _merged(there: Any, key: str, value: Any) -> Any:
    return {**(there or {}), **value} if key in _MERGED and isinstance(value, Mapping) else value
