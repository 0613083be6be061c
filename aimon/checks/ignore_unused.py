"""What is accepted on purpose is still there: every entry of `ignore` and every comment accepts something.

Why: what accepts nothing hides nothing today, but will hide the next fault of its kind at that place. All environments
are looked at, and only those checks count that could run.

Bad::

    services: {api: {targets: ['api:8080']}}
    ignore: [{check: recording/name-form, reason: these names came first}]

Good::

    services: {api: {targets: ['api:8080'], metrics: {requests_total: {type: counter, help: All}}}}
    recording_rules: {requests: {expr: 'sum(rate(requests_total[5m]))'}}
    ignore: [{check: recording/name-form, of: recording_rules.requests, reason: this name came first}]
"""

ID = "ignore/unused"
