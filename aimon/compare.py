"""Artifacts, Artifacts → Changes: what is there, by name and never by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

from aimon.change import Change
from aimon.document import DocumentError, parse_yaml
from aimon.promql.parse import SyntaxProblem, parse
from aimon.promql.print import canonical
from aimon.promql.tree import COMPARISONS, Binary, Node, Number, bare

# (kind, name) → attribute → value; everything that is there, as a reviewer thinks of it.
Model: TypeAlias = dict[tuple[str, str], dict[str, Any]]
Entries: TypeAlias = Iterable[tuple[tuple[str, str], dict[str, Any]]]


# What a reviewer wants to hear of first; anything else follows in the order of its files.
_FIRST = ("alert", "recording rule", "scrape job", "route", "receiver")


def compare(old: Model, new: Model) -> list[Change]:
    """What differs between two outputs."""
    keys = [*old, *(key for key in new if key not in old)]
    keys.sort(key=lambda key: _FIRST.index(key[0]) if key[0] in _FIRST else len(_FIRST))
    return [change for key in keys for change in _differences(key, old.get(key), new.get(key))]


def _differences(key: tuple[str, str], before: dict[str, Any] | None, after: dict[str, Any] | None) -> Iterator[Change]:
    kind, name = key
    if before is None or after is None:
        yield Change(kind, name, "", before, after)
        return
    for attribute in (*before, *(attribute for attribute in after if attribute not in before)):
        old, new = before.get(attribute), after.get(attribute)
        if old != new:
            yield Change(kind, name, attribute, old, new)


def model_of(files: Mapping[str, str], folder: Path | None = None) -> Model:
    """What the files of an output say, each given as path → text. Raises `DocumentError` for what cannot be read."""
    model: Model = {}
    for path in sorted(files):
        for key, attributes in _entries(path, files[path], str(folder / path if folder else path)):
            model[_free(model, key)] = attributes
    return model


def _entries(path: str, text: str, place: str) -> Entries:
    """The things in a file; one that was edited by hand may hold anything."""
    try:
        return list(_reader(path)(path, text))
    except DocumentError as error:
        raise DocumentError(error.message, error.place, error.help, place) from error
    except (AttributeError, TypeError) as error:
        raise DocumentError("this is not what such a file holds", path=place, help="generate it again") from error


def _free(model: Model, key: tuple[str, str]) -> tuple[str, str]:
    """The key, or the next that is free: two things of one name are two things."""
    number, free = 1, key
    while free in model:
        number += 1
        free = (key[0], f"{key[1]} ({number})")
    return free


def _reader(path: str) -> Callable[[str, str], Entries]:
    name = PurePosixPath(path)
    if path == "prometheus.yml":
        return _prometheus
    if path == "alertmanager.yml":
        return _alertmanager
    if path == "docker-compose.yml":
        return _compose
    if name.parts[0] == "rules" and name.suffix in (".yml", ".yaml"):
        return _rules
    if name.suffix == ".json" and name.parts[:2] == ("grafana", "dashboards"):
        return _dashboard
    return _text


def _yaml(path: str, text: str) -> dict[str, Any]:
    value = parse_yaml(text, path).value or {}
    if not isinstance(value, dict):
        raise DocumentError("expected a mapping", path=path)
    return value


def _prometheus(path: str, text: str) -> Entries:
    config = _yaml(path, text)
    settings = {**config.get("global", {}), "storage": config.get("storage"), "alerting": config.get("alerting")}
    yield ("prometheus", "settings"), _flat({key: value for key, value in settings.items() if value is not None})
    for job in config.get("scrape_configs") or ():
        yield ("scrape job", str(job.get("job_name"))), _flat({key: job[key] for key in job if key != "job_name"})


def _rules(path: str, text: str) -> Entries:
    for group in _yaml(path, text).get("groups") or ():
        for rule in group.get("rules") or ():
            place = {"group": f"{path} {group.get('name')}"}
            if "alert" in rule:
                yield ("alert", str(rule["alert"])), _alert(rule) | place
            else:
                yield ("recording rule", _name(rule)), _recording(rule) | place


def _name(rule: Mapping[str, Any]) -> str:
    """The name of a recording; all SLOs share theirs, and a label tells them apart."""
    labels = rule.get("labels") or {}
    own = [f'{{{label}="{labels[label]}"}}' for label in ("slo", "sloth_slo") if label in labels]
    return f"{rule.get('record')}{own[0] if own else ''}"


def _recording(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {"expression": _canonical(str(rule.get("expr"))), **_flat({"labels": rule.get("labels") or {}})}


def _alert(rule: Mapping[str, Any]) -> dict[str, Any]:
    expression, operator, threshold = split(str(rule.get("expr")))
    timing = {"for": rule.get("for", "0s"), "keep_firing_for": rule.get("keep_firing_for", "0s")}
    named = {"labels": rule.get("labels") or {}, "annotations": rule.get("annotations") or {}}
    bound = {"operator": operator, "value": threshold} if operator else None
    return {"expression": expression, "threshold": bound, **timing, **_flat(named)}


def split(text: str) -> tuple[str, str | None, float | None]:
    """An alert's condition as what is watched, the operator, and the number that it is held against, if it is one."""
    try:
        tree = bare(parse(text))
    except SyntaxProblem:
        return " ".join(text.split()), None, None
    if isinstance(tree, Binary) and tree.op in COMPARISONS and not tree.returns_bool:
        number = _number(tree.right)
        if number is not None:
            return canonical(tree.left), tree.op, number
    return canonical(tree), None, None


def _number(node: Node) -> float | None:
    """The value of a literal number or of arithmetic on such."""
    try:
        tree = bare(parse(canonical(node)))
    except SyntaxProblem:
        return None
    return tree.value if isinstance(tree, Number) else None


def _canonical(text: str) -> str:
    try:
        return canonical(parse(text, grafana=True))
    except SyntaxProblem:
        return " ".join(text.split())


def _alertmanager(path: str, text: str) -> Entries:
    config = _yaml(path, text)
    route = config.get("route") or {}
    yield ("route", "default"), _flat({key: route[key] for key in route if key != "routes"})
    for child in route.get("routes") or ():
        matchers = ", ".join(child.get("matchers") or ()) or "everything"
        name = f"{matchers} → {child.get('receiver')}"
        yield ("route", name), _flat({key: child[key] for key in child if key not in ("matchers", "receiver")})
    for receiver in config.get("receivers") or ():
        yield ("receiver", str(receiver.get("name"))), _flat({key: receiver[key] for key in receiver if key != "name"})
    for rule in config.get("inhibit_rules") or ():
        name = f"{', '.join(rule.get('source_matchers') or ())} mutes {', '.join(rule.get('target_matchers') or ())}"
        yield ("inhibition", name), _flat({"equal": rule.get("equal") or []})
    for interval in config.get("time_intervals") or ():
        yield ("mute time", str(interval.get("name"))), _flat({"times": interval.get("time_intervals")})


def _compose(path: str, text: str) -> Entries:
    for name, service in (_yaml(path, text).get("services") or {}).items():
        yield ("container", str(name)), _flat(service or {})


def _dashboard(path: str, text: str) -> Entries:
    board = _yaml(path, text)
    title = str(board.get("title"))
    variables = {
        entry.get("name"): entry.get("definition") for entry in (board.get("templating") or {}).get("list") or ()
    }
    shown = {key: board.get(key) for key in ("uid", "title", "description", "tags", "refresh", "time")}
    yield ("dashboard", title), _flat({**shown, "variable": variables})
    row = ""
    for panel in board.get("panels") or ():
        if panel.get("type") == "row":
            row = str(panel.get("title"))
        else:
            yield ("panel", f"{title} / {row} / {panel.get('title')}"), _panel(panel)


def _panel(panel: Mapping[str, Any]) -> dict[str, Any]:
    queries = {target.get("refId"): _canonical(str(target.get("expr"))) for target in panel.get("targets") or ()}
    legends = {target.get("refId"): target.get("legendFormat") for target in panel.get("targets") or ()}
    defaults = (panel.get("fieldConfig") or {}).get("defaults") or {}
    steps = [_step(step) for step in (defaults.get("thresholds") or {}).get("steps") or ()]
    position = panel.get("gridPos") or {}
    return {
        **_flat({"query": queries, "legend": legends}),
        "type": panel.get("type"),
        "unit": defaults.get("unit"),
        "thresholds": steps,
        "description": panel.get("description"),
        "position": [position.get(key) for key in "xywh"],
        **_flat({"options": panel.get("options") or {}}),
    }


def _step(step: Mapping[str, Any]) -> str:
    value = step.get("value")
    return str(step.get("color")) if value is None else f"{step.get('color')} from {value}"


def _text(path: str, text: str) -> Entries:
    """A file of which only the text counts; the copy of the main dashboard and the pages follow from the rest."""
    if path != "grafana-dashboard.json" and not path.startswith("docs/"):
        yield ("file", path), {"text": text}


def _flat(value: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Nested mappings as one, keys joined by dots; lists stay whole."""
    flat: dict[str, Any] = {}
    for key, entry in value.items():
        name = f"{above}.{key}" if above else str(key)
        if isinstance(entry, Mapping) and entry:
            flat |= _flat(entry, name)
        else:
            flat[name] = entry
    return flat
