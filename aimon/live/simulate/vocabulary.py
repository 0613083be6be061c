"""What the values of a label look like that a spec only counts: for what everybody calls alike, what is usual."""

from __future__ import annotations

from aimon.catalogue import Label

_CODES = ("200", "201", "400", "404", "429", "500", "503")
_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
_FAULTS = ("", "timeout", "500")  # a label without a value is none: most requests have no fault

# By the last words of a label's name.
_USUAL = {
    "status": _CODES, "code": _CODES, "status_code": _CODES, "exception_status": _CODES,
    "method": _METHODS, "request_method": _METHODS, "verb": _METHODS,
    "error_type": _FAULTS, "error": _FAULTS, "exception_class": _FAULTS, "exception": _FAULTS,
}  # fmt: skip


def usual_values(name: str, label: Label) -> tuple[str, ...]:
    """The values that a label is known for, no more than it may have; empty where its name tells nothing."""
    words = name.lower().split("_")
    for start in range(max(len(words) - 2, 0), len(words)):
        values = _USUAL.get("_".join(words[start:]))
        if values:
            return values[: label.limit]
    return ()
