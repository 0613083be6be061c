"""A spec as a side: what it renders now, and what only it can tell."""

from __future__ import annotations

from pathlib import Path

from aimon.artifact import Artifact
from aimon.checks import ERROR
from aimon.document import Address
from aimon.inputs import SPEC_FILE
from aimon.inventory import declared, inventory
from aimon.pipeline import Options, Result, compile_spec
from aimon.render import RenderError, render
from aimon.sides.side import Side, SideError
from aimon.thing import Monitoring


def spec_at(path: Path) -> Path | None:
    """The spec that a path means, or None for what can only be an output folder or a file of others."""
    if path.is_dir() or (not path.suffix and not path.is_file()):
        inside = path / SPEC_FILE
        return inside if inside.is_file() else None
    if path.name == SPEC_FILE or not path.is_file():
        return path
    from aimon.inputs import is_foreign

    return None if is_foreign(path) else path


def of_spec(path: Path, environment: str | None) -> Side:
    """What a spec renders, faults or not, as long as it has its shape. Raises `SideError`."""
    return of_result(compile_spec(path, Options(environment, judged=False, least=ERROR)))


def of_result(result: Result) -> Side:
    """The same of a spec that is compiled. Raises `SideError`."""
    path, stack = result.path, result.stack
    if stack is None:
        raise SideError(f"{path} has errors, so there is nothing to compare", None, result.diagnostics)
    try:
        artifacts = result.artifacts or tuple(render(stack))
    except RenderError as error:
        raise SideError(f"{error.path}: {error.message}", None, result.diagnostics) from error
    found = inventory({artifact.path: artifact.text for artifact in artifacts})
    by_path = {artifact.path: artifact for artifact in artifacts}
    for thing in found.things:
        thing.at = _origin(by_path, thing.at)
    units = {alert.name: alert.expression.unit for alert in stack.alerts()}
    side = Monitoring([*found.things, *declared(stack)], catalogue=stack.catalogue, routing=found.routing, units=units)
    errors = sum(one.level == ERROR for one in result.diagnostics)
    told = f"{path} has {errors} error{'s' * (errors != 1)}, which `aimon validate` tells"
    return Side(side, sources=result.sources, stack=stack, notes=(told,) if errors else ())


def _origin(artifacts: dict[str, Artifact], at: Address) -> Address:
    """Where in the spec a part of an output comes from."""
    return artifacts[str(at[0])].origin(at[1:]) if at else ()
