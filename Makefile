# Everything goes through here, on a laptop and in CI. `make` alone lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ENV ?= $(or $(ENVIRONMENT_SUFFIX),dev)
CYCLONEDX := cyclonedx-bom==7.5.0
PIP_LICENSES := pip-licenses==5.5.5
UV_VERSION := $(shell sed -n 's/^uv==//p' requirements.txt)

# Compiled modules make every later synthesis seconds faster.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help quick mutants model unit-313 setup synth demo test check format unit e2e bench snapshots docs dashboard lock sbom licences outputs destroy clean

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: $(READY) ## create the environment and build the functions' layer

$(READY): requirements.lock requirements.txt requirements-dev.txt lambda_src/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with PYTHON=..." >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements.lock
	$(BIN)/python -m lib.building.packaging
	@touch $@

synth: $(READY) ## synthesize the stack of ENVIRONMENT_SUFFIX (dev) into cdktf.out
	$(BIN)/python main.py
	@echo "cdktf.out/stacks/TapStack$${ENVIRONMENT_SUFFIX:-dev}/cdk.tf.json"

demo: $(READY) ## deploy 'manufacturing' to an embedded AWS, send 30 seconds of readings, account for each of them
	$(BIN)/python -m local run --preset manufacturing --duration 30 --rate 200

# The integration suite runs against a live deployment; the end-to-end tests run it against the local one.
test: $(READY) ## every test
	$(BIN)/python -m tools.suite all

check: $(READY) ## formatting, lint, types, workflows
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m tools.workflows

format: $(READY) ## format the code and fix what lint can fix
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

unit: $(READY) ## the tests that need neither Terraform nor the embedded AWS nor a network
	$(BIN)/python -m tools.suite unit

unit-313: $(READY) ## the functions' unit tests on the Python and the layer that they have in AWS
	$(BIN)/python -m tools.runtime

quick: $(READY) ## the nearest tests of the files that differ from the commit SINCE (HEAD), within half a minute
	$(BIN)/python -m tools.suite quick --since $(or $(SINCE),HEAD)

mutants: $(READY) ## change the code in N (20) random places, drawn with SEED (1), and show which changes no test notices
	$(BIN)/python -m tools.mutants $(or $(N),20) $(or $(SEED),1)

model: $(READY) ## play N (5000) random schedules, drawn with SEED (1), against the model of what the processor promises
	MODEL_SCHEDULES=$(or $(N),5000) MODEL_SEED=$(or $(SEED),1) $(BIN)/python -m pytest -q --timeout 0 tests/model/test_schedules.py

e2e: $(READY) ## the tests on the embedded AWS
	$(BIN)/python -m tools.suite e2e

bench: $(READY) ## measure synthesis and the functions
	$(BIN)/python -m bench synth
	$(BIN)/python -m bench formats
	$(BIN)/python -m bench handlers
	$(BIN)/python -m bench handlers --stores dynamodb --devices 500 --batch 5000
	$(BIN)/python -m bench handlers --stores dynamodb --devices 100 --batch 100

snapshots: $(READY) ## accept the synthesized JSON as it is now
	$(BIN)/python -m tests.support.snapshots

docs: $(READY) ## write docs/architecture, docs/openapi.json and the tables of costs anew from the stack
	$(BIN)/python -m tools.architecture
	$(BIN)/python -m tools.openapi
	$(BIN)/python -m tools.systems
	$(BIN)/python -m tools.cost

dashboard: $(READY) ## draw each preset's dashboard with example data, as images below .build/dashboard
	$(BIN)/python -m tools.dashboard.draw

.PHONY: engines bootstrap plan deploy drift forgotten cost cost-difference

engines: $(READY) ## synthesize every preset with CDK Terrain as well, and compare the plans
	$(BIN)/python -m tools.engines

bootstrap: $(READY) ## prepare an account once: state bucket, OIDC and deploy roles for REPOSITORY=owner/name
	$(BIN)/python -m ops bootstrap --repository $(REPOSITORY) $(OPTIONS)

plan: $(READY) ## show what a deploy of ENV (dev) would change, and save the plan
	$(BIN)/python -m ops environment plan --environment $(ENV) $(OPTIONS)

deploy: $(READY) ## deploy ENV (dev); OPTIONS=--saved applies the plan of 'make plan'
	$(BIN)/python -m ops environment deploy --environment $(ENV) $(OPTIONS)

drift: $(READY) ## fail if what stands of ENV (dev) differs from this code
	$(BIN)/python -m ops environment drift --environment $(ENV) $(OPTIONS)

outputs: $(READY) ## write cfn-outputs/flat-outputs.json from the deployed stack of ENV (dev)
	$(BIN)/python -m ops environment outputs --environment $(ENV) $(OPTIONS)

destroy: $(READY) ## remove the devices of ENV (dev) and everything without data; OPTIONS=--allow-data-loss also the data
	$(BIN)/python -m ops environment destroy --environment $(ENV) $(OPTIONS)

forgotten: $(READY) ## destroy environments of closed pull requests; OPTIONS="--open FILE" has the open ones' numbers
	$(BIN)/python -m ops environment forgotten $(OPTIONS)

cost-difference: $(READY) ## what ENV (dev) costs more or less per month than at the commit BASE
	@$(BIN)/python -m tools.cost_difference --environment $(ENV) --base $(BASE)

cost: $(READY) ## what ENV (dev) costs per month
	$(BIN)/python -m ops cost --environment $(ENV) $(OPTIONS)

lock: $(READY) ## resolve requirements.lock anew
	$(BIN)/uv pip compile --quiet --no-header --generate-hashes --python-version 3.11 requirements-dev.txt --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --no-header --generate-hashes --python-version 3.11 tools/engines/requirements.txt \
		--output-file tools/engines/requirements.lock

sbom: $(READY) ## write the bill of materials of the environment into .build/sbom.json (CycloneDX)
	@mkdir -p .build
	$(BIN)/uv tool run --quiet --from "$(CYCLONEDX)" cyclonedx-py environment --pyproject pyproject.toml \
		--output-reproducible --of JSON --output-file .build/sbom.json $(BIN)/python

licences: $(READY) ## write the licence of every dependency into .build/licences.csv
	@mkdir -p .build
	$(BIN)/uv tool run --quiet --from "$(PIP_LICENSES)" pip-licenses --python $(BIN)/python --with-urls --format csv \
		--output-file .build/licences.csv

clean: ## remove everything that was made here
	rm -rf $(VENV) .build cdktf.out cfn-outputs .pytest_cache .mypy_cache .ruff_cache .hypothesis
