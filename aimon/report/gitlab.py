"""Findings as a Code Quality report of GitLab."""

from __future__ import annotations

import json
from collections.abc import Sequence

from aimon.baseline import distinct_fingerprints
from aimon.diagnostic import Diagnostic
from aimon.report.paths import from_top, top
from aimon.report.text import printable

# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
_SEVERITIES = {"error": "critical", "warning": "minor", "info": "info"}


def diagnostics(found: Sequence[Diagnostic]) -> str:
    """A list of issues; GitLab shows only the first of those that share a fingerprint, so none do."""
    root = top()
    issues = [
        {
            "description": _description(one),
            "check_name": one.check,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[one.level],
            "location": {
                "path": from_top(one.located.path, root).encode(errors="replace").decode(),
                "lines": {"begin": one.located.place.line, "end": one.located.place.end_line},
            },
        }
        for one, fingerprint in zip(found, distinct_fingerprints(found), strict=True)
    ]
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"


def _description(one: Diagnostic) -> str:
    """What is wrong and what would help; GitLab has one line for both."""
    text = f"{one.message} ({one.help})" if one.help else one.message
    return printable(" ".join(text.split())).encode(errors="replace").decode()
