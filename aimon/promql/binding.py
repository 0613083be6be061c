"""Ties an expression to labels: matchers written into its selectors, every other letter as it was.

Where a matcher goes is told by the tree's places and the words in them, so no string, comment or offset is in the way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from aimon.promql.lex import Words, is_text, lex
from aimon.promql.parse import SyntaxProblem, parse
from aimon.promql.tree import MATCH_OPERATORS, Selector, selectors


def jobs_matcher(jobs: Sequence[str]) -> str:
    """The matcher that takes the series of these jobs, whose names hold no sign of a regular expression but dots."""
    if len(jobs) == 1:
        return f'job="{jobs[0]}"'
    return f'job=~"{"|".join(job.replace(".", "[.]") for job in jobs)}"'


def bound(text: str, matchers_of: Callable[[str], Mapping[str, str]], *, grafana: bool = False) -> str:
    """The expression with more matchers: ``matchers_of`` tells them by label for the name of a metric.

    A selector that matches a label already keeps its own matcher. What cannot be read is left as it is.
    """
    try:
        tree = parse(text, grafana=grafana)
    except SyntaxProblem:
        return text
    words = lex(text, grafana=grafana)
    for selector in sorted(selectors(tree), key=lambda found: found.span, reverse=True):
        said = {matcher.label for matcher in selector.matchers}
        added = [text for label, text in matchers_of(selector.name or "").items() if label not in said]
        if added and not selector.any_of:
            at, before, after = _place(words, selector)
            text = f"{text[:at]}{before}{', '.join(added)}{after}{text[at:]}"
    return text


def _place(words: Words, selector: Selector) -> tuple[int, str, str]:
    """Where matchers go in, and what has to stand before and behind them."""
    first = words.starts.index(selector.span[0])
    if words.words[first] != "{":
        if words.words[first + 1] != "{":
            return words.end(first), "{", "}"
        first += 1
    name, following = words.words[first + 1], words.words[first + 2]
    if is_text(name) and following not in MATCH_OPERATORS:  # {"name"}
        return words.end(first + 1), ", ", ""
    return words.end(first), "", "" if name == "}" else ", "
