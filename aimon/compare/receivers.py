"""Whom each alert reaches on either side: it is sent through the routing tree as Alertmanager would send it."""

from __future__ import annotations

from collections.abc import Iterator

from aimon.catalogue import Catalogue
from aimon.expressions import result_type
from aimon.promql.labelling import OPEN, Labelling
from aimon.reach import fits
from aimon.routes import arriving_as
from aimon.thing import ALERT, INHIBITION, SERVER, Branch, Monitoring, Thing


def arrivals(monitoring: Monitoring, known: Catalogue) -> dict[int, Labelling]:
    """The labels with which each alert arrives, by the identity of its thing."""
    server = next(monitoring.of(SERVER), None)
    external = {} if server is None else _named(server, "external_labels")
    return {id(thing): _labels(thing, known, external) for thing in monitoring.of(ALERT)}


def _labels(thing: Thing, known: Catalogue, external: dict[str, str]) -> Labelling:
    tree = thing.queries[0].tree
    result = result_type(tree, known).labelling if tree is not None else OPEN
    own = _named(thing, "label")
    severity = thing.said.get("severity")
    return arriving_as(thing.id, own if severity is None else {**own, "severity": severity}, result, external)


def _named(thing: Thing, head: str) -> dict[str, str]:
    """What is said below an attribute, by its own name."""
    return {name.partition(".")[2]: said for name, said in thing.said.items() if name.startswith(f"{head}.")}


def reached(tree: Branch, labels: Labelling) -> tuple[str, ...]:
    """The receivers that the alert may reach, those with a ``?`` only if labels fit that nobody knows."""
    found: dict[str, bool] = {}
    for branch, sure in _stops(tree, labels, True):
        found[branch.receiver] = found.get(branch.receiver, False) or sure
    return tuple(sorted(receiver if sure else f"{receiver}?" for receiver, sure in found.items()))


def _stops(branch: Branch, labels: Labelling, sure: bool) -> Iterator[tuple[Branch, bool]]:
    """The deepest routes that take the alert: https://prometheus.io/docs/alerting/latest/configuration/#route."""
    taken: bool | None = False  # whether a child has taken it; None where one may have
    goes_on = sure
    for child in branch.branches:
        fit = fits(child.matchers, labels)
        if fit is False:
            continue
        yield from _stops(child, labels, goes_on and fit is True)
        taken = True if fit or taken else None
        if not child.continues:
            if fit:
                return
            goes_on = False
    if taken is not True:
        yield branch, sure and taken is False


def mutes(inhibition: Thing, labels: Labelling) -> bool:
    """Whether an inhibition may silence an alert."""
    assert inhibition.kind == INHIBITION
    return fits(inhibition.said["target"], labels) is not False
