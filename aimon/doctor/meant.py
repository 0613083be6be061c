"""What the spec means, as the questions need it, and where the user's own files speak of it."""

from __future__ import annotations

from functools import cached_property

from aimon.doctor.buckets import asked_bounds
from aimon.doctor.words import counted, few
from aimon.document import Address
from aimon.live.http import Server
from aimon.pipeline import Result
from aimon.sides.written import of_result
from aimon.usage import Usage


class Meant:
    """A compiled spec: what it renders, what it declares, and who reads what."""

    def __init__(self, result: Result, environment: str | None) -> None:
        """Raises `SideError` for a spec that has not even its shape."""
        self.side = of_result(result)
        assert result.stack is not None
        assert result.sources is not None
        self.stack, self._sources = result.stack, result.sources
        self._words = f"{result.path} --env {environment}" if environment else str(result.path)

    def diff(self, server: Server) -> str:
        """Where to read on."""
        return f"`aimon diff {server.url} {self._words}` tells how"

    @cached_property
    def usage(self) -> Usage:
        """Who reads which metric."""
        return Usage(self.stack)

    @cached_property
    def asked_bounds(self) -> dict[str, set[float]]:
        """The bounds of buckets that queries name, by histogram."""
        return asked_bounds(self.stack)

    def at(self, address: Address, service: Address = ()) -> Address:
        """Where the user's own files say it: for what a pack brings, where a service asks for the pack.

        What nobody wrote, such as the jobs of the stack itself, stands at the services.
        """
        if address[:1] == ("packs",):
            uses = next((pack.uses for pack in self.stack.spec.packs if pack.at[:2] == address[:2]), ())
            own = [use for use in uses if use[: len(service)] == service]
            address = next(iter((*own, *uses)), address)
        return self._sources.existing(address) or ("services",)

    def readers(self, metric: str) -> str:
        """Who reads a metric, in words; empty where nobody does."""
        alerts, panels = self.usage.alerts_on(metric), self.usage.panels_on(metric)
        told = [f"the alert{'s' * (len(alerts) != 1)} {few(alerts)}"] if alerts else []
        told += [counted(len(panels), "panel")] if panels else []
        return " and ".join(told)
