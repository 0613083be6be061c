"""What the numbers of well-known metrics look like in good health, for a history that a person believes."""

from __future__ import annotations

# Labels that belong together: a model has one provider, a file system one device.
TOGETHER: tuple[tuple[dict[str, str], ...], ...] = (
    (
        {"provider": "anthropic", "model": "claude-sonnet"},
        {"provider": "anthropic", "model": "claude-haiku"},
        {"provider": "openai", "model": "gpt-large"},
        {"provider": "openai", "model": "gpt-mini"},
        {"provider": "google", "model": "gemini-pro"},
    ),
    (
        {"method": "POST", "route": "/api/chat"},
        {"method": "POST", "route": "/api/complete"},
        {"method": "GET", "route": "/api/files/:id"},
        {"method": "PUT", "route": "/api/files/:id"},
        {"method": "GET", "route": "/api/sessions"},
        {"method": "PATCH", "route": "/api/settings"},
        {"method": "DELETE", "route": "/api/files/:id"},
    ),
    (
        {"device": "/dev/nvme0n1p2", "fstype": "ext4", "mountpoint": "/"},
        {"device": "/dev/nvme1n1", "fstype": "xfs", "mountpoint": "/var/lib/docker"},
    ),
    (
        {"id": "/docker/5f1c", "image": "assistant/backend:2.4.1", "name": "backend"},
        {"id": "/docker/8d02", "image": "redis:7.4", "name": "redis"},
        {"id": "/docker/a97e", "image": "nginx:1.29", "name": "proxy"},
        {"id": "/docker/c3b8", "image": "assistant/worker:2.4.1", "name": "worker"},
        {"id": "/docker/e614", "image": "prom/prometheus:v3.5.0", "name": "prometheus"},
    ),
)

# Values for labels of which only the number is declared.
VALUES = {
    "cpu": ("0", "1"),
    "device": ("nvme0n1", "nvme1n1"),
    "interface": ("eth0",),
    "method": ("GET", "POST"),
    "status": ("200", "201", "404", "500"),
}

# How much of the whole a label's value gets; all others get 1.
SHARES = {
    "200": 60.0, "201": 12.0, "204": 6.0, "400": 0.8, "401": 0.6, "403": 0.25, "404": 1.5, "429": 0.5,
    "500": 0.35, "502": 0.15, "503": 0.12, "504": 0.08, "success": 40.0, "error": 0.5,
    "read": 9.0, "update": 3.0, "create": 1.5, "delete": 0.4, "restore": 0.2,
    "idle": 7.0, "user": 2.2, "system": 0.8, "iowait": 0.15, "irq": 0.02, "softirq": 0.05, "steal": 0.01, "nice": 0.02,
    "input": 4.0, "output": 1.0, "/api/complete": 5.0, "/api/chat": 3.0, "claude-sonnet": 4.0, "claude-haiku": 2.5,
    "gpt-mini": 1.6, "rate_limit": 4.0, "timeout": 2.5, "invalid_request": 0.5, "backend": 6.0, "prometheus": 2.0,
}  # fmt: skip

# What a counter gains a second, all its series together.
PACES = {
    "http_requests_total": 42.0,
    "ai_api_calls_total": 6.5,
    "ai_tokens_used_total": 14_000.0,
    "ai_errors_total": 0.09,
    "ai_coding_assistant_sessions_total": 0.06,
    "file_operations_total": 9.0,
    "version_operations_total": 1.6,
    "process_cpu_seconds_total": 0.38,
    "redis_cpu_user_seconds_total": 0.05,
    "redis_cpu_sys_seconds_total": 0.04,
    "redis_commands_processed_total": 850.0,
    "redis_keyspace_hits_total": 410.0,
    "redis_keyspace_misses_total": 26.0,
    "redis_evicted_keys_total": 0.02,
    "node_cpu_seconds_total": 2.0,
    "node_disk_read_bytes_total": 2.4e6,
    "node_disk_written_bytes_total": 9.1e6,
    "container_cpu_usage_seconds_total": 0.9,
    "container_network_receive_bytes_total": 1.9e6,
    "container_network_transmit_bytes_total": 2.6e6,
}

# Observations a second and their median.
SIZES = {
    "http_request_duration_seconds": (42.0, 0.16),
    "http_request_size_bytes": (42.0, 2_400.0),
    "http_response_size_bytes": (42.0, 14_000.0),
    "ai_api_duration_seconds": (6.5, 1.9),
    "ai_coding_assistant_session_duration_seconds": (0.06, 1_300.0),
    "file_operations_duration_seconds": (9.0, 0.014),
    "file_size_bytes": (9.0, 5_200.0),
    "version_operations_duration_seconds": (1.6, 0.022),
    "version_size_bytes": (1.6, 4_100.0),
}

GIB = 2.0**30

# Between which values a gauge moves.
LEVELS = {
    "ai_coding_assistant_active_sessions": (38.0, 96.0),
    "process_resident_memory_bytes": (0.52 * GIB, 0.74 * GIB),
    "nodejs_heap_size_total_bytes": (0.36 * GIB, 0.50 * GIB),
    "nodejs_heap_size_used_bytes": (0.26 * GIB, 0.41 * GIB),
    "nodejs_eventloop_lag_p99_seconds": (0.012, 0.045),
    "redis_up": (1.0, 1.0),
    "redis_memory_used_bytes": (0.61 * GIB, 0.79 * GIB),
    "redis_memory_max_bytes": (1.0 * GIB, 1.0 * GIB),
    "redis_connected_clients": (18.0, 31.0),
    "node_load1": (0.4, 1.7),
    "node_memory_MemTotal_bytes": (16 * GIB, 16 * GIB),
    "node_memory_MemAvailable_bytes": (5.6 * GIB, 7.4 * GIB),
    "node_filesystem_size_bytes": (120e9, 120e9),
    "node_filesystem_avail_bytes": (46e9, 52e9),
    "container_memory_working_set_bytes": (0.24 * GIB, 0.41 * GIB),
    "container_spec_memory_limit_bytes": (1.0 * GIB, 1.0 * GIB),
}
