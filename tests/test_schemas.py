"""The JSON Schemas of the outputs: what they accept, what they refuse, and where they point."""

from __future__ import annotations

import copy
import functools
import json
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
import yaml

FOLDER = Path(__file__).parent.parent / "aimon" / "schemas"
NAMES = ("alertmanager", "compose", "dashboard", "prometheus", "rules")
Address = tuple[str | int, ...]


@functools.cache
def schema(name: str) -> dict[str, Any]:
    """The schema as it is in its file."""
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
    return loaded


@functools.cache
def validators(name: str) -> tuple[jsonschema.Draft202012Validator, Any]:
    """The same schema in both libraries."""
    return jsonschema.Draft202012Validator(schema(name)), jsonschema_rs.validator_for(schema(name))


def places(name: str, document: object) -> set[Address]:
    """Where the document is wrong; both libraries must say the same."""
    slow, fast = validators(name)
    by_slow = {tuple(error.absolute_path) for error in slow.iter_errors(document)}
    by_fast = {tuple(error.instance_path) for error in fast.iter_errors(document)}
    assert by_slow == by_fast
    return by_slow


def address(dotted: str) -> Address:
    """`a.0.b` as a tuple; the empty text is the whole document."""
    return tuple(int(part) if part.isdigit() else part for part in dotted.split(".")) if dotted else ()


def read(text: str) -> Any:
    """YAML as plain values, of which none is shared."""
    return json.loads(json.dumps(yaml.safe_load(textwrap.dedent(text))))


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a schema, outermost first."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from parts(item)


# --- the schemas themselves ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))
    assert jsonschema_rs.meta.is_valid(schema(name))
    assert schema(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema(name)["$id"] == f"{name}.schema.json"
    assert schema(name)["title"]
    assert schema(name)["description"]


@pytest.mark.parametrize("name", NAMES)
def test_references_stay_in_the_file_and_every_definition_is_used(name: str) -> None:
    references = {part["$ref"] for part in parts(schema(name)) if isinstance(part.get("$ref"), str)}
    assert all(reference.startswith("#/$defs/") for reference in references)
    used = {reference.split("/")[2] for reference in references}
    assert used == set(schema(name)["$defs"])
    assert list(schema(name)["$defs"]) == sorted(schema(name)["$defs"])


@pytest.mark.parametrize("name", NAMES)
def test_objects_with_known_keys_refuse_others(name: str) -> None:
    for part in parts(schema(name)):
        if part.get("type") in ("object", ["object", "null"]) and isinstance(part.get("properties"), dict):
            assert "additionalProperties" in part, part


@pytest.mark.parametrize("name", NAMES)
def test_big_choices_are_made_by_if_and_then(name: str) -> None:
    assert not any("oneOf" in part for part in parts(schema(name)))


# --- one full document for each schema ----------------------------------------------------------------------------

PROMETHEUS = """
    global:
      scrape_interval: 15s
      scrape_timeout: 10s
      evaluation_interval: 1m30s
      rule_query_offset: 0s
      external_labels: {environment: production, shard: 1}
      body_size_limit: 15MB
      sample_limit: 50000
      scrape_protocols: [PrometheusProto, OpenMetricsText1.0.0]
      metric_name_validation_scheme: legacy
    runtime: {gogc: 75}
    rule_files: [rules/*.yml, rules/packs/*.yml]
    scrape_configs:
      - job_name: backend
        scrape_interval: 30s
        metrics_path: /metrics
        scheme: https
        params: {module: [http_2xx]}
        honor_labels: false
        static_configs:
          - targets: ["backend:3001"]
            labels: {team: core}
        basic_auth: {username: prometheus, password_file: /run/secrets/password}
        tls_config: {ca_file: ca.pem, min_version: TLS12}
        http_headers: {X-Scope: {values: [a]}}
        relabel_configs:
          - {source_labels: [__address__], target_label: instance, regex: "([^:]+).*", replacement: $1}
          - {action: labeldrop, regex: pod_uid}
        metric_relabel_configs:
          - {source_labels: [__name__], regex: go_.*, action: drop}
      - job_name: pods
        kubernetes_sd_configs:
          - {role: pod, namespaces: {names: [ai]}, selectors: [{role: pod, label: app=backend}]}
    alerting:
      alert_relabel_configs: [{action: labeldrop, regex: replica}]
      alertmanagers:
        - {scheme: http, api_version: v2, timeout: 10s, static_configs: [{targets: ["alertmanager:9093"]}]}
    remote_write:
      - url: https://mimir.example.org/api/v1/push
        name: mimir
        headers: {X-Scope-OrgID: ai}
        queue_config: {capacity: 10000, max_shards: 50, min_backoff: 30ms}
        oauth2: {client_id: id, client_secret_file: secret, token_url: "https://example.org/token"}
        write_relabel_configs: [{source_labels: [__name__], regex: "ai_.*", action: keep}]
    remote_read: [{url: "https://mimir.example.org/read", read_recent: true, required_matchers: {job: backend}}]
    storage:
      tsdb: {out_of_order_time_window: 30m, retention: {time: 15d, size: 8GB}}
      exemplars: {max_exemplars: 100000}
    tracing: {endpoint: "tempo:4317", client_type: grpc, sampling_fraction: 0.1, headers: {tenant: ai}}
    otlp: {promote_resource_attributes: [service.name], translation_strategy: NoTranslation}
"""

RULES = """
    groups:
      - name: backend-alerts
        interval: 30s
        query_offset: 1m
        limit: 10
        labels: {team: core}
        rules:
          - alert: HighErrorRate
            expr: sum(rate(http_requests_total{status=~"5.."}[5m])) > 0.05
            for: 5m
            keep_firing_for: 1h30m
            labels: {severity: warning}
            annotations: {summary: The HTTP error rate is high, description: '{{ $value }} of requests'}
          - record: job:http_requests:rate5m
            expr: sum by (job) (rate(http_requests_total[5m]))
            labels: {source: aimon}
"""

ALERTMANAGER = """
    global:
      resolve_timeout: 5m
      smtp_smarthost: smtp.example.org:587
      smtp_from: alerts@example.org
      smtp_auth_password_file: /run/secrets/smtp
      smtp_require_tls: true
      slack_api_url_file: /run/secrets/slack
      http_config: {follow_redirects: true, authorization: {credentials_file: /run/secrets/token}}
    templates: [/etc/alertmanager/*.tmpl]
    route:
      receiver: team-slack
      group_by: [alertname, job]
      group_wait: 30s
      group_interval: 5m
      repeat_interval: 4h
      routes:
        - receiver: on-call
          matchers: ['severity="critical"', 'job=~"a|b"']
          continue: true
          mute_time_intervals: [weekend]
          routes: [{receiver: mail, match: {team: core}}]
    receivers:
      - name: team-slack
        slack_configs:
          - channel: '#ai-alerts'
            send_resolved: true
            title: '{{ .CommonLabels.alertname }}'
            actions: [{type: button, text: Runbook, url: "https://example.org"}]
      - name: on-call
        pagerduty_configs: [{routing_key_file: /run/secrets/pagerduty, details: {firing: "1"}}]
        webhook_configs: [{url: "http://127.0.0.1:19999/", max_alerts: 0}]
      - name: mail
        email_configs: [{to: ops@example.org, headers: {Subject: Alert}, tls_config: {server_name: smtp}}]
    inhibit_rules:
      - {source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [alertname, job]}
    time_intervals:
      - name: weekend
        time_intervals:
          - weekdays: ['saturday', 'monday:friday']
            times: [{start_time: "08:00", end_time: "24:00"}]
            days_of_month: ["1:5", "-3:-1"]
            months: [december, "1:3"]
            years: ["2026:2027"]
            location: Europe/Berlin
    tracing: {endpoint: "tempo:4317"}
"""

COMPOSE = """
    name: ai-coding-assistant
    x-logging: &logging {driver: json-file, options: {max-size: 10m, max-file: "3"}}
    services:
      prometheus:
        image: prom/prometheus:v3.5.0
        command: [--config.file=/etc/prometheus/prometheus.yml, --storage.tsdb.retention.time=15d]
        ports: ["${PROMETHEUS_PORT:-9090}:9090", {target: 9091, published: "9091", host_ip: 127.0.0.1}]
        volumes:
          - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
          - {type: volume, source: prometheus, target: /prometheus}
        healthcheck: {test: [CMD, wget, -qO-, "http://localhost:9090/-/healthy"], interval: 15s, retries: 5}
        depends_on: {alertmanager: {condition: service_healthy}}
        restart: unless-stopped
        networks: {monitoring: {aliases: [metrics]}}
        extra_hosts: ["host.docker.internal:host-gateway"]
        user: "65534:65534"
        logging: *logging
        stop_grace_period: 1m30s
        deploy: {resources: {limits: {cpus: "1.5", memory: 2g}, reservations: {memory: 512M}}}
        ulimits: {nofile: {soft: 65536, hard: 65536}}
        read_only: true
        tmpfs: [/tmp]
        cap_drop: [ALL]
        security_opt: ["no-new-privileges:true"]
        profiles: [full]
        labels: {owner: platform}
      alertmanager:
        image: prom/alertmanager:v0.28.1
        depends_on: [node]
        secrets: [slack, {source: slack, target: slack_url}]
        configs: [rules]
        environment: {TZ: UTC, LEVEL: null}
        env_file: .env
      node:
        image: prom/node-exporter:v1.9.1
        pid: host
        network_mode: host
        privileged: false
        devices: ["/dev/kmsg"]
        environment: [A=1]
      backend:
        build: {context: ., dockerfile: Dockerfile, args: {VERSION: 1}}
    volumes: {prometheus: null, grafana: {name: grafana, labels: {a: b}}}
    networks: {monitoring: {driver: bridge, internal: false}}
    secrets: {slack: {file: ./secrets/slack}, password: {environment: GRAFANA_PASSWORD}}
    configs: {rules: {content: "groups: []"}}
"""

DASHBOARD = """
    __inputs:
      - {name: datasource, label: Prometheus, description: "", type: datasource, pluginId: prometheus,
         pluginName: Prometheus}
    __elements: {}
    __requires: [{type: panel, id: timeseries, name: Time series, version: ""}]
    id: null
    uid: ai-coding-assistant-main
    title: AI Coding Assistant
    tags: [aimon]
    schemaVersion: 42
    version: 1
    editable: false
    timezone: browser
    time: {from: now-6h, to: now}
    refresh: 30s
    timepicker: {}
    graphTooltip: 1
    fiscalYearStartMonth: 0
    weekStart: ""
    liveNow: false
    links:
      - {title: All, type: dashboards, icon: external link, tooltip: "", url: "", tags: [aimon], asDropdown: true,
         targetBlank: false, includeVars: true, keepTime: true}
    annotations:
      list:
        - {builtIn: 1, datasource: {type: grafana, uid: "-- Grafana --"}, enable: true, hide: true,
           iconColor: "rgba(0, 211, 255, 1)", name: Annotations & Alerts, type: dashboard}
        - {datasource: &ds {type: prometheus, uid: "${datasource}"}, enable: true, iconColor: red, name: Firing,
           expr: 'ALERTS{alertstate="firing"}', titleFormat: "{{alertname}}", tagKeys: severity, step: 30s}
    templating:
      list:
        - {type: datasource, name: datasource, label: Data source, query: prometheus, current: {}, hide: 0,
           includeAll: false, multi: false, options: [], refresh: 1, regex: "", skipUrlSync: false}
        - {type: query, name: job, datasource: *ds, definition: "label_values(up, job)", refresh: 2, sort: 1,
           query: {query: "label_values(up, job)", refId: StandardVariableQuery}, multi: true, includeAll: true,
           allValue: ".*", current: {selected: true, text: [All], value: [$__all]}}
        - {type: interval, name: interval, query: "1m,5m", auto: false, auto_count: 30, auto_min: 10s, refresh: 2,
           current: {text: 5m, value: 5m, selected: true}, options: [{text: 5m, value: 5m, selected: true}]}
    panels:
      - {id: 1, type: row, title: Performance, collapsed: false, gridPos: {h: 1, w: 24, x: 0, y: 0}, panels: []}
      - id: 2
        type: timeseries
        title: Requests
        description: By status
        gridPos: {h: 8, w: 12, x: 0, y: 1}
        datasource: *ds
        interval: 1m
        maxDataPoints: 100
        targets:
          - {refId: A, datasource: *ds, editorMode: code, expr: "sum(rate(http_requests_total[$__rate_interval]))",
             legendFormat: "{{code}}", range: true, format: time_series, exemplar: false}
        fieldConfig:
          defaults:
            unit: reqps
            decimals: 1
            min: 0
            color: {mode: palette-classic}
            thresholds: {mode: absolute, steps: [{color: green, value: null}, {color: red, value: 80}]}
            mappings: [{type: value, options: {idle: {text: down, color: red}}}]
            links: [{title: Runbook, url: "https://example.org", targetBlank: true}]
            custom: {drawStyle: line, fillOpacity: 10, lineWidth: 1, spanNulls: false, stacking: {mode: none, group: A},
                     thresholdsStyle: {mode: dashed}, axisPlacement: auto, scaleDistribution: {type: linear}}
          overrides:
            - {matcher: {id: byName, options: p95},
               properties: [{id: unit, value: s}, {id: custom.fillOpacity, value: 0},
                            {id: color, value: {mode: fixed, fixedColor: dark-red}}]}
        options:
          legend: {showLegend: true, displayMode: table, placement: right, calcs: [mean, lastNotNull, p95]}
          tooltip: {mode: multi, sort: desc}
        transformations: [{id: organize, options: {excludeByName: {Time: true}}}]
        links: [{title: Alerts, url: "https://example.org"}]
      - id: 3
        type: stat
        title: Up
        gridPos: {h: 4, w: 6, x: 12, y: 1}
        datasource: *ds
        targets: [{refId: A, datasource: *ds, expr: up, instant: true}]
        fieldConfig: {defaults: {unit: short}, overrides: []}
        options: {reduceOptions: {calcs: [lastNotNull], fields: "", values: false}, graphMode: none, colorMode: value,
                  textMode: auto, justifyMode: auto, orientation: auto, wideLayout: true}
      - id: 4
        type: row
        title: More
        collapsed: true
        gridPos: {h: 1, w: 24, x: 0, y: 9}
        panels:
          - {id: 5, type: text, title: Notes, gridPos: {h: 3, w: 24, x: 0, y: 10},
             options: {mode: markdown, content: "# Notes"}}
"""

FULL = {
    "alertmanager": read(ALERTMANAGER),
    "compose": read(COMPOSE),
    "dashboard": read(DASHBOARD),
    "prometheus": read(PROMETHEUS),
    "rules": read(RULES),
}


@pytest.mark.parametrize("name", NAMES)
def test_full_document_is_accepted(name: str) -> None:
    assert places(name, FULL[name]) == set()


# --- small documents that are fine --------------------------------------------------------------------------------

GOOD = {
    "alertmanager": [
        "{route: {receiver: a}, receivers: [{name: a}]}",
        "{global: null, route: {receiver: a, group_by: ['...'], matchers: []}, receivers: [{name: a}]}",
        "{route: {receiver: a, routes: [{match_re: {test: '^[12]$'}}, {match: {n: 2}}]}, receivers: [{name: a}]}",
        "{route: {receiver: a}, receivers: [{name: a}], mute_time_intervals: [{name: x, time_intervals: []}]}",
        "{global: {slack_app_token: x, slack_api_url: 'https://slack.com/api/chat.postMessage'},"
        " route: {receiver: a}, receivers: [{name: a}]}",
    ],
    "compose": [
        "{services: {a: {image: x}}}",
        "{services: {a: {image: 'ghcr.io/x/y:1@sha256:00', restart: 'on-failure:3', entrypoint: [sh], command: x}}}",
        "{services: {a: {image: '${IMAGE:?set it}', ports: [8080, '1-3:1-3/udp', '127.0.0.1::80', '${P}:80']}}}",
        "{services: {a: {image: x, deploy: {replicas: '${N:-2}'}, init: '${INIT}', mem_limit: 1.5gb, x-b: 1}}}",
        "{services: {a: {image: x, healthcheck: {disable: true}, labels: [a=b], gpus: all}}, volumes: {v: }}",
        "{services: {a: {image: x, network_mode: 'service:b', tmpfs: /tmp, logging: {driver: none}}}, version: '3'}",
        "{services: {a: {build: ., env_file: [.env, {path: b.env, required: false}]}}, secrets: {s: {external: true}}}",
    ],
    "dashboard": [
        "{uid: a, title: A, schemaVersion: 42, time: {from: now/d, to: now}, timezone: Europe/Berlin, refresh: '',"
        " annotations: {list: []}, templating: {list: []}, panels: []}",
        "{uid: a, title: A, schemaVersion: 39, time: {from: '2026-01-01T00:00:00Z', to: now-5m}, timezone: utc,"
        " refresh: auto, annotations: {list: []}, templating: {list: []}, panels: [], preload: false}",
    ],
    "prometheus": [
        "{}",
        "{global: null, rule_files: null, scrape_configs: null, alerting: null, otlp: null}",
        "{scrape_configs: [{job_name: 測試, static_configs: [{targets: null}], relabel_configs: null}]}",
        "{scrape_configs: [{job_name: a, relabel_configs: [{regex: 1, action: keep}, {regex: , target_label: b}]}]}",
        "{scrape_configs: [{job_name: blackbox, static_configs: [{targets: ['https://example.org']}], relabel_configs:"
        " [{source_labels: [__address__], target_label: __param_target}, {target_label: __address__,"
        " replacement: 'blackbox:9115'}]}]}",
        "{remote_write: [{url: 'localhost:9090', sigv4: {region: eu-west-1}}], storage: {tsdb: null}}",
        "{otlp: {promote_all_resource_attributes: true, ignore_resource_attributes: [a]}}",
    ],
    "rules": [
        "{groups: []}",
        "{groups: null}",
        "{groups: [{name: a, rules: null}]}",
        "{groups: [{name: a, rules: [{record: 'a:b', expr: 1}, {alert: with spaces, expr: up == 0}]}]}",
        "{groups: [{name: a, interval: 1y2w3d4h5m6s7ms, rules: [{alert: A, expr: up, for: '0', labels: {n: 1}}]}]}",
    ],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in NAMES for text in GOOD[name]])
def test_good_sample(name: str, text: str) -> None:
    assert places(name, read(text)) == set()


# --- the kinds: service discoveries, receivers, panels ------------------------------------------------------------

DISCOVERIES = {
    "aws": "{role: ecs, region: eu-west-1, clusters: [a]}",
    "azure": "{subscription_id: a, tenant_id: b, client_id: c, client_secret: d, port: 9100}",
    "consul": "{server: 'consul:8500', services: [web], tags: [v1], node_meta: {rack: a}, allow_stale: true}",
    "digitalocean": "{authorization: {credentials_file: token}, port: 80}",
    "dns": "{names: [a.example.org], type: A, port: 9100, refresh_interval: 30s}",
    "docker": "{host: 'unix:///var/run/docker.sock', filters: [{name: label, values: [a]}]}",
    "dockerswarm": "{host: 'unix:///var/run/docker.sock', role: tasks}",
    "ec2": "{region: eu-west-1, role_arn: a, filters: [{name: 'tag:env', values: [prod]}], port: 9100}",
    "eureka": "{server: 'http://eureka:8761/eureka'}",
    "file": "{files: ['targets/*.json', /etc/targets.yml], refresh_interval: 5m}",
    "gce": "{project: a, zone: b, filter: c}",
    "hetzner": "{role: hcloud, authorization: {credentials_file: token}, label_selector: a}",
    "http": "{url: 'https://example.org/targets', refresh_interval: 1m}",
    "ionos": "{datacenter_id: a, basic_auth: {username: b, password_file: c}}",
    "kubernetes": "{role: endpoints, api_server: 'https://k8s', tls_config: {ca_file: a}, namespaces: {names: [b]}}",
    "kuma": "{server: 'http://kuma:5676', client_id: a, fetch_timeout: 1m}",
    "lightsail": "{region: eu-west-1, access_key: a, secret_key: b}",
    "linode": "{region: eu, authorization: {credentials: a}}",
    "marathon": "{servers: ['http://marathon:8080'], auth_token_file: token}",
    "nerve": "{servers: ['zk:2181'], paths: [/nerve], timeout: 10s}",
    "nomad": "{server: 'http://nomad:4646', namespace: a}",
    "oci": "{region: us-ashburn-1, auth: instance_principal, compartments: [a]}",
    "openstack": "{role: instance, region: a, username: b, password: c, all_tenants: true}",
    "outscale": "{region: eu-west-2, access_key: a, secret_key_file: b}",
    "ovhcloud": "{service: vps, application_key: a, application_secret: b, consumer_key: c, endpoint: ovh-eu}",
    "puppetdb": "{url: 'https://puppetdb', query: 'resources { }', include_parameters: true}",
    "scaleway": "{role: instance, project_id: a, access_key: b, secret_key_file: c}",
    "serverset": "{servers: ['zk:2181'], paths: [/services]}",
    "stackit": "{project: a, service_account_key_path: b}",
    "static": "{targets: ['backend:3001'], labels: {team: core}}",
    "triton": "{account: a, dns_suffix: b, endpoint: c, port: 9163, version: 1}",
    "uyuni": "{server: 'https://uyuni', username: a, password: b}",
    "vultr": "{authorization: {credentials_file: a}}",
}


def test_every_discovery_has_a_sample() -> None:
    assert {f"{kind}_sd" for kind in DISCOVERIES} == {
        key for key in schema("prometheus")["$defs"] if key.endswith("_sd")
    }


@pytest.mark.parametrize("kind", DISCOVERIES)
def test_discovery(kind: str) -> None:
    key = "static_configs" if kind == "static" else f"{kind}_sd_configs"
    sample = read(DISCOVERIES[kind])
    assert places("prometheus", {"scrape_configs": [{"job_name": "a", key: [sample]}]}) == set()
    assert places("prometheus", {"alerting": {"alertmanagers": [{key: [sample]}]}}) == set()
    wrong = {"scrape_configs": [{"job_name": "a", key: [sample | {"nonsense": 1}]}]}
    assert places("prometheus", wrong) == {("scrape_configs", 0, key, 0)}


@pytest.mark.parametrize("kind", DISCOVERIES)
def test_discovery_on_its_own(kind: str) -> None:
    """`discover:` of the spec is judged by one definition, without the rest of prometheus.yml."""
    alone = {"$ref": f"#/$defs/{kind}_sd", "$defs": schema("prometheus")["$defs"]}
    judge = jsonschema_rs.validator_for(alone)
    assert judge.is_valid(read(DISCOVERIES[kind]))
    assert not judge.is_valid({"nonsense": 1})


RECEIVERS = {
    "discord": "{webhook_url_file: a, title: b}",
    "email": "{to: a@example.org, from: b@example.org, smarthost: 'smtp:587', require_tls: false}",
    "incidentio": "{url: 'https://example.org', alert_source_token_file: a, timeout: 5s}",
    "jira": "{api_url: 'https://example.org', project: A, issue_type: Bug, fields: {a: {b: c}}, reopen_duration: 1d}",
    "mattermost": "{webhook_url_file: a, channel: b, attachments: [{title: c, fields: [{title: d, short: true}]}]}",
    "msteams": "{webhook_url: 'https://example.org', summary: a}",
    "msteamsv2": "{webhook_url_file: a, text: b}",
    "opsgenie": "{api_key_file: a, responders: [{name: b, type: team}], priority: P1, update_alerts: true}",
    "pagerduty": "{service_key_file: a, images: [{src: b}], links: [{href: c, text: d}]}",
    "pushover": "{user_key_file: a, token_file: b, retry: 1m, expire: 1.5h, html: true}",
    "rocketchat": "{channel: '#a', token_file: b, token_id_file: c, fields: [{title: d, value: e, short: false}]}",
    "slack": "{api_url_file: a, channel: '#b', fields: [{title: c, value: d}], send_resolved: false}",
    "sns": "{topic_arn: a, sigv4: {region: eu-west-1}, attributes: {b: c}}",
    "telegram": "{chat_id: -100, bot_token_file: a, parse_mode: MarkdownV2}",
    "victorops": "{routing_key: a, api_key_file: b, custom_fields: {c: d}}",
    "webex": "{room_id: a, http_config: {authorization: {credentials_file: b}}}",
    "webhook": "{url_file: a, max_alerts: 5, timeout: 1s, http_config: {proxy_url: 'http://proxy'}}",
    "wechat": "{api_secret_file: a, corp_id: b, to_user: c, message_type: markdown}",
}


def test_every_receiver_has_a_sample() -> None:
    keys = set(schema("alertmanager")["$defs"]["receiver"]["properties"]) - {"name"}
    assert {f"{kind}_configs" for kind in RECEIVERS} == keys


@pytest.mark.parametrize("kind", RECEIVERS)
def test_receiver(kind: str) -> None:
    def around(sample: object) -> object:
        return {"route": {"receiver": "a"}, "receivers": [{"name": "a", f"{kind}_configs": [sample]}]}

    at = ("receivers", 0, f"{kind}_configs", 0)
    sample = read(RECEIVERS[kind])
    assert places("alertmanager", around(sample)) == set()
    assert places("alertmanager", around(sample | {"nonsense": 1})) == {at}
    assert places("alertmanager", around(sample | {"send_resolved": "true"})) == {(*at, "send_resolved")}


REDUCE = "reduceOptions: {calcs: [lastNotNull], fields: '', values: false}"
LEGEND = "legend: {showLegend: true, displayMode: list, placement: bottom, calcs: []}"
TOOLTIP = "tooltip: {mode: single, sort: none}"
OPTIONS = {
    "alertlist": "{viewMode: list, groupMode: default, sortOrder: 1, maxItems: 20, stateFilter: {firing: true}}",
    "bargauge": f"{{{REDUCE}, displayMode: gradient, orientation: horizontal, valueMode: color, showUnfilled: true}}",
    "gauge": f"{{{REDUCE}, showThresholdLabels: false, showThresholdMarkers: true, sizing: auto}}",
    "heatmap": "{calculate: false, color: {mode: scheme, scheme: Oranges, steps: 64}, yAxis: {unit: s},"
    " cellGap: 1, showValue: never, legend: {show: true}, tooltip: {mode: single}, filterValues: {le: 1.0e-9}}",
    "logs": "{showTime: true, wrapLogMessage: true, sortOrder: Descending, dedupStrategy: none}",
    "piechart": f"{{{REDUCE}, {LEGEND}, {TOOLTIP}, pieType: donut, displayLabels: [percent]}}",
    "stat": f"{{{REDUCE}, graphMode: area, colorMode: background_solid, textMode: value_and_name}}",
    "state-timeline": f"{{showValue: auto, rowHeight: 0.9, mergeValues: true, alignValue: left, {LEGEND}, {TOOLTIP}}}",
    "table": "{showHeader: true, cellHeight: sm, sortBy: [{displayName: Value, desc: true}], frameIndex: 0}",
    "text": "{mode: html, content: <b>x</b>}",
    "timeseries": f"{{{LEGEND}, {TOOLTIP}}}",
}
CUSTOM = {
    "heatmap": "{scaleDistribution: {type: linear}, hideFrom: {legend: false, tooltip: false, viz: false}}",
    "piechart": "{hideFrom: {legend: false, tooltip: false, viz: false}}",
    "state-timeline": "{fillOpacity: 70, lineWidth: 0, spanNulls: 60000}",
    "table": "{align: auto, cellOptions: {type: color-background, mode: basic}, filterable: true, width: 100}",
    "timeseries": "{drawStyle: bars, gradientMode: opacity, scaleDistribution: {type: log, log: 10}}",
}
SOURCE = {"type": "prometheus", "uid": "${datasource}"}


def around_panel(panel: dict[str, Any]) -> dict[str, Any]:
    """A dashboard with this one panel."""
    document = copy.deepcopy(FULL["dashboard"])
    document["panels"] = [panel]
    return document  # type: ignore[no-any-return]


def a_panel(kind: str) -> dict[str, Any]:
    """A panel of this type that is fine."""
    panel = {"id": 1, "type": kind, "title": "", "gridPos": {"x": 0, "y": 0, "w": 24, "h": 8}}
    panel |= {"options": read(OPTIONS[kind])}
    if kind not in ("text", "alertlist"):
        defaults = {"unit": "short"} | ({"custom": read(CUSTOM[kind])} if kind in CUSTOM else {})
        panel |= {"datasource": SOURCE, "targets": [{"refId": "A", "datasource": SOURCE, "expr": "up"}]}
        panel |= {"fieldConfig": {"defaults": defaults, "overrides": []}}
    return panel


def test_every_panel_has_a_sample() -> None:
    assert {*OPTIONS, "row"} == set(schema("dashboard")["$defs"]["panel"]["properties"]["type"]["enum"])


@pytest.mark.parametrize("kind", OPTIONS)
def test_panel(kind: str) -> None:
    assert places("dashboard", around_panel(a_panel(kind))) == set()
    panel = a_panel(kind)
    panel["options"]["nonsense"] = 1
    assert places("dashboard", around_panel(panel)) == {("panels", 0, "options")}
    assert places("dashboard", around_panel(a_panel(kind) | {"panels": []})) == {("panels", 0, "panels")}
    if kind not in ("text", "alertlist"):
        panel = a_panel(kind)
        panel["fieldConfig"]["defaults"]["custom"] = {"nonsense": 1}
        assert places("dashboard", around_panel(panel)) == {("panels", 0, "fieldConfig", "defaults", "custom")}
        for key in ("datasource", "targets", "fieldConfig", "options"):
            panel = a_panel(kind)
            del panel[key]
            assert places("dashboard", around_panel(panel)) == {("panels", 0)}


# --- seeded faults: each is found, and only at its place ----------------------------------------------------------

MISSING = object()


@dataclass(frozen=True)
class Fault:
    """One change to a full document, and where the error must be."""

    at: str
    value: Any
    where: str


def put(at: str, value: Any, where: str | None = None) -> Fault:
    """Another value at this address."""
    return Fault(at, value, at if where is None else where)


def cut(at: str) -> Fault:
    """Nothing at this address; the error is in what holds it."""
    return Fault(at, MISSING, at.rpartition(".")[0])


def add(at: str, value: Any = 1) -> Fault:
    """A key that does not exist; the error is in what holds it."""
    return Fault(at, value, at.rpartition(".")[0])


def changed(document: Any, fault: Fault) -> Any:
    """A copy of the document with the fault in it."""
    document = copy.deepcopy(document)
    *way, last = address(fault.at)
    holder = functools.reduce(lambda value, key: value[key], way, document)
    if fault.value is MISSING:
        del holder[last]
    else:
        holder[last] = fault.value
    return document


JOB = "scrape_configs.0"
PANEL = "panels.1"
DEFAULTS = "panels.1.fieldConfig.defaults"
STEP = f"{DEFAULTS}.thresholds.steps"
ALERT = "groups.0.rules.0"
RECORD = "groups.0.rules.1"
PROM = "services.prometheus"
TIMES = "time_intervals.0.time_intervals.0"

FAULTS = {
    "prometheus": [
        add("scrape_config"),
        add("global.scrape_intervall", "15s"),
        add(f"{JOB}.scrape_intervall", "15s"),
        add(f"{JOB}.consult_sd_configs", []),
        put("global.scrape_interval", "15 s"),
        put("global.evaluation_interval", 15),
        put("global.external_labels", {"": "c"}),
        put("global.body_size_limit", 100),
        put("global.sample_limit", -1),
        put("global.scrape_protocols", []),
        put("global.scrape_protocols.0", "prometheusproto"),
        put("global.metric_name_escaping_scheme", "allow-utf-8"),
        put("rule_files.0", "rules/*/a.yml"),
        put("scrape_configs", {}),
        put(JOB, None),
        cut(f"{JOB}.job_name"),
        put(f"{JOB}.job_name", ""),
        put(f"{JOB}.scheme", "ftp"),
        put(f"{JOB}.honor_labels", "yes"),
        put(f"{JOB}.params.module", "http_2xx"),
        put(f"{JOB}.static_configs.0.targets", "backend:3001"),
        add(f"{JOB}.static_configs.0.target"),
        put(
            "scrape_configs.1.static_configs",
            [{"targets": ["http://bad"]}],
            "scrape_configs.1.static_configs.0.targets.0",
        ),
        put(f"{JOB}.bearer_token", "x"),
        put(f"{JOB}.authorization", {"credentials": "x"}),
        put(f"{JOB}.basic_auth.password", "x", f"{JOB}.basic_auth.password_file"),
        put(f"{JOB}.tls_config.min_version", "1.2"),
        put(f"{JOB}.relabel_configs.0.action", "repalce"),
        cut(f"{JOB}.relabel_configs.0.target_label"),
        put(f"{JOB}.relabel_configs.0.action", "lowercase", f"{JOB}.relabel_configs.0.replacement"),
        put(f"{JOB}.relabel_configs.0.action", "hashmod", f"{JOB}.relabel_configs.0"),
        put(f"{JOB}.relabel_configs.1.target_label", "a"),
        put("scrape_configs.1.kubernetes_sd_configs.0.role", "vacation"),
        put("scrape_configs.1.kubernetes_sd_configs.0.selectors.0.role", "service"),
        put("scrape_configs.1.kubernetes_sd_configs.0.tls_config", {}),
        put("scrape_configs.1.dns_sd_configs", [{"names": ["a"], "type": "A"}], "scrape_configs.1.dns_sd_configs.0"),
        put("scrape_configs.1.file_sd_configs", [{"files": ["a.txt"]}], "scrape_configs.1.file_sd_configs.0.files.0"),
        put("scrape_configs.1.ec2_sd_configs", [{"port": 70000}], "scrape_configs.1.ec2_sd_configs.0.port"),
        put("alerting.alertmanagers.0.api_version", "v1"),
        cut("remote_write.0.url"),
        put("remote_write.0.queue_config.capacity", 0),
        put("remote_write.0.headers.Authorization", "x"),
        put("remote_write.0.protobuf_message", "v2"),
        put("remote_write.0.sigv4", {}, "remote_write.0.sigv4"),
        put("storage.tsdb.retention.size", "-1GB"),
        put("storage.tsdb.retention.time", "-1h"),
        cut("tracing.endpoint"),
        put("tracing.sampling_fraction", 2),
        put("otlp.translation_strategy", "Invalid"),
        put("otlp.ignore_resource_attributes", ["a"]),
    ],
    "rules": [
        cut("groups"),
        add("group"),
        put("groups", {}),
        put("groups.0", None),
        cut("groups.0.name"),
        put("groups.0.name", ""),
        add("groups.0.namespace"),
        put("groups.0.interval", "30"),
        put("groups.0.query_offset", "-1m"),
        put("groups.0.limit", -1),
        put("groups.0.limit", 1.5),
        put("groups.0.labels", {"__name__": "a"}, "groups.0.labels.__name__"),
        put("groups.0.rules", {}),
        add(f"{ALERT}.annotation"),
        cut(f"{ALERT}.expr"),
        put(f"{ALERT}.expr", " "),
        put(f"{ALERT}.expr", ["up"]),
        put(f"{ALERT}.for", 5),
        put(f"{ALERT}.for", "5 minutes"),
        put(f"{ALERT}.for", ""),
        put(f"{ALERT}.for", "1m1h"),
        put(f"{ALERT}.keep_firing_for", "x"),
        put(f"{ALERT}.record", "a"),
        put(f"{ALERT}.alert", ""),
        put(f"{ALERT}.labels", ["severity"]),
        put(f"{ALERT}.labels", {"": "a"}),
        put(f"{ALERT}.labels.severity", None),
        put(f"{ALERT}.labels.severity", ["warning"]),
        put(f"{ALERT}.annotations", {"": "a"}),
        put(f"{ALERT}.annotations.summary", {"a": "b"}),
        cut(f"{RECORD}.record"),
        put(f"{RECORD}.record", 'a{b="c"}'),
        put(f"{RECORD}.for", "1m"),
        put(f"{RECORD}.keep_firing_for", "1m"),
        put(f"{RECORD}.annotations", {}),
    ],
    "alertmanager": [
        add("receiver"),
        cut("route"),
        cut("receivers"),
        cut("route.receiver"),
        add("global.slack_url"),
        put("global.resolve_timeout", "5 min"),
        put("global.smtp_smarthost", "smtp.example.org"),
        put("global.smtp_auth_password", "x", "global.smtp_auth_password_file"),
        put("global.slack_api_url", "https://example.org", "global.slack_api_url_file"),
        put("global.slack_app_token", "x", "global.slack_api_url_file"),
        put("global.http_config.bearer_token", "x"),
        put("global.http_config.authorization.type", "Basic"),
        put("route.matchers", ["a=b"]),
        put("route.mute_time_intervals", ["weekend"]),
        put("route.group_by", ["...", "job"]),
        put("route.group_by", ["job", "job"]),
        put("route.group_by.0", "alert name"),
        put("route.group_wait", 30),
        put("route.group_interval", "0s"),
        add("route.routes.0.recevier"),
        put("route.routes.0.matchers.0", "severity"),
        put("route.routes.0.matchers.0", "severity~critical"),
        put("route.routes.0.continue", "true"),
        put("route.routes.0.routes.0.match", {"a-b": "c"}),
        put("route.routes.0.routes.0.match.team", None),
        cut("receivers.0.name"),
        add("receivers.0.slack_config"),
        put("receivers.0.slack_configs.0", None),
        cut("receivers.0.slack_configs.0.actions.0.text"),
        cut("receivers.0.slack_configs.0.actions.0.url"),
        cut("receivers.1.pagerduty_configs.0.routing_key_file"),
        put("receivers.1.pagerduty_configs.0.routing_key", "x", "receivers.1.pagerduty_configs.0.routing_key_file"),
        cut("receivers.1.webhook_configs.0.url"),
        put("receivers.1.webhook_configs.0.max_alerts", -1),
        cut("receivers.2.email_configs.0.to"),
        put(
            "receivers.2.opsgenie_configs",
            [{"api_key_file": "a", "responders": [{"type": "team"}]}],
            "receivers.2.opsgenie_configs.0.responders.0",
        ),
        put(
            "receivers.2.telegram_configs",
            [{"chat_id": 1, "bot_token_file": "a", "parse_mode": "html"}],
            "receivers.2.telegram_configs.0.parse_mode",
        ),
        put(
            "receivers.2.sns_configs",
            [{"topic_arn": "a", "phone_number": "1"}],
            "receivers.2.sns_configs.0.phone_number",
        ),
        put(
            "receivers.2.webex_configs",
            [{"room_id": "a", "http_config": {}}],
            "receivers.2.webex_configs.0.http_config",
        ),
        add("inhibit_rules.0.source_matcher"),
        put("inhibit_rules.0.equal.0", "a b"),
        cut("time_intervals.0.name"),
        put(f"{TIMES}.weekdays.0", "caturday"),
        put(f"{TIMES}.times.0.end_time", "24:30"),
        put(f"{TIMES}.days_of_month.0", "0"),
        put(f"{TIMES}.months.0", "13"),
        cut("tracing.endpoint"),
    ],
    "compose": [
        add("service"),
        cut("services"),
        put("services", {}),
        put("name", "AI Coding"),
        add(f"{PROM}.helthcheck", {}),
        cut(f"{PROM}.image"),
        put(f"{PROM}.image", "a b"),
        put(f"{PROM}.image", ""),
        put(f"{PROM}.command", {"a": 1}),
        put(f"{PROM}.ports.0", "9090:9090/http"),
        put(f"{PROM}.ports.0", "nine:9090"),
        put(f"{PROM}.ports.0", 70000),
        cut(f"{PROM}.ports.1.target"),
        put(f"{PROM}.ports.1.protocol", "http"),
        put(f"{PROM}.volumes.1.type", "disk"),
        put(f"{PROM}.volumes.1.readonly", True, f"{PROM}.volumes.1"),
        put(f"{PROM}.volumes.0", ":/prometheus"),
        put(f"{PROM}.healthcheck.test", ["wget"], f"{PROM}.healthcheck.test.0"),
        put(f"{PROM}.healthcheck.interval", 15),
        put(f"{PROM}.healthcheck.interval", "15 seconds"),
        add(f"{PROM}.healthcheck.retry"),
        put(f"{PROM}.depends_on.alertmanager.condition", "healthy"),
        put(f"{PROM}.depends_on", "alertmanager"),
        put(f"{PROM}.restart", "allways"),
        put(f"{PROM}.restart", False),
        put(f"{PROM}.user", ["a"]),
        put(f"{PROM}.read_only", "yes"),
        add(f"{PROM}.networks.monitoring.alias"),
        put(f"{PROM}.network_mode", "host", f"{PROM}.networks"),
        add(f"{PROM}.deploy.resources.limit", {}),
        put(f"{PROM}.deploy.resources.limits.memory", "two gigabytes"),
        put(f"{PROM}.deploy.resources.limits.cpus", "many"),
        cut(f"{PROM}.ulimits.nofile.hard"),
        put(f"{PROM}.logging.option", {}, f"{PROM}.logging"),
        put(f"{PROM}.cap_drop", "ALL"),
        put(f"{PROM}.profiles.0", "full stack"),
        put(f"{PROM}.extra_hosts.0", "host"),
        put("services.alertmanager.depends_on", ["node", "node"]),
        put("services.alertmanager.environment", {"A B": "c"}),
        put("services.node.environment.0", "=1"),
        add("services.backend.build.dockerfil"),
        add("volumes.grafana.drivr"),
        put("networks.monitoring.internal", "no"),
        cut("secrets.slack.file"),
        put("secrets.slack.environment", "A"),
        put("configs.rules.file", "a", "configs.rules.content"),
    ],
    "dashboard": [
        add("style", "dark"),
        add("gnetId", None),
        cut("uid"),
        put("uid", "a b"),
        put("uid", "a" * 41),
        cut("title"),
        put("title", ""),
        put("schemaVersion", 43),
        put("schemaVersion", "42"),
        put("refresh", False),
        put("refresh", "30"),
        cut("time.to"),
        put("time.from", "6h ago"),
        put("timezone", "berlin"),
        put("graphTooltip", 3),
        put("tags", ["a", "a"]),
        add("timepicker.time_options", []),
        cut("links.0.keepTime"),
        put("links.0.type", "url"),
        cut("annotations.list"),
        cut("annotations.list.1.expr"),
        put("annotations.list.1.iconColor", "gren"),
        put("templating.list.0.type", "source"),
        put("templating.list.0.name", "data source"),
        put("templating.list.0.query", ""),
        put("templating.list.1.refresh", 3),
        cut("templating.list.1.datasource"),
        cut("templating.list.1.query.refId"),
        put("templating.list.1.hide", 4),
        put("templating.list.1.allValue", ""),
        put("templating.list.1.multi", "true"),
        put("templating.list.0.label", None),
        put("templating.list.2.auto_min", "ten"),
        add("templating.list.1.useTags", False),
        put("__inputs.0.type", "source"),
        cut("__inputs.0.pluginId"),
        cut("__requires.0.version"),
        cut(f"{PANEL}.id"),
        put(f"{PANEL}.id", "2"),
        cut(f"{PANEL}.title"),
        put(f"{PANEL}.type", "graph"),
        add(f"{PANEL}.nullPointMode"),
        put(f"{PANEL}.gridPos.w", 25),
        put(f"{PANEL}.gridPos.x", 24),
        put(f"{PANEL}.gridPos.h", 0),
        cut(f"{PANEL}.gridPos.y"),
        put(f"{PANEL}.datasource", "Prometheus"),
        put(f"{PANEL}.datasource.uid", "$datasource"),
        cut(f"{PANEL}.datasource.type"),
        put(f"{PANEL}.maxDataPoints", 0),
        put(f"{PANEL}.interval", "often"),
        put(f"{PANEL}.timeFrom", None),
        put(f"{PANEL}.repeatDirection", "down"),
        cut(f"{PANEL}.targets.0.refId"),
        cut(f"{PANEL}.targets.0.expr"),
        put(f"{PANEL}.targets.0.expr", ""),
        cut(f"{PANEL}.targets.0.datasource"),
        put(f"{PANEL}.targets.0.format", "timeseries"),
        put(f"{PANEL}.targets.0.instant", "true"),
        add(f"{PANEL}.targets.0.legend"),
        cut(f"{PANEL}.fieldConfig.overrides"),
        cut(f"{PANEL}.fieldConfig.defaults"),
        put(f"{DEFAULTS}.unit", ""),
        put(f"{DEFAULTS}.unit", 1),
        put(f"{DEFAULTS}.decimals", "1"),
        put(f"{DEFAULTS}.min", "0"),
        put(f"{DEFAULTS}.color.mode", "palette"),
        put(f"{DEFAULTS}.color.mode", "fixed", f"{DEFAULTS}.color"),
        put(f"{DEFAULTS}.thresholds.mode", "percent"),
        put(STEP, []),
        put(f"{STEP}.0.value", 0),
        put(f"{STEP}.1.value", None),
        put(f"{STEP}.1.value", "80"),
        cut(f"{STEP}.1.color"),
        put(f"{STEP}.1.color", "crimson"),
        put(f"{DEFAULTS}.mappings.0.type", "values"),
        put(f"{DEFAULTS}.mappings.0.options.idle.colour", "red", f"{DEFAULTS}.mappings.0.options.idle"),
        put(f"{DEFAULTS}.mappings.0.type", "range", f"{DEFAULTS}.mappings.0.options"),
        put(f"{DEFAULTS}.custom.drawStyle", "lines"),
        put(f"{DEFAULTS}.custom.fillOpacity", 101),
        put(f"{DEFAULTS}.custom.stacking.mode", True),
        put(f"{DEFAULTS}.custom.scaleDistribution.type", "log", f"{DEFAULTS}.custom.scaleDistribution"),
        put(f"{DEFAULTS}.custom.thresholdsStyle.mode", "dotted"),
        put(f"{PANEL}.fieldConfig.overrides.0.matcher.id", "byname"),
        put(f"{PANEL}.fieldConfig.overrides.0.matcher.options", ""),
        put(f"{PANEL}.fieldConfig.overrides.0.properties", []),
        put(f"{PANEL}.fieldConfig.overrides.0.properties.0.id", "units"),
        put(f"{PANEL}.fieldConfig.overrides.0.properties.0.value", 1),
        put(f"{PANEL}.fieldConfig.overrides.0.properties.1.value", 200),
        cut(f"{PANEL}.fieldConfig.overrides.0.properties.2.value.mode"),
        cut(f"{PANEL}.options.legend"),
        put(f"{PANEL}.options.legend.displayMode", "tables"),
        put(f"{PANEL}.options.legend.calcs.0", "avg"),
        put(f"{PANEL}.options.tooltip.mode", "all"),
        put(f"{PANEL}.transformations.0.id", "organise"),
        cut(f"{PANEL}.transformations.0.options"),
        cut(f"{PANEL}.links.0.url"),
        put("panels.2.options.reduceOptions.calcs", []),
        put("panels.2.options.graphMode", True),
        put("panels.2.options.textMode", "both"),
        cut("panels.0.collapsed"),
        put("panels.0.gridPos.w", 12),
        put("panels.0.targets", []),
        put("panels.0.panels", [a_panel("text")]),
        put("panels.3.panels.0.type", "row", "panels.3.panels.0"),
        cut("panels.3.panels.0.options.content"),
    ],
}
ENOUGH = {"dashboard": 30}


@pytest.mark.parametrize("name", NAMES)
def test_there_are_enough_faults(name: str) -> None:
    assert len(FAULTS[name]) >= ENOUGH.get(name, 20)


@pytest.mark.parametrize(
    ("name", "fault"),
    [pytest.param(name, fault, id=f"{name}:{fault.at}") for name in NAMES for fault in FAULTS[name]],
)
def test_fault_is_found_at_its_place(name: str, fault: Fault) -> None:
    found = places(name, changed(FULL[name], fault))
    where = address(fault.where)
    assert where in found
    assert {place for place in found if place[: len(where)] != where} == set(), "no error elsewhere"
