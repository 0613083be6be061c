"""Proofs in words: a line for each alert on a terminal, and the forms that programs read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import orjson

from aimon.mutation import Trial
from aimon.prove.entry import Entry, Test
from aimon.proving import FAILED, NOT_PROVEN, PROVEN, Verdict
from aimon.report.text import Line

_STYLES = {PROVEN: "green", NOT_PROVEN: "yellow", FAILED: "bold red"}
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def lines(verdicts: Sequence[Verdict], trials: Sequence[Trial] | None) -> Iterator[Line]:
    """Every alert with what was proven of it, then what the tests did not notice."""
    width = max((len(verdict.name) for verdict in verdicts), default=0)
    for verdict in verdicts:
        yield [
            (f"{verdict.name:<{width}}  ", ""),
            (f"{verdict.state:<10}", _STYLES[verdict.state]),
            (f"  {said(verdict)}", ""),
        ]
        for test, what in verdict.failures.items():
            yield [(f"  {test}", "bold")]
            yield from ([(f"    {line}", "")] for line in what.splitlines())
    if trials is not None:
        yield from _of_trials(trials)


def said(verdict: Verdict) -> str:
    """What there is to say of an alert, in a line."""
    entry = verdict.entry
    if not entry["tests"]:
        return f"{entry['reason']}; write `tests:` by hand"
    moments = f"{sum(len(test['kinds']) for test in entry['tests'])} moments"
    return f"{bounds(entry)}; {moments}" if bounds(entry) else moments


def bounds(entry: Entry) -> str:
    """Where it fires and where it is silent, as far as that is a matter of values."""
    test = next(
        (test for test in entry["tests"] if test["fires_at"] is not None and test["silent_at"] is not None), None
    )
    if test is None:
        return "fires by what is there and what is missing" if entry["tests"] else ""
    told = f"fires at {test['fires_at']:.4g}, silent at {test['silent_at']:.4g}"
    share = margin(test)
    return told if share is None else f"{told} (margin {share:.1%})"


def margin(test: Test) -> float | None:
    """How far apart the two values are, as a share of the bound."""
    fires, silent, bound = test["fires_at"], test["silent_at"], test["bound"]
    return abs(fires - silent) / abs(bound) if fires is not None and silent is not None and bound else None


def summary(verdicts: Sequence[Verdict]) -> str:
    """How many alerts were proven."""
    counts = Counter(verdict.state for verdict in verdicts)
    total = len(verdicts)
    told = ", ".join(f"{counts[state]} {state}" for state in (PROVEN, NOT_PROVEN, FAILED) if counts[state])
    return f"{total} alert{'s' * (total != 1)}: {told or 'none'}"


def mutation_summary(trials: Sequence[Trial]) -> str:
    """How many mutants were noticed, those left out that change nothing."""
    counted = [trial for trial in trials if trial.killed or not trial.mutant.equivalent]
    killed = sum(trial.killed for trial in counted)
    spared = len(trials) - len(counted)
    told = f"{killed} of {len(counted)} mutants killed"
    told += f" ({killed / len(counted):.0%})" if counted else ""
    return told + (f"; {spared} change nothing" if spared else "")


def _of_trials(trials: Sequence[Trial]) -> Iterator[Line]:
    alive = [trial.mutant for trial in trials if not trial.killed]
    for name in dict.fromkeys(mutant.alert for mutant in alive):
        yield [(name, "bold")]
        for mutant in (each for each in alive if each.alert == name):
            if mutant.equivalent:
                yield [("  changes nothing  ", "dim"), (f"{mutant.change}: {mutant.equivalent}", "dim")]
            else:
                yield [("  not noticed      ", "yellow"), (mutant.change, "")]


def as_json(verdicts: Sequence[Verdict], trials: Sequence[Trial] | None) -> str:
    """Everything, for programs."""
    page: dict[str, Any] = {"alerts": [_plain(verdict) for verdict in verdicts]}
    if trials is not None:
        page["mutants"] = [
            {
                "alert": trial.mutant.alert,
                "change": trial.mutant.change,
                "killed": trial.killed,
                "equivalent": trial.mutant.equivalent,
            }
            for trial in trials
        ]
    return orjson.dumps(page, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _plain(verdict: Verdict) -> dict[str, Any]:
    tests = [
        {
            "name": test["name"],
            "fires_at": test["fires_at"],
            "silent_at": test["silent_at"],
            "bound": test["bound"],
            "margin": margin(test),
            "moments": test["kinds"],
            "failure": verdict.failures.get(test["name"]),
        }
        for test in verdict.entry["tests"]
    ]
    return {"alert": verdict.name, "state": verdict.state, "reason": verdict.entry["reason"], "tests": tests}


def as_markdown(verdicts: Sequence[Verdict], trials: Sequence[Trial] | None) -> str:
    """A table, for a pull request."""
    rows = [f"| {_cell(one.name)} | {one.state} | {_cell(said(one))} |" for one in verdicts]
    made = [f"**{summary(verdicts)}**", "", "| alert | state | |", "|---|---|---|", *rows]
    if trials is not None:
        alive = [trial.mutant for trial in trials if not trial.killed and not trial.mutant.equivalent]
        made += ["", f"**{mutation_summary(trials)}**", ""]
        made += [f"- {_cell(mutant.alert)}: {_cell(mutant.change)}" for mutant in alive]
    return "\n".join(made) + "\n"


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


def as_junit(verdicts: Sequence[Verdict], trials: Sequence[Trial] | None) -> str:
    """A suite for each alert, a case for each test and mutant; what is not proven is skipped."""
    top = Element("testsuites", name="aimon test")
    for verdict in verdicts:
        suite = SubElement(top, "testsuite", name=_clean(verdict.name))
        for test in verdict.entry["tests"]:
            case = SubElement(suite, "testcase", name=_clean(test["name"]), classname=_clean(verdict.name))
            if test["name"] in verdict.failures:
                SubElement(case, "failure", message="promtool refuses it").text = _clean(verdict.failures[test["name"]])
        if not verdict.entry["tests"]:
            case = SubElement(suite, "testcase", name="not proven", classname=_clean(verdict.name))
            SubElement(case, "skipped", message=_clean(verdict.entry["reason"] or ""))
        for trial in (one for one in trials or () if one.mutant.alert == verdict.name and not one.mutant.equivalent):
            case = SubElement(suite, "testcase", name=_clean(trial.mutant.change), classname=_clean(verdict.name))
            if not trial.killed:
                SubElement(case, "failure", message="the tests do not notice it")
        _count(suite)
    _count(top)
    indent(top)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(top, encoding="unicode")}\n'


def _count(of: Element) -> None:
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")):
        of.set(name, str(len(list(of.iter(tag)))))


def _clean(text: str) -> str:
    return _NO_XML.sub("�", text)


FORMS = {"json": as_json, "markdown": as_markdown, "junit": as_junit}
