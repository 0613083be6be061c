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
        Symptom(
            "doctor/old-server",
            _WARNING,
            "Prometheus is older than the spec says.",
            "aimon writes for the version of the spec, and an older one may refuse it or read it otherwise.",
        ),
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
        # What is exposed.
        Symptom(
            "doctor/job-foreign",
            _ERROR,
            "A job exposes nothing of what the spec declares of it.",
            "its targets are up, but it is another application or another path: all seems well, and nothing is seen.",
        ),
        Symptom(
            "doctor/metric-missing",
            _ERROR,
            "A declared metric that somebody reads is not exposed by its job.",
            "rules and panels that read it return nothing: no alert, no error, an empty picture.",
        ),
        Symptom(
            "doctor/metric-unseen",
            _WARNING,
            "A declared metric with labels is not exposed, and may not have happened yet.",
            "many client libraries expose such a metric from its first case on, so it may be a metric that is gone.",
        ),
        Symptom(
            "doctor/metric-silent",
            _INFO,
            "A metric is exposed with its type, but has no series yet.",
            "its case has not happened since the start; the first one is seen as a new series, not as an increase.",
        ),
        Symptom(
            "doctor/metric-optional",
            _INFO,
            "A metric of a pack is not exposed, which a plain installation need not do.",
            "what reads it shows nothing until the exporter is set up for it.",
        ),
        Symptom(
            "doctor/metric-unread",
            _INFO,
            "A metric that nobody reads is not as declared.",
            "nothing breaks today, but whoever reads it next will believe the spec.",
        ),
        Symptom(
            "doctor/metric-type",
            _ERROR,
            "A metric is exposed with another type than the spec declares.",
            "the rate of a gauge and the value of a counter are numbers too, only wrong ones.",
        ),
        Symptom(
            "doctor/metric-unit",
            _ERROR,
            "A metric is exposed in another unit than the spec declares.",
            "a bound in seconds over a metric in milliseconds fires always or never.",
        ),
        Symptom(
            "doctor/label-missing",
            _ERROR,
            "A declared label is on no series of its metric.",
            "a matcher on it selects nothing, and grouping by it adds up everything.",
        ),
        Symptom(
            "doctor/label-undeclared",
            _WARNING,
            "The series of a metric have a label that nobody declares.",
            "it multiplies the series, and two sides of a division may no longer find each other.",
        ),
        Symptom(
            "doctor/value-unknown",
            _WARNING,
            "A label has a value that the spec does not declare.",
            "a rule that lists the declared values leaves it out.",
        ),
        Symptom(
            "doctor/values-many",
            _WARNING,
            "A label has more values than the spec says it may have.",
            "series cost memory, and a label without a bound ends in an outage of Prometheus itself.",
        ),
        Symptom(
            "doctor/value-range",
            _WARNING,
            "A metric has a value outside its declared range.",
            "its unit is probably another one, such as percent instead of a ratio, and its bounds mean something else.",
        ),
        Symptom(
            "doctor/bucket-missing",
            _ERROR,
            "A query asks for a bucket that the histogram does not have.",
            "it returns nothing: no alert, no burn rate, an empty picture.",
        ),
        Symptom(
            "doctor/buckets-differ",
            _WARNING,
            "A histogram has no bucket at a declared bound.",
            "a quantile is a guess between two bounds, and what lies beyond the last one is cut off.",
        ),
        Symptom(
            "doctor/more-buckets",
            _INFO,
            "A histogram has buckets that nobody declares.",
            "each is a series for every combination of labels.",
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
        # What can fire.
        Symptom(
            "doctor/alert-blind",
            _WARNING,
            "An alert reads a name that has no series now, and so cannot fire.",
            "an alert without data is as quiet as one that has nothing to say.",
        ),
        Symptom(
            "doctor/alert-idle",
            _INFO,
            "Nothing matches what an alert asks for now, though its metrics are there.",
            "that is well where the case has not happened yet, and looks the same as a value that is spelt otherwise.",
        ),
        # What differs beside that.
        Symptom(
            "doctor/drift",
            _WARNING,
            "Prometheus runs with something else than the spec renders.",
            "what was changed by hand is lost with the next deployment, and what is new in the spec is not there.",
        ),
        # Who is told.
        Symptom(
            "doctor/no-alertmanager",
            _ERROR,
            "Prometheus knows no Alertmanager.",
            "every alert fires unheard.",
        ),
        Symptom(
            "doctor/receiver-missing",
            _ERROR,
            "Alertmanager has not a receiver, or not one of the ways in which it tells.",
            "somebody is not told.",
            ALERTMANAGER,
        ),
        Symptom(
            "doctor/routing-differs",
            _ERROR,
            "Alertmanager routes, groups or mutes otherwise than the spec says.",
            "alerts reach somebody else, at another time, or nobody.",
            ALERTMANAGER,
        ),
        # What people look at.
        Symptom(
            "doctor/dashboard-missing",
            _ERROR,
            "Grafana has not a dashboard of the spec.",
            "links of alerts and runbooks lead nowhere.",
            GRAFANA,
        ),
        Symptom(
            "doctor/dashboard-differs",
            _WARNING,
            "A dashboard shows something else than the spec says.",
            "somebody changed it by hand, which the next deployment undoes, or it was never deployed.",
            GRAFANA,
        ),
        Symptom(
            "doctor/data-source-missing",
            _ERROR,
            "Grafana has not a data source that panels ask.",
            "every panel that asks it shows an error.",
            GRAFANA,
        ),
    )
}
