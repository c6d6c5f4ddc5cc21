# make demo, make test: each sets up all that it needs. Needs Python 3.11 to 3.13, Node.js, make.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.setup-done

export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20,22
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH
unexport VIRTUAL_ENV

.PHONY: setup demo test check promises synth bench lock clean

setup: $(STAMP) ## .venv with every locked package and .venv/bin/oasis

$(STAMP): requirements.txt pyproject.toml .ci/setup
	@PYTHON="$(PYTHON)" .ci/setup
	@touch $@

demo: setup ## the journey on this host; DATA=folder takes real data
	@.ci/need-node
	$(BIN)/oasis demo $(if $(DATA),--data "$(DATA)")

test: setup ## all tests; TESTS=path for some
	@.ci/need-node
	$(BIN)/pytest $(or $(TESTS),--promises)

promises: setup ## what must never break: runs, violations, seeded faults; PROMISES=stretch for more
	@.ci/need-node
	$(BIN)/pytest -m promise --promises

check: setup ## style, types, import rules, unsafe code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive client functions infra oasis shared

synth: setup ## the templates, in cdk.out, and their sizes; STAGE=prod for the production stage
	@.ci/need-node
	$(BIN)/python -m infra.app --context stage=$(or $(STAGE),dev) --out cdk.out
	@$(BIN)/python -m infra.sizes cdk.out

bench: setup ## figures against their goals, and docs/benchmarks.md; PART=drops, SIZE=small for less
	@.ci/need-node
	PYTHONPATH="$(CURDIR)" $(BIN)/python tests/benchmarks/bench.py --part $(or $(PART),all) --size $(or $(SIZE),full)

lock: setup ## renew requirements.txt here and in functions/*, and docs/licences.md
	$(BIN)/python -m infra.locks
	@$(MAKE) --no-print-directory setup
	$(BIN)/python -m infra.licences

clean: ## take the local stack down and remove what can be made again
	@if [ -f .oasis/ministack.json ] && [ -x $(BIN)/oasis ]; then $(BIN)/oasis local down; fi
	rm -rf .venv .cache .oasis cdk.out build *.egg-info .mypy_cache .pytest_cache .ruff_cache \
		.import_linter_cache .hypothesis
