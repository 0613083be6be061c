"""One generated file: its path, its text, the schema it must fit, and where in the spec each part of it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from aimon.document import Address
from aimon.spec import NOTHING


class Artifact(NamedTuple):
    """A file of the output; ``origins`` maps addresses within it to addresses of the spec."""

    path: str
    text: str
    template: str
    schema: str | None = None
    origins: Mapping[Address, Address] = NOTHING

    def origin(self, address: Address) -> Address:
        """Where in the spec the part at ``address`` came from, as closely as is known; ``()`` for the whole.

        What lies below a known part is taken to be written in the spec as it is here; where it is not, the place of the
        address is that of its longest part that exists.
        """
        for length in range(len(address), -1, -1):
            if address[:length] in self.origins:
                return self.origins[address[:length]] + address[length:]
        return ()
