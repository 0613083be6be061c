"""Concrete labels for what an alert reads: such that its matchers fit and its joins meet, or that just one misfits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from aimon.catalogue import Catalogue
from aimon.promql.labelling import Labelling
from aimon.promql.matchers import alternatives, matcher_test, narrowed
from aimon.promql.result import Series
from aimon.promql.tree import Aggregation, Binary, Matcher, Node, Selector, walk
from aimon.prove.leads import NO_LEAD, Lead, made_up
from aimon.prove.reads import Question, Read
from aimon.prove.samples import matching_texts
from aimon.prove.vectors import NAME, Labels, Unsupported

_OWN = frozenset({"le", NAME})


class Choice:
    """One value for each label wherever it can be the same, so that series which are to meet do."""

    def __init__(self, question: Question, catalogue: Catalogue, lead: Lead = NO_LEAD) -> None:
        self.question = question
        self.lead = lead
        self._jobs = _shared_jobs(question.reads)
        self._known = {id(read): self.series_of(read) for read in question.reads}
        self.asked = frozenset(_asked(question))
        self._values: dict[str, str] = {}

    def series_of(self, read: Read) -> Series | None:
        """The series of one job that a selector means; None where nobody declares any."""
        fitting = [one for one in read.known if narrowed(one.labelling, read.selector.matchers) is not None]
        if not fitting and read.known:
            raise Unsupported(f"no series of `{read.name}` fits its matchers")
        return next((one for one in fitting if one.job in self._jobs), fitting[0] if fitting else None)

    def value(self, label: str) -> str:
        """The value that most of the selectors that may have the label agree on."""
        if label not in self._values:
            self._values[label] = self._chosen(label)
        return self._values[label]

    def _chosen(self, label: str) -> str:
        lists: list[frozenset[str]] = []
        matchers: list[Sequence[Matcher]] = []
        for read in self.question.reads:
            series = self._known.get(id(read))
            if series is None or series.labelling.may_have(label):
                matchers.append([each for each in read.selector.matchers if each.label == label])
                known = None if series is None else self.lead.known(series.labelling, label)
                if known is not None:
                    lists.append(known)
        asked = (text for those in matchers for text in _texts(those))
        led = self.lead.labels.get(label, "")
        tried = dict.fromkeys([led, *asked, *(text for those in lists for text in sorted(those))])
        candidates = [text for text in tried if text] or [made_up(label)]
        if not lists:
            candidates.append(made_up(label))

        def agreement(text: str) -> int:
            return sum(all(fits(each, text) for each in those) for those in matchers) + sum(
                text in those for those in lists
            )

        return max(candidates, key=agreement)  # the first of the best


def _shared_jobs(reads: Iterable[Read]) -> frozenset[str | None]:
    """The jobs of what only one job has."""
    return frozenset(read.known[0].job for read in reads if len(read.known) == 1)


def _asked(question: Question) -> Iterable[str]:
    """The labels that the alert speaks of, in case that nobody declares any."""
    for tree in question.trees():
        for node in walk(tree):
            yield from _named(node)
    for read in question.reads:
        yield from (matcher.label for matcher in read.selector.matchers)


def _named(node: Node) -> Iterable[str]:
    if isinstance(node, Aggregation) and node.grouping is not None and not node.grouping.without:
        return node.grouping.labels
    if isinstance(node, Binary) and node.matching is not None and node.matching.on:
        return (*node.matching.labels, *node.matching.include)
    return ()


def labels_for(read: Read, series: Series | None, choice: Choice, copies: int) -> list[Labels]:
    """The labels of a series that the selector selects, and of ``copies`` that differ in one label."""
    labelling = series.labelling if series is not None else Labelling()
    names = labelling.names if labelling.names is not None else choice.asked | labelling.sure | labelling.values.keys()
    labels: dict[str, str] = {}
    for name in sorted(names - _OWN):
        text = _fitting(name, read, labelling, choice)
        if text:
            labels[name] = text
    if copies == 1:
        return [labels]
    varied = _varied(read, labelling, labels)
    return [{**labels, varied: f"{labels[varied]}-{number}" if number else labels[varied]} for number in range(copies)]


def _varied(read: Read, labelling: Labelling, labels: Labels) -> str:
    """The label in which copies differ: one whose values nobody limits, the instance at best."""
    matched = {matcher.label for matcher in read.selector.matchers}
    free = [name for name in labels if name not in matched and name not in labelling.values and name != "job"]
    if "instance" in labels and "instance" not in matched:
        return "instance"
    if not free:
        raise Unsupported(f"there can be only one series of `{read.name}`")
    return free[0]


def _fitting(name: str, read: Read, labelling: Labelling, choice: Choice) -> str:
    """A value of a label that fits its matchers; empty where the label is to be left out."""
    matchers = [matcher for matcher in read.selector.matchers if matcher.label == name]
    known = choice.lead.known(labelling, name)
    tried = [choice.value(name), *_texts(matchers), *sorted(known or ()), made_up(name)]
    for text in tried:
        if text and (known is None or text in known) and all(fits(each, text) for each in matchers):
            return text
    if name not in labelling.sure and all(fits(each, "") for each in matchers):
        return ""
    raise Unsupported(f"no value of the label `{name}` is found that `{read.name}` selects")


def strangers_to(read: Read, series: Series | None, labels: Labels) -> Iterable[Labels]:
    """The labels of series that all matchers fit but one."""
    labelling = series.labelling if series is not None else Labelling()
    for matcher in dict.fromkeys(read.selector.matchers):
        if matcher.label in _OWN:
            continue
        others = [each for each in read.selector.matchers if each.label == matcher.label and each != matcher]
        known = labelling.values.get(matcher.label) if matcher.label != "job" else None
        tried = [*sorted(known or ()), *_excluded(matcher), f"other-{matcher.label}", ""]
        for text in tried:
            is_possible = known is None or text in known or (not text and matcher.label not in labelling.sure)
            if is_possible and not fits(matcher, text) and all(fits(each, text) for each in others):
                changed = {name: value for name, value in labels.items() if name != matcher.label}
                yield {**changed, matcher.label: text} if text else changed
                break


def misfits(selector: Selector, labels: Labels) -> Iterable[Labels]:
    """The labels of what a rule might record with one label such that a matcher does not fit."""
    for matcher in selector.matchers:
        for text in (*_excluded(matcher), f"other-{matcher.label}"):
            if matcher.label not in _OWN and not fits(matcher, text):
                yield {**labels, matcher.label: text}
                break


def _excluded(matcher: Matcher) -> list[str]:
    return _texts([matcher._replace(op={"!=": "=", "!~": "=~"}[matcher.op])]) if matcher.op in ("!=", "!~") else []


def _texts(matchers: Iterable[Matcher]) -> list[str]:
    """What the matchers that ask for something ask for."""
    found: list[str] = []
    for matcher in matchers:
        if matcher.op == "=":
            found.append(matcher.value)
        elif matcher.op == "=~":
            listed = alternatives(matcher.value)
            found += sorted(listed) if listed else matching_texts(matcher.value)
    return found


@lru_cache(maxsize=4096)
def fits(matcher: Matcher, text: str) -> bool:
    """Whether a matcher fits a value, an empty one being no label at all."""
    test = matcher_test(matcher.op, matcher.value)
    if test is None:
        raise Unsupported(f"`{matcher.value}` is a pattern that is not tried in Python")
    return test.fits(text) if text else test.fits_absence
