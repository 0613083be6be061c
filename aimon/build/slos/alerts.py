"""The alerts of an SLO: the budget burns too fast in a long window and still does in a short one, or nothing is known.

Each window has an alert of its own, so that whoever is woken knows which one fired.
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon import conventions, spec
from aimon.build.numbers import number
from aimon.build.slos.burn import shown
from aimon.build.slos.indicators import EVENTS, own, ratio_name
from aimon.stack import BurnAlert, Slo
from aimon.units import RATIO, format_duration, humanize

NO_EVENTS = "no_events"
_SEVERITIES = {"page": "critical", "ticket": "warning"}
_WAIT = "10m"  # longer than Prometheus takes to start


def alerts(written: spec.Slo, slo: Slo) -> Iterator[spec.Alert]:
    """The alerts of an SLO as a user would write them, the most urgent first."""
    said = {alert.name: alert for alert in written.alerts or ()}
    for burn in slo.burns:
        kind = "page" if burn.is_page else "ticket"
        yield _alert(written, said.get(burn.long.text), kind, {"window": burn.long.text})._replace(
            name=burn.name,
            expr=_condition(slo, burn),
            summary=f"{slo.name}: {humanize(shown(burn.budget), RATIO)} of the error budget went in {burn.long.text}",
            description=_description(written, slo, burn),
        )
    missing = said.get(NO_EVENTS)
    if written.alerts is not None and not (missing and missing.enabled is False):
        yield _without_events(_alert(written, missing, "ticket", {}), written)


def _alert(written: spec.Slo, said: spec.BurnAlert | None, kind: str, told: dict[str, str]) -> spec.Alert:
    """What all alerts of an SLO share, and what the user wants otherwise in this one."""
    labels = {"slo": written.name, **told, **({"owner": written.owner} if written.owner else {})}
    return spec.Alert(
        at=written.at,
        name="",
        expr="",
        severity=(said and said.severity) or (written.severity or {}).get(kind) or _SEVERITIES[kind],
        action=written.action or _ACTION.format(slo=written.name),
        labels=labels | dict(written.labels or {}) | dict((said and said.labels) or {}),
        annotations=said.annotations if said else None,
        runbook_url=written.runbook_url,
    )


def _condition(slo: Slo, burn: BurnAlert) -> str:
    limit = number(burn.limit)
    long, short = (own(ratio_name(window.text), slo.name) for window in (burn.long, burn.short))
    return f"{long} > {limit}\n  and {short} > {limit}"


def _description(written: spec.Slo, slo: Slo, burn: BurnAlert) -> str:
    of = "".join(f" with {label} {{{{ $labels.{label} }}}}" for label in slo.by)
    lasts = format_duration(round(slo.window.seconds / float(burn.factor) / 60) * 60)
    return (
        f"{{{{ $value | humanizePercentage }}}} of events{of} {_what(written)} in the last {burn.long.text}, and it "
        f"goes on. A burn rate above {number(shown(burn.factor))} uses up the budget of {slo.window.text} "
        f"within {lasts}."
    )


def _what(written: spec.Slo) -> str:
    return f"took longer than {written.latency.below}" if written.latency else "failed"


def _without_events(alert: spec.Alert, written: spec.Slo) -> spec.Alert:
    query = written.ratio.strip() if written.ratio is not None else own(EVENTS, written.name)
    return alert._replace(
        name=conventions.no_events_alert(written.name),
        expr=f"absent({query})",
        wait=_WAIT,
        summary=f"{written.name} cannot be judged",
        description="The metrics that this SLO is made from are gone, so that none of its other alerts can fire.",
        action=_ACTION_WITHOUT,
    )


_ACTION = "Look at the panels of {slo}: since when do events fail, and which? Undo what was changed then."
_ACTION_WITHOUT = "Look whether the service still runs, is scraped, and exposes the metrics of this SLO."
