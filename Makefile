# The commands a person types. Everything generated goes under _build/; `make clean` removes it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PEERS ?= _build/peers
NBGRADER ?= _build/nbgrader
OTTER ?= _build/otter
PORT ?= 8000
PIP := python -m pip install --quiet --disable-pip-version-check
# `make test-colab`: an interpreter of Colab's version, and the list of what Colab has installed
PYTHON313 ?= python3.13
CONSTRAINTS ?= ../shared/spec/colab-constraints.txt

# `make check`: the algebra, the layers and the house, with the examples in their docstrings.
CHECKED := $(wildcard $(addprefix tests/,representations groups equivariance layers graph test_kernels.py test_house.py) \
	$(addprefix gdl_course/,representations groups equivariance layers graph kernels.py))
define JAVASCRIPT
if [ ! -f package.json ]; then echo "no package.json: the JavaScript is not checked"; \
elif ! command -v npm >/dev/null; then echo "no Node (https://nodejs.org): the JavaScript is not checked"; \
else { [ node_modules -nt package-lock.json ] || { npm ci --ignore-scripts --no-audit --no-fund && touch node_modules; }; } && \
	npx --no-install biome ci && npx --no-install tsc -p .; fi
endef

# The book's editions: `open`, or `class`, which has no solutions.
EDITION ?= open
HTML_open := _build/html
HTML_class := _build/class/_build/html
ifeq ($(filter open class,$(EDITION)),)
$(error EDITION is "$(EDITION)", expected open or class)
endif

export JAX_PLATFORMS ?= cpu
export JUPYTER_PREFER_ENV_PATH = 1
# Each notebook runs twice, as a page and as a learner's: XLA compiles its functions once.
export JAX_COMPILATION_CACHE_DIR ?= $(CURDIR)/_build/jax
export JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS ?= 0
export JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES ?= -1

.PHONY: help venv executed book book-open book-class serve slides pdf notebooks lab check lint types test test-nightly test-peers test-graders test-colab bench lock clean

help:  ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 14

venv: $(VENV)/.installed  ## create the virtual environment with the locked versions
$(VENV)/.installed: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/$(PIP) -r requirements.txt
	$(BIN)/$(PIP) --no-deps --editable .
	@touch $@

executed: venv  # every page's cells, once for both editions, side by side
	$(BIN)/python book/execute.py

book: book-$(EDITION)  ## build the book; a warning is an error (EDITION=class: the edition without solutions)

book-open: venv
	GDL_EDITION=open $(BIN)/jupyter-book build . -W --keep-going
	@echo "The book: file://$(CURDIR)/$(HTML_open)/index.html  (or \`make serve\`, then http://127.0.0.1:$(PORT))"

book-class: executed
	GDL_EDITION=class $(BIN)/jupyter-book build . --path-output $(CURDIR)/_build/class -W --keep-going
	@echo "The class edition: file://$(CURDIR)/$(HTML_class)/index.html  (or \`make serve EDITION=class\`)"

serve: book  ## build the book and serve it on this machine (PORT=8000, EDITION=open or class)
	$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory $(HTML_$(EDITION))

slides: book-open  ## write a deck of slides a chapter to _build/slides; they open from the disk
	$(BIN)/python -m gdl_course.classroom slides _build/jupyter_execute _build/slides

pdf: book-open  ## print the book to _build/pdf/gdl-course.pdf; needs Chromium
	$(BIN)/python book/print/make_pdf.py

notebooks: venv  ## write the learner and the solution notebooks to _build/notebooks
	$(BIN)/python -m gdl_course.classroom notebooks _build/notebooks

lab: notebooks  ## open the learner notebooks in JupyterLab
	$(BIN)/jupyter lab _build/notebooks/learner

check: lint types  ## what to run while you write: lint, types, imports, algebra, layers, their examples
	$(BIN)/python -m pytest -q --numprocesses auto --dist worksteal $(CHECKED)

lint: venv  ## ruff for Python, Biome and tsc for the widgets' JavaScript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(JAVASCRIPT)

types: venv  ## mypy on the package
	$(BIN)/mypy

test test-colab: export GDL_PROGRESS_FILE =  # what is checked here is nobody's progress
test: executed notebooks  ## run all tests: the package, both editions of the book in a browser, every notebook
	$(MAKE) --jobs 2 --output-sync=target book-open book-class
	$(BIN)/python tests/support/validate.py _build/nbval
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

test-colab: notebooks  ## run every notebook beside Colab's packages (PYTHON313=..., CONSTRAINTS=...)
	$(PYTHON313) tests/support/colab.py $(CONSTRAINTS) _build/colab

test-nightly: book-class  ## the tests that run long: more random cases, and what mutates the code (GDL_NIGHTLY=1)
	GDL_NIGHTLY=1 $(BIN)/python -m pytest --numprocesses auto --dist worksteal

test-peers: $(PEERS)/.installed  ## run the layers against torch, PyTorch Geometric, s2fft, ducc0 and e3nn-jax, in an environment of its own
	$(PEERS)/bin/python -m pytest tests/peers

test-graders: venv $(NBGRADER)/.installed $(OTTER)/.installed  ## grade with nbgrader and Otter, each in an environment of its own
	NBGRADER=$(abspath $(NBGRADER)) OTTER=$(abspath $(OTTER)) $(BIN)/python -m pytest tests/graders

bench: $(PEERS)/.installed  ## time the engine and the layers beside their peers (ONLY="gcn attention")
	$(PEERS)/bin/python benchmarks $(ONLY)

$(PEERS)/.installed: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/$(PIP) -r requirements.txt torch torch_geometric emlp six s2fft ducc0 e3nn-jax
	$(PEERS)/bin/$(PIP) --no-deps --editable .
	@touch $@

$(NBGRADER)/.installed: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(NBGRADER)
	$(NBGRADER)/bin/$(PIP) --constraint requirements.txt "nbgrader>=0.9.6" ipykernel --editable .
	@touch $@

$(OTTER)/.installed: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(OTTER)
	$(OTTER)/bin/$(PIP) --constraint requirements.txt "otter-grader>=7" ipykernel --editable .
	@touch $@

lock: pyproject.toml  ## recompile requirements.txt
	uv pip compile pyproject.toml --extra book --extra test --extra dev --universal --python-version 3.11 --output-file requirements.txt --no-emit-index-url --no-header --no-annotate

clean:  ## remove everything generated
	rm -rf _build
