"""The spec has only keys that the language knows.

Why: a misspelt key would be left out in silence, and its default taken instead.

Bad::

    services: {backend: {targets: ['backend:3001'], scrape_intervall: 30s}}

Good::

    services: {backend: {targets: ['backend:3001'], scrape_interval: 30s}}
"""

ID = "spec/unknown-key"
