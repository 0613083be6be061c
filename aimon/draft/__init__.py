"""Expositions → the part of a spec that declares what they show: metrics, and the packs that know the rest.

What is drafted is a plain mapping, as `emit` writes it and as a spec holds it under ``services.NAME.metrics``.
"""

from aimon.draft.metrics import Draft, draft
from aimon.draft.remark import Remark

__all__ = ["Draft", "Remark", "draft"]
