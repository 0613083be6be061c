"""What `aimon packs` tells: which packs there are and what one brings, as text, as data and as docs/packs.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from aimon import library
from aimon.document import Document
from aimon.report.text import Line
from aimon.spec import BOUNDS
from aimon.unpack.fill import chosen, filled, parameters_in

_TOP = """# Packs

What comes ready made for well-known exporters: metrics, alerts, recording rules and a dashboard each.
This page is made from the packs by `make golden`; a test compares them.

```yaml
services:
  redis: {targets: ["redis-exporter:9121"], packs: [redis]}
  cache: {targets: ["cache-exporter:9121"], packs: [{redis: {memory_used: 99%}}]}   # with a parameter of its own
  own:   {targets: ["own:8080"], packs: [./packs/own.yaml]}                          # a pack of yours, of the same form
overrides:
  alerts: {RedisDown: {for: 5m}, RedisMemoryHigh: {enabled: false}}
dashboards:
  main: {rows: {Storage: [{pack: redis, row: Redis}]}}     # without it the pack has a dashboard of its own
```
"""
_STYLES = {"critical": "bold red", "warning": "bold yellow", "info": "bold blue"}


class Alert(NamedTuple):
    """An alert of a pack: when it fires in the words of the spec, and which parameters decide about that."""

    name: str
    severity: str
    fires: str
    wait: str
    summary: str
    parameters: tuple[str, ...]
    on: bool


class Page(NamedTuple):
    """What a pack brings, in its default variant and with the defaults of its parameters."""

    name: str
    title: str
    description: str
    source: str
    tested: str
    port: int | None
    parameters: Mapping[str, Mapping[str, Any]]
    variants: tuple[str, ...]
    default_variant: str | None
    alerts: tuple[Alert, ...]
    recording_rules: Mapping[str, str]
    rows: Mapping[str, int]
    metrics: Mapping[str, tuple[str, str]]  # type and meaning
    needs: Mapping[str, str]
    notes: tuple[str, ...]
    renames: tuple[Mapping[str, str], ...]


def page_of(document: Document) -> Page:
    """What the pack of a document brings that has the shape of one."""
    value = filled(document.value, {})
    made = value.get("alerts") or {}
    metrics = value.get("metrics") or {}
    written = chosen(document.value, {}).get("alerts") or {}
    return Page(
        name=value["name"],
        title=value["title"],
        description=value.get("description", ""),
        source=value.get("source", ""),
        tested=value.get("tested", ""),
        port=value.get("port"),
        parameters=value.get("parameters") or {},
        variants=tuple(value.get("variants") or ()),
        default_variant=value.get("default_variant"),
        alerts=tuple(_alert(name, alert, made.get(name)) for name, alert in written.items()),
        recording_rules={name: rule.get("description", "") for name, rule in value.get("recording_rules", {}).items()},
        rows={title: len(panels) for title, panels in value.get("rows", {}).items()},
        metrics={name: (metric["type"], metric.get("help", "")) for name, metric in metrics.items()},
        needs={name: metric["needs"] for name, metric in metrics.items() if metric.get("needs")},
        notes=tuple(value.get("notes", ())),
        renames=tuple(value.get("renames", ())),
    )


def _alert(name: str, written: Mapping[str, Any], made: Mapping[str, Any] | None) -> Alert:
    """``made`` is None where a parameter without a value leaves the alert out."""
    shown = written if made is None else made
    return Alert(
        name=name,
        severity=shown.get("severity", "warning"),
        fires=next((f"{bound.replace('_', ' ')} {shown[bound]}" for bound in BOUNDS if bound in shown), "as it says"),
        wait=shown.get("for", ""),
        summary=shown.get("summary", ""),
        parameters=tuple(parameters_in(written)),
        on=made is not None and shown.get("enabled") is not False,
    )


def built_in() -> list[Page]:
    """Every pack that comes with aimon."""
    return [page_of(library.built_in(name)) for name in library.names()]


# As text.


def listing() -> Iterator[Line]:
    """A table of the built-in packs."""
    rows = [_row(page) for page in built_in()]
    yield from _table([("pack", "title", "metrics", "alerts", "panels", "tested on"), *rows])


def _row(page: Page) -> tuple[str, ...]:
    counts = (len(page.metrics), len(page.alerts), sum(page.rows.values()))
    return (page.name, page.title, *map(str, counts), page.tested)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[Line]:
    """Columns as wide as they have to be; the first line is the head."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        text = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        yield [(text, "" if number else "bold")]


def page_lines(page: Page) -> Iterator[Line]:
    """What a pack brings."""
    yield [(page.name, "bold"), (f"  {page.title}", "")]
    yield [(page.description, "")]
    yield from _part("tested on", [page.tested] if page.tested else [])
    yield from _part("source", [page.source] if page.source else [])
    yield from _part("variants", [_variants(page)] if page.variants else [])
    yield from _part("rows", [f"{title}, {count} panels" for title, count in page.rows.items()])
    yield from _part("notes", page.notes)
    yield from _section(
        "parameters", [(name, _default(about), about["help"]) for name, about in page.parameters.items()]
    )
    yield from _alert_lines(page.alerts)
    yield from _section("recording rules", list(page.recording_rules.items()))
    yield from _section("needs more than a plain installation", list(page.needs.items()))
    yield from _section("renamed", [_renamed(one) for one in page.renames])
    yield from _section("metrics", [(name, *told) for name, told in page.metrics.items()])


def _part(title: str, texts: Iterable[str]) -> Iterator[Line]:
    for number, text in enumerate(texts):
        yield [(f"{'' if number else title:<11}", "bold"), (text, "")]


def _section(title: str, rows: Sequence[Sequence[str]]) -> Iterator[Line]:
    if rows:
        yield []
        yield [(title, "bold")]
        yield from ([("  ", ""), *line] for line in _plain(rows))


def _plain(rows: Sequence[Sequence[str]]) -> Iterator[Line]:
    return ([(text, "") for text, _ in line] for line in _table(rows))


def _alert_lines(alerts: Sequence[Alert]) -> Iterator[Line]:
    if not alerts:
        return
    yield []
    yield [("alerts", "bold")]
    rows = [(one.name, one.severity, _fires(one), _waits(one), one.summary) for one in alerts]
    for alert, line in zip(alerts, _plain(rows), strict=True):
        before, word, after = line[0][0].partition(f"  {alert.severity}")
        yield [("  ", ""), (before, ""), (word, _STYLES.get(alert.severity, "")), (after, "")]


def _fires(alert: Alert) -> str:
    if not alert.on:
        return f"off until `{'`, `'.join(alert.parameters)}` is set" if alert.parameters else "off until it is enabled"
    named = f" ({', '.join(alert.parameters)})" if alert.parameters else ""
    return f"{alert.fires}{named}".strip()


def _waits(alert: Alert) -> str:
    return alert.wait or "at once"


def _default(about: Mapping[str, Any]) -> str:
    value = about.get("default")
    return "none" if value is None else str(value)


def _variants(page: Page) -> str:
    return ", ".join(f"{name} (default)" if name == page.default_variant else name for name in page.variants)


def _renamed(one: Mapping[str, str]) -> tuple[str, str]:
    since = f" since {one['since']}" if one.get("since") else ""
    return one["from"], f"{one['to']}{since}{'; ' + one['note'] if one.get('note') else ''}"


# As data and as Markdown.


def data(pages: Sequence[Page]) -> str:
    """The packs as JSON."""
    listed = [{**page._asdict(), "alerts": [alert._asdict() for alert in page.alerts]} for page in pages]
    return orjson.dumps(listed, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def book() -> str:
    """All packs in Markdown."""
    pages = built_in()
    head = _grid(("pack", "title", "metrics", "alerts", "panels", "tested on"), map(_linked, pages))
    return "\n".join([_TOP, head, *map(markdown, pages)])


def _linked(page: Page) -> tuple[str, ...]:
    name, *rest = _row(page)
    return (f"[{name}](#{name})", *rest)


def markdown(page: Page) -> str:
    """What a pack brings, in Markdown."""
    told = [("tested on", page.tested), ("source", page.source), ("variants", _variants(page))]
    rows = ", ".join(f"{title} ({count} panels)" for title, count in page.rows.items())
    told = [*told, ("rows", rows)]
    about = [*(f"- {word}: {text}" for word, text in told if text), *(f"- {note}" for note in page.notes)]
    parts = [
        f"## {page.name}\n",
        f"{page.description}\n" if page.description else "",
        "".join(f"{line}\n" for line in about),
        _grid(("parameter", "default", "what it decides"),
              [(f"`{name}`", _default(one), one["help"]) for name, one in page.parameters.items()]),
        _grid(("alert", "severity", "fires", "for", "means"),
              [(one.name, one.severity, _fires(one), _waits(one), one.summary) for one in page.alerts]),
        _grid(("recording rule", "meaning"), [(f"`{name}`", text) for name, text in page.recording_rules.items()]),
        _grid(("metric", "needs"), [(f"`{name}`", text) for name, text in page.needs.items()]),
        _grid(("was called", "is called"), [_renamed(one) for one in page.renames]),
        f"Metrics: {', '.join(f'`{name}`' for name in page.metrics)}.\n",
    ]  # fmt: skip
    return "\n".join(part for part in parts if part)


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown; nothing where it would be empty."""
    lines = [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines, ""]) if lines else ""
