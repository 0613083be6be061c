"""Solves alerts backwards: the input series that make each one fire, and those that keep it silent."""

from __future__ import annotations

from aimon.prove.proofs import solve
from aimon.prove.solution import Border, Input, Solution, Unproven

__all__ = ["Border", "Input", "Solution", "Unproven", "solve"]
