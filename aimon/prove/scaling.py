"""Turns all that counts at once: where shares stay what they are, a floor for how much there must be decides."""

from __future__ import annotations

import math

from aimon.prove.dials import Settings
from aimon.prove.judge import Edge, Judge

_POWERS = 6  # less than a millionth is nothing that anybody asks for
_HALVINGS = 20
_BESIDE = 0.02


def scaled(judge: Judge, base: Settings) -> Edge | None:
    """An edge at which a base that fires has too little of everything; None where there is none."""
    counting = [
        index for index, dial in enumerate(judge.scene.dials) if dial.kind in ("rate", "volume") and base[index]
    ]

    def times(factor: float) -> Settings:
        made = list(base)
        for index in counting:
            made[index] = float(f"{(base[index] or 0.0) * factor:.6g}")
        return tuple(made)

    silent = next((10.0**-power for power in range(1, _POWERS + 1) if not judge.fires(times(10.0**-power))), None)
    if len(counting) < 2 or silent is None:  # with one alone its own dial does as well
        return None
    fires = 10 * silent
    for _ in range(_HALVINGS):
        middle = math.sqrt(fires * silent)
        fires, silent = (middle, silent) if judge.fires(times(middle)) else (fires, middle)
    edge = Edge(counting[0], times(fires * (1 + _BESIDE)), times(silent * (1 - _BESIDE)))
    return judge.explained(edge) if judge.is_clear(edge.fires, edge.silent) else None
