"""Why a change weighs what it weighs: one plain sentence for each shape, or else for its effect."""

from __future__ import annotations

import re
from typing import Any

from aimon import impact
from aimon.change import COSMETIC, SAFE, Judged
from aimon.report.changes.values import before_and_after
from aimon.units import Unit

_REBORN = "Prometheus takes it for another alert: what is pending waits anew, what fires is resolved and fires again."
_MOVED = "Prometheus keeps state by file, group, name and labels: what is pending waits anew."
_IDENTITY = "The series goes on under another identity."
_ELSEWHERE = "Every series gets another identity wherever it is sent: remote storage, Thanos, Alertmanager."
_STARVED = "Windows below two scrapes hold one sample at most: a rate over them returns nothing."
_ASKED_ELSEWHERE = "It is asked elsewhere: if nothing answers there, nothing of it is known."
_BETWEEN = "What happens between two scrapes is seen later, or not at all."
_DELETED = "The oldest samples beyond {after} are deleted, and do not come back."
_TOLD_OF_ALERTS = "Whom alerts reach now is told of the alerts."

# `{before}` and `{after}` are the two sides, as people say them, `{low}` and `{high}` the same by size; `{name}` is the
# thing. What has several effects may have a sentence for each.
WHY = {
    "alert/removed": "What it watched can break without anybody hearing of it.",
    "alert/added": "It starts without a history: what is wrong already fires once `for` has passed.",
    "alert/renamed": _REBORN,
    "alert/threshold-looser": "Looser: what lies between {low} and {high} no longer fires.",
    "alert/threshold-tighter": "Tighter: what lies between {low} and {high} fires now.",
    "alert/threshold-changed": "The bound moved, and whether more or less fires cannot be told from here.",
    "alert/operator-looser": "Looser: the bound itself no longer fires.",
    "alert/operator-tighter": "Tighter: the bound itself fires now.",
    "alert/operator-reversed": "It fires now when all was well before, and no longer when it was not.",
    "alert/operator-changed": "It fires under another condition.",
    "alert/window-longer": "A longer window hides short incidents and tells of long ones later.",
    "alert/window-shorter": "A shorter window moves more: it fires sooner and more often.",
    "alert/quantile-raised": "It looks at slower cases than before, which are there more often.",
    "alert/quantile-lowered": "The slowest cases no longer count.",
    "alert/selector-narrower": "It looks at fewer series: what happens on the others no longer fires.",
    "alert/selector-wider": "It looks at more series than before.",
    "alert/selector-changed": "It looks at other series than before.",
    "alert/condition-narrower": "It has to fulfil one condition more before it fires.",
    "alert/condition-wider": "It fires in more cases than before.",
    "alert/guard-removed": "When the metric is gone it stays silent instead of firing.",
    "alert/fallback-added": "It counts a number where there is nothing, which does not make it fire.",
    "alert/fallback-removed": "Where there is nothing it has no number, and did not fire with it either.",
    "alert/guard-added": "It fires also when the metric is gone.",
    "alert/metric-changed history split": "It follows its metric to another name, and starts there without a history.",
    "alert/metric-changed": "It watches another metric: {before} counts no longer.",
    "alert/grouping-changed": "Its series have other labels: what is pending waits anew, and routes may differ.",
    **dict.fromkeys(
        (f"alert/{what}-changed" for what in ("function", "aggregation", "constant", "offset", "matching", "step")),
        "It computes something else; whether it fires more or less cannot be told from here.",
    ),
    "alert/logic-changed": "The condition is another one; whether it fires more or less cannot be told from here.",
    "alert/for-longer": "Longer: it fires after {after} instead of {before}; what has fired for less is pending again.",
    "alert/for-shorter": "Shorter: incidents between {after} and {before} fire now.",
    "alert/keep-firing-for-longer": "It keeps firing for longer after the condition has ended.",
    "alert/keep-firing-for-shorter": "It ends sooner after the condition, and may come and go.",
    "alert/severity-raised": "It may wake somebody now; Prometheus takes it for another alert, whose state is lost.",
    "alert/severity-lowered": "It may wake nobody any more; Prometheus takes it for another alert and drops its state.",
    "alert/severity-removed": "Routes and silences that match the severity take it no longer.",
    "alert/severity-changed": "Routes that match the severity may not take it; its state is lost.",
    "alert/label-added": _REBORN,
    "alert/label-removed": "Its state is lost, and routes or silences that match the label take it no longer.",
    "alert/label-changed": _REBORN,
    "alert/group-moved": _MOVED,
    "alert/file-moved": _MOVED,
    "alert/annotations-added": "The message says more.",
    "alert/annotations-removed": "Who is woken learns less.",
    "alert/annotations-changed": "The message has other words.",
    "alert/receivers-lost": "Not everybody who was told is told any more.",
    "alert/receivers-gained": "More people are told.",
    "alert/receivers-changed": "Somebody else is told.",
    "recording-rule/removed": "The series ends; whatever reads it finds nothing.",
    "recording-rule/renamed": "The old series ends and the new one has no history.",
    "recording-rule/expression-changed": "The series goes on with other values: before and after cannot be compared.",
    "recording-rule/label-added": _IDENTITY,
    "recording-rule/label-removed": _IDENTITY,
    "recording-rule/label-changed": _IDENTITY,
    "recording-rule/group-moved": "Groups do not wait for each other: its readers may lag an evaluation behind.",
    "recording-rule/added": "A new series, without a history.",
    "rule-group/interval-longer": "Its rules look less often: all is told later, and a shorter `for` means nothing.",
    "rule-group/interval-shorter": "Its rules are computed more often.",
    "metric/added": "More can be seen.",
    "metric/removed": "Queries for it return nothing: alerts on it never fire, panels on it are empty.",
    "metric/removed data lost": "Nothing here asks for it; its history ends.",
    "metric/value-lost data lost": "Nothing here asks for {before}; its history ends.",
    "metric/label-removed history split": "Nothing here names it; every series goes on under another identity.",
    "metric/buckets-lost history split": "Nothing here asks for exactly that bucket, but quantiles shift.",
    "metric/renamed": "The old series ends, the new one has no history; who still asks for {before} finds nothing.",
    "metric/type-changed": "What is right for a {before} is wrong for a {after}: rates and sums change their meaning.",
    "metric/unit-changed": "Bounds and axes that counted in {before} are off by the factor between the two.",
    "metric/label-added": "Every series gets another identity, there are more of them, and one-to-one joins may fail.",
    "metric/label-added cost": "There may be 100,000 series of it or more, of which every one costs memory.",
    "metric/label-removed": "What selects, groups or joins by it finds nothing, or one sum for all.",
    "metric/value-lost": "What asks for {before} finds nothing any more.",
    "metric/value-gained": "There are more series.",
    "metric/cardinality-raised": "There may be more series.",
    "metric/cardinality-lowered": "There are fewer series.",
    "metric/buckets-lost": "Whatever asks for exactly that bucket finds nothing, and quantiles shift.",
    "metric/buckets-gained": "There are more series, and quantiles shift.",
    "metric/buckets-removed": "There are no buckets any more, and no quantiles.",
    "metric/job-changed": "The series go on under another `job`: what selects or groups by it splits.",
    "metric/help-changed": "Only the description differs.",
    "slo/added": "Somebody hears of it when its budget burns.",
    "slo/window-longer": "The budget counts over another time: what is left of it is another number.",
    "slo/window-shorter": "The budget counts over another time: what is left of it is another number.",
    "slo/latency-bound-raised": "What takes between {low} and {high} is good enough now.",
    "slo/latency-bound-lowered": "What takes between {low} and {high} is too slow now.",
    "slo/events-changed": "It counts other events: what is left of the budget is another number.",
    "slo/removed": "Nobody watches the objective any more.",
    "slo/objective-lowered": "More may fail before the budget burns and somebody is told.",
    "slo/objective-raised": "Less may fail before somebody is told.",
    "prometheus/scrape-interval-longer told later": _BETWEEN,
    "scrape-job/interval-longer told later": _BETWEEN,
    "scrape-job/renamed": "The series go on under another `job`: what selects or groups by it splits.",
    "prometheus/scrape-interval-longer": _STARVED,
    "prometheus/scrape-interval-shorter": "There are more samples to store.",
    "prometheus/scrape-timeout-shorter": "A target that answers too slowly is not scraped.",
    "prometheus/rule-files-lost": "The rules in it are not evaluated any more.",
    "prometheus/evaluation-interval-longer": "Every rule is looked at less often: everything is told later.",
    "prometheus/evaluation-interval-shorter": "Every rule is computed more often.",
    "prometheus/external-labels-added": _ELSEWHERE,
    "prometheus/external-labels-removed": _ELSEWHERE,
    "prometheus/external-labels-changed": _ELSEWHERE,
    "prometheus/remote-write-removed": "The remote storage gets nothing any more.",
    "prometheus/remote-write-changed": "The remote storage may get other samples, or none.",
    "prometheus/alerting-removed": "No alert reaches an Alertmanager any more.",
    "prometheus/alerting-changed": "Alerts go to another Alertmanager.",
    "storage/retention-time-shorter": "Samples older than {after} are deleted, and do not come back.",
    "storage/retention-time-longer": "There is more to store.",
    "storage/retention-size-lowered": _DELETED,
    "storage/retention-size-added": _DELETED,
    "storage/retention-size-removed": "Nothing bounds the disk any more but time.",
    "storage/out-of-order-window-shorter": "Samples that come later than {after} are refused.",
    "scrape-job/removed": "Nothing of it is collected any more, and whatever watches it is silent.",
    "scrape-job/added": "More is collected.",
    "scrape-job/targets-lost": "Nothing is known of {before} any more.",
    "scrape-job/targets-gained": "More is collected.",
    "scrape-job/interval-longer": _STARVED,
    "scrape-job/interval-shorter": "There are more samples to store.",
    "scrape-job/metrics-path-added": _ASKED_ELSEWHERE,
    "scrape-job/metrics-path-removed": _ASKED_ELSEWHERE,
    "scrape-job/metrics-path-changed": _ASKED_ELSEWHERE,
    "scrape-job/scheme-added": _ASKED_ELSEWHERE,
    "scrape-job/scheme-changed": _ASKED_ELSEWHERE,
    "scrape-job/scheme-removed": "It is asked without encryption, and who listens can read along.",
    "scrape-job/authentication-added": "A target that does not know the credentials is not scraped.",
    "scrape-job/authentication-changed": "A target that does not know the credentials is not scraped.",
    "scrape-job/authentication-removed": "A target that wants credentials is not scraped any more.",
    "scrape-job/discovery-changed": "Other targets may be found, or none.",
    "scrape-job/label-added": "Every series of it goes on under another identity.",
    "scrape-job/label-removed": "Every series of it goes on under another identity.",
    "scrape-job/label-changed": "Every series of it goes on under another identity.",
    "scrape-job/honor-labels-added": "Labels of the target win over the job's: series may change their identity.",
    "scrape-job/honor-labels-removed": "Labels of the job win over the target's: series may change their identity.",
    "scrape-job/timeout-shorter": "A target that answers too slowly is not scraped.",
    "scrape-job/limit-lowered": "A target that exposes more is not scraped at all.",
    "scrape-job/limit-added": "A target that exposes more is not scraped at all.",
    "scrape-job/relabel-configs-changed": "Series may get other labels, or targets be left out.",
    "scrape-job/metric-relabel-configs-added": "Series may be dropped, or get other labels.",
    "scrape-job/metric-relabel-configs-changed": "Series may be dropped, or get other labels.",
    "scrape-job/metric-relabel-configs-removed": "What was dropped is kept now.",
    "route/added": _TOLD_OF_ALERTS,
    "route/removed": _TOLD_OF_ALERTS,
    "route/continue-changed": _TOLD_OF_ALERTS,
    "route/receiver-changed": _TOLD_OF_ALERTS,
    "route/group-by-lost": "More alerts share a message, and new ones wait for `group_interval`.",
    "route/group-by-gained": "Fewer alerts share a message: there are more of them.",
    "route/group-wait-longer": "The first message comes later.",
    "route/group-wait-shorter": "The first message comes sooner, and says less.",
    "route/group-interval-longer": "News of a group comes later.",
    "route/repeat-interval-longer": "What still fires is said again later.",
    "route/repeat-interval-shorter": "What still fires is said more often.",
    "route/mute-time-intervals-added": "Nobody is told during {after}.",
    "receiver/removed": "Whoever it told is not told by it any more.",
    "receiver/integration-removed": "{name} is not told this way any more.",
    "receiver/integration-added": "{name} is told in one way more.",
    "receiver/setting-changed": "Messages may arrive elsewhere, or not at all.",
    "inhibition/added": "While its source fires these alerts reach nobody.",
    "inhibition/removed": "Alerts that were silenced are told now.",
    "inhibition/equal-lost": "It silences more alerts: fewer labels have to agree.",
    "inhibition/equal-gained": "It silences fewer alerts.",
    "mute-time/times-changed": "Routes that name it are silent at other times.",
    "dashboard/removed": "Links, bookmarks and embedded panels lead nowhere.",
    "dashboard/uid-changed": "Links, bookmarks and embedded panels lead nowhere: they go by the uid.",
    "panel/removed": "What it showed can be seen nowhere on this dashboard.",
    "panel/query-changed safe": "It reads the same series in another way.",
    "panel/query-changed": "It shows other series under the same title.",
    "panel/query-removed": "One query less: what it showed can be seen here no more.",
    "panel/query-added": "It shows more.",
    "panel/source-query-changed": "It shows something else under the same title.",
    "panel/renamed": "Only its title differs.",
    "panel/type-changed": "The same data in another picture.",
    "panel/added": "More can be seen.",
    "dashboard/added": "More can be seen.",
    "dashboard/title-changed": "Only its title differs; links go by the uid.",
    "panel/unit-changed": "The same numbers read as something else.",
    "panel/position-moved": "It only moved.",
    "panel/row-moved": "It only moved.",
    "variable/removed safe": "No panel asks with it.",
    "variable/query-changed": "Panels that ask with it are offered other values.",
    "variable/removed": "Panels that ask with it find nothing.",
    "variable/renamed": "Panels and links that ask with the old name find nothing.",
    "data-source/removed": "Whatever asks it finds nothing.",
    "data-source/uid-changed": "Dashboards that name the old uid find nothing.",
    "data-source/url-changed": "Panels show the data of another server.",
    "container/removed": "It no longer runs beside the stack.",
    "container/major-version-raised": "A major version may refuse the configuration or change the data for good.",
    "container/major-version-lowered": "An older major version may not read the data that the newer one wrote.",
    "container/version-raised": "A newer version of the same program.",
    "container/image-changed": "Another program, or one that somebody else has built.",
    "container/setting-added": "The program may behave otherwise.",
    "container/setting-removed": "The program may behave otherwise.",
    "container/setting-changed": "The program may behave otherwise.",
    "container/version-lowered": "What the newer one knew may be refused.",
    "container/exposure-opened": "A port can be reached from other machines now.",
    "container/exposure-closed": "A port can be reached from this machine only.",
    "container/volumes-lost": "What was kept in {before} is not there any more.",
    "container/access-removed": "Something that kept others out is gone.",
    "container/access-opened": "Anybody who reaches the port may come in.",
    "container/access-closed": "Not everybody may come in any more.",
    "container/access-added": "Who may come in is decided in another way.",
    "container/access-changed": "Who may come in is decided in another way.",
}  # fmt: skip

OF_EFFECT = {
    impact.DETECTION: "Something may go wrong without anybody hearing of it.",
    impact.NOISE: "It may be told more often than before.",
    impact.REFERENCE: "Something still refers to it.",
    impact.DATA: "Data may be lost.",
    impact.HISTORY: "The series before and after do not join.",
    impact.STATE: "Prometheus takes it for another alert, whose state is lost.",
    impact.ROUTING: "Messages may reach somebody else, or nobody.",
    impact.COST: "There is more to collect, to compute or to store.",
    impact.EXPOSED: "Others may come in, or listen.",
    impact.LATER: "It is told later than before.",
}
_SEEN, _HIDDEN, _UNKNOWN = "Nothing else depends on it.", "Nobody notices.", "What follows cannot be told from here."


def why(judged: Judged, unit: Unit | None = None) -> str:
    """The sentence for a change; ``unit`` is that of an alert's threshold."""
    change = judged.change
    text = sentence(judged, change.shape)
    if "{" not in text:
        return text
    before, after = (text.lstrip("<>=! ") for text in before_and_after(change, unit))
    low, high = (after, before) if _value(change.before) > _value(change.after) else (before, after)
    named = {"name": change.name, "before": before, "after": after, "low": low, "high": high}
    return _PLACE.sub(lambda found: named[found[1]], text)


_PLACE = re.compile(r"\{(name|before|after|low|high)\}")


def sentence(judged: Judged, shape: str) -> str:
    """The sentence for a shape with the weight and effect that it has here, and with places for what it names."""
    said = WHY.get(f"{shape} {judged.effect or judged.weight}") or WHY.get(shape)
    if said is not None:
        return said
    rest = _HIDDEN if judged.weight == COSMETIC else _SEEN if judged.weight == SAFE else _UNKNOWN
    return OF_EFFECT.get(judged.effect, rest)


def _value(bound: Any) -> float:
    """The number of an alert's bound; 0 for anything else."""
    return float(bound.get("value", 0)) if isinstance(bound, dict) and "operator" in bound else 0.0
