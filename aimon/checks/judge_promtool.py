"""Promtool accepts what is generated, and files that aimon did not write, where it is installed.

Why: it is the code of Prometheus itself, and knows what no schema does: which addresses it can read, for
instance.

Bad::

    services:
      api:
        targets: ['api:8080']
        http: {proxy_url: '10.0.0.1:3128'}

Good::

    services:
      api:
        targets: ['api:8080']
        http: {proxy_url: 'http://10.0.0.1:3128'}
"""

ID = "judge/promtool"
