"""Is the running stack what the spec says: each server that was named is asked, and what differs becomes findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeAlias

from aimon import acceptance
from aimon.diagnostic import Diagnostic
from aimon.doctor.alertmanager import alertmanager
from aimon.doctor.grafana import grafana
from aimon.doctor.heard import Heard
from aimon.doctor.meant import Meant
from aimon.doctor.prometheus import prometheus
from aimon.document import DocumentError
from aimon.finding import Finding
from aimon.live.http import LiveError, Server
from aimon.pipeline import Result
from aimon.placed import placed, veiled
from aimon.symptoms import ALERTMANAGER, GRAFANA, PROMETHEUS, SERVERS, SYMPTOMS

Question: TypeAlias = Callable[[Meant, Server], Heard]

_QUESTIONS: dict[str, Question] = {PROMETHEUS: prometheus, ALERTMANAGER: alertmanager, GRAFANA: grafana}


class Examination(NamedTuple):
    """What came of asking the servers; ``failures`` are those that did not answer as they should.

    ``ran`` are the findings that there could have been.
    """

    diagnostics: tuple[Diagnostic, ...]
    notes: tuple[str, ...]
    failures: tuple[LiveError, ...]
    ran: frozenset[str]


def examine(result: Result, addresses: Mapping[str, str | None], environment: str | None = None) -> Examination:
    """Hold a compiled spec against servers, by their names in `SERVERS`; one without an address is not asked.

    Raises `SideError` where the spec does not get as far.
    """
    meant = Meant(result, environment)
    findings: list[Finding] = []
    notes, failures, ran = [*meant.side.notes], list[LiveError](), set[str]()
    for name in SERVERS:
        address = addresses.get(name)
        if address is None:
            notes.append(f"{name}: not asked, because --{name.lower()} names none")
            continue
        try:
            heard = _QUESTIONS[name](meant, Server(address))
        except (LiveError, DocumentError) as error:
            failures.append(_failure(name, error))
            continue
        findings += heard.findings
        notes += [f"{name}: {heard.compared} compared", *(f"{name}: {note}" for note in heard.notes)]
        ran |= {symptom.id for symptom in SYMPTOMS.values() if symptom.server == name}
    return Examination(_told(result, findings), tuple(notes), tuple(failures), frozenset(ran))


def _failure(name: str, error: LiveError | DocumentError) -> LiveError:
    """Why a server could not be heard, in a sentence."""
    if isinstance(error, LiveError):
        return LiveError(f"{name}: {error}", error.cure, error.status)
    return LiveError(f"{name}: what it answers cannot be read: {error.message}", "is this the address of that server?")


def _told(result: Result, findings: Iterable[Finding]) -> tuple[Diagnostic, ...]:
    """The findings at their places, without those that the spec accepts; no line shows a secret."""
    assert result.sources is not None
    assert result.stack is not None
    accepted = acceptance.of_spec(result.sources, result.stack.spec.ignore)
    told = (veiled(one, result.secrets) for one in placed(result.sources, tuple(findings)))
    return tuple(accepted.refused(told))
