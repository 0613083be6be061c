"""Who is told: Alertmanager's receivers, routing tree and inhibitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aimon import conventions, spec
from aimon.stack import Inhibition, Receiver, Route, Routing

# Several jobs may fail for one reason; one message for an alert of a job is what a person can act on.
GROUP_BY = ["alertname", "job"]
TIMES = {"group_wait": "30s", "group_interval": "5m", "repeat_interval": "4h"}

_HEADLINE = (
    '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}]'
    " {{ .CommonLabels.alertname }}"
)
_BODY = """{{ range .Alerts }}*{{ .Annotations.summary }}*
{{ .Annotations.description }}
{{ with .Annotations.action }}Do: {{ . }}
{{ end }}{{ with .Annotations.runbook_url }}Runbook: {{ . }}
{{ end }}{{ with .Annotations.dashboard_url }}Dashboard: {{ . }}
{{ end }}{{ end }}"""

# What each integration sends unless the spec says otherwise.
# https://prometheus.io/docs/alerting/latest/configuration/
DEFAULTS: dict[str, dict[str, Any]] = {
    "slack": {
        "send_resolved": True,
        "color": '{{ if eq .Status "firing" }}'
        '{{ if eq .CommonLabels.severity "critical" }}danger{{ else }}warning{{ end }}{{ else }}good{{ end }}',
        "title": _HEADLINE,
        "text": _BODY,
    },
    "pagerduty": {
        "send_resolved": True,
        "description": "{{ .CommonLabels.alertname }}: {{ .CommonAnnotations.summary }}",
        "severity": '{{ if eq .CommonLabels.severity "critical" }}critical{{ else }}warning{{ end }}',
    },
    "email": {"send_resolved": True, "headers": {"Subject": _HEADLINE}},
    "webhook": {"send_resolved": True},
}


def routing(written: spec.Spec) -> Routing:
    """The routing tree; without notifications everything ends at a receiver that tells nobody."""
    said = written.notifications
    if said is None:
        nobody = Receiver((), conventions.DEFAULT_RECEIVER, {})
        return Routing(Route((), nobody.name, (), False, _root_options(None)), (), (nobody,), (), {})
    default = said.default or said.receivers[0].name
    return Routing(
        root=Route(said.at, default, (), False, _root_options(said)),
        routes=tuple(route for written_route in said.routes for route in _routes(written_route)),
        receivers=tuple(_receiver(receiver) for receiver in said.receivers),
        inhibitions=tuple(_inhibition(inhibition) for inhibition in said.inhibit),
        intervals={name: times if isinstance(times, list) else [times] for name, times in said.mute.items()},
    )


def _root_options(said: spec.Notifications | None) -> dict[str, Any]:
    options: dict[str, Any] = {"group_by": (said and said.group_by) or GROUP_BY}
    return options | {key: (said and getattr(said, key)) or default for key, default in TIMES.items()}


def _routes(route: spec.Route) -> list[Route]:
    """The route, behind the one that tells a second receiver when alerts last.

    Alertmanager has no escalation. A group that ends within its ``group_wait`` is never sent, so a route that waits
    as long as ``after`` speaks only of what lasted. https://prometheus.io/docs/alerting/latest/configuration/#route
    """
    plain = Route(route.at, route.to, matchers(route.match), bool(route.continues), _options(route))
    if route.escalate is None:
        return [plain]
    after = route.escalate["after"]
    late = Route(
        at=(*route.at, "escalate"),
        receiver=route.escalate["to"],
        matchers=plain.matchers,
        continues=True,
        options={**plain.options, "group_wait": after, "group_interval": after},
    )
    return [late, plain]


def _options(route: spec.Route) -> dict[str, Any]:
    named = {
        "group_by": route.group_by,
        "group_wait": route.group_wait,
        "group_interval": route.group_interval,
        "repeat_interval": route.repeat_interval,
        "mute_time_intervals": route.mute,
    }
    return {key: value for key, value in named.items() if value is not None}


def matchers(match: Mapping[str, str]) -> tuple[str, ...]:
    """Alertmanager's matchers; a value may start with the operator ``=~``, ``!~`` or ``!=``."""
    made = []
    for label, text in match.items():
        operator = next((sign for sign in ("=~", "!~", "!=") if text.startswith(sign)), "")
        value = text[len(operator) :].strip().replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        made.append(f'{label}{operator or "="}"{value}"')
    return tuple(made)


def _receiver(receiver: spec.Receiver) -> Receiver:
    said = receiver.integrations.items()
    made = {f"{kind}_configs": [{**DEFAULTS.get(kind, {}), **options}] for kind, options in said}
    return Receiver(receiver.at, receiver.name, made)


def _inhibition(inhibition: spec.Inhibition) -> Inhibition:
    return Inhibition(
        inhibition.at, matchers(inhibition.when), matchers(inhibition.mute), tuple(inhibition.equal or ())
    )
