# The verbs. Each works on a fresh machine with Python 3.11+ and make; `make setup` is part of every one.
.DEFAULT_GOAL := help
.PHONY: help setup run test check format openapi clean
BIN := .venv/bin

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: .venv/.ready ## Install everything, as pinned

.venv/.ready: uv.lock pyproject.toml
	test -x $(BIN)/python || python3 -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv==0.13.9'
	$(BIN)/uv sync --quiet --frozen --all-extras
	@touch $@

run: setup ## Load the sample, allocate it, and serve on http://127.0.0.1:8000
	$(BIN)/hikiate demo
	$(BIN)/hikiate serve

test: setup ## Run all tests
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

check: setup ## Lint, types, import contracts, OpenAPI drift
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m hikiate.api.openapi --check docs/openapi.json

format: setup ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

openapi: setup ## Write docs/openapi.json anew
	$(BIN)/python -m hikiate.api.openapi docs/openapi.json

clean: ## Remove what the verbs made, but no data
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
