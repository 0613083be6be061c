"""A file that aimon did not write has the shape of its kind: rules, prometheus.yml or alertmanager.yml.

Why: the server that loads it refuses the whole file for one key that it does not know, or one that is there twice.

Bad file::

    groups:
      - name: api
        rules: [{alert: ApiBusy, expr: requests_queued > 9, fro: 5m, annotations: {summary: The API is busy}}]

Good file::

    groups:
      - name: api
        rules: [{alert: ApiBusy, expr: requests_queued > 9, for: 5m, annotations: {summary: The API is busy}}]
"""

ID = "file/shape"
