"""A file that aimon did not write can be read: it is there, and it is YAML or JSON.

Why: nothing else can be said about its rules or panels, and the server that loads it would stop at the same place.

Bad file::

    groups:
      - name: api
        rules: [{alert: ApiDown, expr: up == 0, for: 5m]

Good file::

    groups:
      - name: api
        rules: [{alert: ApiDown, expr: up == 0, for: 5m, annotations: {summary: The API is down}}]
"""

ID = "file/unreadable"
