"""Grafana's unit ids for our units and back, and the template function that shows a value of a unit."""

from __future__ import annotations

from aimon.units.grafana_ids import FREE_KEYS, GRAFANA_UNITS, IDS
from aimon.units.naming import find_unit, unit_of_id
from aimon.units.unit import Unit


def grafana_unit(unit: Unit | None) -> str:
    """The id with which a panel shows values of this unit; ``short`` where nothing is known."""
    if unit is None:
        return "short"
    if unit.name in IDS:
        return IDS[unit.name]
    if unit.dimensions == ((f"currency:{unit.name}", 1),):
        return f"currency{unit.name}" if f"currency{unit.name}" in GRAFANA_UNITS else f"currency:{unit.name}"
    if unit.noun and not unit.dimensions:
        return "short"
    if unit.name == "tokens":
        return "short"
    # `count:` shortens 12300 to 12.3K; `suffix:` leaves it alone, which money and physics prefer.
    counted = unit.noun or unit.name.startswith(("tokens", "/"))
    return f"{'count' if counted else 'suffix'}:{unit.name.removeprefix('count:')}"


def unit_of_grafana(id: str) -> Unit | None:
    """The unit that a panel with this id claims to show; None for ids that claim nothing (``short``) or are unknown."""
    key, colon, rest = id.partition(":")
    if colon:
        return (
            find_unit(rest.strip()) if key in ("suffix", "prefix", "count", "si", "currency") and rest.strip() else None
        )
    return unit_of_id(id) if id in GRAFANA_UNITS else None


def is_grafana_unit(id: str) -> bool:
    """Whether Grafana knows this id, or reads it as a free one such as ``suffix:tokens/s``."""
    key, _, rest = id.partition(":")
    return id in GRAFANA_UNITS or (key in FREE_KEYS and bool(rest.strip()))


def template_function(unit: Unit | None) -> str:
    """The function of Prometheus' templates that shows ``$value`` best; all but ``humanize`` want the base unit.

    Source: https://prometheus.io/docs/prometheus/latest/configuration/template_reference/#numbers
    """
    if unit is None or unit.scale != 1:
        return "humanize"
    if unit.is_share:
        return "humanize" if unit.name == "cores" else "humanizePercentage"
    by_quantity = {"second": "humanizeDuration", "byte": "humanize1024", "timestamp": "humanizeTimestamp"}
    return next(
        (by_quantity[name] for name, power in unit.dimensions if power == 1 and name in by_quantity), "humanize"
    )
