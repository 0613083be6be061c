"""What `aimon explain` tells: the page of a check, the life of an alert, the life of a metric."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from aimon.catalogue import AMBIENT, Metric
from aimon.checks import Check
from aimon.document import Address
from aimon.expressions import result_type
from aimon.promql.labelling import OPEN, Labelling
from aimon.reach import Stop, muted_by, stops
from aimon.report.text import STYLES, Line, printable
from aimon.routes import arriving
from aimon.series import most_series, series_each, size_of
from aimon.stack import Alert, Duration, Expression, Group, Inhibition, PanelLink, Stack
from aimon.symptoms import Symptom
from aimon.units import Unit, describe, humanize
from aimon.usage import Recorded, Usage, metrics_of

Where = Callable[[Address], str]
"""Where in the spec something was written: `aimon.yaml:23:7`; empty for what aimon added."""

_WIDTH = 11
_MOST_NAMES = 8


def check_page(check: Check | Symptom) -> Iterator[Line]:
    """The manual page: what it finds and how bad that is, why, a bad sample and a good one."""
    title, _, rest = check.manual().partition("\n")
    yield [(check.id, "bold"), ("  ", ""), (check.level, STYLES[check.level])]
    yield []
    yield [(title, "")]
    for line in rest.rstrip().split("\n"):
        is_head = line.endswith("::") and not line.startswith(" ")
        is_sample = line.startswith("    ")
        yield [(line[:-1] if is_head else line, "bold" if is_head else "cyan" if is_sample else "")] if line else []
    yield []
    yield [("To accept it on purpose, on its line or on one of its own above:", "")]
    yield [(f"    # aimon: ignore[{check.id}] and why", "cyan")]


def alert_life(stack: Stack, name: str, where: Where) -> Iterator[Line]:
    """An alert from its metrics to the people that it reaches. Raises `KeyError` for one that does not exist."""
    group, alert = _alert(stack, name)
    result = result_type(alert.expression.tree, stack.catalogue).labelling if alert.expression.tree else OPEN
    labels = arriving(alert, result, stack.server.external_labels)
    yield from _title("alert", name, where(alert.at), alert.annotations.get("summary", ""))
    yield from _part("reads", _read(stack, alert, where))
    yield from _part("fires", _condition(alert, group.interval or stack.server.evaluation_interval))
    yield from _part("rule", [f"{group.path}, group {group.name}"])
    yield from _part("labels", _labels(stack, alert, labels))
    yield from _part("goes to", _receivers(stack, labels, where))
    yield from _part("silenced", [_inhibition(each, where) for each in muted_by(stack.routing, labels)])
    yield from _part("shown on", _panels(alert.panels) or ["no panel"])
    runbook = alert.annotations.get("runbook_url")
    yield from _part(
        "to do", [*([runbook] if runbook else []), *(alert.action.splitlines() or ["no `action` is written"])]
    )


def metric_life(stack: Stack, name: str, where: Where) -> Iterator[Line]:
    """A metric from its declaration to all that uses it. Raises `KeyError` for one that does not exist."""
    known = stack.catalogue
    metrics = [series.metric for series in known.find(name)] or list(known.metrics.get(name, ()))
    if not metrics and name in known.external:
        yield from _title(
            "metric", name, "", "exposed by somebody else (`external`): its type and labels are not known"
        )
        yield from _users(stack, name)
        return
    if not metrics:
        raise KeyError(name)
    for metric in metrics:
        yield from _title("metric", name, where(metric.at), metric.help)
        yield from _part("type", _type(metric))
        yield from _part("from", _origin(stack, metric))
        yield from _part("labels", _declared_labels(metric))
        yield from _part("series", [_estimate(stack, metric)])
    yield from _users(stack, metrics[0].name)


def _title(kind: str, name: str, place: str, text: str) -> Iterator[Line]:
    yield [(f"{kind} ", ""), (printable(name), "bold"), (f"  {printable(place)}" if place else "", "dim")]
    yield from ([[(f"  {printable(text)}", "")]] if text else [])


def _part(head: str, texts: Iterable[str]) -> Iterator[Line]:
    """A word at the margin and what there is to say, a line each; nothing where there is nothing."""
    for number, text in enumerate(texts):
        yield [(f"  {'' if number else head:<{_WIDTH}}", "bold blue"), (printable(text), "")]


def _alert(stack: Stack, name: str) -> tuple[Group, Alert]:
    for group in stack.groups:
        for rule in group.rules:
            if isinstance(rule, Alert) and rule.name == name:
                return group, rule
    raise KeyError(name)


def _read(stack: Stack, alert: Alert, where: Where) -> Iterator[str]:
    """The metrics and recording rules that it reads itself, and what those read."""
    recorded = Recorded(stack)
    seen: set[str] = set()

    def told(query: Expression, depth: int) -> Iterator[str]:
        behind = {rule.name: rule for rule in recorded.behind(query)}
        for name in metrics_of(query, stack.catalogue):
            if name in seen:
                continue
            seen.add(name)
            metric, rule = stack.catalogue.metrics[name][0], behind.get(name)
            source = "recording rule" if rule else metric.type
            place = where(rule.at if rule else metric.at)
            of = f" of {metric.job}" if metric.job else ""
            yield f"{'  ' * depth}{name}, {source}{of}{f', {place}' if place else ''}"
            if rule is not None:
                yield from told(rule.expression, depth + 1)

    return told(alert.expression, 0)


def _condition(alert: Alert, every: Duration) -> Iterator[str]:
    """The expression, its bound in people's units, and how long it has to hold."""
    yield from alert.expression.text.strip().splitlines()
    unit = alert.expression.unit
    if alert.threshold:
        yield f"{alert.threshold.operator} {humanize(alert.threshold.value, unit)}, {_unit(unit)}"
    held = f"for {alert.wait.text}" if alert.wait else "at once"
    kept = f", and until it was gone for {alert.keep_firing_for.text}" if alert.keep_firing_for else ""
    yield f"{held}{kept}; looked at every {every.text}"


def _unit(unit: Unit | None) -> str:
    return "the unit is not known" if unit is None else describe(unit)


def _labels(stack: Stack, alert: Alert, labels: Labelling) -> Iterator[str]:
    """The labels that the rule writes, those that the series brings, and those that Prometheus adds."""
    yield ", ".join(f'{name}="{text}"' for name, text in {"alertname": alert.name, **alert.labels}.items())
    written = {"alertname", *alert.labels, *stack.server.external_labels}
    brought = sorted((labels.values.keys() if labels.names is None else labels.names) - written)
    if brought:
        yield f"from the series: {', '.join(_possible(name, labels.values.get(name)) for name in brought)}"
    if labels.names is None:
        yield "and others that the series may have: its labels are not all known"
    added = [f'{name}="{text}"' for name, text in stack.server.external_labels.items() if name not in alert.labels]
    if added:
        yield f"added by Prometheus: {', '.join(added)}"


def _possible(name: str, values: frozenset[str] | None) -> str:
    return f"{name} ({_few(sorted(values))})" if values else name


def _receivers(stack: Stack, labels: Labelling, where: Where) -> Iterator[str]:
    """Who is told, by which route, and how long that takes."""
    kinds = {one.name: [kind.removesuffix("_configs") for kind in one.integrations] for one in stack.routing.receivers}
    for stop in stops(stack.routing, labels):
        means = ", ".join(kinds.get(stop.receiver, ())) or "which tells nobody"
        yield f"{stop.receiver} ({means}) {_by_route(stack, stop, where)}"


def _by_route(stack: Stack, stop: Stop, where: Where) -> str:
    root = stack.routing.root
    options = {**root.options, **stop.route.options}
    doubt = "" if stop.sure else ", if its labels fit"
    muted = f", not during {', '.join(options['mute_time_intervals'])}" if "mute_time_intervals" in options else ""
    times = f"after {options['group_wait']}, again every {options['repeat_interval']}{muted}"
    if stop.route is root:
        return f"by default{doubt}: {times}"
    place = f" at {where(stop.route.at)}" if where(stop.route.at) else ""
    return f"by the route {{{', '.join(stop.route.matchers)}}}{place}{doubt}: {times}"


def _inhibition(each: Inhibition, where: Where) -> str:
    equal = f" with the same {', '.join(each.equal)}" if each.equal else ""
    return f"while {{{', '.join(each.source)}}} fires{equal}, {where(each.at)}"


def _panels(links: Sequence[PanelLink]) -> list[str]:
    return [f"{link.dashboard} / {link.panel}" for link in links]


def _type(metric: Metric) -> Iterator[str]:
    yield f"{metric.type}; {'no unit is known' if metric.unit is None else describe(metric.unit)}"
    if metric.parts:
        own = [metric.name] if metric.type != "histogram" else []
        yield f"queried as {', '.join([*own, *(f'{metric.name}_{part}' for part in metric.parts)])}"
    if metric.buckets:
        yield f"buckets {', '.join(metric.bucket_names)}, +Inf"


def _origin(stack: Stack, metric: Metric) -> Iterator[str]:
    if metric.origin == "recording":
        rules = (rule for rule in stack.recordings() if rule.name == metric.name)
        yield from (line for rule in rules for line in rule.expression.text.strip().splitlines())
    elif metric.origin == "built-in":
        yield "Prometheus itself, for every target"
    else:
        job = next((job for job in stack.jobs if job.name == metric.job), None)
        targets = (
            "targets found at run time" if job and job.discovery else _count(len(job.targets) if job else 0, "target")
        )
        yield f"job {metric.job}, {targets}" + (f", every {job.interval.text}" if job else "")


def _declared_labels(metric: Metric) -> Iterator[str]:
    for name, label in metric.labels.items():
        bound = f"at most {label.limit} values" if label.limit is not None else "any value"
        yield f"{name}: {_few(label.values) if label.values is not None else bound}"
    if metric.origin == "service":
        yield f"{' and '.join(sorted(AMBIENT))}, which Prometheus adds"
    if metric.open:
        yield "others are possible: not all are known"


def _estimate(stack: Stack, metric: Metric) -> str:
    """How many series there may be at most: every combination of labels, on every target."""
    unbounded = [name for name, label in metric.labels.items() if size_of(label) is None]
    if unbounded or metric.open or metric.origin != "service":
        why = f"of {', '.join(unbounded)} any number of values is allowed" if unbounded else "not all labels are known"
        return f"how many is not known: {why}"
    job = next((job for job in stack.jobs if job.name == metric.job), None)
    targets = 1 if job is None or job.discovery else len(job.targets)
    each = series_each(metric)
    unit = "each target" if job and job.discovery else _count(targets, "target")
    parts = f", with {each} series for each combination" if each > 1 else ""
    return f"at most {most_series(metric, targets):,} on {unit}{parts}"


def _users(stack: Stack, name: str) -> Iterator[Line]:
    """What reads a metric, itself or through recording rules."""
    usage = Usage(stack)
    rules = [rule.name for rule in stack.recordings() if name in metrics_of(rule.expression, stack.catalogue)]
    users = {"rules": rules, "alerts": usage.alerts_on(name), "panels": _panels(usage.panels_on(name))}
    for head, names in users.items():
        yield from _part(head, names)
    if not any(users.values()):
        yield from _part("used by", ["nothing"])


def _few(names: Sequence[str]) -> str:
    shown = [*names[:_MOST_NAMES], f"and {len(names) - _MOST_NAMES} more"] if len(names) > _MOST_NAMES else names
    return ", ".join(shown)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
