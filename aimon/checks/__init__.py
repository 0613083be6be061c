"""The table of checks: every id with its level and its module, whose docstring is its manual page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from aimon.finding import Finding
from aimon.stack import Stack

ERROR, WARNING, INFO = "error", "warning", "info"
LEVELS = (INFO, WARNING, ERROR)


class CheckModule(Protocol):
    """What the module of a check holds; one without ``check`` is found by a gate of the pipeline."""

    ID: str
    check: Callable[[Stack], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """A check's id, its level, and whether it looks at a stack (or else is found by a gate)."""

    id: str
    level: str
    at_gate: bool = False

    @property
    def module(self) -> str:
        """The module that holds it: ``alert/without-for`` is in `aimon.checks.alert_without_for`."""
        return f"aimon.checks.{self.id.replace('/', '_').replace('-', '_')}"

    def run(self, stack: Stack) -> Iterator[Finding]:
        """What it finds in a stack."""
        found: Iterator[Finding] = import_module(self.module).check(stack)
        return found

    def manual(self) -> str:
        """Its manual page: what it is for, a bad and a good sample."""
        return (import_module(self.module).__doc__ or "").strip()


CHECKS = {
    check.id: check
    for check in (
        Check("spec/unreadable", ERROR, at_gate=True),
        Check("spec/shape", ERROR, at_gate=True),
        Check("spec/unknown-key", ERROR, at_gate=True),
        Check("spec/unknown-environment", ERROR, at_gate=True),
        Check("output/schema", ERROR, at_gate=True),
        Check("output/template", ERROR, at_gate=True),
        Check("judge/promtool", ERROR, at_gate=True),
        Check("judge/amtool", ERROR, at_gate=True),
    )
}
