"""What the panels of a stack may refer to: metrics, alerts, variables, SLOs and costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from aimon import spec
from aimon.build.costs import billed
from aimon.catalogue import Catalogue
from aimon.spec import NOTHING
from aimon.stack import Alert, Group, Job, Slo


class Context(NamedTuple):
    """What a panel may refer to.

    ``filters`` maps a label to the variable that chooses its values; ``single`` names the jobs with one target.
    """

    catalogue: Catalogue
    alerts: Mapping[str, Sequence[Alert]]
    filters: Mapping[str, str]
    single: frozenset[str] = frozenset()
    slos: Mapping[str, Slo] = NOTHING
    costs: Mapping[str, spec.LLMCost] = NOTHING


def panel_context(
    written: spec.Spec, scraped: Iterable[Job], known: Catalogue, groups: Iterable[Group], slos: Iterable[Slo]
) -> Context:
    """What the panels of a whole stack may refer to."""
    alerts: dict[str, list[Alert]] = {}
    for rule in (rule for group in groups for rule in group.rules if isinstance(rule, Alert)):
        alerts.setdefault(rule.name, []).append(rule)
    single = frozenset(job.name for job in scraped if len(job.targets) == 1)
    costs = {cost.name: cost for cost in billed(written, known)}
    return Context(known, alerts, {}, single, {slo.name: slo for slo in slos}, costs)
