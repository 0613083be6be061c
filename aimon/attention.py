"""Who looks at what: the metrics that no panel and no alert reads, and the alerts that have no panel."""

from __future__ import annotations

from typing import NamedTuple

from aimon.stack import Stack
from aimon.usage import Usage


class Attention(NamedTuple):
    """How many of a spec's own metrics and alerts are seen, and the names of the others."""

    metrics: int = 0
    unseen: tuple[str, ...] = ()
    alerts: int = 0
    without_panel: tuple[str, ...] = ()

    @property
    def percent(self) -> float:
        """The share of metrics that are on a panel or in an alert, and of alerts that have a panel; 100 of none."""
        whole = self.metrics + self.alerts
        return 100 * (1 - (len(self.unseen) + len(self.without_panel)) / whole) if whole else 100.0

    def __add__(self, other: object) -> Attention:
        """Both together."""
        if not isinstance(other, Attention):
            return NotImplemented
        return Attention(
            self.metrics + other.metrics,
            self.unseen + other.unseen,
            self.alerts + other.alerts,
            self.without_panel + other.without_panel,
        )


def attention(stack: Stack) -> Attention:
    """What a stack looks at; what a pack brings is the pack's to choose."""
    usage = Usage(stack)
    names = list(dict.fromkeys(metric.name for service in stack.spec.services for metric in service.own_metrics))
    unseen = tuple(name for name in names if not usage.panels_on(name) and not usage.alerts_on(name))
    alerts = [alert for alert in stack.alerts() if alert.pack is None]
    return Attention(len(names), unseen, len(alerts), tuple(alert.name for alert in alerts if not alert.panels))


def sentences(found: Attention) -> list[str]:
    """The counts in words."""
    seen = found.metrics - len(found.unseen)
    shown = found.alerts - len(found.without_panel)
    return [
        f"{seen} of {found.metrics} metrics are on a panel or in an alert",
        *(f"  nobody looks at {name}" for name in found.unseen),
        f"{shown} of {found.alerts} alerts have a panel",
        *(f"  no panel shows {name}" for name in found.without_panel),
        f"{found.percent:.4g} % covered",
    ]
