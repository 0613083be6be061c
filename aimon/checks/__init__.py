"""The table of checks: every id with its level and its module, whose docstring is its manual page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import NamedTuple, Protocol, cast

from aimon.finding import Finding
from aimon.stack import Stack
from aimon.symptoms import SYMPTOMS, Symptom

ERROR, WARNING, INFO = "error", "warning", "info"
LEVELS = (INFO, WARNING, ERROR)


class CheckModule(Protocol):
    """What the module of a check holds; one without ``check`` is found by a gate of the pipeline."""

    ID: str
    check: Callable[[Stack], Iterator[Finding]]


class Check(NamedTuple):
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
        return cast(CheckModule, import_module(self.module)).check(stack)

    def manual(self) -> str:
        """Its manual page: what it is for, a bad and a good sample."""
        return (import_module(self.module).__doc__ or "").strip()


CHECKS = {
    check.id: check
    for check in (
        # The text of the spec.
        Check("spec/unreadable", ERROR, at_gate=True),
        Check("spec/shape", ERROR, at_gate=True),
        Check("spec/unknown-key", ERROR, at_gate=True),
        Check("spec/unknown-environment", ERROR, at_gate=True),
        # Files that aimon did not write.
        Check("file/unreadable", ERROR, at_gate=True),
        Check("file/shape", ERROR, at_gate=True),
        # Expressions.
        Check("promql/syntax", ERROR),
        Check("promql/unknown-metric", ERROR),
        Check("promql/blind", ERROR),
        Check("promql/short-range", ERROR),
        Check("promql/too-new", ERROR),
        Check("promql/removed-function", ERROR),
        Check("promql/unknown-label", ERROR),
        Check("promql/unknown-value", ERROR),
        Check("promql/rate-of-gauge", ERROR),
        Check("promql/raw-counter", WARNING),
        Check("promql/rate-of-sum", ERROR),
        Check("promql/delta-of-counter", ERROR),
        Check("promql/le-lost", ERROR),
        Check("promql/quantile-range", ERROR),
        Check("promql/join-labels", ERROR),
        Check("promql/missing-group-left", ERROR),
        Check("promql/or-hides", WARNING),
        Check("promql/unit-mismatch", ERROR),
        Check("promql/empty", ERROR),
        # What language models cost.
        Check("llm-cost/no-price", WARNING),
        Check("llm-cost/unknown-kind", WARNING),
        Check("llm-cost/cache-unsaid", ERROR),
        # What services expose.
        Check("metric/invalid-name", ERROR),
        Check("metric/invalid-label", ERROR),
        Check("metric/unknown-unit", ERROR),
        Check("metric/conflicting-type", ERROR),
        Check("metric/bucket-order", ERROR),
        Check("metric/bucket-missing-threshold", WARNING),
        Check("metric/unit-contradicts-name", ERROR),
        Check("metric/unbounded-label", ERROR),
        Check("metric/cardinality", WARNING),
        Check("metric/base-unit", WARNING),
        Check("metric/counter-suffix", WARNING),
        Check("metric/reserved-suffix", WARNING),
        Check("metric/reserved-colon", WARNING),
        Check("metric/type-in-name", INFO),
        Check("metric/camel-case", INFO),
        Check("metric/no-help", INFO),
        Check("metric/unused", INFO),
        # What is computed ahead.
        Check("recording/name-form", WARNING),
        Check("recording/cycle", ERROR),
        Check("recording/name-window", WARNING),
        Check("recording/unused", INFO),
        Check("rule/duplicate", ERROR),
        Check("rule/external-label", WARNING),
        # What wakes somebody.
        Check("alert/without-comparison", WARNING),
        Check("alert/never-fires", ERROR),
        Check("alert/contradicts-itself", ERROR),
        Check("alert/always-fires", WARNING),
        Check("alert/without-for", WARNING),
        Check("alert/missed-scrape", WARNING),
        Check("alert/without-summary", WARNING),
        Check("alert/without-action", WARNING),
        Check("alert/several-thresholds", ERROR),
        Check("alert/threshold-unreadable", ERROR),
        Check("alert/threshold-unit", ERROR),
        Check("alert/reserved-label", ERROR),
        Check("alert/template-syntax", ERROR),
        Check("alert/template-function", ERROR),
        Check("alert/template-field", ERROR),
        Check("alert/template-label", ERROR),
        Check("alert/value-in-label", WARNING),
        Check("alert/humanize-unit", WARNING),
        Check("alert/raw-value", INFO),
        Check("alert/absent-too-soon", WARNING),
        Check("alert/for-swallows-window", WARNING),
        Check("alert/for-below-evaluation", INFO),
        Check("alert/name-form", INFO),
        # What is promised.
        Check("slo/objective", ERROR),
        Check("slo/not-events", ERROR),
        Check("slo/latency-bucket", ERROR),
        Check("slo/unreachable-burn", WARNING),
        Check("slo/window", WARNING),
        # What people look at.
        Check("dashboard/undefined-variable", ERROR),
        Check("dashboard/unknown-alert", ERROR),
        Check("dashboard/unknown-pack", ERROR),
        Check("dashboard/unknown-slo", ERROR),
        Check("dashboard/unknown-llm-cost", ERROR),
        Check("dashboard/unknown-unit", WARNING),
        Check("dashboard/panel-without-unit", WARNING),
        Check("dashboard/threshold-unreadable", ERROR),
        Check("dashboard/threshold-unit", ERROR),
        Check("dashboard/duplicate-uid", ERROR),
        Check("dashboard/duplicate-title", ERROR),
        Check("dashboard/duplicate-panel", WARNING),
        Check("dashboard/unit-contradicts", ERROR),
        Check("dashboard/variable-label", ERROR),
        Check("dashboard/unused-variable", INFO),
        Check("dashboard/threshold-order", ERROR),
        Check("dashboard/rate-interval", WARNING),
        Check("dashboard/legend-label", WARNING),
        Check("dashboard/gauge-without-bounds", WARNING),
        Check("dashboard/stat-many-series", WARNING),
        Check("dashboard/empty-text", INFO),
        Check("dashboard/too-many-panels", INFO),
        # What packs bring.
        Check("pack/unknown", ERROR),
        Check("pack/unknown-parameter", ERROR),
        Check("pack/other-translation", ERROR),
        Check("overrides/unknown", ERROR),
        Check("overrides/without-effect", WARNING),
        # Who is told.
        Check("notify/unknown-receiver", ERROR),
        Check("notify/unknown-time", ERROR),
        Check("notify/severity-without-route", WARNING),
        Check("notify/nobody", INFO),
        Check("notify/invalid-regex", ERROR),
        Check("notify/unreachable-route", ERROR),
        Check("notify/matches-nothing", WARNING),
        Check("notify/unused-receiver", INFO),
        Check("notify/group-by-unknown-label", WARNING),
        Check("notify/inhibit-without-equal", WARNING),
        Check("notify/inhibit-unknown-label", WARNING),
        Check("notify/inhibit-self", WARNING),
        Check("notify/repeat-below-group", WARNING),
        # What must not be in the spec.
        Check("secret/literal", ERROR),
        # What is scraped.
        Check("service/invalid-target", ERROR),
        Check("service/unknown-discovery", ERROR),
        Check("service/slow-timeout", ERROR),
        Check("service/long-interval", ERROR),
        Check("service/duplicate-target", WARNING),
        Check("service/relabel-drops-used", ERROR),
        Check("service/invalid-regex", ERROR),
        # What is accepted on purpose.
        Check("ignore/unknown-check", ERROR),
        Check("ignore/expired", WARNING),
        Check("ignore/unused", WARNING, at_gate=True),
        Check("ignore/malformed", ERROR, at_gate=True),
        # What was generated.
        Check("output/schema", ERROR, at_gate=True),
        Check("output/template", ERROR, at_gate=True),
        Check("judge/promtool", ERROR, at_gate=True),
        Check("judge/amtool", ERROR, at_gate=True),
    )
}

# Every id that a finding may have, with its level and its page.
EVERY: Mapping[str, Check | Symptom] = {**CHECKS, **SYMPTOMS}

# The section of the spec without which a family of checks has nothing to look at, and need not even be imported.
_SECTIONS = {
    "dashboard": "dashboards", "recording": "recording_rules", "ignore": "ignore", "slo": "slos",
    "pack": "pack_uses", "overrides": "overrides", "llm-cost": "llm_costs",
}  # fmt: skip


def checks_for(stack: Stack, least: str = INFO) -> list[Check]:
    """The checks that have something to look at in a stack, from a level upwards."""
    levels = LEVELS[LEVELS.index(least) :]
    idle = tuple(f"{family}/" for family, section in _SECTIONS.items() if not getattr(stack.spec, section))
    found = (check for check in CHECKS.values() if not check.at_gate and check.level in levels)
    return [check for check in found if not check.id.startswith(idle)]
