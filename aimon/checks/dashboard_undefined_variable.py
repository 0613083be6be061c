"""A variable that a dashboard uses is declared in it, or is one of Grafana's own.

Why: Grafana leaves an unknown `$variable` as it is, and Prometheus finds nothing that is called so.

Bad::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    dashboards:
      main:
        variables: {instance: {label: instance, of: up}}
        rows:
          Work: [{title: Queue, expr: 'queue_length{instance=~"$instnace"}'}]

Good::

    services:
      api: {targets: ['api:8080'], metrics: {queue_length: {type: gauge}}}
    dashboards:
      main:
        variables: {instance: {label: instance, of: up}}
        rows:
          Work: [{title: Queue, expr: 'queue_length{instance=~"$instance"}'}]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aimon.document import Address
from aimon.finding import Finding
from aimon.spec import Dashboard, Panel
from aimon.stack import Stack
from aimon.suggest import did_you_mean

ID = "dashboard/undefined-variable"

# https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/#global-variables
_GLOBAL = """
    __all __all_variables __auto __dashboard __data __field __from __interval __interval_ms __name __org __range
    __range_ms __range_s __rate_interval __rate_interval_ms __searchFilter __series __timeFilter __timezone __to
    __url_time_range __user __value datasource timeFilter
"""
# `$5` is an amount, and `$1` what a group of a regular expression has matched: a variable starts with a letter.
_USED = re.compile(r"\$\{([A-Za-z_]\w*)[^}]*\}|\$([A-Za-z_]\w*)|\[\[([A-Za-z_]\w*)(?::\w+)?\]\]", re.ASCII)
_GROUP = re.compile(r"\(\?P?<(\w+)>", re.ASCII)


def check(stack: Stack) -> Iterator[Finding]:
    """Every use, in queries, legends and titles, of a variable that is not there."""
    for board in stack.spec.dashboards:
        known = {variable.name: None for variable in board.variables} | dict.fromkeys(_GLOBAL.split())
        for at, text in _texts(board).items():
            groups = set(_GROUP.findall(text))
            for found in _USED.finditer(text) if "$" in text or "[[" in text else ():
                name = found[1] or found[2] or found[3]
                if name not in known and name not in groups:
                    cure = did_you_mean(name, known, "declare it under `variables` of the dashboard")
                    message = f"the dashboard `{board.name}` has no variable `{name}`"
                    yield Finding(ID, message, at, found.span(), help=cure)


def _texts(board: Dashboard) -> dict[Address, str]:
    """The texts in which Grafana puts values for variables, by their addresses."""
    return {at: text for panel in board.panels() for at, text in _of_panel(panel) if text}


def _of_panel(panel: Panel) -> Iterator[tuple[Address, str | None]]:
    yield (*panel.at, "title"), panel.title
    for query in panel.queries:
        yield query.at, query.expr
        yield (*query.at[:-1], "legend"), query.legend
    yield (*panel.at, "legend"), panel.legend
