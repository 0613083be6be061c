"""What is wrong with an expression, and where."""

from __future__ import annotations

from aimon.promql.tree import Span


class SyntaxProblem(ValueError):  # noqa: N818 - it is reported, not a failure of ours
    """An expression that Prometheus would refuse; ``span`` is the culprit in the text as the user wrote it."""

    def __init__(self, message: str, span: Span, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.help = help


class Unsupported(SyntaxProblem):
    """An expression that we cannot read though Prometheus may: promtool has to judge it.

    ``since`` is the Prometheus version that brought the syntax, where one did.
    """

    def __init__(self, message: str, span: Span, help: str | None = None, since: str | None = None) -> None:
        super().__init__(message, span, help)
        self.since = since
