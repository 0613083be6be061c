"""Promtool accepts the output, where it is installed.

Why: it is the code of Prometheus itself, and knows what no schema does: whether a template in an alert's text can be
executed, for instance.

Bad::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown:
        expr: up{job="api"}
        equals: 0
        for: 5m
        summary: 'The API is down on {{ $labels.instance | toUppercase }}'
        action: Restart it
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}

Good::

    services: {api: {targets: ['api:8080']}}
    alerts:
      ApiDown:
        expr: up{job="api"}
        equals: 0
        for: 5m
        summary: 'The API is down on {{ $labels.instance | toUpper }}'
        action: Restart it
    notifications: {receivers: {team: {webhook: {url: 'http://pager:8080/'}}}}
"""

ID = "judge/promtool"
