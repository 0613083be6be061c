"""Findings as a JUnit report: a suite for each file, a case for each finding and each check that found nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from aimon.checks import EVERY, INFO
from aimon.diagnostic import Diagnostic

# What XML 1.0 cannot hold in any form: https://www.w3.org/TR/xml/#charsets
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def diagnostics(found: Sequence[Diagnostic], looked_at: Mapping[str, Collection[str]] | None = None) -> str:
    """The report; ``looked_at`` has, by the path of each spec, the ids of the checks that could run on it."""
    ran = looked_at or {}
    top = Element("testsuites", name="aimon")
    for path in dict.fromkeys((*ran, *(one.located.path for one in found))):
        _suite(top, path, [one for one in found if one.located.path == path], ran.get(path, ()))
    top.set("tests", str(len(top.findall(".//testcase"))))
    top.set("failures", str(len(top.findall(".//failure"))))
    indent(top)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(top, encoding="unicode")}\n'


def _suite(top: Element, path: str, found: Sequence[Diagnostic], ran: Collection[str]) -> None:
    quiet = [check for check in EVERY if check in ran and check not in {one.check for one in found}]
    failures = sum(one.level != INFO for one in found)
    counted = {"tests": str(len(found) + len(quiet)), "failures": str(failures), "errors": "0", "skipped": "0"}
    suite = SubElement(top, "testsuite", {"name": _clean(path), **counted})
    for one in found:
        _case(suite, one)
    for check in quiet:
        SubElement(suite, "testcase", name=check, classname=_clean(path))


def _case(suite: Element, one: Diagnostic) -> None:
    """A finding; an info is a word with a case that passes."""
    place = one.located.place
    name = f"{one.check} at {place.line}:{place.column}"
    where = {
        "name": name,
        "classname": _clean(one.located.path),
        "file": _clean(one.located.path),
        "line": str(place.line),
    }
    case = SubElement(suite, "testcase", where)
    if one.level == INFO:
        SubElement(case, "system-out").text = _clean(_told(one))
    else:
        SubElement(case, "failure", message=_clean(one.message), type=one.level).text = _clean(_told(one))


def _told(one: Diagnostic) -> str:
    """What a terminal shows of it, without the caret."""
    lines = [f"{one.located.text}: {one.level}: {one.message} [{one.check}]"]
    lines += [f"{context.message} at {context.located.text}" for context in one.contexts]
    lines += [f"seen in {one.artifact}"] if one.artifact else []
    lines += [f"help: {one.help}"] if one.help else []
    return "\n".join(lines)


def _clean(text: str) -> str:
    """The text without what no XML parser would read, control characters as escapes."""
    return _NO_XML.sub(lambda character: repr(character.group())[1:-1], text)
