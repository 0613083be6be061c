"""Amtool accepts what is generated, and files that aimon did not write, where it is installed.

Why: it is the code of Alertmanager itself, and knows what no schema does: which settings need each other, for instance.

Bad::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {slack: {channel: '#alerts'}}}

Good::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {slack: {channel: '#alerts', api_url_file: /run/secrets/slack_url}}}
"""

ID = "judge/amtool"
