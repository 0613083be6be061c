"""Recording rules do not read each other in a circle.

Why: each of them waits for the other's result, so none of them ever has one.

Bad::

    services: {api: {targets: ['api:8080']}}
    recording_rules:
      job:load:ratio: {expr: 'job:load:sum / 2'}
      job:load:sum: {expr: 'job:load:ratio * 2'}

Good::

    services: {api: {targets: ['api:8080'], metrics: {load: {type: gauge}}}}
    recording_rules:
      job:load:ratio: {expr: 'job:load:sum / 2'}
      job:load:sum: {expr: 'sum by (job) (load)'}
"""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from aimon.finding import Finding, Related
from aimon.promql.tree import Selector, selectors
from aimon.stack import Recording, Stack
from aimon.written import name_span

ID = "recording/cycle"


def check(stack: Stack) -> Iterator[Finding]:
    """Each circle once; a rule that reads its own last result is none."""
    rules = {rule.name: rule for rule in stack.recordings()}
    needs = {name: [read for read in _names(rule) if read in rules and read != name] for name, rule in rules.items()}
    written = {rule.name: number for number, rule in enumerate(stack.spec.recording_rules)}
    while True:
        try:
            TopologicalSorter(needs).prepare()
        except CycleError as error:
            circle = error.args[1][:0:-1]  # each reads the next; the first stands at both ends
            first = min(range(len(circle)), key=lambda index: written[circle[index]])
            yield _circle([rules[name] for name in (*circle[first:], *circle[:first])])
            needs |= {name: [] for name in circle}
        else:
            return


def _read(rule: Recording) -> Iterator[Selector]:
    return selectors(rule.expression.tree) if rule.expression.tree is not None else iter(())


def _names(rule: Recording) -> Iterator[str]:
    shape = rule.expression.shape
    return (read.name for read in selectors(shape) if read.name) if shape is not None else iter(())


def _circle(rules: list[Recording]) -> Finding:
    first, *others = rules
    query = first.expression
    read = next(selector for selector in _read(first) if selector.name == others[0].name)
    way = " → ".join(f"`{rule.name}`" for rule in (*others, first))
    related = tuple(Related(rule.at, "part of the circle") for rule in others)
    message = f"`{first.name}` reads itself by way of {way}"
    return Finding(ID, message, query.at, name_span(read, query.text), help="break the circle", related=related)
