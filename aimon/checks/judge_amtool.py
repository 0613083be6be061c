"""Amtool accepts what is generated, and files that aimon did not write, where it is installed.

Why: it is the code of Alertmanager itself, and knows what no schema does: which settings need each other, for instance.

Bad::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'ftp://hooks.internal/'}}}

Good::

    services: {api: {targets: ['api:8080']}}
    notifications:
      receivers: {team: {webhook: {url: 'http://hooks.internal/'}}}
"""

ID = "judge/amtool"
