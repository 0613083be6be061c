"""Turn the plain values of a spec that has the right shape into the nouns of `aimon.spec`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from aimon import conventions, otel, spec
from aimon.document import Address

Noun = TypeVar("Noun")


def parse(value: Mapping[str, Any]) -> spec.Spec:
    """The spec of a merged mapping that the JSON Schema of the language has accepted."""
    return spec.Spec(
        **_some(value, "name", "description", "owner", "self_monitoring"),
        prometheus=spec.Prometheus(**(value.get("prometheus") or {})),
        services=_named(value, "services", _service),
        external=tuple(value.get("external") or ()),
        recording_rules=_named(value, "recording_rules", _recording_rule),
        alerts=_named(value, "alerts", _alert),
        slos=_named(value, "slos", _slo),
        dashboards=_named(value, "dashboards", _dashboard),
        llm_costs=_named(value, "llm_costs", _llm_cost),
        notifications=_notifications(value.get("notifications")),
        links=value.get("links") or {},
        images=value.get("images") or {},
        ignore=_listed(value, ("ignore",), "ignore", _ignore),
        changes=_changes(value.get("changes") or {}),
        packs=_named(value, "packs", _pack),
        overrides=spec.Overrides(**(value.get("overrides") or {})),
    )


def _some(value: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value[key] for key in keys if key in value}


def _whole(value: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """The mapping with 12 for 12.0 at these keys, which JSON Schema calls whole too, and None for .inf."""
    floats = {key: value[key] for key in keys if isinstance(value.get(key), float)}
    return dict(value) | {key: int(number) if number.is_integer() else None for key, number in floats.items()}


def _named(
    value: Mapping[str, Any], section: str, make: Callable[[Address, str, Mapping[str, Any]], Noun], above: Address = ()
) -> tuple[Noun, ...]:
    """Every entry of a section that maps names to mappings."""
    entries = value.get(section) or {}
    return tuple(make((*above, section, name), name, entry) for name, entry in entries.items())


def _listed(
    value: Mapping[str, Any], at: Address, section: str, make: Callable[[Address, Mapping[str, Any]], Noun]
) -> tuple[Noun, ...]:
    """Every entry of a section that is a list."""
    return tuple(make((*at, index), entry) for index, entry in enumerate(value.get(section) or ()))


def _service(at: Address, name: str, value: Mapping[str, Any]) -> spec.Service:
    metrics = _named(value, "metrics", _metric, at)
    translation = value["otel"]["translation"] if "otel" in value else None
    made = {
        "translation": translation,
        "metrics": _translated(metrics, translation) if translation else metrics,
        "packs": _listed(value, (*at, "packs"), "packs", _pack_use),
        "container": value.get("container") or None,
    }
    rest = {key: entry for key, entry in value.items() if key != "otel"}
    return spec.Service(at=at, name=name, **(_whole(rest, "sample_limit") | made))


def _translated(metrics: tuple[spec.Metric, ...], strategy: str) -> tuple[spec.Metric, ...]:
    """The metrics by the names that Prometheus gives to those of OpenTelemetry."""
    return tuple(
        metric._replace(
            name=otel.metric_name(metric.name, metric.type, metric.unit or "", strategy),
            unit=otel.unit(metric.unit or "", metric.type),
            labels={otel.label_name(label, strategy): values for label, values in metric.labels.items()},
        )
        for metric in metrics
    )


def _pack_use(at: Address, value: str | Mapping[str, Mapping[str, Any] | None]) -> spec.PackUse:
    if isinstance(value, str):
        return spec.PackUse(at, value)
    ((name, settings),) = value.items()
    return spec.PackUse((*at, name), name, settings or {})


def _pack(at: Address, name: str, value: Mapping[str, Any]) -> spec.Pack:
    """A pack as `aimon.unpack` lays it beside the spec."""
    title = value["title"] if name == value["name"] else f"{value['title']} ({', '.join(value['services'])})"
    rows = {"rows": value.get("rows"), "variables": value.get("variables"), "title": title}
    told = {"description": value.get("description"), "pack": value["name"]}
    return spec.Pack(
        at=at,
        name=name,
        pack=value["name"],
        services=tuple(value["services"]),
        otel=bool(value.get("otel")),
        uses=tuple(value["uses"]),
        title=value["title"],
        parameters=value.get("parameters") or {},
        variants=tuple(value.get("variants") or ()),
        metrics=_named(value, "metrics", _metric, at),
        recording_rules=_named(value, "recording_rules", _recording_rule, at),
        alerts=_named(value, "alerts", _alert, at),
        dashboard=_dashboard(at, conventions.dashboard_name(name), rows | told) if value.get("rows") else None,
        renames=tuple(value.get("renames") or ()),
    )


def _metric(at: Address, name: str, value: Mapping[str, Any]) -> spec.Metric:
    labels = value.get("labels") or {}
    return spec.Metric(at=at, name=name, **(dict(value) | {"labels": _whole(labels, *labels)}))


def _recording_rule(at: Address, name: str, value: Mapping[str, Any]) -> spec.RecordingRule:
    return spec.RecordingRule(at=at, name=name, **value)


def _alert(at: Address, name: str, value: Mapping[str, Any]) -> spec.Alert:
    rest = {key: entry for key, entry in value.items() if key not in spec.BOUNDS and key != "for"}
    rest["tests"] = _listed(value, (*at, "tests"), "tests", _alert_test)
    return spec.Alert(at=at, name=name, bounds=_some(value, *spec.BOUNDS), wait=value.get("for"), **rest)


def _alert_test(at: Address, value: Mapping[str, Any]) -> spec.AlertTest:
    rest = {key: entry for key, entry in value.items() if key != "at"}
    return spec.AlertTest(at=at, moment=value["at"], **rest)


def _slo(at: Address, name: str, value: Mapping[str, Any]) -> spec.Slo:
    rest = {key: entry for key, entry in value.items() if key not in ("latency", "alerts")}
    latency = spec.Latency(**value["latency"]) if "latency" in value else None
    alerts = None if value.get("alerts") is False else _named(value, "alerts", _burn_alert, at)
    return spec.Slo(at=at, name=name, latency=latency, alerts=alerts, **rest)


def _burn_alert(at: Address, name: str, value: Mapping[str, Any] | bool) -> spec.BurnAlert:
    said = value if isinstance(value, Mapping) else {"enabled": value}
    return spec.BurnAlert(at=at, name=name, **said)


def _dashboard(at: Address, name: str, value: Mapping[str, Any]) -> spec.Dashboard:
    rows = tuple(_row((*at, "rows", title), title, panels) for title, panels in value["rows"].items())
    variables = _named(value, "variables", _variable, at)
    return spec.Dashboard(at=at, name=name, **(dict(value) | {"rows": rows, "variables": variables}))


def _row(at: Address, title: str, panels: list[Mapping[str, Any]]) -> spec.Row:
    return spec.Row(at, title, tuple(_panel((*at, index), panel) for index, panel in enumerate(panels)))


def _panel(at: Address, value: Mapping[str, Any]) -> spec.Panel:
    rest = {key: entry for key, entry in value.items() if key not in ("expr", "queries")}
    return spec.Panel(at=at, queries=_queries(at, value), **_whole(rest, "decimals", "width", "height"))


def _queries(at: Address, value: Mapping[str, Any]) -> tuple[spec.Query, ...]:
    if "expr" in value:
        return (spec.Query((*at, "expr"), value["expr"], value.get("legend")),)
    return tuple(
        spec.Query((*at, "queries", index, "expr"), query["expr"], query.get("legend"))
        for index, query in enumerate(value.get("queries") or ())
    )


def _variable(at: Address, name: str, value: Mapping[str, Any]) -> spec.Variable:
    return spec.Variable(at=at, name=name, **value)


def _llm_cost(at: Address, name: str, value: Mapping[str, Any]) -> spec.LLMCost:
    return spec.LLMCost(at=at, name=name, **value)


def _notifications(value: Mapping[str, Any] | None) -> spec.Notifications | None:
    if value is None:
        return None
    at: Address = ("notifications",)
    made = {
        "receivers": _named(value, "receivers", spec.Receiver, at),
        "routes": _listed(value, (*at, "routes"), "routes", _route),
        "inhibit": _listed(value, (*at, "inhibit"), "inhibit", _inhibition),
    }
    return spec.Notifications(at=at, **(dict(value) | made))


def _route(at: Address, value: Mapping[str, Any]) -> spec.Route:
    rest = {key: entry for key, entry in value.items() if key != "continue"}
    return spec.Route(at=at, continues=value.get("continue"), **rest)


def _inhibition(at: Address, value: Mapping[str, Any]) -> spec.Inhibition:
    return spec.Inhibition(at=at, **value)


def _ignore(at: Address, value: Mapping[str, Any]) -> spec.Ignore:
    return spec.Ignore(at=at, **value)


def _changes(value: Mapping[str, Any]) -> spec.Changes:
    accepted = _listed(value, ("changes", "accept"), "accept", _accepted)
    return spec.Changes(value.get("weights") or {}, accepted)


def _accepted(at: Address, value: Mapping[str, Any]) -> spec.Accepted:
    return spec.Accepted(at=at, **value)
