"""A comment that accepts a finding says which check and why.

Why: a comment on the line of a finding, or on a line of its own above, accepts it:
`# aimon: ignore[alert/without-for] a restart is one event`. One that aimon cannot read accepts nothing, and one without
a reason tells nobody whether it is still needed. Several checks are separated by commas.

Bad::

    services: {api: {targets: ['api:8080']}}  # aimon: ignore[service/slow-timeout]

Good::

    services: {api: {targets: ['api:8080'], metrics: {requests_total: {type: counter, help: All}}}}
    recording_rules:
      # aimon: ignore[recording/name-form] this name came first
      requests: {expr: 'sum(rate(requests_total[5m]))'}
"""

ID = "ignore/malformed"
