"""Solves alerts backwards: the input series that make each one fire, and those that keep it silent."""

from __future__ import annotations

from aimon.prove.solution import Border, Input, Solution, Unproven
from aimon.stack import Alert, Stack

__all__ = ["Border", "Input", "Solution", "Unproven", "solve"]


def solve(alert: Alert, stack: Stack) -> Solution | Unproven:
    """The series that make an alert fire, just so, and those that keep it silent."""
    from aimon.prove.proofs import solution_of  # what was proven before is read without the solver

    return solution_of(alert, stack)
