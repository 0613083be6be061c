"""A part of a file that aimon did not write: what kind it is, where it stands, and its value."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any, NamedTuple

from aimon.document import Address
from aimon.foreign.loose import listed, mapping, text

RULES, PROMETHEUS, ALERTMANAGER, DASHBOARD, DASHBOARD_V2 = "rules", "prometheus", "alertmanager", "dashboard", "v2"
SPEC, OTHER = "spec", ""

# The keys that only one kind of file has at its top.
_OF_PROMETHEUS = frozenset(
    {"scrape_configs", "scrape_config_files", "rule_files", "alerting", "remote_write", "remote_read", "otlp"}
)
_OF_ALERTMANAGER = frozenset({"route", "receivers", "inhibit_rules", "mute_time_intervals", "time_intervals"})
_OF_SPEC = frozenset({"aimon", "services", "alerts", "recording_rules", "notifications"})
_OF_DASHBOARD = frozenset({"schemaVersion", "templating", "annotations", "timepicker", "__inputs", "uid", "title"})


class Part(NamedTuple):
    """A value of one kind; ``what`` says in words what a part of no kind seems to be."""

    kind: str
    at: Address
    value: Any
    what: str = ""

    @property
    def schema(self) -> str | None:
        """The schema that it has to fit, by the stem of its file."""
        return self.kind if self.kind in (RULES, PROMETHEUS, ALERTMANAGER) else None

    @property
    def is_known(self) -> bool:
        """Whether it is surely something else than a spec."""
        typed = isinstance(self.value, dict) and "apiVersion" in self.value
        return self.kind not in (SPEC, OTHER) or typed or "unit tests" in self.what

    def tolerates(self, at: Address) -> bool:
        """Whether a misfit is fine here although our own output does not have it, or is told by a check.

        The operator knows a key more, for Thanos; a reserved label and a name with braces are told better by a check.
        """
        if self.kind != RULES:
            return False
        is_object = self.at[-1:] == ("spec",)
        if at[-1:] == ("record",):
            name = reduce(lambda inner, step: inner[step], at, self.value)
            return isinstance(name, str) and not {"{", "}"}.isdisjoint(name)
        return (is_object and at[-1:] == ("partial_response_strategy",)) or at[-2:] == ("labels", "__name__")


def parts(value: Any, at: Address) -> Iterator[Part]:
    """What a document holds: one thing, or each item of a Kubernetes list."""
    if not isinstance(value, dict):
        yield Part(
            OTHER, at, value, "an empty document" if value is None else "neither rules, a dashboard nor a configuration"
        )
    elif isinstance(value.get("kind"), str) and isinstance(value.get("apiVersion"), str):
        yield from _objects(value, at)
    elif isinstance(value.get("dashboard"), dict):  # as Grafana's API and its exports wrap it
        yield from parts(value["dashboard"], (*at, "dashboard"))
    else:
        yield _plain(value, at)


def _objects(value: dict[str, Any], at: Address) -> Iterator[Part]:
    kind, version = value["kind"], value["apiVersion"]
    if isinstance(value.get("items"), list):
        for index, item in enumerate(value["items"]):
            yield from parts(item, (*at, "items", index))
    elif kind in ("PrometheusRule", "GlobalRuleGroup", "VMRule"):
        yield Part(RULES, (*at, "spec"), value.get("spec"))
    elif version.startswith("dashboard.grafana.app/"):
        new = version.startswith("dashboard.grafana.app/v2")
        yield Part(DASHBOARD_V2 if new else DASHBOARD, (*at, "spec"), value.get("spec"))
    else:
        yield Part(OTHER, at, value, f"a Kubernetes object of the kind {kind}")


def _plain(value: dict[str, Any], at: Address) -> Part:
    if "groups" in value:
        return Part(OTHER, at, value, "Grafana's own alerts") if _is_grafana_alerting(value) else Part(RULES, at, value)
    if "tests" in value and not _OF_PROMETHEUS - {"rule_files"} & value.keys():
        return Part(OTHER, at, value, "unit tests of rules, which `promtool test rules` runs")
    if _OF_ALERTMANAGER & value.keys():
        return Part(ALERTMANAGER, at, value)
    if isinstance(value.get("elements"), dict) and "layout" in value:
        return Part(DASHBOARD_V2, at, value)
    if isinstance(value.get("panels"), list) or (isinstance(value.get("rows"), list) and _OF_DASHBOARD & value.keys()):
        return Part(DASHBOARD, at, value)
    if _OF_SPEC & value.keys():
        return Part(SPEC, at, value, "a spec of aimon")
    if (_OF_PROMETHEUS | {"global", "tracing"}) & value.keys() and not _is_of_alertmanager(value):
        return Part(PROMETHEUS, at, value)
    if _is_of_alertmanager(value):
        return Part(ALERTMANAGER, at, value)
    return Part(OTHER, at, value, "neither rules, a dashboard nor a configuration")


def _is_grafana_alerting(value: dict[str, Any]) -> bool:
    """Whether groups of rules are in the form in which Grafana is provisioned: rules with ``data`` in a folder."""
    groups = listed(value, "groups")
    return "apiVersion" in value and any("folder" in mapping(group) or "orgId" in mapping(group) for group in groups)


def _is_of_alertmanager(value: dict[str, Any]) -> bool:
    return any(text(key).startswith(("smtp_", "slack_", "pagerduty_", "resolve_")) for key in mapping(value, "global"))
