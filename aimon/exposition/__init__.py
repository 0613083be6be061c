"""What a target exposes at `/metrics`, as a catalogue: Prometheus' text 0.0.4 and OpenMetrics 1.0, read leniently.

Sources: https://prometheus.io/docs/instrumenting/exposition_formats/,
https://prometheus.io/docs/specs/om/open_metrics_spec/ and, for quoted names, its version 2.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from aimon.catalogue import Label, Metric
from aimon.document import Address, DocumentError, Place
from aimon.exposition.lines import LABEL, META, NATIVE, QUOTED, SAMPLE, blamed, plain, unescaped
from aimon.units import Unit, UnitError, unit_named, unit_of_metric_name
from aimon.yaml12.place import Text

MAX_BYTES = 256 * 2**20

# Every type, and what it is called in the catalogue; `untyped` is the older word for `unknown`.
TYPES = {
    **{name: name for name in ("counter", "gauge", "histogram", "summary", "info", "stateset", "unknown")},
    "gaugehistogram": "gaugehistogram",
    "untyped": "unknown",
}


class Exposition(NamedTuple):
    """The metrics of a text, each at the address ``(line,)``, and what is wrong with its lines."""

    text: Text
    metrics: tuple[Metric, ...]
    problems: tuple[DocumentError, ...]

    @property
    def path(self) -> str:
        return self.text.path

    def line(self, number: int) -> str:
        """Line `number`, 1-based."""
        return self.text.line(number)

    def where(self, address: Address, *, key: bool = False) -> Place:
        """The place of the line that an address names."""
        number = address[0] if address and isinstance(address[0], int) else 1
        return Place(number, 1, number, len(self.line(number)) + 1)


class _Family:
    """What the comments say of a metric."""

    __slots__ = ("help", "line", "said", "type", "unit")

    def __init__(self, line: int) -> None:
        self.line = line
        self.said: set[str] = set()
        self.type = "unknown"
        self.help = ""
        self.unit = ""


class _Series:
    """What the samples of one name have shown."""

    __slots__ = ("bounds", "labels", "line", "native", "shapes", "states")

    def __init__(self, line: int) -> None:
        self.line = line
        self.labels: set[str] = set()
        self.shapes: set[tuple[str, ...]] = set()
        self.bounds: set[str] = set()
        self.states: dict[str, set[str]] = {}
        self.native = False


class _Reader:
    """One pass over the lines."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.families: dict[str, _Family] = {}
        self.series: dict[str, _Series] = {}
        self.problems: list[DocumentError] = []
        self.ended = 0

    def read(self) -> None:
        sample = SAMPLE.fullmatch
        # Only \n ends a line; a \r before it is tolerated, as Windows editors leave it.
        for number, line in enumerate(self.text.content.split("\n"), 1):
            found = sample(line)
            if found is not None:
                self.sample(number, found[1], found[2])
            elif not line or line.isspace():
                continue
            elif line[0] == "#":
                self.comment(number, line.rstrip("\r"))
            else:
                self.unusual(number, line.rstrip("\r"))
            if self.ended and number > self.ended:
                self.problem(number, 1, "there is text behind `# EOF`", "remove it, or move `# EOF` to the end")
                return

    def sample(self, number: int, name: str, labels: str | None) -> None:
        series = self.series.get(name)
        if series is None:
            series = self.series[name] = _Series(number)
        if not labels:
            series.shapes.add(())
            return
        pairs = LABEL.findall(labels)
        names = [plain(label) for label, _ in pairs]
        if len(set(names)) < len(names):
            twice = next(label for label in names if names.count(label) > 1)
            self.problem(number, 1, f"`{name}` has the label `{twice}` twice", "keep one of the two")
        series.shapes.add(tuple(names))
        series.labels.update(names)
        if "le" in series.labels:
            series.bounds.update(value[1:-1] for label, value in pairs if label == "le")
        if name in series.labels:  # a state of a stateset
            series.states.setdefault(name, set()).update(plain(value) for label, value in pairs if label == name)

    def comment(self, number: int, line: str) -> None:
        if line.rstrip() == "# EOF":
            self.ended = number
            return
        found = META.fullmatch(line)
        if found is None:
            return
        word, name, rest = found[1], plain(found[2]), found[3] or ""
        family = self.families.setdefault(name, _Family(number))
        if word in family.said:
            self.problem(number, 1, f"`{name}` has a second {word} line", "keep one of the two")
            return
        family.said.add(word)
        if word == "HELP":
            family.help = unescaped(rest)
        elif word == "UNIT":
            family.unit = rest
        else:
            self.type(number, line, name, rest)

    def type(self, number: int, line: str, name: str, word: str) -> None:
        family = self.families[name]
        family.line = number
        if word not in TYPES:
            cure = f"write one of {', '.join(TYPES)}"
            column = len(line.rstrip()) - len(word) + 1
            self.problem(number, column, f"`{word}` is no type of a metric" if word else f"`{name}` has no type", cure)
        elif name in self.series:
            cure = f"move this line before line {self.series[name].line}"
            self.problem(number, 1, f"the type of `{name}` stands behind its first sample", cure)
        family.type = TYPES.get(word, "unknown")

    def unusual(self, number: int, line: str) -> None:
        """A line that is no plain sample: a name in quotes, a native histogram, a blank in front, or broken."""
        stripped = line.strip()
        found = SAMPLE.fullmatch(stripped) or QUOTED.fullmatch(stripped) or NATIVE.fullmatch(stripped)
        if found is None:
            self.problem(number, *blamed(line))
            return
        name = plain(found[1])
        self.sample(number, name, found[2])
        self.series[name].native |= found.re is NATIVE

    def problem(self, line: int, column: int, message: str, cure: str | None) -> None:
        end = max(len(self.text.line(line)), column) + 1
        self.problems.append(DocumentError(message, Place(line, column, line, end), cure, self.text.path))


def parse_exposition(text: str, path: str = "<text>", open: bool = False) -> Exposition:
    """Every metric of the text, and what is wrong with it; ``open`` for targets that get labels from elsewhere.

    The names of labels are those that were seen; of their values nobody knows whether more will come.
    """
    reader = _Reader(Text(text.removeprefix("\ufeff"), path))
    reader.read()
    return Exposition(reader.text, tuple(_metrics(reader, open)), tuple(reader.problems))


def read_exposition(path: Path, open: bool = False) -> Exposition:
    """The exposition in a file. Raises `DocumentError` where it cannot be read at all."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"cannot read the file: {error.strerror}", path=str(path)) from None
    if len(data) > MAX_BYTES:
        raise DocumentError(f"the file is larger than {MAX_BYTES // 2**20} MiB", path=str(path))
    return parse_exposition(data.decode("utf-8", "replace"), str(path), open)


def is_exposition(text: str) -> bool:
    """Whether a text looks like one: some line says the type or the help of a metric, or that it ends here."""
    return any(META.fullmatch(line) or line == "# EOF" for line in text.splitlines())


# The series of a family beside the one with its own name, by type: those of the composite metric itself …
_OWN = {
    "histogram": ("_bucket", "_sum", "_count"),
    "summary": ("_sum", "_count"),
    "counter": ("_total",),
    "info": ("_info",),
}
# … and those that are metrics of their own for Prometheus.
_BESIDE = {"gaugehistogram": ("_bucket", "_gsum", "_gcount")} | dict.fromkeys(
    ("histogram", "summary", "counter"), ("_created",)
)


def _metrics(reader: _Reader, open: bool) -> Iterator[Metric]:
    """The metrics in the order of the text: those that have a type or a help, then the rest of the samples."""
    taken: set[str] = set()
    for name, family in reader.families.items():
        own = [series for suffix in ("", *_OWN.get(family.type, ())) if (series := name + suffix) in reader.series]
        taken.update(own)
        yield _described(name, family, {series: reader.series[series] for series in own}, open)
        for series in (name + suffix for suffix in _BESIDE.get(family.type, ())):
            if series in reader.series and series not in reader.families:
                taken.add(series)
                yield _bare(series, "gauge", reader.series[series], open)
    for name, shown in reader.series.items():
        if name not in taken:
            yield _bare(name, "unknown", shown, open)


def _described(name: str, family: _Family, own: Mapping[str, _Series], open: bool) -> Metric:
    """A family, under the name that its series have: OpenMetrics leaves the ``_total`` of counters out of its own."""
    kind = "native_histogram" if family.type == "histogram" and _is_native(own.values()) else family.type
    kind = "gauge" if kind == "gaugehistogram" else kind
    called = next((series for series in own if kind in ("counter", "info") and series != name), name)
    states = (
        {label: values for series in own.values() for label, values in series.states.items()}
        if kind == "stateset"
        else {}
    )
    labels = _labels(own.values(), open) - _TAKEN.get(kind, frozenset())
    return Metric(
        at=(family.line,),
        name=called,
        type=kind,
        help=family.help,
        unit=_unit(family.unit, called, kind),
        labels={label: Label(tuple(sorted(states[label])) if label in states else None) for label in sorted(labels)},
        buckets=_buckets(own.values()) if kind == "histogram" else (),
        low=0.0 if kind in ("counter", "histogram", "native_histogram") else None,
        open=open or not own,
    )


_TAKEN = {"histogram": frozenset({"le"}), "summary": frozenset({"quantile"})}


def _bare(name: str, kind: str, series: _Series, open: bool) -> Metric:
    """A series that no comment describes."""
    kind = "native_histogram" if series.native else kind
    labels = {label: Label() for label in sorted(_labels([series], open))}
    return Metric((series.line,), name, kind, "", _unit("", name, kind), labels, open=open)


def _labels(own: Iterable[_Series], open: bool) -> set[str]:
    """The labels that were seen; of a metric that may have others too, those that were seen on all its samples."""
    shapes = [set(shape) for series in own for shape in series.shapes]
    return set() if not shapes else set.intersection(*shapes) if open else set.union(*shapes)


def _is_native(own: Iterable[_Series]) -> bool:
    return any(series.native for series in own)


def _buckets(own: Iterable[_Series]) -> tuple[float, ...]:
    """The finite bounds, ascending."""
    bounds = {_float(text) for series in own for text in series.bounds}
    return tuple(
        sorted(bound for bound in bounds if bound is not None and abs(bound) != float("inf") and bound == bound)
    )


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _unit(said: str, name: str, kind: str) -> Unit | None:
    """The unit of a UNIT line, or else what the name tells."""
    try:
        return unit_named(said) if said else unit_of_metric_name(name, kind)
    except UnitError:
        return unit_of_metric_name(name, kind)
