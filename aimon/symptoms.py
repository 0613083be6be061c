"""What only running servers show: every finding of `aimon doctor` with its level, what it says, and why it matters."""

# No `from __future__ import annotations` here: `typing` would compile every annotation again, which start-up pays for.

from typing import NamedTuple

PROMETHEUS, ALERTMANAGER, GRAFANA = SERVERS = ("Prometheus", "Alertmanager", "Grafana")


class Symptom(NamedTuple):
    """A finding's id and level, a sentence that says what is so, why that matters, and the server that shows it."""

    id: str
    level: str
    sentence: str
    why: str
    server: str = PROMETHEUS

    def manual(self) -> str:
        """Its page, as that of a check: a sentence, then why."""
        return f"{self.sentence}\n\nWhy: {self.why}"


_ERROR, _WARNING, _INFO = "error", "warning", "info"

SYMPTOMS = {
    symptom.id: symptom
    for symptom in (
        # What is scraped.
        Symptom(
            "doctor/job-missing",
            _ERROR,
            "Prometheus does not scrape a service of the spec.",
            "nothing that is declared of the service arrives, and what has no data alarms nobody.",
        ),
        Symptom(
            "doctor/job-without-target",
            _ERROR,
            "A job of the spec is loaded, but has no target.",
            "discovery or relabelling leaves nothing over, and no scrape fails: not even `up` is there to say so.",
        ),
        Symptom(
            "doctor/target-down",
            _ERROR,
            "A target cannot be scraped.",
            "everything it exposes is missing until it answers again.",
        ),
        Symptom(
            "doctor/target-missing",
            _WARNING,
            "A target of the spec is not among those of its job.",
            "its share is missing in every sum, although the job is up.",
        ),
        Symptom(
            "doctor/unknown-job",
            _INFO,
            "Prometheus scrapes a job that the spec does not know.",
            "its metrics are nobody's: aimon cannot tell who reads them, nor what they cost.",
        ),
        Symptom(
            "doctor/scrape-interval",
            _WARNING,
            "A target is scraped at another interval than the spec says.",
            "windows of rates are chosen for the interval: one below two scrapes returns nothing.",
        ),
        # What is loaded.
        Symptom(
            "doctor/group-missing",
            _ERROR,
            "A rule group of the spec is not loaded.",
            "none of its alerts can fire, and none of its recording rules has data.",
        ),
        Symptom(
            "doctor/rule-missing",
            _ERROR,
            "A rule of the spec is not in its group.",
            "an alert that is not loaded cannot fire; a rule that is not loaded leaves its readers without data.",
        ),
        Symptom(
            "doctor/rule-differs",
            _ERROR,
            "A rule is loaded with another expression.",
            "what fires is not what was reviewed.",
        ),
        Symptom(
            "doctor/rule-unhealthy",
            _ERROR,
            "A rule cannot be evaluated.",
            "it returns nothing and fires nothing, and only Prometheus' own page of rules says so.",
        ),
        Symptom(
            "doctor/rule-slow",
            _WARNING,
            "A rule group takes longer than the time between two evaluations.",
            "Prometheus skips evaluations then: alerts come late, recorded series have holes.",
        ),
    )
}
