"""What is shown of an alert: proofs that promtool can judge, each with its series and what is to be seen when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import NamedTuple

from aimon.gotemplate.calls import NotShown
from aimon.gotemplate.prometheus import read
from aimon.gotemplate.show import Facts, shown
from aimon.gotemplate.tree import TemplateProblem
from aimon.promql.print import to_text
from aimon.promql.tree import Call, Selector, Subquery, walk
from aimon.prove.calls import OF_DATES
from aimon.prove.judge import Edge
from aimon.prove.leads import leads
from aimon.prove.notation import rule_id
from aimon.prove.pace import Pace, pace_of
from aimon.prove.reads import Question, constants, question
from aimon.prove.scene import Scene
from aimon.prove.search import Search
from aimon.prove.series import Segment, Series
from aimon.prove.solution import Border, Solution, Unproven
from aimon.prove.timeline import Sight, Watch, timeline
from aimon.prove.vectors import Element, Unsupported, nameless
from aimon.stack import Alert, Stack

_SOME, _MOST_COPIES = 4, 64


class Firing(NamedTuple):
    """An alert as it is expected to fire; ``annotations`` is None where they depend on more than is known here."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str] | None


class Moment(NamedTuple):
    """What is expected at a time, in seconds from the beginning."""

    kind: str
    at: float
    firing: tuple[Firing, ...]


class Proof(NamedTuple):
    """Series, and what is expected of an alert at some moments."""

    title: str
    series: tuple[Series, ...]
    moments: tuple[Moment, ...]
    border: Border | None = None

    @property
    def until(self) -> float:
        """The last moment."""
        return max(moment.at for moment in self.moments)


class Proven(NamedTuple):
    """An alert with its proofs, or the reason why there are none; ``rules`` are the recording rules that it reads."""

    alert: Alert
    pace: Pace | None  # None where not even that is known
    proofs: tuple[Proof, ...]
    rules: frozenset[str] = frozenset()
    solution: Solution | None = None
    reason: str | None = None


def proven(alert: Alert, stack: Stack) -> Proven:
    """Everything that can be shown of an alert."""
    pace: Pace | None = None
    rules: frozenset[str] = frozenset()
    try:
        asked = question(alert, stack)
        rules = frozenset(rule_id(rule.name, rule.labels) for those in asked.rules.values() for rule in those)
        pace = pace_of(asked)
        scene, (first, *others) = _solved(asked, pace, stack)
        proofs = [_proof(scene, first, alert, stack)]
    except Unsupported as reason:
        return Proven(alert, pace, (), rules, reason=str(reason))
    for edge in others:
        try:
            proofs.append(_proof(scene, edge, alert, stack))
        except Unsupported:
            continue  # the alert's own bound is proven; a condition beside it may be out of reach
    proofs += _at_rest(scene, first, alert, stack)
    return Proven(alert, pace, tuple(proofs), rules, _solution(scene, first))


def _solved(asked: Question, pace: Pace, stack: Stack) -> tuple[Scene, list[Edge]]:
    """An alert's scene and its edges, of which there is at least one; raises `Unsupported`."""
    reason: Unsupported | None = None
    compares_times = asked.lately < asked.depth
    for has_past, copies, lead in product((False, True) if compares_times else (False,), _copies(asked), leads(asked)):
        try:
            scene = Scene(asked, stack.catalogue, pace, copies, lead, has_past)
            edges = Search(scene).edges()
        except Unsupported as why:
            reason = reason or (why if copies == 1 else None)
            continue
        if edges:
            return scene, edges
    raise reason or Unsupported(_why(asked))


def _copies(asked: Question) -> list[int]:
    """How many series each selector may select: one, some, and as many as something is said to be counted against."""
    if not any("count" in read.uses for read in asked.reads):
        return [1, _SOME]
    bounds = (int(number) for number in constants(asked) if number.is_integer() and _SOME <= number < _MOST_COPIES)
    return [*sorted({bound + more for bound in bounds for more in (0, 1)} - {_SOME}), 1, _SOME]


def _why(asked: Question) -> str:
    """What it is about an alert that no series were found for."""
    nodes = [node for tree in asked.trees() for node in walk(tree)]
    if any(isinstance(node, Call) and node.function in OF_DATES for node in nodes):
        return "it depends on the time of day or year"
    if any(isinstance(node, (Selector, Subquery)) and node.offset for node in nodes):
        return "it compares one time with another, which series that go on as they are cannot show"
    return "no series were found that make it fire, or none that keep it silent"


def solution_of(alert: Alert, stack: Stack) -> Solution | Unproven:
    """The series that make an alert fire, just so, and those that keep it silent."""
    try:
        asked = question(alert, stack)
        scene, edges = _solved(asked, pace_of(asked), stack)
    except Unsupported as reason:
        return Unproven(str(reason))
    if scene.past is not None:
        return Unproven("it compares one time with another: what fires depends on what was before")
    return _solution(scene, edges[0])


def _solution(scene: Scene, edge: Edge) -> Solution:
    fires, silent = scene.inputs(edge.fires), scene.inputs(edge.silent)
    absent = {one.name for made, other in zip(fires, silent, strict=True) if not made for one in other}
    return Solution(
        tuple(one for made in fires for one in made),
        tuple(one for made in silent for one in made),
        tuple(sorted(absent)),
        edge.border,
    )


def _proof(scene: Scene, edge: Edge, alert: Alert, stack: Stack) -> Proof:
    made = timeline(scene, edge)
    moments = tuple(_moment(sight, alert, stack) for sight in made.sights)
    return Proof(_title(scene, edge), made.series, moments, edge.border)


def _title(scene: Scene, edge: Edge) -> str:
    border = edge.border
    node = next((node for tree in scene.question.trees() for node in walk(tree) if id(node) == edge.decider), None)
    if border is None or node is None or border.fires_at is None or border.silent_at is None:
        gone = _solution(scene, edge).absent
        return f"without {', '.join(gone)}" if gone else "by what is there"
    return f"at the bound of {to_text(node)}: fires at {border.fires_at:.4g}, silent at {border.silent_at:.4g}"


def _moment(sight: Sight, alert: Alert, stack: Stack) -> Moment:
    return Moment(
        sight.kind, sight.moment, tuple(_firing(element, alert, stack, sight.sure) for element in sight.firing)
    )


def _at_rest(scene: Scene, edge: Edge, alert: Alert, stack: Stack) -> Iterator[Proof]:
    """Nothing there at all, and then everything there but nothing moving."""
    pace = scene.pace
    lasts = pace.depth + pace.wait + 3 * pace.step
    begins = lasts - lasts % pace.step
    series = []
    for one in (each for made in scene.inputs(edge.silent) for each in made):
        slope = 1.0 if one.clock else 0.0
        start = begins + one.start if one.clock else one.start
        series.append(Series(one.name, one.labels, (Segment(0.0, None), Segment(begins, start, slope)), pace.sample))
    watch = Watch(scene.question.tree, scene.question.rules, pace.step, series)
    moments = [
        _moment(Sight(kind, at, *watch.firing(at)), alert, stack)
        for kind, at in (("nothing there", begins - pace.step), ("at rest", 2 * begins))
        if any(all(watch.surely(moment, fires) for moment in (at - pace.wait, at)) for fires in (True, False))
    ]
    if moments:
        yield Proof("with nothing there, and with nothing moving", tuple(series), tuple(moments))


def _firing(element: Element, alert: Alert, stack: Stack, sure: bool) -> Firing:
    """The alert that an element becomes; texts that rounding would change are not known."""
    labels = {**nameless(element.labels), **_texts(alert.labels, element, stack, strict=True)}
    try:
        annotations: Mapping[str, str] | None = _texts(alert.annotations, element, stack, strict=False)
    except (NotShown, TemplateProblem):
        annotations = None
    if not sure and any("{{" in text for text in alert.annotations.values()):
        annotations = None
    return Firing({name: text for name, text in labels.items() if text}, annotations)


def _texts(templates: Mapping[str, str], element: Element, stack: Stack, strict: bool) -> dict[str, str]:
    try:
        return {name: _text(template, element, stack) for name, template in templates.items()}
    except (NotShown, TemplateProblem) as problem:
        if strict:
            raise Unsupported(f"a label cannot be told: {problem}") from None
        raise


def _text(template: str, element: Element, stack: Stack) -> str:
    if "{{" not in template:
        return template
    tree = read(template, stack.server.version)
    facts = Facts(element.labels, element.value, stack.server.external_labels)
    text = shown(tree, facts)
    for factor in (1 - 1e-9, 1 + 1e-9):
        if shown(tree, facts._replace(value=element.value * factor)) != text and not _is_exact(element.value):
            raise NotShown("rounding would change it")
    return text


def _is_exact(value: float) -> bool:
    """Whether a value is such that no computation has rounded it."""
    return value.is_integer()
