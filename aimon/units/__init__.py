"""Quantities as people write them (5%, 2s, 100/s, 1GiB), their dimension and scale, and Grafana's unit ids."""

from aimon.units.algebra import divide, multiply, per_second, scaled
from aimon.units.duration import format_duration, parse_duration
from aimon.units.grafana import grafana_unit, is_grafana_unit, template_function, unit_of_grafana
from aimon.units.grafana_ids import GRAFANA_UNITS
from aimon.units.metric_name import unit_of_metric_name
from aimon.units.naming import near_units, unit_named
from aimon.units.quantity import Quantity, convert, humanize, parse_quantity, plain_number
from aimon.units.unit import COUNT, RATIO, SECOND, Unit, UnitError, UnitMismatch, comparable, describe, same_scale

__all__ = [
    "COUNT",
    "GRAFANA_UNITS",
    "RATIO",
    "SECOND",
    "Quantity",
    "Unit",
    "UnitError",
    "UnitMismatch",
    "comparable",
    "convert",
    "describe",
    "divide",
    "format_duration",
    "grafana_unit",
    "humanize",
    "is_grafana_unit",
    "multiply",
    "near_units",
    "parse_duration",
    "parse_quantity",
    "per_second",
    "plain_number",
    "same_scale",
    "scaled",
    "template_function",
    "unit_named",
    "unit_of_grafana",
    "unit_of_metric_name",
]
