"""Promtool accepts what is generated, and files that aimon did not write, where it is installed.

Why: it is the code of Prometheus itself, and knows what no schema does: what a relabelling step may write, for
instance.

Bad::

    services:
      api:
        targets: ['api:8080']
        relabel: [{action: labelmap, regex: 'app_(.+)', replacement: 'app-$1'}]

Good::

    services:
      api:
        targets: ['api:8080']
        relabel: [{action: labelmap, regex: 'app_(.+)', replacement: '$1'}]
"""

ID = "judge/promtool"
