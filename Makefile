# make run    install and compare the three headline scenarios over 200 paired worlds
# make test   install and run the tests
# make bench  speed and scale, measured side by side
# make lint   style, types, documentation of the public names, workflows
# make lock   resolve the versions again

PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
READY := .venv/.ready
# the versions of requirements.lock, and only the packages that a command needs
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock

run: .venv/.run
	$(BIN)/suasion compare

test: .venv/.test
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

bench: .venv/.test
	-$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation -e .[bench]
	-$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps mesa-frames==0.1.0a0
	$(BIN)/python -m benchmarks.side_by_side
	$(BIN)/python -m benchmarks.whole_model
	$(BIN)/python -m benchmarks.kernel
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.memory
	$(BIN)/python -m experiments.studies.scale

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright --level error
	$(BIN)/python -m tools.docstrings
	$(BIN)/zizmor --offline --quiet .github

baseline: .venv/.test
	$(BIN)/python -m tests.baseline

lock:
	$(BIN)/python -m dependency_groups dev | CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --strip-extras \
		--no-emit-index-url --no-emit-find-links --allow-unsafe --extra analysis --extra cluster --output-file requirements.lock pyproject.toml -

.venv/.run: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(INSTALL) pip setuptools wheel hatchling editables
	$(INSTALL) --no-build-isolation --editable .
	touch .venv/.run

.venv/.test: .venv/.run
	$(INSTALL) --no-build-isolation --editable .[analysis,cluster] --group test
	touch .venv/.test

$(READY): .venv/.test
	$(INSTALL) --group dev
	touch $(READY)

.PHONY: run test bench lint lock baseline
