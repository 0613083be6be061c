"""Finds the culprit inside a selector: its matchers, range, offset and time."""

from __future__ import annotations

import re
import warnings

import promql_parser

from aimon.promql.faults import UNIT_OF
from aimon.promql.functions import ANY, RANGE, VECTOR
from aimon.promql.lex import has_variable, is_name, is_number, is_text, seconds, unquoted, without_variables
from aimon.promql.reading import Operand, Reading
from aimon.promql.tree import MATCH_OPERATORS

NEVER_A_METRIC = frozenset({"bool", "on", "ignoring", "group_left", "group_right", "atan2"})
EXTENDED = frozenset({"anchored", "smoothed"})
_DURATION_FUNCTIONS = frozenset({"step", "range", "max_of", "min_of", "max", "min"})


def _refusal(expression: str) -> str:
    """What the library says against an expression; empty if nothing."""
    try:
        promql_parser.parse(expression)
    except ValueError as error:
        return str(error)
    return ""


class SelectorReading(Reading):
    """Reads selectors and what may follow them; expressions as such are read by the subclass."""

    def operand(self) -> Operand:
        raise NotImplementedError

    def sum_of_durations(self) -> Operand:
        raise NotImplementedError

    def selector(self) -> Operand:
        first = self.at
        if self.word != "{":
            if self.keyword in NEVER_A_METRIC:
                self.fail(f"`{self.word}` is a keyword; an expression is expected here")
            if self.keyword in EXTENDED:
                self.newer(f"a metric with the name of the keyword `{self.word}`", None)
            self.at += 1
        if self.word == "{":
            self.matchers()
        if self.word == "{":
            self.fail("a selector has one pair of braces", help="join the matchers with `,`")
        return Operand(VECTOR, first, self.at - 1, plain=True)

    def matchers(self) -> None:
        start = self.at
        named = start > 0 and is_name(self.words[start - 1])
        self.at += 1
        while self.word != "}":
            self.matcher(named)
            if self.word == "," or self.keyword == "or":
                self.at += 1
                if self.word == "," or (self.word == "}" and self.words[self.at - 1] != ","):
                    self.fail(f"a matcher is missing after `{self.words[self.at - 1]}`")
            elif self.word != "}":
                self.fail(f"a comma is expected between two matchers, but here is `{self.word}`", help="add `,`")
        self.at += 1
        if not named and self.is_wide(start):
            what = (
                "matches every series there is"
                if self.at - start == 2
                else "has only matchers that fit the empty value"
            )
            span = self.lexed.span(start, self.at - 1)
            self.fail(f"this selector {what}", span, "name the metric, or match some label by a value")

    def matcher(self, named: bool) -> None:
        label_at, label = self.at, self.word
        if not (is_name(label) or is_text(label) or has_variable(label)):
            self.fail(f"a label is expected, but here is `{label}`")
        if ":" in label and not is_text(label) and not has_variable(label):
            self.fail(f"`{label}` is no label: only names of metrics have colons")
        self.at += 1
        if self.word in (",", "}") and (is_text(label) or has_variable(label)):
            if named and is_text(label):
                self.fail("the metric has two names", self.lexed.span(label_at))
            return
        op = self.match_operator(label)
        if named and label == "__name__":
            self.fail("the metric has two names", self.lexed.span(label_at, self.at))
        self.match_value(label, op)

    def match_operator(self, label: str) -> str:
        op = self.word
        if op == "==":
            self.fail("a label is matched with a single `=`", help=f"write `{label}=`")
        if op == "!":
            self.fail("a lone `!` matches nothing", help="write `!=`")
        if op not in MATCH_OPERATORS:
            self.fail(f"label `{label}` needs `=`, `!=`, `=~` or `!~` behind it, but here is `{op}`")
        self.at += 1
        return op

    def match_value(self, label: str, op: str) -> None:
        value = self.word
        if is_text(value) or has_variable(value):
            if op in ("=~", "!~") and is_text(value):
                self.check_pattern(op)
            self.at += 1
            return
        if is_name(value) or is_number(value):
            self.fail(
                f'the value of label `{label}` stands in quotes: `"{value}"`', help=f'write `{label}{op}"{value}"`'
            )
        self.fail(f"label `{label}` needs a value in quotes, but here is `{value}`")

    def check_pattern(self, op: str) -> None:
        """Complain of a regular expression that the library refuses; Go, the judge, knows some that Rust does not."""
        literal = self.word
        if "illegal regex" not in _refusal(f"x{{a{op}{without_variables(literal)}}}"):
            return
        pattern = unquoted(literal)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                re.compile(pattern)
        except (re.error, OverflowError) as error:
            self.fail(f"the regular expression is broken: {error}")
        except RecursionError:
            pass
        self.newer("this regular expression", None)

    def is_wide(self, first: int) -> bool:
        """Whether the braces that have just been read match every series, as the library sees it."""
        words = self.words[first : self.at]
        spelling = " ".join(without_variables(word) if is_text(word) else word for word in words)
        return _refusal(spelling).startswith("vector selector must contain")

    def ranged(self, operand: Operand) -> Operand:
        start = self.at
        self.at += 1
        self.duration("range")
        if self.word == ":":
            self.at += 1
            if self.word != "]":
                self.duration("step")
            self.expect("]", "a range ends with `]`")
            if operand.kind not in (VECTOR, ANY):
                self.fail(
                    f"a subquery needs an instant vector, but {self.quote(operand)} is {operand.kind}",
                    self.span(operand),
                )
            return Operand(RANGE, operand.first, self.at - 1)
        self.expect("]", "a range ends with `]`")
        if not operand.plain:
            inside = self.lexed.text[self.lexed.starts[start] + 1 : self.lexed.starts[self.at - 1]].strip()
            message = f"only a selector can have a range, but {self.quote(operand)} is none"
            help = f"write a subquery: `[{inside}:]`" if operand.kind == VECTOR else None
            self.fail(message, self.lexed.span(start, self.at - 1), help)
        return Operand(RANGE, operand.first, self.at - 1)

    def modified(self, operand: Operand) -> Operand:
        keyword = self.word
        if not (operand.plain or operand.kind == RANGE):
            selectors = "a selector or a subquery"
            self.fail(f"`{keyword}` only goes after {selectors}, but {self.quote(operand)} is none")
        self.at += 1
        if keyword == "@":
            self.timestamp()
        else:
            self.duration("offset")
        # An offset before the range is refused, a subquery after it is not.
        return Operand(operand.kind, operand.first, self.at - 1)

    def timestamp(self) -> None:
        if self.word in ("start", "end"):
            self.at += 1
            self.expect("(", f"`@ {self.words[self.at - 1]}` needs `()`")
            self.expect(")", f"`@ {self.words[self.at - 2]}` needs `()`")
            return
        if self.word in ("+", "-"):
            self.at += 1
        if not (is_number(self.word) or has_variable(self.word)):
            self.fail("`@` needs a timestamp in seconds, `start()` or `end()`")
        self.at += 1

    def duration(self, what: str) -> None:
        first = self.at
        if self.word in ("+", "-") and what == "offset":
            self.at += 1
        word = self.word
        following = self.following
        if word in ("]", ":", ""):
            self.fail(f"the {what} is missing", self.lexed.span(first - 1, self.at), "write a duration such as `5m`")
        if what != "offset" and following not in ("]", ":") and word.isdigit() and following.lower() in UNIT_OF:
            span = self.lexed.span(self.at, self.at + 1)
            self.fail(f"`{word} {following}` is no duration", span, f"write `{word}{UNIT_OF[following.lower()]}`")
        computed = what != "offset" and following not in ("]", ":")
        if computed or not (is_number(word) or has_variable(word)):
            self.computed_duration(what, word)
            return
        value = None if has_variable(word) else seconds(word)
        if value is not None and value <= 0 and what != "offset":
            self.fail(f"a {what} must be longer than 0")
        if value is not None and value > 9_223_372_036:
            self.fail(f"`{word}` is longer than a duration can be in Prometheus")
        self.at += 1

    def computed_duration(self, what: str, word: str) -> None:
        """Arithmetic with durations, which Prometheus has since 3.4 and the library has not."""
        if not (is_number(word) or word in ("(", "+", "-") or (word in _DURATION_FUNCTIONS and self.following == "(")):
            self.fail(f"the {what} must be a duration such as `5m`, but here is `{word}`")
        self.newer("arithmetic with durations", "3.4")
        if what == "offset":
            self.operand()
            return
        first = self.at
        self.sum_of_durations()
        if self.word not in ("]", ":"):
            self.fail(f"the {what} must be a duration such as `5m`, but here is `{self.word}`")
        if self.at - first == 2 and self.words[first] == "-" and is_number(self.words[first + 1]):
            self.fail(f"a {what} must be longer than 0", self.lexed.span(first, self.at - 1))
