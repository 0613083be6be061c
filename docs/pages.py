"""Write the reference pages from the code that they describe: `python docs/pages.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from typer.main import get_command

from aimon.cli import command_line
from aimon.compare import compare
from aimon.gates import schema
from aimon.report.changes.manual import page as changes_page
from aimon.report.changes.markdown import changes
from aimon.report.manual import page as checks_page
from aimon.report.packs import book
from aimon.sides import sides
from aimon.verdict import verdict

FOLDER = Path(__file__).parent
_MADE = "This page is made from the code by `make golden`; a test compares them."


def pages() -> dict[str, str]:
    """The text of every reference page, by its name in this folder."""
    return {
        "checks.md": checks_page(),
        "spec.md": _spec_page(),
        "cli.md": _command_page(),
        "changes.md": changes_page(),
        "packs.md": book(),
    }


def _spec_page() -> str:
    language = schema("spec")
    definitions = language["$defs"]
    top = f"# The spec\n\n{language['description']}\n{_MADE}\n\n`aimon schema` prints the JSON Schema for editors.\n"
    named = [_table(_words(name), part, definitions) for name, part in definitions.items() if "properties" in part]
    return "\n".join([top, _table("The file", language, definitions), *named])


def _table(title: str, part: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    told = part.get("description", "") if title != "The file" else ""
    rule = f"\nNeeds {part['$comment']}.\n" if "$comment" in part else ""
    rows = list(_rows("", part, definitions))
    head = [f"## {title}\n", *([f"{told}\n{rule}"] if told or rule else []), "| key | what it takes | what it is |"]
    return "\n".join([*head, "|---|---|---|", *rows, ""])


def _rows(above: str, part: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[str]:
    for key, value in part.get("properties", {}).items():
        if value is False:
            continue
        name = f"{above}{key}"
        needed = " *" if key in part.get("required", ()) else ""
        told = value.get("description") or _referred(value, definitions).get("description", "")
        yield f"| `{name}`{needed} | {_kind(value, definitions)} | {told.replace('|', '/')} |"
        if "$ref" not in value and value.get("type") == "object" and "properties" in value:
            yield from _rows(f"{name}.", value, definitions)
        if value.get("type") == "array" and "properties" in value.get("items", {}):
            yield from _rows(f"{name}[].", value["items"], definitions)


def _referred(value: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a part of the schema stands for, through references of references."""
    while "$ref" in value and "description" not in value:
        path = value["$ref"].removeprefix("#/$defs/").split("/")
        value = reduce(lambda part, step: part[step], path, definitions)
    return value


def _kind(value: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    if "$ref" in value and "/properties/" in value["$ref"]:
        return _kind(_referred({"$ref": value["$ref"]}, definitions), definitions)
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        title = _words(name)
        return f"[{title}](#{title.lower().replace(' ', '-')})" if "properties" in definitions[name] else title
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        return ", ".join(f"`{word}`" for word in value["enum"])
    if value.get("type") == "array":
        return f"list of {_kind(value.get('items', {}), definitions)}"
    if value.get("type") == "object" and isinstance(value.get("additionalProperties"), dict):
        return f"names → {_kind(value['additionalProperties'], definitions)}"
    kinds = value.get("type", "anything")
    return kinds if isinstance(kinds, str) else " or ".join(kinds)


def _words(name: str) -> str:
    """``recordingRule`` as ``Recording rule``, ``llmCost`` as ``LLM cost``."""
    first, *others = re.findall("^[a-z]+|[A-Z][a-z0-9]*", name)
    return " ".join([first.upper() if first in ("llm", "slo") else first.capitalize(), *map(str.lower, others)])


def _command_page() -> str:
    commands = getattr(get_command(command_line()), "commands")  # noqa: B009 - a group has them, which its type does not say
    top = f"# The command line\n\n{_MADE}\n\n{_EXITS}"
    return "\n".join([top, *(_command(name, command) for name, command in commands.items())])


_EXITS = """| number | what it means |
|---|---|
| 0 | fine |
| 1 | findings, or differences |
| 2 | wrong usage, unreadable input, or a required tool is missing |
| 3 | a bug of aimon, with a report to paste |
| 130 | interrupted |
"""


def _command(name: str, command: Any) -> str:
    rows = [f"| {_parameter(parameter)} | {(parameter.help or '').replace('|', '/')} |" for parameter in command.params]
    table = ["", "| option | what it does |", "|---|---|", *rows] if rows else []
    return "\n".join((f"## aimon {name}", "", command.help or "", *table, ""))


def _parameter(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{parameter.name.upper()}`"
    choices = getattr(parameter.type, "choices", None)
    taken = f" {'/'.join(getattr(choice, 'value', choice) for choice in choices)}" if choices else ""
    return " ".join(f"`{option}{taken}`" for option in parameter.opts)


def readme() -> str:
    """The README with the comment that a pull request gets which renames one metric of the first example."""
    head, mark, rest = (FOLDER.parent / "README.md").read_text(encoding="utf-8").partition(_COMMENT)
    return f"{head}{mark}\n\n{_comment()}\n\n{_COMMENT_ENDS}{rest.partition(_COMMENT_ENDS)[2]}"


_COMMENT, _COMMENT_ENDS = "<!-- made by `make golden` -->", "<!-- end of what was made -->"


def _comment() -> str:
    spec = FOLDER.parent / "examples" / "01-ai-coding-assistant" / "aimon.yaml"
    text = spec.read_text(encoding="utf-8").replace(
        "      http_requests_total:\n", "      http_server_requests_total:\n"
    )
    with TemporaryDirectory() as folder:
        renamed = Path(folder) / "aimon.yaml"
        renamed.write_text(text, encoding="utf-8")
        before, after = sides(str(spec), str(renamed))
    found = compare(before.monitoring, after.monitoring)
    return changes(verdict(found, after.policy, after.monitoring.units)).partition("\n")[2].strip()


if __name__ == "__main__":
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    (FOLDER.parent / "README.md").write_text(readme(), encoding="utf-8")
