"""The same numbers under the names and labels of Sloth, so that dashboards made for it show them.

Source: https://sloth.dev/introduction/architecture/ and the rules that it generates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aimon import spec
from aimon.build.numbers import number
from aimon.build.scrape import duration
from aimon.build.slos.indicators import own, ratio_name
from aimon.stack import Slo

_DAY = 86400


def sloth_recordings(said: spec.Slo, slo: Slo, windows: Iterable[str], service: str) -> Iterator[spec.RecordingRule]:
    """Sloth's recordings, each read from ours; ``windows`` are those that ours have."""
    labels = {"sloth_id": f"{service}-{slo.name}", "sloth_service": service, "sloth_slo": slo.name}
    for window in windows:
        query, spelt = own(ratio_name(window), slo.name), _in_weeks(window)
        yield _recording(said, f"slo:sli_error:ratio_rate{spelt}", query, labels | {"sloth_window": spelt})
    budget = number(slo.budget)
    period = f"{own(ratio_name(slo.window.text), slo.name)} / {budget}"
    plain = {
        "slo:objective:ratio": f"vector({number(slo.objective)})",
        "slo:error_budget:ratio": f"vector({budget})",
        "slo:time_period:days": f"vector({slo.window.seconds / _DAY:g})",
        "slo:current_burn_rate:ratio": f"{own(ratio_name('5m'), slo.name)} / {budget}",
        "slo:period_burn_rate:ratio": period,
        "slo:period_error_budget_remaining:ratio": f"1 - {period}",
    }
    for name, query in plain.items():
        yield _recording(said, name, query, labels)
    told = {"sloth_objective": number(slo.objective * 100), "sloth_mode": "aimon"}
    yield _recording(said, "sloth_slo_info", "vector(1)", labels | told)


def _in_weeks(window: str) -> str:
    """The window as Sloth spells it: 28d is 4w."""
    weeks, rest = divmod(duration(window).seconds, 7 * _DAY)
    return f"{weeks:g}w" if weeks and not rest else window


def _recording(said: spec.Slo, name: str, query: str, labels: dict[str, str]) -> spec.RecordingRule:
    return spec.RecordingRule(said.at, name, query, labels, "Under the name that Sloth gives it")
