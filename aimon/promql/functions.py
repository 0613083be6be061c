"""The functions and aggregations of PromQL: what they take and what they give.

Source: promql/parser/functions.go of Prometheus up to 3.16; ``holt_winters`` is the name of 2.x.
"""

from __future__ import annotations

from typing import NamedTuple

SCALAR, VECTOR, RANGE, STRING = "a number", "an instant vector", "a range vector", "a string"
ANY = "anything"  # a Grafana variable, or what has been complained about already


class Signature(NamedTuple):
    """``takes`` in order; the last one may be left out where ``least`` is smaller, and repeats up to ``most``."""

    takes: tuple[str, ...]
    gives: str
    least: int
    most: int | None


def _rows(
    names: str, takes: str, gives: str = VECTOR, least: int | None = None, most: int | None = 0
) -> dict[str, Signature]:
    kinds = tuple({"s": SCALAR, "v": VECTOR, "r": RANGE, "t": STRING}[letter] for letter in takes)
    highest = len(kinds) if most == 0 else most
    return {name: Signature(kinds, gives, len(kinds) if least is None else least, highest) for name in names.split()}


SIGNATURES: dict[str, Signature] = {
    **_rows(
        "abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count"
        " histogram_stddev histogram_stdvar histogram_sum ln log10 log2 rad sgn sin sinh sort sort_desc sqrt"
        " start_timestamp tan tanh timestamp",
        "v",
    ),
    **_rows(
        "absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate"
        " last_over_time mad_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time"
        " stdvar_over_time sum_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time"
        " ts_of_min_over_time",
        "r",
    ),
    **_rows("day_of_month day_of_week day_of_year days_in_month hour minute month year", "v", least=0),
    **_rows("pi time start end range step", "", SCALAR),
    **_rows("max_of min_of", "ss", SCALAR),
    **_rows("scalar", "v", SCALAR),
    **_rows("vector", "s"),
    **_rows("clamp", "vss"),
    **_rows("clamp_max clamp_min", "vs"),
    **_rows("round", "vs", least=1),
    **_rows("info", "vv", least=1),
    **_rows("predict_linear", "rs"),
    **_rows("integral", "rs", least=1),
    **_rows("double_exponential_smoothing holt_winters", "rss"),
    **_rows("quantile_over_time", "sr"),
    **_rows("histogram_quantile", "sv"),
    **_rows("histogram_fraction", "ssv"),
    **_rows("histogram_quantiles", "vtss", least=3, most=12),
    **_rows("label_replace", "vtttt"),
    **_rows("label_join", "vttt", least=3, most=None),
    **_rows("sort_by_label sort_by_label_desc", "vt", least=1, most=None),
}

# The aggregations, each with the kind of the parameter that comes first, if it takes one.
AGGREGATIONS: dict[str, str | None] = {
    **dict.fromkeys(("avg", "count", "group", "max", "min", "stddev", "stdvar", "sum")),
    **dict.fromkeys(("bottomk", "limit_ratio", "limitk", "quantile", "topk"), SCALAR),
    "count_values": STRING,
}
