# The verbs. Each works on a fresh machine with Python 3.11+ and make; `make setup` is part of every one.
.DEFAULT_GOAL := help
.PHONY: help setup run test check format openapi build deploy rollback destroy clean
BIN := .venv/bin

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: .venv/.ready ## Install everything, as pinned

.venv/.ready: uv.lock pyproject.toml
	test -x $(BIN)/python || python3 -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv==0.13.9'
	$(BIN)/uv sync --quiet --frozen --all-extras
	@touch $@

# What deploys and checks templates has an environment of its own.
infra/.venv/.ready: infra/uv.lock infra/pyproject.toml | .venv/.ready
	cd infra && ../$(BIN)/uv sync --quiet --frozen --python ../$(BIN)/python
	@touch $@

run: setup ## Load the sample, allocate it, and serve on http://127.0.0.1:8000
	$(BIN)/hikiate demo
	$(BIN)/hikiate serve

test: setup infra/.venv/.ready ## Run all tests
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal
	cd infra && .venv/bin/python -m pytest --confcutdir=../tests/infra

check: setup infra/.venv/.ready ## Lint, types, import contracts, OpenAPI drift, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy delivery
	$(BIN)/lint-imports
	$(BIN)/python -m hikiate.api.openapi --check docs/openapi.json
	cd infra && .venv/bin/mypy
	cd infra && .venv/bin/cfn-lint *.yml
	cd infra && .venv/bin/python -m policy

format: setup ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

openapi: setup ## Write docs/openapi.json anew
	$(BIN)/python -m hikiate.api.openapi docs/openapi.json

CONSOLE := $(if $(wildcard web/package.json),console)

build: setup $(CONSOLE) ## Build what is released: wheel, zips for AWS Lambda, console
	rm -rf dist/*.whl dist/*.tar.gz dist/console
	$(BIN)/uv build --quiet --no-build-isolation --python $(BIN)/python --out-dir dist
	$(if $(CONSOLE),cp -R src/hikiate/console dist/console)
	$(BIN)/python packaging/build.py $(BUILD_ARGS)

deploy: infra/.venv/.ready ## Deploy what was built to ENV of your AWS account, after showing what would change
	@test -n "$(ENV)" || { echo "Say where to: make deploy ENV=development (one of infra/parameters)"; exit 2; }
	@cd infra && .venv/bin/python -m deployment deploy --environment $(ENV) $(ARGS)

rollback: infra/.venv/.ready ## Give the traffic of ENV back to the release before
	@test -n "$(ENV)" || { echo "Say where: make rollback ENV=production"; exit 2; }
	@cd infra && .venv/bin/python -m deployment rollback --environment $(ENV) $(ARGS)

destroy: infra/.venv/.ready ## Delete ENV from your AWS account, after asking for its name
	@test -n "$(ENV)" || { echo "Say what to destroy: make destroy ENV=development"; exit 2; }
	@cd infra && .venv/bin/python -m deployment destroy --environment $(ENV) $(ARGS)

clean: ## Remove what the verbs made, but no data
	rm -rf .venv infra/.venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
