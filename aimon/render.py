"""Stack → Artifacts: the Jinja environment and its filters; no arithmetic, no disk but the templates'."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NoReturn

import orjson
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from jinja2.exceptions import TemplateError, TemplateNotFound, TemplateSyntaxError

from aimon import cache, conventions
from aimon.artifact import Artifact
from aimon.emit import yaml_text
from aimon.outputs import OUTPUTS, File, Output
from aimon.stack import Stack

_MOST_BYTES = 4 * 1024 * 1024  # of compiled templates, ours some fifteen times


class RenderError(Exception):
    """A template that cannot be rendered; ``path`` and ``line`` say where."""

    def __init__(self, message: str, path: str, line: int | None) -> None:
        super().__init__(message)
        self.message, self.path, self.line = message, path, line


def render(stack: Stack, templates: Path | None = None, only: str | None = None) -> Iterator[Artifact]:
    """Every artifact whose path matches ``only``; ``templates`` lays files over ours. Raises `RenderError`."""
    environment = _environment(templates)
    for output in (each for each in OUTPUTS if only is None or each.may_have(only)):
        for file in output.files(stack):
            if only is None or fnmatch(file.path, only):
                yield _artifact(environment, stack, output, file)


def paths(stack: Stack) -> list[str]:
    """The paths of all outputs."""
    return [file.path for output in OUTPUTS for file in output.files(stack)]


def templates_folder() -> Path:
    """Our templates: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def _environment(over: Path | None) -> Environment:
    if over is None:
        return _configured(
            Environment(loader=FileSystemLoader(templates_folder()), bytecode_cache=_compiled(), **_STRICT)
        )
    # Templates of the user's may come with a stranger's pull request: they get no way to Python's insides.
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    loader: BaseLoader = ChoiceLoader([FileSystemLoader(over), FileSystemLoader(templates_folder())])
    return _configured(ImmutableSandboxedEnvironment(loader=loader, **_STRICT))


_STRICT: dict[str, Any] = {
    "undefined": StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
    "auto_reload": False,
    "autoescape": False,  # the outputs are YAML, JSON and Markdown; each value goes through a filter of ours
}


def _configured(environment: Environment) -> Environment:
    environment.filters.update(
        yaml=yaml_text,
        json=json_text,
        line=one_line,
        cell=table_cell,
        block=markdown_block,
        fenced=fenced_code,
        word=shell_word,
        literal=literal,
    )
    environment.globals["names"] = conventions
    return environment


class _Compiled(FileSystemBytecodeCache):
    """Jinja's cache of compiled templates, bounded; a full disk only makes the next run slower."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)
            cache.trim(Path(self.directory), _MOST_BYTES)


def _compiled() -> FileSystemBytecodeCache | None:
    """The compiled templates in the user's cache folder; None where there is none to be had."""
    folder = cache.folder("templates")
    return _Compiled(str(folder), "%s.jinja") if folder else None


def _artifact(environment: Environment, stack: Stack, output: Output, file: File) -> Artifact:
    try:
        text = environment.get_template(output.template).render(stack=stack, **file.context)
    except Exception as error:  # a template of the user's may fail in any way
        path, line = _where(error, output.template)
        raise RenderError(_reason(error), path, line) from error
    if file.path.endswith(".json"):
        text = _reformatted(text, file.path, environment, output.template)
    return Artifact(file.path, text, output.template, output.schema, file.origins)


def _reformatted(text: str, path: str, environment: Environment, template: str) -> str:
    """JSON as everybody else writes it, whatever the template does with commas and blanks."""
    try:
        return orjson.dumps(orjson.loads(text), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    except orjson.JSONDecodeError as error:
        file = environment.get_template(template).filename or template
        raise RenderError(f"makes {path} no JSON: {error}", str(file), None) from error


def _reason(error: Exception) -> str:
    """What went wrong, without Python's name for it where Jinja has words of its own."""
    if isinstance(error, TemplateNotFound):
        return f"there is no template {error}"
    return str(error) if isinstance(error, TemplateError) else f"{type(error).__name__}: {error}"


def _where(error: BaseException, template: str) -> tuple[str, int | None]:
    """The innermost template on the way to an error, and the line; errors of undefined names carry none themselves."""
    if isinstance(error, TemplateSyntaxError):
        return str(error.filename or error.name or template), error.lineno
    path, line = template, None
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith(".j2"):
            path, line = file, trace.tb_lineno
        trace = trace.tb_next
    return path, line


def json_text(value: Any) -> str:
    """The value as JSON, with nothing escaped but what JSON wants escaped."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # a whole number beyond 64 bits, or what a template asks for in vain
        return json.dumps(value, ensure_ascii=False, default=_not_json)


def _not_json(value: Any) -> NoReturn:
    raise TypeError(f"{value} is nothing that JSON knows")  # the text of an undefined value raises the better error


# What YAML does not have even in comments: https://yaml.org/spec/1.2.2/#51-character-set
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")


def one_line(value: Any) -> str:
    """The value as text that breaks neither a comment nor a heading."""
    return " ".join(_UNPRINTABLE.sub(" ", str(value)).split())


def table_cell(value: Any) -> str:
    """The value as text within a Markdown table; a bar ends a cell unless an odd number of backslashes precedes it."""
    return re.sub(r"(\\*)\|", r"\1\1\\|", one_line(value))


def markdown_block(value: Any) -> str:
    """The user's own Markdown, whose headings may not break ours."""
    return "\n".join(f"\\{line}" if line.startswith("#") else line for line in str(value).strip().splitlines())


def shell_word(value: Any) -> str:
    """The value as one word of a command in a Makefile."""
    return shlex.quote(one_line(value)).replace("$", "$$")


def literal(value: Any) -> str:
    """The value as Compose and Grafana take it for itself, and not for variables that they replace."""
    return str(value).replace("$", "$$")


def fenced_code(value: Any, language: str) -> str:
    """The value as a fenced block, with a fence that it does not hold itself."""
    text = str(value)
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text}\n{fence}"
