"""The manual pages of the checks: as a list, and as the page docs/checks.md."""

from __future__ import annotations

from aimon.checks import CHECKS, EVERY, Check
from aimon.symptoms import Symptom

_TOP = """# Checks

Every check of `aimon validate` and `aimon generate`, with a sample that it finds and one that it does not.
This page is made by `aimon checks --format md`; a test runs every sample on it.

An **error** is provably wrong, a **warning** is wrong in every likely reading, an **info** is worth a look.
What is not known, such as the labels of an `external` metric, silences a check.
To accept a finding on purpose, write it into the spec:

```yaml
ignore:
  - {check: alert/without-for, of: alerts.Restarted, reason: a restart is one event, until: 2027-03-31}
```

or on the line of the finding, or on a line of its own above it:

```yaml
alerts:
  Restarted:  # aimon: ignore[alert/without-for] a restart is one event
```

What accepts nothing any more is a finding of its own. `aimon explain alert/without-for` prints one of these pages.
"""


def listing() -> str:
    """One line a check, and one for everything that `aimon doctor` finds."""
    width = max(map(len, EVERY))
    return "".join(f"{check.id:<{width}}  {check.level:<7}  {_sentence(check)}\n" for check in EVERY.values())


def page() -> str:
    """All manual pages in Markdown."""
    return "\n".join([_TOP, *(_section(check) for check in CHECKS.values())])


def _section(check: Check) -> str:
    first, _, rest = check.manual().partition("\n")
    return f"## {check.id}\n\n*{check.level}* · {first}\n\n{fenced(rest.strip())}\n"


def fenced(text: str) -> str:
    """The samples behind `Bad::` and `Good::` as fenced YAML."""
    blocks = []
    for paragraph in _paragraphs(text):
        if paragraph.startswith("    "):
            body = "\n".join(line[4:] for line in paragraph.splitlines())
            blocks.append(f"```yaml\n{body}\n```")
        elif paragraph.endswith("::"):
            blocks.append(f"**{paragraph[:-2]}**")
        else:
            blocks.append(paragraph)
    return "\n\n".join(blocks)


def _paragraphs(text: str) -> list[str]:
    """Paragraphs, an indented sample with its blank lines being one."""
    made: list[str] = []
    for part in text.split("\n\n"):
        if made and part.startswith("    ") and made[-1].startswith("    "):
            made[-1] += f"\n\n{part}"
        else:
            made.append(part.strip("\n"))
    return made


def _sentence(check: Check | Symptom) -> str:
    return check.manual().partition("\n")[0]
