"""Where rounding has a say: two values that are equal for us may differ in the last digit for promtool."""

from __future__ import annotations

import pytest

from aimon.promql.parse import parse
from aimon.prove.rounding import Rounding
from aimon.prove.series import Segment, Series
from aimon.prove.world import Rule

SERIES = {
    "whole": [Series("whole", {}, [Segment(0.0, 300.0, 1.0), Segment(600.0, 900.0, 2.0)], 60.0)],
    "broken": [Series("broken", {}, [Segment(0.0, 306.0, 58.8 / 60)], 60.0)],
    "still": [Series("still", {}, [Segment(0.0, 10.2)], 60.0)],
    "endless": [Series("endless", {}, [Segment(0.0, float("inf"))], 60.0)],
}
RULES = {"job:broken:rate5m": [Rule("job:broken:rate5m", parse("rate(broken[5m])"), {})]}


@pytest.mark.parametrize(
    ("expression", "is_rounded"),
    [
        ("rate(broken[5m])", True),  # 240 / 240 may be 1, or a little more
        ("rate(whole[5m])", False),
        ("broken", True),
        ("still", False),  # 10.2 is 10.2 for everybody
        ("max(still)", False),
        ("avg(still)", True),
        ("still * 2", True),
        ("still > 10", False),
        ("job:broken:rate5m", True),
        ("job:broken:rate5m > bool 1", False),
        ("count(broken)", False),
        ("changes(broken[5m])", False),
        ("sum_over_time(still[5m])", True),
        ("whole unless broken", True),
        ("-(whole)", False),
        ("endless + whole", False),
        ("max_over_time(rate(broken[5m])[10m:1m])", True),
        ('{job="a"}', True),
        ("1", False),
    ],
)
def test_what_is_rounded(expression: str, is_rounded: bool) -> None:
    assert Rounding(SERIES, RULES).has(parse(expression)) == is_rounded


def test_comparisons_in_rules_count_too() -> None:
    rules = {"a:b:c": [Rule("a:b:c", parse("broken > 1"), {})]}
    found = list(Rounding(SERIES, rules).comparisons(parse("a:b:c > 2 and whole > 3")))
    assert len(found) == 2
