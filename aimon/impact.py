"""The table from a change's shape to its weight and its effect.

Of the cases of a shape the first counts whose circumstances are given. What breaks detection, references, data or
routes breaks; what splits history, makes noise, resets state, or cannot be decided from here is risky; what only adds
or shows is safe; what nobody can see is cosmetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from aimon.change import BREAKING, COSMETIC, RISKY, SAFE, Change, Judged
from aimon.spec import NOTHING

# What a change does to those who rely on the monitoring.
DETECTION, NOISE, REFERENCE = "detection lost", "noise gained", "reference broken"
DATA, HISTORY, STATE = "data lost", "history split", "state reset"
ROUTING, COST, EXPOSED, LATER, NONE = "route lost", "cost", "exposed", "told later", ""
EFFECTS = (DETECTION, NOISE, REFERENCE, DATA, HISTORY, STATE, ROUTING, COST, EXPOSED, LATER)


class Case(NamedTuple):
    """A weight and an effect, where a circumstance is ``given``, or always."""

    weight: str
    effect: str = NONE
    given: str = ""


def _page(effect: str) -> tuple[Case, Case]:
    """Breaking where somebody would have been woken, else risky."""
    return Case(BREAKING, effect, "paging"), Case(RISKY, effect)


def _use(effect: str, unused: str) -> tuple[Case, Case]:
    """Breaking where something still relies on it, else risky, with an effect of its own."""
    return Case(BREAKING, effect, "used"), Case(RISKY, unused)


_FINE, _SEEN = (Case(COSMETIC),), (Case(SAFE),)
_NOISY, _UNSURE = (Case(RISKY, NOISE),), (Case(RISKY, DETECTION),)

TABLE: Mapping[str, tuple[Case, ...]] = {
    # Alerts
    "alert/added": _SEEN,
    "alert/removed": _page(DETECTION),
    "alert/renamed": (Case(RISKY, STATE),),
    "alert/threshold-looser": _page(DETECTION),
    "alert/threshold-tighter": _NOISY,
    "alert/threshold-changed": _UNSURE,
    "alert/operator-looser": _page(DETECTION),
    "alert/operator-tighter": _NOISY,
    "alert/operator-reversed": (Case(BREAKING, DETECTION),),
    "alert/operator-changed": _UNSURE,
    "alert/window-longer": (Case(RISKY, LATER),),
    "alert/window-shorter": _NOISY,
    "alert/window-changed": _UNSURE,
    "alert/quantile-raised": _NOISY,
    "alert/quantile-lowered": _UNSURE,
    "alert/selector-narrower": _page(DETECTION),
    "alert/selector-wider": _NOISY,
    "alert/selector-changed": _UNSURE,
    "alert/condition-narrower": _page(DETECTION),
    "alert/condition-wider": _NOISY,
    "alert/guard-added": _NOISY,
    "alert/guard-removed": (Case(BREAKING, DETECTION),),
    "alert/fallback-added": _SEEN,
    "alert/fallback-removed": _SEEN,
    "alert/metric-changed": (Case(SAFE, HISTORY, "followed"), *_UNSURE),
    "alert/grouping-changed": (Case(RISKY, STATE),),
    "alert/logic-changed": _UNSURE,
    "alert/function-changed": _UNSURE,
    "alert/aggregation-changed": _UNSURE,
    "alert/constant-changed": _UNSURE,
    "alert/offset-changed": _UNSURE,
    "alert/matching-changed": _UNSURE,
    "alert/step-changed": _UNSURE,
    "alert/for-longer": (Case(BREAKING, LATER, "doubled"), Case(RISKY, LATER)),
    "alert/for-shorter": _NOISY,
    "alert/keep-firing-for-longer": (Case(SAFE, NOISE),),
    "alert/keep-firing-for-shorter": _NOISY,
    "alert/severity-raised": _NOISY,
    "alert/severity-lowered": _page(DETECTION),
    "alert/severity-added": (Case(RISKY, STATE),),
    "alert/severity-removed": _page(ROUTING),
    "alert/severity-changed": (Case(RISKY, STATE),),
    "alert/label-added": (Case(RISKY, STATE),),
    "alert/label-removed": (Case(RISKY, STATE),),
    "alert/label-changed": (Case(RISKY, STATE),),
    "alert/group-moved": (Case(RISKY, STATE),),
    "alert/file-moved": (Case(RISKY, STATE),),
    "alert/annotations-added": _SEEN,
    "alert/annotations-removed": (Case(RISKY),),
    "alert/annotations-changed": _SEEN,
    "alert/receivers-lost": _page(ROUTING),
    "alert/receivers-gained": _NOISY,
    "alert/receivers-changed": _page(ROUTING),
    # Recording rules and groups
    "recording-rule/added": _SEEN,
    "recording-rule/removed": (Case(BREAKING, REFERENCE, "used"), Case(RISKY, DATA)),
    "recording-rule/renamed": (Case(BREAKING, REFERENCE, "used"), Case(RISKY, HISTORY)),
    "recording-rule/expression-changed": (Case(RISKY, HISTORY),),
    "recording-rule/label-added": (Case(RISKY, HISTORY),),
    "recording-rule/label-removed": (Case(RISKY, HISTORY),),
    "recording-rule/label-changed": (Case(RISKY, HISTORY),),
    "recording-rule/group-moved": (Case(RISKY, LATER),),
    "recording-rule/file-moved": (Case(RISKY, LATER),),
    "rule-group/interval-longer": (Case(RISKY, LATER),),
    "rule-group/interval-shorter": (Case(RISKY, COST),),
    "rule-group/interval-added": (Case(RISKY, LATER),),
    "rule-group/interval-removed": (Case(RISKY, LATER),),
    "rule-group/limit-raised": _SEEN,
    "rule-group/limit-lowered": _UNSURE,
    "rule-group/query-offset-longer": (Case(RISKY, LATER),),
    "rule-group/query-offset-shorter": _SEEN,
    # Metrics
    "metric/added": (Case(SAFE, COST),),
    "metric/removed": _use(REFERENCE, DATA),
    "metric/renamed": (Case(RISKY, HISTORY, "followed"), Case(BREAKING, REFERENCE, "used"), Case(RISKY, HISTORY)),
    "metric/type-changed": _use(DETECTION, HISTORY),
    "metric/unit-changed": _use(DETECTION, HISTORY),
    "metric/unit-added": _SEEN,
    "metric/unit-removed": (Case(RISKY),),
    "metric/label-added": (Case(BREAKING, COST, "over budget"), Case(RISKY, HISTORY)),
    "metric/label-removed": _use(REFERENCE, HISTORY),
    "metric/value-lost": _use(DETECTION, DATA),
    "metric/value-gained": (Case(SAFE, COST),),
    "metric/cardinality-raised": (Case(BREAKING, COST, "over budget"), Case(RISKY, COST)),
    "metric/cardinality-lowered": _SEEN,
    "metric/buckets-lost": _use(DETECTION, HISTORY),
    "metric/buckets-gained": (Case(RISKY, COST),),
    "metric/buckets-removed": _use(REFERENCE, HISTORY),
    "metric/buckets-added": (Case(RISKY, COST),),
    "metric/job-changed": (Case(BREAKING, HISTORY, "used"), Case(RISKY, HISTORY)),
    "metric/help-changed": _FINE,
    "metric/help-added": _FINE,
    "metric/help-removed": _FINE,
    "metric/range-changed": _SEEN,
    # Objectives
    "slo/added": _SEEN,
    "slo/removed": (Case(BREAKING, DETECTION),),
    "slo/renamed": (Case(RISKY, HISTORY),),
    "slo/objective-raised": _NOISY,
    "slo/objective-lowered": (Case(BREAKING, DETECTION),),
    "slo/latency-bound-raised": (Case(BREAKING, DETECTION),),
    "slo/latency-bound-lowered": _NOISY,
    "slo/events-changed": (Case(RISKY, HISTORY),),
    "slo/window-longer": (Case(RISKY, HISTORY),),
    "slo/window-shorter": (Case(RISKY, HISTORY),),
    # The server
    "prometheus/scrape-interval-longer": (Case(BREAKING, DETECTION, "used"), Case(RISKY, LATER)),
    "prometheus/scrape-interval-shorter": (Case(RISKY, COST),),
    "prometheus/scrape-timeout-longer": _SEEN,
    "prometheus/scrape-timeout-shorter": _UNSURE,
    "prometheus/evaluation-interval-longer": (Case(RISKY, LATER),),
    "prometheus/evaluation-interval-shorter": (Case(RISKY, COST),),
    "prometheus/external-labels-added": (Case(BREAKING, HISTORY),),
    "prometheus/external-labels-removed": (Case(BREAKING, HISTORY),),
    "prometheus/external-labels-changed": (Case(BREAKING, HISTORY),),
    "prometheus/remote-write-added": (Case(RISKY, COST),),
    "prometheus/remote-write-removed": (Case(BREAKING, DATA),),
    "prometheus/remote-write-changed": (Case(RISKY, DATA),),
    "prometheus/alerting-added": (Case(RISKY, ROUTING),),
    "prometheus/alerting-removed": (Case(BREAKING, ROUTING),),
    "prometheus/alerting-changed": (Case(RISKY, ROUTING),),
    "prometheus/rule-files-lost": _UNSURE,
    "prometheus/rule-files-gained": _SEEN,
    "storage/retention-time-longer": (Case(SAFE, COST),),
    "storage/retention-time-shorter": (Case(BREAKING, DATA),),
    "storage/retention-size-raised": (Case(SAFE, COST),),
    "storage/retention-size-lowered": (Case(BREAKING, DATA),),
    "storage/retention-size-added": (Case(BREAKING, DATA),),
    "storage/retention-size-removed": (Case(RISKY, COST),),
    "storage/out-of-order-window-longer": (Case(SAFE, COST),),
    "storage/out-of-order-window-shorter": (Case(RISKY, DATA),),
    # Scrape jobs
    "scrape-job/added": (Case(SAFE, COST),),
    "scrape-job/removed": (Case(BREAKING, DETECTION),),
    "scrape-job/renamed": _use(HISTORY, HISTORY),
    "scrape-job/targets-lost": (Case(RISKY, DETECTION),),
    "scrape-job/targets-gained": (Case(SAFE, COST),),
    "scrape-job/interval-longer": (Case(BREAKING, DETECTION, "used"), Case(RISKY, LATER)),
    "scrape-job/interval-shorter": (Case(RISKY, COST),),
    "scrape-job/timeout-longer": _SEEN,
    "scrape-job/timeout-shorter": _UNSURE,
    "scrape-job/metrics-path-changed": _UNSURE,
    "scrape-job/metrics-path-added": _UNSURE,
    "scrape-job/metrics-path-removed": _UNSURE,
    "scrape-job/scheme-changed": _UNSURE,
    "scrape-job/scheme-added": _UNSURE,
    "scrape-job/scheme-removed": (Case(RISKY, EXPOSED),),
    "scrape-job/authentication-added": _UNSURE,
    "scrape-job/authentication-removed": _UNSURE,
    "scrape-job/authentication-changed": _UNSURE,
    "scrape-job/discovery-changed": _UNSURE,
    "scrape-job/label-added": (Case(RISKY, HISTORY),),
    "scrape-job/label-removed": (Case(RISKY, HISTORY),),
    "scrape-job/label-changed": (Case(RISKY, HISTORY),),
    "scrape-job/honor-labels-added": (Case(RISKY, HISTORY),),
    "scrape-job/honor-labels-removed": (Case(RISKY, HISTORY),),
    "scrape-job/relabel-configs-added": (Case(RISKY, HISTORY),),
    "scrape-job/relabel-configs-removed": (Case(RISKY, HISTORY),),
    "scrape-job/relabel-configs-changed": (Case(RISKY, HISTORY),),
    "scrape-job/metric-relabel-configs-added": (Case(RISKY, HISTORY),),
    "scrape-job/metric-relabel-configs-removed": (Case(RISKY, COST),),
    "scrape-job/metric-relabel-configs-changed": (Case(RISKY, HISTORY),),
    "scrape-job/limit-added": (Case(BREAKING, DETECTION, "exceeded"), Case(RISKY, DETECTION)),
    "scrape-job/limit-lowered": (Case(BREAKING, DETECTION, "exceeded"), Case(RISKY, DETECTION)),
    "scrape-job/limit-raised": (Case(SAFE, COST),),
    "scrape-job/limit-removed": (Case(RISKY, COST),),
    # Who is told: what a route does to alerts is told of the alerts
    "route/added": _SEEN,
    "route/removed": _SEEN,
    "route/receiver-changed": _SEEN,
    "route/continue-changed": _SEEN,
    "route/group-by-lost": (Case(RISKY, LATER),),
    "route/group-by-gained": _NOISY,
    "route/group-wait-longer": (Case(RISKY, LATER),),
    "route/group-wait-shorter": _NOISY,
    "route/group-interval-longer": (Case(RISKY, LATER),),
    "route/group-interval-shorter": _NOISY,
    "route/repeat-interval-longer": (Case(RISKY, LATER),),
    "route/repeat-interval-shorter": _NOISY,
    "route/mute-time-intervals-added": _UNSURE,
    "route/mute-time-intervals-removed": _NOISY,
    "route/mute-time-intervals-changed": _UNSURE,
    "route/active-time-intervals-added": _UNSURE,
    "route/active-time-intervals-removed": _NOISY,
    "route/active-time-intervals-changed": _UNSURE,
    "receiver/added": _SEEN,
    "receiver/removed": (Case(RISKY, ROUTING),),
    "receiver/integration-added": _NOISY,
    "receiver/integration-removed": _page(ROUTING),
    "receiver/setting-added": (Case(RISKY, ROUTING),),
    "receiver/setting-removed": (Case(RISKY, ROUTING),),
    "receiver/setting-changed": (Case(RISKY, ROUTING),),
    "inhibition/added": _page(DETECTION),
    "inhibition/removed": _NOISY,
    "inhibition/equal-lost": _page(DETECTION),
    "inhibition/equal-gained": _NOISY,
    "mute-time/added": _SEEN,
    "mute-time/removed": (Case(RISKY, NOISE),),
    "mute-time/times-changed": _UNSURE,
    # Dashboards
    "dashboard/added": _SEEN,
    "dashboard/removed": (Case(BREAKING, REFERENCE),),
    "dashboard/uid-changed": (Case(BREAKING, REFERENCE),),
    "dashboard/uid-added": (Case(BREAKING, REFERENCE),),
    "dashboard/uid-removed": (Case(BREAKING, REFERENCE),),
    "dashboard/title-changed": _SEEN,
    "dashboard/refresh-changed": (Case(SAFE, COST),),
    "panel/added": _SEEN,
    "panel/removed": (Case(BREAKING, REFERENCE, "used"), Case(RISKY, DETECTION)),
    "panel/renamed": _SEEN,
    "panel/query-changed": (Case(RISKY, DETECTION, "other metrics"), Case(SAFE)),
    "panel/query-added": _SEEN,
    "panel/query-removed": (Case(RISKY, DETECTION),),
    "panel/source-query-changed": (Case(RISKY, DETECTION),),
    "panel/source-query-removed": (Case(RISKY, DETECTION),),
    "panel/unit-changed": (Case(RISKY),),
    "panel/unit-added": (Case(RISKY),),
    "panel/unit-removed": (Case(RISKY),),
    "panel/type-changed": _SEEN,
    "panel/title-changed": _SEEN,
    "panel/thresholds-changed": _SEEN,
    "panel/row-moved": _FINE,
    "panel/position-moved": _FINE,
    "panel/id-changed": _FINE,
    "variable/added": _SEEN,
    "variable/removed": (Case(BREAKING, REFERENCE, "used"), Case(SAFE)),
    "variable/renamed": (Case(BREAKING, REFERENCE, "used"), Case(RISKY, REFERENCE)),
    "variable/query-changed": (Case(RISKY),),
    "data-source/added": _SEEN,
    "data-source/removed": (Case(BREAKING, REFERENCE),),
    "data-source/uid-changed": (Case(RISKY, REFERENCE),),
    "data-source/url-changed": (Case(RISKY, DATA),),
    # The containers
    "container/added": _SEEN,
    "container/removed": (Case(RISKY, DETECTION),),
    "container/major-version-raised": (Case(RISKY),),
    "container/major-version-lowered": (Case(BREAKING, DATA),),
    "container/version-raised": _SEEN,
    "container/version-lowered": (Case(RISKY),),
    "container/image-changed": (Case(RISKY),),
    "container/exposure-opened": (Case(BREAKING, EXPOSED),),
    "container/exposure-closed": _SEEN,
    "container/ports-lost": (Case(RISKY),),
    "container/ports-gained": _SEEN,
    "container/volumes-lost": (Case(BREAKING, DATA),),
    "container/volumes-gained": _SEEN,
    "container/secrets-lost": (Case(RISKY, ROUTING),),
    "container/secrets-gained": _SEEN,
    "container/access-added": (Case(RISKY, EXPOSED),),
    "container/access-removed": (Case(BREAKING, EXPOSED),),
    "container/access-opened": (Case(BREAKING, EXPOSED),),
    "container/access-closed": _SEEN,
    "container/access-changed": (Case(RISKY, EXPOSED),),
    "container/setting-changed": (Case(RISKY),),
    "container/setting-added": (Case(RISKY),),
    "container/setting-removed": (Case(RISKY),),
    "file/added": _SEEN,
    "file/removed": (Case(RISKY),),
    "file/text-changed": _SEEN,
}

# What is left of a kind.
OTHERWISE: Mapping[str, tuple[Case, ...]] = {
    "alert": _UNSURE,
    "recording-rule": (Case(RISKY, HISTORY),),
    "rule-group": (Case(RISKY, LATER),),
    "metric": (Case(RISKY),),
    "slo": (Case(RISKY, HISTORY),),
    "prometheus": (Case(RISKY),),
    "storage": (Case(RISKY),),
    "scrape-job": _UNSURE,
    "route": (Case(RISKY, ROUTING),),
    "receiver": (Case(RISKY, ROUTING),),
    "inhibition": (Case(RISKY, ROUTING),),
    "mute-time": (Case(RISKY, ROUTING),),
    "dashboard": _SEEN,
    "panel": _SEEN,
    "variable": _SEEN,
    "data-source": _SEEN,
    "container": _SEEN,
    "file": _SEEN,
}


def judge(changes: Iterable[Change], weights: Mapping[str, str] = NOTHING) -> Iterator[Judged]:
    """Each change with what to think of it; ``weights`` are those that a spec sets for shapes or whole kinds."""
    for change in changes:
        case = _case(change)
        kind = change.shape.partition("/")[0]
        weight = weights.get(change.shape) or weights.get(f"{kind}/*") or case.weight
        yield Judged(change, weight, case.effect)


def _case(change: Change) -> Case:
    cases = TABLE.get(change.shape) or OTHERWISE[change.shape.partition("/")[0]]
    return next(case for case in cases if not case.given or case.given in change.given)
