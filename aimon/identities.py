"""Labels that are called like something of which there is always one more: users, requests, paths, messages."""

from __future__ import annotations

_IDENTITIES = "user session request trace span conversation message thread chat document order transaction customer"
_TOLD = """
    prompt completion response email mail ip ip_address client_ip remote_addr remote_ip path file filename file_name
    file_path filepath url uri full_path query_string query sql user username user_name uid uuid guid token api_key
    error_message message text timestamp
"""
_UNBOUNDED = frozenset([*_TOLD.split(), *(f"{word}{end}" for word in _IDENTITIES.split() for end in ("_id", "id"))])


def is_unbounded(label: str) -> bool:
    """Whether a label's name says that nobody can tell how many values it will have."""
    return label.lower() in _UNBOUNDED
