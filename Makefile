# The verbs. Each works on a fresh machine with Python 3.11+ and make; `make setup` is part of every one.
.DEFAULT_GOAL := help
.PHONY: help setup console run test check format openapi clean
BIN := .venv/bin
CONSOLE := src/hikiate/console/index.html
CHROMIUM := web/node_modules/.chromium/chromium

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: .venv/.ready ## Install everything, as pinned

.venv/.ready: uv.lock pyproject.toml
	test -x $(BIN)/python || python3 -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv==0.13.9'
	$(BIN)/uv sync --quiet --frozen --all-extras
	@touch $@

console: $(CONSOLE) ## Build the console, where `serve` finds it

web/node_modules/.ready: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(CONSOLE): web/node_modules/.ready web/index.html web/vite.config.ts $(shell find web/src web/public -type f)
	cd web && npm run --silent build -- --logLevel warn

$(CHROMIUM): web/node_modules/.ready web/scripts/chromium.mjs
	cd web && node scripts/chromium.mjs
	@touch $@

run: setup console ## Load the sample, allocate it, and serve on http://127.0.0.1:8000
	$(BIN)/hikiate demo
	$(BIN)/hikiate serve

test: setup console $(CHROMIUM) ## Run all tests
	cd web && npm run --silent test
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

check: setup console ## Lint, types, import contracts, drift from OpenAPI, the console's size
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m hikiate.api.openapi --check docs/openapi.json
	cd web && npm run --silent check

format: setup web/node_modules/.ready ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd web && npm run --silent format

openapi: setup web/node_modules/.ready ## Write docs/openapi.json and the console's types anew
	$(BIN)/python -m hikiate.api.openapi docs/openapi.json
	cd web && npm run --silent types

clean: ## Remove what the verbs made, but no data
	rm -rf .venv web/node_modules src/hikiate/console build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
