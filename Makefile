# Kulanz: every command there is. `make help` lists them.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Bytecode is kept between the many processes of a run, whatever a shell says: without it each reads all anew.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
PY := $(VENV)/bin/python
DATE ?= $(shell date +%F)
BATCH ?=
BATCH_CREDITOR ?=
STACK ?= kulanz
QUEUE ?= claims
SEED ?= 1
STEPS ?= 100000
N ?= 10000
ONLY ?=
CREDITOR ?=
DO ?= refunds
DATA ?=

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(VENV)/.ready: requirements.txt requirements-documents.txt requirements-dev.txt tools/python.sh
	@echo "installing what is needed into $(VENV): a few minutes the first time"
	@tools/python.sh -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

setup: $(VENV)/.ready ## create .venv with everything pinned

run: setup ## start the local stack with a sample of some 200 claims (BATCH=file.csv hands in your own)
	@$(PY) -m local up --detach $(if $(BATCH),--batch "$(BATCH)") $(if $(BATCH_CREDITOR),--batch-creditor "$(BATCH_CREDITOR)")

stop: setup ## stop the local stack, its state saved
	@$(PY) -m local down

browser: ## install Chromium and the page checks where they are missing
	@tools/browser.sh

TESTS := -m pytest -q --numprocesses 4 --dist loadgroup --no-loadscope-reorder

test: setup browser ## every test but the long ones, browser journeys included, in four processes
	@$(PY) $(TESTS) -m "not long"

test-long: setup browser ## the long ones: a stack killed while it starts, whole journeys, loads, the rest of each matrix, the quick bench
	@$(PY) $(TESTS) -m long

faults: setup ## fail every call of every action that writes, in every way, and retry it (ONLY=money. for one room)
	@$(PY) -m tests.faults.machine $(if $(ONLY),--only "$(ONLY)")

simulate: setup ## years of debtors, provider, bank, people and faults, down to a hash (SEED=1 STEPS=100000 ONLY=…)
	@$(PY) -m tests.simulation --seed $(SEED) --steps $(STEPS) $(if $(ONLY),--only $(ONLY))

load: setup ## so many contacts due at the same second, through the deployed package on the local AWS, counted (N=10000)
	@$(PY) -m local.load $(N)

routing: setup ## a simulated day of people who answer, and 10,000 who wait on the local AWS: bench/routing.json
	@$(PY) -m bench.routing
	@$(PY) -m bench.routing_load

walk: setup ## ask every country's policy every half hour of 400 days in every place, over random histories
	@$(PY) -m tests.domain.walk

package: setup ## build the package, its layer and the template in build/
	@$(PY) -m infra.package

lint: setup package ## ruff, mypy and cfn-lint
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/cfn-lint build/template.json

bench: setup browser ## measure every figure the README quotes: bench/results.json
	@$(PY) -m bench

$(VENV)/.mutate: requirements-mutate.txt $(VENV)/.ready
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-mutate.txt
	@touch $@

mutate: $(VENV)/.mutate ## change the money's arithmetic one place at a time and see that a test notices
	@$(PY) tools/mutate.py

$(VENV)/.model: requirements-model.txt $(VENV)/.ready
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-model.txt
	@touch $@

model: $(VENV)/.model ## train the model on the seeded simulator and write its card (DATE=…)
	@$(PY) -m models.train --date $(DATE)

dialogue: setup ## 300 first messages in twelve languages: is each known for what it is, or given to a person? (bench/dialogue.json)
	@$(PY) -m tools.dialogue

evaluate: $(VENV)/.model ## four worlds, learning, a year with a drift: does the model earn its place? (DATA=folder of public tables)
	@$(PY) -m models.train.evaluate $(if $(DATA),--data "$(DATA)")

cost: setup ## count what a claim's whole life asks of AWS, and what that costs: bench/life/counts.json
	@$(PY) -m bench.life

relearn: $(VENV)/.model ## learn the second head anew from a creditor's own exports (DATA=folder DATE=… CREDITOR=id SINCE=2026-11-20)
	@$(PY) -m models.train from-export --data "$(or $(DATA),data)" --date $(DATE) $(if $(CREDITOR),--creditor "$(CREDITOR)") $(if $(SINCE),--since "$(SINCE)")

relearn-local: N = 1300
relearn-local: $(VENV)/.model ## the same end to end on the local AWS, the new model deployed and rolled back (N=1300)
	@$(PY) -m local.relearn $(N)

study: $(VENV)/.model ## the recipe beside its peers on public data about people who exist (DATA=folder, docs/model.md)
	@$(PY) -m models.train study --data "$(or $(DATA),data)"

card: $(VENV)/.model ## draw the model card's pictures and write docs/model-card.md from the cards and figures
	@$(PY) -m models.train page

lighthouse: setup browser ## ask Lighthouse about the pages, on a throttled phone: bench/lighthouse.json
	@$(PY) -m bench.lighthouse

gallery: setup browser ## look at every page in every language, then draw pages and documents into docs/gallery
	@$(PY) tools/look.py
	@$(PY) tools/papers.py
	@$(PY) tools/gallery.py

holidays: setup ## write the holiday files of every country for the years to come
	@$(PY) tools/holidays_data.py

base-rate: setup ## write down the base rate of the next half year (RATE=1.52)
	@$(PY) tools/base_rate.py $(RATE)

fonts: setup ## cut the documents' typefaces anew from Debian's fonts-noto-core
	@$(PY) tools/fonts.py

deploy: setup package ## deploy to the AWS account of your credentials (STACK=name)
	@$(PY) -m infra.deploy --stack $(STACK)

redrive: setup ## put dead letters back (QUEUE=claims, money, contacts … see docs/runbook.md; STACK=name)
	@$(PY) -m infra.redrive --stack "$(STACK)" --queue $(QUEUE)

forget-again: setup ## after a restore: forget whoever was forgotten since (SINCE=2026-11-20 CREDITOR=id)
	@$(PY) -m infra.forget_again --stack "$(STACK)" --since "$(SINCE)" $(if $(CREDITOR),--creditor "$(CREDITOR)")

statement: setup ## write a creditor's statement of account into the bucket (CREDITOR=id FIRST=2026-11-01 LAST=2026-11-30)
	@$(PY) -m infra.statement --stack "$(STACK)" --creditor "$(CREDITOR)" --first "$(FIRST)" --last "$(LAST)"

operate: setup ## at the operators' door, as the person of your AWS credentials (CREDITOR=… DO="refunds", docs/money.md; DO="hold --all", docs/sending.md)
	@$(PY) -m infra.operate --stack "$(STACK)" --creditor "$(CREDITOR)" $(DO)

sheet: setup ## draw the release sheet of a batch into a file of yours (CREDITOR=id BATCH=id, see docs/sending.md)
	@$(PY) -m infra.sheet --stack "$(STACK)" --creditor "$(CREDITOR)" --batch "$(BATCH)" $(if $(SEED_WORD),--seed "$(SEED_WORD)")

dry-run: setup ## reckon a creditor's own strategy over its portfolio, into a file of yours (CREDITOR=id VERSION=n, see docs/strategies.md)
	@$(PY) -m infra.dry_run --stack "$(STACK)" --creditor "$(CREDITOR)" $(if $(VERSION),--version "$(VERSION)")

reconcile: setup ## compare provider, bank and ledger of a creditor's days (CREDITOR=id FIRST=2026-11-01 LAST=2026-11-30)
	@$(PY) -m infra.reconcile --stack "$(STACK)" --creditor "$(CREDITOR)" "$(FIRST)" "$(LAST)"

clean: ## remove what was built
	rm -rf build .run

.PHONY: help setup run stop browser test faults simulate load routing walk package lint bench cost lighthouse model evaluate dialogue relearn relearn-local study card mutate gallery holidays base-rate fonts deploy redrive forget-again statement operate sheet dry-run reconcile clean
