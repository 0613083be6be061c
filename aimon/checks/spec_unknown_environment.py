"""The environment that `--env` chooses is one of the spec's.

Why: the output for an environment that nobody described would be that of another one.

Environment: staging

Bad::

    services: {backend: {targets: ['backend:3001']}}
    environments: {stage: {prometheus: {scrape_interval: 30s}}}

Good::

    services: {backend: {targets: ['backend:3001']}}
    environments: {staging: {prometheus: {scrape_interval: 30s}}}
"""

ID = "spec/unknown-environment"
