# Two commands do everything on a fresh machine: `make demo` shows the product, `make test` proves it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
APT := $(shell command -v apt-get 2>/dev/null)
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo "sudo -n")
# Debian's names of the programs that the tests start; node and npm judge the dashboards, curl is what docs/ci.md runs.
NEEDED := promtool:prometheus prometheus:prometheus amtool:prometheus-alertmanager redis-server:redis-server \
	prometheus-redis-exporter:prometheus-redis-exporter prometheus-node-exporter:prometheus-node-exporter node:nodejs npm:npm \
	curl:curl

.PHONY: demo test lint golden docs bench picture clean

demo: $(VENV)/installed ## Generate and validate the first example into monitoring/.
	@$(BIN)/aimon validate examples/01-ai-coding-assistant
	@$(BIN)/aimon generate examples/01-ai-coding-assistant --out monitoring
	@echo
	@echo "monitoring/ holds the whole stack. Look at these first:"
	@echo "  monitoring/docs/alerts.md           what can wake somebody, and what to do then"
	@echo "  monitoring/grafana-dashboard.json   import it in Grafana, or let the stack below bring it"
	@echo "  examples/01-ai-coding-assistant/aimon.yaml   the one file that all of it came from"
	@echo "With Docker:  make -C monitoring monitoring-setup   starts it; Grafana opens on http://localhost:3000"

test: $(VENV)/tested servers lint ## Install what the tests need, and run everything.
	$(BIN)/python -m pytest

lint: $(VENV)/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.PHONY: servers
servers: ## The real servers that the tests start, from Debian's packages where apt is there.
	@missing=""; for pair in $(NEEDED); do \
		command -v "$${pair%%:*}" >/dev/null 2>&1 || missing="$$missing $${pair##*:}"; \
	done; \
	[ -z "$$missing" ] && exit 0; \
	if [ -n "$(APT)" ]; then \
		echo "installing$$missing"; \
		$(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing >/dev/null \
			|| echo "could not install$$missing: the tests that need them will be skipped, which is a failure where CI=true"; \
	else \
		echo "there is no apt here to install$$missing: the tests that need them will be skipped"; \
	fi

golden: $(VENV)/installed ## Regenerate what the tests compare with: the examples' outputs and the reference pages.
	@for example in examples/*/; do $(BIN)/aimon generate "$$example" --quiet || exit 1; done
	@$(BIN)/python docs/pages.py

bench: $(VENV)/tested servers ## Measure speed side by side, as ratios.
	$(BIN)/python bench/bench.py

picture: $(VENV)/tested servers ## Draw the dashboards with Grafana's own panels.
	$(BIN)/python tests/grafana/picture/draw.py examples/01-ai-coding-assistant main --fire HighErrorRate -o docs/images/main-dashboard.png

clean: ## Remove what was installed and generated here.
	rm -rf $(VENV) .cache monitoring build dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "aimon needs Python 3.10 or newer"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { [ -n "$(APT)" ] && $(SUDO) apt-get update -qq && \
		$(SUDO) apt-get install -y -qq --no-install-recommends python3-venv >/dev/null; } || { echo "install python3-venv first"; exit 2; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip

$(VENV)/installed: $(VENV)/bin/python pyproject.toml
	@echo "installing aimon into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/tested: $(VENV)/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@
