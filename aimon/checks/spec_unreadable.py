"""The spec can be read: it is there, it is YAML, and it is a mapping.

Why: nothing else can be said about a text that is not a spec.

Bad::

    alerts: [unclosed

Good::

    services: {backend: {targets: ['backend:3001']}}
"""

ID = "spec/unreadable"
