# Two commands do all the set-up: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
# Two at a time, each with one thread of its own.
FAST = OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow and not browser"
SLOW = OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile -m "slow or browser"
DEMO ?= demo
PORT ?= 8501
# A soak's share that `make test` runs, and the seed of both.
export SOAK_SHARE ?= 0.1
export SEED ?= 20261121

.PHONY: demo app test check soak bench ground pointer lint models clean

demo: models
	@$(BIN)/python -m ui.demo $(DEMO) --port $(PORT) $(if $(HEADLESS),--headless)

app: models
	@test -f $(DEMO)/assistant.toml || $(BIN)/python -m ui.demo $(DEMO) --headless
	$(BIN)/groundsmith app $(DEMO) --port $(PORT)

# Everything, a seeded tenth of each long proof included.
test: models lint
	$(BIN)/python -m pip check
	$(FAST)
	$(SLOW)

# The fast part, for every change.
check: models lint
	$(FAST)

lint: .venv/made
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The long proofs, in full.
soak: models
	SOAK_SHARE=1 $(BIN)/python -m pytest -m slow --timeout=3600

bench: models
	$(BIN)/python -m benchmarks.sample --out benchmarks/results/sample.json

# The adapter of the default reader, anew: hours on two cores (docs/data.md). Interrupted, it goes on where it was.
DATA := $(or $(GROUNDSMITH_DATA),../shared/data)
BUDGET ?= 90m
ground: models
	@test -d $(DATA)/squad2 || { echo "No data in $(DATA). Set GROUNDSMITH_DATA to the folder of docs/data.md."; exit 1; }
	test -f build/ground/rows/held.jsonl || $(BIN)/python -m tuning.ground $(DATA) build/ground/rows
	test -d build/ground/home || $(BIN)/groundsmith new build/ground/home
	$(BIN)/groundsmith train build/ground/home --name ground --budget $(BUDGET) \
		--examples build/ground/rows/learned.jsonl --held build/ground/rows/held.jsonl

# The reader that points, anew, into build/pointer; its rows are more, for each costs it less.
pointer: models
	@test -d $(DATA)/squad2 || { echo "No data in $(DATA). Set GROUNDSMITH_DATA to the folder of docs/data.md."; exit 1; }
	test -f build/pointer/rows/held.jsonl || \
		$(BIN)/python -m tuning.ground $(DATA) build/pointer/rows --rows 18000 --held 600 --seed 5
	$(BIN)/python -m tuning.pointing build/pointer/rows/learned.jsonl build/pointer/rows/held.jsonl build/pointer/out \
		--budget $(BUDGET)

models: .venv/made
	@$(BIN)/groundsmith models get > .venv/models.log || { cat .venv/models.log; exit 1; }

# Made anew only when the pins changed. torch comes first: its pin decides which build the rest resolves against.
.venv/made: pyproject.toml constraints.txt
	@echo "Making the environment in .venv (a few minutes the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt torch
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[cpu,dev]'
	@touch .venv/made

clean:
	rm -rf .venv .venv-peers $(DEMO) build dist *.egg-info
