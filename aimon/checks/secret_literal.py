"""A secret is not in the spec but in a file, or in the environment.

Why: a spec is committed, reviewed and mailed around, and every copy of it would have to be found when the secret leaks.

Bad::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {slack: {channel: '#alerts', api_url: 'https://hooks.slack.com/services/T0/B0/x'}}}

Good::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {slack: {channel: '#alerts', api_url_file: /run/secrets/slack_url}}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from aimon.document import Address
from aimon.finding import Finding
from aimon.spec import Alert, RecordingRule, Spec
from aimon.stack import Stack
from aimon.written import scalars

ID = "secret/literal"

# What it is, parts of which it has one and that are found fast, and how it looks.
_SHAPES = (
    ("the address of a Slack webhook", ("hooks.slack.com",), re.compile(r"hooks\.slack\.com/\w+/\w+/\w+")),
    ("the address of a Discord webhook", ("/api/webhooks/",), re.compile(r"discord(app)?\.com/api/webhooks/\d+/")),
    ("an AWS access key", ("AKIA",), re.compile(r"\bAKIA[0-9A-Z]{16}\b")),
    (
        "a GitHub token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        re.compile(r"\b(gh[pousr]_|github_pat_)\w{20}"),
    ),
    ("a Slack token", ("xox",), re.compile(r"\bxox[abeprs]-[\w-]{8}")),
    ("an API key", ("sk-",), re.compile(r"\bsk-(?=[\w-]*\d)[\w-]{16}")),
    ("a private key", ("-----BEGIN",), re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("an address with a password", ("@",), re.compile(r"\w://[^/\s:@{(]*:(?![$/])[^/\s@{(]+@")),
)
_KEY = re.compile(
    r"(.*[_.-])?(password|passwd|passphrase|secret|secret_(access_)?key|token|api_?key|private_key|credentials|service_key|user_key"
    r"|webhook_url|consumer_key|service_account_key|client_certificate_key)",
    re.IGNORECASE,
)
# Keys that hold a secret in one integration and something harmless in others.
_KEY_OF = {"api_url": "slack", "routing_key": "pagerduty"}
_ASSIGNED = re.compile(r"(?:password|passwd|secret|token|api_?key)=(?![$/]|$)\S", re.IGNORECASE)
_CONFIGURED = frozenset({"container", "discover", "http", "params"})


def check(stack: Stack) -> Iterator[Finding]:
    """Every value that looks like a secret; what it is stays out of the message."""
    for at, value in _suspects(stack.spec):
        what = secret_at(at, str(value))
        if what is not None:
            cure = (
                f"put it into a file and write `{_key(at)}_file: /run/secrets/…` if there is such a key, or `${{NAME}}`"
            )
            yield Finding(ID, f"`{_key(at)}` holds {what}", at, key=True, help=cure)


def secret_at(at: Address, text: str) -> str | None:
    """What a text at an address of a spec is, in words, if it looks like a secret."""
    what = next((what for what, _, shape in _SHAPES if shape.search(text)), None)
    if what is None and _is_configuration(at) and "${" not in text and not text.startswith(("$", "/")):
        return _held(at, text)
    return what


def _suspects(spec: Spec) -> Iterator[tuple[Address, str | int | float]]:
    """The values that are worth a look: rules only where one of them says something with a telling part."""
    for rules in (spec.recording_rules, spec.alerts):
        if _may_tell(rules):
            yield from (found for rule in rules for found in scalars(rule))
    yield from scalars(spec._replace(recording_rules=(), alerts=()))


def _may_tell(rules: Sequence[RecordingRule | Alert]) -> bool:
    """Whether a secret has its shape in anything that rules say: each text once, which takes a fraction of the time."""
    words: set[str] = set()
    for field in list(zip(*rules, strict=True))[1:]:  # behind their addresses
        for said in field:
            if isinstance(said, dict):
                words.update(map(str, said.values()))
            elif said:
                words.add(said if isinstance(said, str) else repr(said))
    text = "\n".join(words)
    near = [(part, shape) for _, parts, shape in _SHAPES for part in parts if part in text]
    return any(shape.search(word) for part, shape in near for word in words if part in word)


def _is_configuration(at: Address) -> bool:
    return at[:2] == ("notifications", "receivers") or (at[0] == "services" and len(at) > 2 and at[2] in _CONFIGURED)


def _key(at: Address) -> str:
    return next((step for step in reversed(at) if isinstance(step, str)), "")


def _held(at: Address, text: str) -> str | None:
    """What the place of a value makes of it."""
    key = _key(at)
    if _KEY.fullmatch(key) or _KEY_OF.get(key, "-") in at:
        return "a secret" if text.lower() not in ("", "true", "false") else None
    return "a secret" if at[0] == "services" and _ASSIGNED.search(text) else None
