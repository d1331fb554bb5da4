# Every target does all of its own set-up from a bare Python 3.11 or newer.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
MINUTES ?= 9
SEED ?= 1
UV := 0.13.9
# A dozen interpreters of a run would else compile all our source each for itself.
export PYTHONDONTWRITEBYTECODE :=
BOTH := -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: help kills demo test check soak words bench browser pictures

help: ## say what each target does
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

$(VENV)/ready: requirements/dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Bascule needs Python 3.11 or newer; set PYTHON=..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "this Python cannot make an environment; as root: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV)
	@$(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes requirements/dev.lock
	@$(BIN)/uv pip install --quiet --no-deps --editable .
	@touch $@

browser: ## make sure that the browser tests have a browser
	@command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	  else echo "the browser tests need a browser: sudo apt-get install chromium"; exit 1; fi

demo: $(VENV)/ready ## a whole invented district at http://127.0.0.1:8000 (PORT=...)
	@$(BIN)/bascule demo --port $(PORT) $(DEMO)

check: $(VENV)/ready ## format, lint, types, contracts, house tests
	@$(BIN)/ruff format --check --quiet src tests benchmarks
	@$(BIN)/ruff check --quiet src tests benchmarks
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/pytest tests/house

test: $(VENV)/ready browser ## every test, on one PostgreSQL (BASCULE_POSTGRES=15 chooses it)
	@$(BIN)/python -m pytest -p tests.journeys.running_demo $(BOTH) tests --ignore tests/soak

# What needs PostgreSQL runs on the other version too.
DATABASE_TESTS := tests/access tests/web tests/feeds tests/house tests/cases tests/directory tests/roster \
  tests/ops/test_cluster.py tests/ops/test_backup.py

# Days on which school years, budgets and clocks turn; the suite passes on each of them.
SHIFTED_TESTS := tests/kernel tests/directory tests/access tests/roster tests/cases tests/mobility \
  tests/feeds tests/web
SHIFT = $$($(BIN)/python -c 'import sys; from datetime import date as d; \
  print((d.fromisoformat(sys.argv[1]) - d.today()).days * 86400)' $(1))

kills: $(VENV)/ready ## kill -9 of the night, the worker and the database (MINUTES=, SEED=)
	@BASCULE_MINUTES=$(MINUTES) BASCULE_SEED=$(SEED) $(BIN)/pytest tests/soak/test_kills.py -s
	@BASCULE_KILLS=20 BASCULE_SEED=$(SEED) $(BIN)/pytest tests/soak/test_worker_kills.py -s

soak: kills ## then scale, random histories, PostgreSQL 15, and the suite under other clocks
	@BASCULE_SEED=$(SEED) $(BIN)/pytest tests/soak/test_moves_at_scale.py tests/soak/test_stored_findings.py \
	  tests/soak/test_whole_districts.py -s
	@BASCULE_MINUTES=5 BASCULE_SEED=$(SEED) $(BIN)/pytest tests/soak/test_histories.py -s
	@BASCULE_CLOCK_SHIFT=$(call SHIFT,2027-03-14) BASCULE_POSTGRES=15 $(BIN)/pytest $(BOTH) $(DATABASE_TESTS)
	@BASCULE_CLOCK_SHIFT=$(call SHIFT,2027-07-01) $(BIN)/pytest $(BOTH) $(SHIFTED_TESTS)
	@BASCULE_CLOCK_SHIFT=$(call SHIFT,2027-11-01) $(BIN)/pytest $(BOTH) $(SHIFTED_TESTS)

words: $(VENV)/ready ## add new texts to the Spanish catalog and compile it
	@$(BIN)/python -m tests.house.words

pictures: $(VENV)/ready browser ## take the documents' pictures anew, of a demo that runs (PORT=...)
	@$(BIN)/python -m tests.journeys.take_pictures http://127.0.0.1:$(PORT) docs/pictures

bench: $(VENV)/ready ## the benchmarks, each against its floor in the same run
	@for file in benchmarks/*.py; do $(BIN)/python $$file || exit 1; done
