"""Metrics that others have named: well-known exporters, servers and libraries, which nobody renames for one project."""

from __future__ import annotations

# First words of the names that well-known exporters, servers and client libraries give.
_PREFIXES = """
    DCGM_ alertmanager_ apiserver_ argocd_ aws_ azure_ blackbox_ caddy_ cadvisor_ ceph_ certmanager_ claude_code_
    clickhouse_ consul_ container_ coredns_ cortex_ couchdb_ cpython_ dotnet_ elasticsearch_ envoy_ etcd_ fluentbit_
    fluentd_ gemini_cli_ gen_ai_ go_ grafana_ haproxy_ hikaricp_ ifHC istio_ jaeger_ jetty_ jvm_ kafka_ kube_
    kubelet_ libvirt_ litellm_ logback_ loki_ machine_ mcp_client_ mcp_server_ mcrouter_ memcached_ minio_ mongodb_
    mysql_ nats_ net_conntrack_ nginx_ nginxplus_ node_ nodejs_ nomad_ nvidia_ opensearch_ otelcol_ pg_ pgbouncer_
    php_ postgres_ probe_ process_ prober_ prometheus_ promhttp_ promtail_ pulsar_ python_ rabbitmq_ redis_ ruby_
    sglang: snmp_ squid_ stackdriver_ statsd_ swarm_ tempo_ tgi_ thanos_ tomcat_ traefik_ uwsgi_ vault_ vllm:
    windows_ wmi_ workqueue_ zookeeper_
"""
_KNOWN = tuple(_PREFIXES.split())


def is_from_elsewhere(name: str) -> bool:
    """Whether a metric is known to be named by somebody else, so that its name is not to be judged here."""
    return name.startswith(_KNOWN)
