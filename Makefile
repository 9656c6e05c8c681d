# make run    install and compare the three headline scenarios over 200 paired worlds
# make test   install and run the tests
# make bench  speed and scale, measured side by side
# make lint   style
# make lock   resolve the versions again

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

run: $(READY)
	$(BIN)/suasion compare

test: $(READY)
	$(BIN)/python -m pytest -q -n 2

bench: $(READY)
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

reference: $(READY)
	$(BIN)/python -m tests.reference

lock:
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links \
		--allow-unsafe --extra dev --output-file requirements.lock pyproject.toml

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

.PHONY: run test bench lint lock reference
