"""What the spec means, as the questions need it, and where the user's own files speak of it."""

from __future__ import annotations

from functools import cached_property

from aimon.doctor.words import counted, few
from aimon.document import Address
from aimon.sides.side import Side
from aimon.stack import Stack
from aimon.usage import Usage


class Meant:
    """A compiled spec: what it renders, what it declares, and who reads what."""

    def __init__(self, side: Side, stack: Stack) -> None:
        self.side, self.stack = side, stack

    def readers(self, metric: str) -> str:
        """Who reads a metric, in words; empty where nobody does."""
        alerts, panels = self.usage.alerts_on(metric), self.usage.panels_on(metric)
        told = [f"the alert{'s' * (len(alerts) != 1)} {few(alerts)}"] if alerts else []
        told += [counted(len(panels), "panel")] if panels else []
        return " and ".join(told)

    @cached_property
    def usage(self) -> Usage:
        """Who reads which metric."""
        return Usage(self.stack)

    def at(self, address: Address, service: Address = ()) -> Address:
        """Where the spec itself says it: for what a pack brings, where a service asks for the pack."""
        pack = next((one for one in self.stack.spec.packs if address[:2] == one.at[:2]), None)
        if address[:1] != ("packs",) or pack is None:
            return address
        own = [use for use in pack.uses if service and use[: len(service)] == service]
        return next(iter((*own, *pack.uses)), address)
