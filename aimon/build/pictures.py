"""Every alert has a picture, and knows where: whoever it wakes sees since when, and how bad."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from aimon import spec
from aimon.build.context import Context
from aimon.build.dashboards import with_row
from aimon.stack import Alert, PanelLink, Recording, Stack
from aimon.usage import Usage

Subject = tuple[str, str]
_MOST = 3  # more would not be looked at by anybody who was just woken


def with_pictures(stack: Stack, context: Context) -> Stack:
    """The stack whose alerts carry the address of a panel; an alert without any gets one on the main dashboard."""
    pictures = _Pictures(stack)
    unseen = tuple(spec.Panel(at=alert.at, alert=alert.name) for alert in stack.alerts() if not pictures.of(alert))
    if unseen:
        row = spec.Row(("dashboards",), "Alerts", unseen)
        main = stack.main_dashboard
        boards = (with_row(board, row, context) if board is main else board for board in stack.dashboards)
        stack = stack._replace(dashboards=tuple(boards))
        pictures = _Pictures(stack)
    return stack._replace(
        groups=tuple(
            group._replace(rules=tuple(_linked(rule, pictures, stack.links) for rule in group.rules))
            for group in stack.groups
        )
    )


class _Pictures:
    """The panels of a stack by what they are about."""

    def __init__(self, stack: Stack) -> None:
        self._usage = Usage(stack)
        self._about: dict[Subject, list[PanelLink]] = {}
        for board in stack.dashboards:
            for panel in board.panels():
                subject = ("alerts", panel.alert) if panel.alert else ("slos", panel.slo) if panel.slo else None
                if subject:
                    self._about.setdefault(subject, []).append(PanelLink(board.uid, board.title, panel.id, panel.title))

    def of(self, alert: Alert) -> Sequence[PanelLink]:
        """The panels of an alert itself, or of its SLO, or else some that show what it measures."""
        own = self._about.get(("alerts", alert.name), [])
        of_slo = self._about.get(("slos", str(alert.at[-1])), []) if alert.at[0] == "slos" else []
        return own + of_slo or list(dict.fromkeys(self._around(alert)))[:_MOST]

    def _around(self, alert: Alert) -> Iterator[PanelLink]:
        for name in self._usage.read_by(alert.expression):
            yield from self._usage.panels_on(name)


def _linked(rule: Recording | Alert, pictures: _Pictures, links: Mapping[str, str]) -> Recording | Alert:
    found = pictures.of(rule) if isinstance(rule, Alert) else ()
    if not found or isinstance(rule, Recording):
        return rule
    url = f"{links['grafana']}/d/{found[0].uid}?viewPanel={found[0].panel_id}"
    return rule._replace(panels=tuple(found), annotations=dict(rule.annotations) | {"dashboard_url": url})
