"""Every output fits the schema of its format.

Why: options of Prometheus, Alertmanager and Compose pass through the spec as they are; the server that reads the output
would refuse one that it does not know.

Bad::

    services:
      redis:
        targets: ['redis-exporter:9121']
        container: {image: 'oliver006/redis_exporter:v1.74.0', enviroment: {REDIS_ADDR: 'redis://redis:6379'}}

Good::

    services:
      redis:
        targets: ['redis-exporter:9121']
        container: {image: 'oliver006/redis_exporter:v1.74.0', environment: {REDIS_ADDR: 'redis://redis:6379'}}
"""

ID = "output/schema"
