"""The samples of an exposition one by one: what the catalogue keeps only the shape of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from aimon.exposition import Exposition
from aimon.exposition.lines import LABEL, NATIVE, QUOTED, SAMPLE, plain


class Sample(NamedTuple):
    """One sample: the name of its series, its labels, and its value as it is written."""

    name: str
    labels: Mapping[str, str]
    value: str


def samples(exposition: Exposition) -> Iterator[Sample]:
    """Every sample that can be read, in the order of the text; broken lines are among the exposition's problems."""
    for line in exposition.text.content.split("\n"):
        if line.rstrip() == "# EOF":
            return
        text = line.strip()
        found = SAMPLE.fullmatch(text) or QUOTED.fullmatch(text) or NATIVE.fullmatch(text)
        if found is not None:
            labels = {plain(label): plain(value) for label, value in LABEL.findall(found[2] or "")}
            behind = text[found.end(1) if found[2] is None else found.end(2) :].lstrip(" \t}")
            yield Sample(plain(found[1]), labels, behind.split(None, 1)[0])
