"""Every output fits the schema of its format.

Why: options of Prometheus, Alertmanager and Compose pass through the spec as they are; the server that reads the output
would refuse one that it does not know.

Bad::

    services: {backend: {targets: ['backend:3001']}}
    notifications:
      receivers: {team: {slack: {chanel: '#alerts', api_url_file: /run/secrets/slack_url}}}

Good::

    services: {backend: {targets: ['backend:3001']}}
    notifications:
      receivers: {team: {slack: {channel: '#alerts', api_url_file: /run/secrets/slack_url}}}
"""

ID = "output/schema"
