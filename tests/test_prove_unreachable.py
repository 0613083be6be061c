"""What is said never to fire cannot be made to fire, and what can be made to fire is never said not to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_prove import stack_of

from aimon.promql.conjunctions import contradictions
from aimon.promql.parse import parse
from aimon.prove import Unproven, solve


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a > 3 and a < 2", 1),
        ("a > 3 and a <= 3", 1),
        ("a >= 3 and a <= 3", 0),
        ("3 < a and 2 > a", 1),
        ("a == 1 and a == 2", 1),
        ("(a > 3 and b > 1) < 2", 1),
        ("a > 3 < 2", 1),
        ("a > 3 and b < 2", 0),
        ("a > 3 or a < 2", 0),
        ("a > 3 and on (job) a < 2", 0),
        ("a > 3 and ignoring (x) a < 2", 0),
        ("a > bool 3 and a < 2", 0),
        ("a{x='1'} > 3 and a < 2", 0),
        ("sum(a > 3) < 2", 0),
    ],
)
def test_what_cannot_hold_at_once(text: str, count: int) -> None:
    assert len(contradictions(parse(text))) == count


comparisons = st.tuples(st.sampled_from([">", "<", ">=", "<=", "=="]), st.integers(-3, 3))


@given(st.lists(comparisons, min_size=2, max_size=4), st.sampled_from(["and", "filter"]))
def test_the_solver_agrees(compared: list[tuple[str, int]], form: str) -> None:
    if form == "and":
        text = " and ".join(f"temperature {op} {value}" for op, value in compared)
    else:
        text = "temperature" + "".join(f" {op} {value}" for op, value in compared)
    stack = stack_of(text)
    said = bool(contradictions(parse(text)))
    assert isinstance(solve(next(stack.alerts()), stack), Unproven) == said
