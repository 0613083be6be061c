"""An entry of `ignore` names a check that exists.

Why: an entry with a misspelt id accepts nothing, and the finding that it was meant for is still there.

Bad::

    services: {api: {targets: ['api:8080']}}
    ignore: [{check: alert/no-for, reason: these alerts are to fire at once}]

Good::

    services: {api: {targets: ['api:8080'], metrics: {requests_total: {type: counter, help: All}}}}
    recording_rules: {requests: {expr: 'sum(rate(requests_total[5m]))'}}
    ignore: [{check: recording/name-form, reason: these names came first}]
"""

from __future__ import annotations

from collections.abc import Iterator

from aimon.checks import EVERY
from aimon.finding import Finding
from aimon.stack import Stack
from aimon.suggest import did_you_mean

ID = "ignore/unknown-check"


def check(stack: Stack) -> Iterator[Finding]:
    """Every id that is not in the table of checks."""
    for entry in stack.spec.ignore:
        if entry.check not in EVERY:
            cure = did_you_mean(entry.check, EVERY, "`aimon checks` lists them all")
            yield Finding(ID, f"there is no check `{entry.check}`", (*entry.at, "check"), help=cure)
