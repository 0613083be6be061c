"""Finds the culprit in an expression that the library has refused, and says it in plain words.

A second reading of the words, by precedence, that keeps of each operand only its kind and its place. It stops at the
first fault. Nothing of this runs for an expression that is fine.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import NoReturn

from aimon.promql.faults import UNIT_OF, bracket_faults, word_faults
from aimon.promql.functions import AGGREGATIONS, ANY, RANGE, SCALAR, SIGNATURES, STRING, VECTOR, Signature
from aimon.promql.lex import Words, has_variable, is_name, is_number, is_text
from aimon.promql.problem import SyntaxProblem, Unsupported
from aimon.promql.reading import Operand
from aimon.promql.selection import EXTENDED, NEVER_A_METRIC, SelectorReading
from aimon.promql.tree import COMPARISONS, FILLS, PRECEDENCE, SET_OPERATORS

_UNARY = 6  # a sign takes the powers behind it and nothing else
_MATCHING = frozenset({"on", "ignoring"})
_GROUPS = frozenset({"group_left", "group_right"})
_FOREIGN = {"&&": "and", "||": "or", "=": "==", "!": "unless", "=~": "==", "!~": "!="}


def blame(lexed: Words, refusal: str) -> SyntaxProblem:
    """Why an expression is refused; ``refusal`` is what the library said, the last resort."""
    for fault in (*word_faults(lexed), *bracket_faults(lexed)):
        return fault
    reading = _Reading(lexed)
    try:
        reading.all()
    except SyntaxProblem as problem:
        return problem
    if reading.beyond is not None:
        return reading.beyond
    whole = (0, len(lexed.text))
    if any(has_variable(word) for word in lexed.words):
        return Unsupported("what the Grafana variables stand for decides whether this can be read", whole)
    if not refusal:
        return Unsupported("aimon cannot read this expression; promtool has to judge it", whole)
    return SyntaxProblem(refusal, whole)


class _Reading(SelectorReading):
    """Reads expressions by precedence: operators, functions and aggregations."""

    def all(self) -> Operand:
        if not self.word:
            self.fail("the expression is empty", (0, len(self.lexed.text)))
        operand = self.expression(1)
        if self.word:
            self.stray(operand)
        return operand

    def expression(self, lowest: int) -> Operand:
        left = self.operand()
        while PRECEDENCE.get(self.keyword, 0) >= lowest:
            op_at, op = self.at, self.keyword
            self.at += 1
            returns_bool = self.keyword == "bool"
            self.at += returns_bool
            matched = self.matching(op)
            level = PRECEDENCE[op]
            right = self.expression(level if op == "^" else level + 1)
            left = self.joined(op_at, left, right, returns_bool, matched)
        return left

    def operand(self) -> Operand:
        if self.word in ("+", "-"):
            first = self.at
            self.at += 1
            body = self.expression(_UNARY)
            if body.kind in (RANGE, STRING):
                self.fail(f"a sign goes with a number or an instant vector, not with {body.kind}", self.span(body))
            return Operand(body.kind, first, body.last)
        operand = self.primary()
        while True:
            if self.word == "[":
                operand = self.ranged(operand)
            elif self.keyword in ("offset", "@"):
                operand = self.modified(operand)
            else:
                return operand

    def primary(self) -> Operand:
        first, word = self.at, self.word
        if word == "(":
            return self.parens()
        if word == "{":
            return self.selector()
        if is_text(word) or is_number(word) or word.lower() in ("inf", "nan"):
            self.at += 1
            return Operand(STRING if is_text(word) else SCALAR, first, first)
        if has_variable(word):
            return self.variable()
        if not is_name(word):
            self.missing()
        following = self.following
        if word.lower() in AGGREGATIONS and (following == "(" or following.lower() in ("by", "without")):
            return self.aggregation()
        if following == "(" and word.lower() not in PRECEDENCE:
            return self.call()
        return self.selector()

    def missing(self) -> NoReturn:
        """There should be an operand here."""
        before, word = self.words[self.at - 1] if self.at else "", self.word
        if word in _FOREIGN and before:
            self.foreign()
        if not word:
            self.fail(f"an operand is missing after `{before}`", self.lexed.span(self.at - 1))
        if word in (")", "}", "]"):
            inside = "nothing" if before == "(" else "no operand"
            self.fail(f"there is {inside} between `{before}` and `{word}`", self.lexed.span(self.at - 1, self.at))
        if word == "!":
            self.fail("PromQL has no `!`", help="compare with `== 0`, or subtract with `unless`")
        where = f"after `{before}`" if before else "at the start"
        self.fail(f"`{word}` stands {where}, where an expression is expected")

    def variable(self) -> Operand:
        first = self.at
        self.at += 1
        if self.word == "(":
            self.newer("a variable for a function", None)
            self.at += 1
            self.arguments()
        elif self.word == "{":
            self.matchers()
        return Operand(ANY, first, self.at - 1, plain=True)

    def parens(self) -> Operand:
        first = self.at
        self.at += 1
        body = self.expression(1)
        if self.word != ")":
            self.stray(body)
        self.at += 1
        return Operand(body.kind, first, self.at - 1)

    def stray(self, operand: Operand) -> NoReturn:
        """A word after a complete operand that does not continue it."""
        word, before = self.word, self.quote(operand)
        if word in _FOREIGN:
            self.foreign()
        if word == ",":
            self.fail("`,` only separates arguments, and these parentheses belong to no function")
        if self.keyword in UNIT_OF and self.words[self.at - 1].isdigit():
            count = self.words[self.at - 1]
            span = self.lexed.span(self.at - 1, self.at)
            self.fail(f"`{count} {word}` is no duration", span, f"write `{count}{UNIT_OF[self.keyword]}`")
        if has_variable(word):
            message = f"`{word}` stands for an operator, which nobody knows before the dashboard is shown"
            raise Unsupported(message, self.lexed.span(self.at))
        name = self.words[operand.last]
        if operand.first == operand.last and name.lower() in (*AGGREGATIONS, *SIGNATURES) and self.begins_operand():
            self.fail(f"the arguments of `{name}` stand in parentheses", self.lexed.span(operand.last, self.at))
        if self.keyword in ("by", "without"):
            self.fail(f"`{word}` belongs to an aggregation such as `sum`, but {before} is {operand.kind}")
        if (self.keyword == "smoothed" and operand.plain) or (self.keyword in EXTENDED and operand.kind == RANGE):
            self.newer(f"`{word}`", "3.7")
            assert self.beyond is not None
            raise self.beyond
        if self.keyword in _MATCHING | _GROUPS | {"bool"}:
            self.fail(f"`{word}` only goes right after an operator")
        self.fail(f"{before} is followed by `{word}` without an operator between them")

    def begins_operand(self) -> bool:
        return is_name(self.word) or is_number(self.word) or is_text(self.word)

    def foreign(self) -> NoReturn:
        word = self.word
        ours = _FOREIGN[word]
        if word == "!":
            self.fail("PromQL has no `!`", help="compare with `!=`, or subtract with `unless`")
        if word == "=":
            self.fail("`=` only matches labels inside braces; values are compared by `==`", help="write `==`")
        if word in ("=~", "!~"):
            self.fail(f"`{word}` only matches labels inside braces; values are compared by `{ours}`")
        self.fail(f"PromQL has no `{word}`; it says `{ours}`", help=f"write `{ours}`")

    # How two operands meet

    def matching(self, op: str) -> int | None:
        """Reads ``on (…) group_left (…)``; where it starts, if it is there."""
        start = self.at
        if self.keyword in _GROUPS:
            self.fail(f"`{self.word}` needs `on (…)` or `ignoring (…)` before it")
        if self.keyword not in _MATCHING:
            self.fills()
            return None
        on = self.keyword == "on"
        self.at += 1
        labels = self.labels()
        if self.keyword in _GROUPS:
            group_at = self.at
            self.at += 1
            included = self.labels() if self.word == "(" else set()
            if op in SET_OPERATORS:
                self.fail(f"`{self.words[group_at]}` does not go with `{op}`", self.lexed.span(group_at))
            both = sorted(labels & included) if on else []
            if both:
                self.fail(
                    f"label `{both[0]}` is in `on` and in `{self.words[group_at]}` at once", self.lexed.span(group_at)
                )
        self.fills()
        return start

    def fills(self) -> None:
        while self.keyword in FILLS and self.following == "(":
            self.newer(f"`{self.word}`", "3.10")
            self.at += 2
            self.expression(1)
            self.expect(")", "a fill value ends with `)`")

    def labels(self) -> set[str]:
        keyword = self.words[self.at - 1]
        if self.word != "(":
            help = f"write `({self.word})`" if is_name(self.word) else None
            self.fail(f"the labels of `{keyword}` stand in parentheses", help=help)
        self.at += 1
        labels = set()
        while self.word != ")":
            if not (is_name(self.word) or is_text(self.word) or has_variable(self.word)) or ":" in self.word:
                self.fail(f"a label is expected in the parentheses of `{keyword}`, but here is `{self.word}`")
            if self.keyword in EXTENDED:
                self.newer(f"a label with the name of the keyword `{self.word}`", None)
            labels.add(self.word)
            self.at += 1
            if self.word != ")":
                self.expect(",", f"a comma is expected between the labels of `{keyword}`")
        self.at += 1
        return labels

    def joined(self, op_at: int, left: Operand, right: Operand, returns_bool: bool, matched: int | None) -> Operand:
        op, span = self.words[op_at], self.lexed.span(op_at)
        name = op.lower()
        whole = Operand(VECTOR, left.first, right.last)
        if returns_bool and name not in COMPARISONS:
            self.fail(
                f"`bool` only goes with a comparison, not with `{op}`", self.lexed.span(op_at + 1), "remove `bool`"
            )
        for side, operand in (("left", left), ("right", right)):
            if operand.kind in (RANGE, STRING):
                wanted = VECTOR if name in SET_OPERATORS else "a number or an instant vector"
                message = f"`{op}` needs {wanted} on its {side}, but {self.quote(operand)} is {operand.kind}"
                self.fail(message, self.span(operand), self.cure(operand))
            if operand.kind == SCALAR and name in SET_OPERATORS:
                message = f"`{op}` works on two instant vectors, but {self.quote(operand)} is a number"
                self.fail(message, self.span(operand), f"write `vector({self.quote(operand)[1:-1]})`")
            if operand.kind == SCALAR and matched is not None:
                keyword = self.words[matched]
                message = f"`{keyword}` needs an instant vector on both sides, but {self.quote(operand)} is a number"
                self.fail(message, self.span(operand), f"remove `{keyword}`")
        if ANY in (left.kind, right.kind):
            return whole._replace(kind=ANY)
        if left.kind == right.kind == SCALAR:
            if name in COMPARISONS and not returns_bool:
                help = f"write `{op} bool`"
                self.fail("comparing two numbers needs `bool`", span, help)
            return whole._replace(kind=SCALAR)
        return whole

    # Functions

    def arguments(self) -> list[Operand]:
        """The arguments up to and with the closing parenthesis; the opening one has been read."""
        found: list[Operand] = []
        while self.word != ")":
            found.append(self.expression(1))
            if self.word == ",":
                self.at += 1
                if self.word == ")":
                    self.fail("there is no argument after the last `,`", self.lexed.span(self.at - 1), "remove `,`")
            elif self.word != ")":
                self.stray(found[-1])
        self.at += 1
        return found

    def call(self) -> Operand:
        first, name = self.at, self.word
        signature = SIGNATURES.get(name)
        if name.lower() in NEVER_A_METRIC | {"by", "without", "offset"}:
            self.fail(f"`{name}` is a keyword; an expression is expected here")
        self.at += 2
        if signature is None:
            self.unknown_function(name, first)
        arguments = self.arguments()
        self.count(name, signature, arguments, first)
        for index, argument in enumerate(arguments):
            wanted = signature.takes[min(index, len(signature.takes) - 1)]
            self.check(name, wanted, argument)
        return Operand(signature.gives, first, self.at - 1)

    def unknown_function(self, name: str, first: int) -> NoReturn:
        known = [*SIGNATURES, *AGGREGATIONS]
        close = get_close_matches(name.lower(), known, 1)
        help = f"did you mean `{close[0]}`?" if close else None
        self.fail(f"there is no function `{name}`", self.lexed.span(first), help)

    def count(self, name: str, signature: Signature, arguments: list[Operand], first: int) -> None:
        given, least, most = len(arguments), signature.least, signature.most
        if given < least or (most is not None and given > most):
            if most == least:
                wanted = f"{least} argument{'s' * (least != 1)}" if least else "no argument"
            else:
                wanted = f"at least {least}" if given < least else f"at most {most}"
                wanted += f" argument{'s' * ((least if given < least else most) != 1)}"
            are = "is" if given <= 1 else "are"
            self.fail(
                f"`{name}` takes {wanted}, but {given or 'none'} {are} given", self.lexed.span(first, self.at - 1)
            )

    def aggregation(self) -> Operand:
        first, name = self.at, self.word
        self.at += 1
        grouped = self.grouping()
        self.expect("(", f"the arguments of `{name}` stand in parentheses")
        arguments = self.arguments()
        if not grouped:
            self.grouping()
        param = AGGREGATIONS[name.lower()]
        takes = (VECTOR,) if param is None else (param, VECTOR)
        self.count(name, Signature(takes, VECTOR, len(takes), len(takes)), arguments, first)
        for wanted, argument in zip(takes, arguments, strict=True):
            self.check(name, wanted, argument)
        return Operand(VECTOR, first, self.at - 1)

    def grouping(self) -> bool:
        if self.keyword not in ("by", "without"):
            return False
        self.at += 1
        self.labels()
        return True

    def check(self, name: str, wanted: str, argument: Operand) -> None:
        if argument.kind in (wanted, ANY):
            return
        example = " such as `x[5m]`" if wanted == RANGE else ""
        message = f"`{name}` needs {wanted}{example}, but {self.quote(argument)} is {argument.kind}"
        help = self.cure(argument) if wanted == VECTOR else None
        text = self.quote(argument)[1:-1]
        if wanted == RANGE and argument.kind == VECTOR:
            help = f"write `{text}[5m]`" if argument.plain else f"write a subquery: `{text}[5m:]`"
        elif wanted == SCALAR and argument.kind == VECTOR:
            help = f"write `scalar({text})` if it is one series"
        self.fail(message, self.span(argument), help)

    def cure(self, operand: Operand) -> str | None:
        text = self.quote(operand)[1:-1]
        if operand.kind == RANGE:
            return f"write a function of the range, such as `rate({text})`"
        return f"write `vector({text})`" if operand.kind == SCALAR else None

    def sum_of_durations(self) -> Operand:
        return self.expression(PRECEDENCE["+"])
