"""The labels that functions write: ``label_replace``, ``label_join``, ``absent`` and what a quantile adds."""

from __future__ import annotations

import re
from itertools import product

from aimon.promql.labelling import BARE, NOTHING, OPEN, Labelling, Labels, has_variable, with_label, without
from aimon.promql.matchers import VARIABLE, compiled
from aimon.promql.tree import Node, Selector, bare

_MOST_VALUES = 200
_REFERENCE = re.compile(r"\$(?:(\d{1,3})(?!\w)|\{(\d{1,3})\})?")
_ANYTHING = frozenset({".*", "(.*)"})


def replaced_labels(labels: Labelling, to: str, replacement: str, source: str, pattern: str) -> Labelling:
    """The labels of ``label_replace``, which writes ``to`` wherever the whole of ``source`` matches.

    Source: ``funcLabelReplace`` in promql/functions.go; a label that becomes empty is taken away.
    """
    if to == "__name__":
        return labels
    made = _replacements(labels, to, replacement, source, pattern)
    if made is not None:
        return _written(labels, to, made)
    is_constant = bool(replacement) and "$" not in replacement
    return with_label(labels, to, None, is_constant and to in labels.sure)


def _replacements(labels: Labelling, to: str, replacement: str, source: str, pattern: str) -> Labels:
    """All values that the label can have afterwards, among them the empty one; None where they are not known."""
    if pattern in _ANYTHING and "$" not in replacement:
        return frozenset({replacement})
    before, old = _values(labels, source), _values(labels, to)
    test = None if VARIABLE.search(pattern) else compiled(pattern)
    if test is None or before is None or len(before) > _MOST_VALUES:
        return None
    made: set[str] = set()
    for value in before:
        found = test.fullmatch(value)
        kept = frozenset({value}) if source == to else old
        written = kept if found is None else _expanded(found, replacement)
        if written is None:
            return None
        made |= written
    return frozenset(made)


def _expanded(found: re.Match[str], template: str) -> Labels:
    """A template with ``$1`` and ``${1}`` filled in; None where it refers to groups by name."""
    out, at = "", 0
    for reference in _REFERENCE.finditer(template):
        number = reference[1] or reference[2]
        if number is None:
            return None
        out += template[at : reference.start()] + ((found[int(number)] or "") if int(number) <= found.re.groups else "")
        at = reference.end()
    return frozenset({out + template[at:]})


def joined_labels(labels: Labelling, to: str, separator: str, sources: tuple[str, ...]) -> Labelling:
    """The labels of ``label_join``, which writes the values of ``sources`` one after the other."""
    if to == "__name__":
        return labels
    parts = [_values(labels, name) for name in sources]
    known = [part for part in parts if part is not None]
    size = 1
    for part in known:
        size *= len(part)
    if len(known) == len(parts) and size <= _MOST_VALUES:
        return _written(labels, to, frozenset(separator.join(texts) for texts in product(*known)))
    is_sure = any(name in labels.sure for name in sources) or (bool(separator) and len(sources) > 1)
    return with_label(labels, to, None, is_sure)


def _written(labels: Labelling, to: str, texts: frozenset[str]) -> Labelling:
    values = texts - {""}
    if not values:
        return without(labels, frozenset({to}))
    return with_label(labels, to, values, "" not in texts)


def _values(labels: Labelling, name: str) -> Labels:
    """All values that a label can have, the empty one for absence; None where they are not known."""
    if name == "__name__":
        return None
    if not name or not labels.may_have(name):
        return frozenset({""})
    known = labels.values.get(name)
    return known if known is None or name in labels.sure else known | {""}


def told_labels(node: Node) -> Labelling:
    """The labels of ``absent(selector)``: those that an equality tells, unless another matcher undoes it.

    For Prometheus 2 that is a later one, for 3 any. Source: ``createLabelsForAbsentFunction`` in promql/functions.go.
    """
    node = bare(node)
    if not isinstance(node, Selector):
        return BARE
    if node.any_of or has_variable(tuple(matcher.label for matcher in node.matchers)):
        return OPEN
    told: dict[str, str] = {}
    seen: set[str] = set()
    for matcher in node.matchers:
        if matcher.op == "=" and matcher.label not in seen:
            told[matcher.label] = matcher.value
            seen.add(matcher.label)
        else:
            told.pop(matcher.label, None)
    told = {name: value for name, value in told.items() if value and name != "__name__"}
    matched = [matcher.label for matcher in node.matchers]
    sure = frozenset(name for name in told if matched.count(name) == 1)
    values = {name: frozenset({value}) for name, value in told.items() if not has_variable((value,))}
    return Labelling(frozenset(told), sure, values, NOTHING)
