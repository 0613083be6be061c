"""Finds the unit that a text names: words (``bytes per second``), symbols (``B/s``) and Grafana's ids (``Bps``)."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from aimon.units.algebra import combined, tidy
from aimon.units.grafana_ids import ALSO, IDS
from aimon.units.names import ALIASES, COUNTED, NAMES, RATES
from aimon.units.unit import Unit, UnitError

_BITS_OR_BYTES_A_SECOND = re.compile(r"([kKMGTP]i?)?([bB])ps")
_FREE = ("count:", "suffix:")  # a counted thing that the table does not know


def unit_named(text: str) -> Unit:
    """The unit of that name, as people (``tokens/s``), metric names (``seconds``) or Grafana (``reqps``) write it.

    ``count:widgets`` names a counted thing that is not in the vocabulary. Raises UnitError.
    """
    stripped = text.strip()
    # `ops` and `rps` are rates when they stand for a unit, whatever the words mean alone.
    unit = find_unit(RATES.get(stripped, stripped)) or unit_of_id(stripped)
    if unit is None:
        raise unknown_unit(stripped)
    return unit


@cache
def find_unit(text: str) -> Unit | None:
    """The unit of that name as people write it, or None."""
    text = " ".join(text.split())
    if found := _BITS_OR_BYTES_A_SECOND.fullmatch(text):
        return find_unit(f"{found[1] or ''}{'B' if found[2] == 'B' else 'bit'}/s")
    parts = text.replace("_per_", "/").replace(" per ", "/").replace("per ", "/").split("/")
    units = [simple_unit(part.strip()) for part in parts]
    known = [unit for unit in units if unit is not None]
    if len(known) < len(parts) or not all(part.strip() for part in parts[1:]):
        return find_unit(RATES[text]) if text in RATES else None
    dimensions, scale = known[0].dimensions, known[0].scale
    for below in known[1:]:
        dimensions, scale = combined(dimensions, below.dimensions, -1), tidy(scale / below.scale)
    return Unit(dimensions, scale, "/".join(unit.name for unit in known))


def simple_unit(text: str) -> Unit | None:
    """A unit without a slash; words may be capitalised, symbols may not (``m`` is a minute and ``M`` a million)."""
    if text.startswith(_FREE) and text[-1] != ":":
        return Unit((), Decimal(1), f"count:{text.partition(':')[2].strip()}")
    name = text if text in NAMES else ALIASES.get(text)
    if name is None and len(text) > 2:
        lower = text.lower()
        name = ALIASES.get(lower) or (lower if lower in COUNTED or lower in ("tokens", "ratio") else None)
    if name is None:
        return None
    quantity, scale = NAMES[name]
    return Unit(((quantity, 1),) if quantity else (), Decimal(scale), name)


def unit_of_id(id: str) -> Unit | None:
    """The unit that a fixed id of Grafana shows, or None."""
    if id.startswith("currency"):
        return find_unit(id.removeprefix("currency"))
    name = _names_by_id().get(id)
    return None if name is None else find_unit(name)


@cache
def _names_by_id() -> dict[str, str]:
    # `short` and `none` promise nothing, so they are not the id of anything.
    return {id: name for name, id in IDS.items() if id not in ("short", "none")} | ALSO


def unknown_unit(text: str) -> UnitError:
    """The error for a unit that nobody knows, with the nearest one that somebody does."""
    message = f"`{text}` is not a unit that aimon knows"
    parts = [part.strip() for part in text.split("/")]
    wrong = next((part for part in parts if part and simple_unit(part) is None), "")
    if wrong in ("b", "kb", "Kb", "Mb", "Gb", "Tb"):
        return UnitError(f"`{wrong}` may mean bits or bytes", f"write `{wrong[:-1]}bit` or `{wrong[:-1]}B`")
    if wrong.lower() in ("month", "months", "mo"):
        return UnitError("a month has no fixed length", "give the amount per day (`/d`) or per hour (`/h`)")
    if wrong.lower() in ("f", "°f", "fahrenheit", "degf"):
        return UnitError(message, "write the temperature in `°C`")
    if near := near_units(wrong):
        return UnitError(message, f"did you mean {' or '.join(f'`{text.replace(wrong, name)}`' for name in near)}?")
    if wrong and wrong.replace("_", "").isalpha():
        return UnitError(message, f"for a thing that is counted write `count:{wrong}`")
    return UnitError(message, "write a unit such as `s`, `%`, `MiB`, `/s` or `tokens/s`")


def near_units(text: str) -> list[str]:
    """At most two names that resemble the text, the nearest first."""
    import difflib  # only when something is wrong

    names = [name for name in (*NAMES, *ALIASES, *RATES) if name]
    near = [name for name in names if name.lower() == text.lower()]
    near = near or difflib.get_close_matches(text, [name for name in names if len(name) > 1], n=4, cutoff=0.6)
    distinct = {ALIASES.get(name, name): name for name in reversed(near)}  # one spelling of each unit, the nearest
    return list(reversed(distinct.values()))[:2]
