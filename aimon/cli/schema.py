"""`aimon schema`: the JSON Schemas that are published."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer


class SchemaName(str, Enum):
    """What has a published schema."""

    spec = "spec"
    changes = "changes"


def command(
    name: Annotated[SchemaName, typer.Argument(help="The schema of what.")] = SchemaName.spec,
) -> None:
    """Print the JSON Schema of the spec, for editors, or of what `aimon diff --format json` prints."""
    import orjson

    from aimon.gates import schema as schema_named

    typer.echo(orjson.dumps(schema_named(name.value), option=orjson.OPT_INDENT_2).decode())
