# The two commands are `make demo` and `make test`; each sets up what it needs, once.

PYTHON ?= python3
BIN := .venv/bin
LOCK_BIN := build/lock-tools/bin

# A cache or an option of the caller's own must not decide what is tested.
unexport PYTHONPATH PYTHONHOME PYTEST_ADDOPTS

.DEFAULT_GOAL := help
.PHONY: help demo docs test faults soak attack test-compose test-swarm sample backup restore lint format coverage pictures fuzz plant mutate promises bench publish lock clean setup-demo setup-test setup-bench

help:  ## Show this list
	@awk -F ':.*## +' '/^##@ /{printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Run

demo: setup-demo  ## Start all sites, print their addresses, stop them on Ctrl-C
	@mkdir -p build; nice $(BIN)/python stack/docsite > build/docs.log 2>&1 & exec $(BIN)/python -m launcher

docs: setup-demo  ## Build the documentation into build/site, which docs.localhost shows
	@$(BIN)/python stack/docsite

##@ Test

test: setup-test  ## Run every test against real servers and a real browser; PYTEST_ARGS="tests/docs -x" runs some
	@$(BIN)/python $(if $(PYTEST_ARGS),-m pytest $(PYTEST_ARGS),tests/suite.py)

faults: setup-test  ## Kill, stop and starve every part of the suite while people write; root for full disks and bad networks
	@$(BIN)/python -m pytest --junit-xml=build/tests/faults.xml tests/faults $(PYTEST_ARGS)

soak: setup-test  ## Have people write on all sites for long: SOAK_MINUTES, 30 unless given
	@cd tests && ../$(BIN)/python -m faults.soak

attack: setup-test  ## Attack a suite with tests, wapiti and bandit, half an hour: ATTACK_SCOPE="nojs listsurf" names sites for wapiti
	@cmp -s requirements/attack.txt build/attack-tools/lock.txt || { $(PYTHON) -m venv build/attack-tools && build/attack-tools/bin/pip install --quiet --require-hashes -r requirements/attack.txt && cp requirements/attack.txt build/attack-tools/lock.txt; }
	@build/attack-tools/bin/bandit --quiet --recursive framework apps stack --severity-level medium --skip B104,B108,B701,B704
	@cd tests && ../$(BIN)/python -m attacks.advisories
	@$(BIN)/python -m pytest tests/attacks $(PYTEST_ARGS)
	@cd tests && ../$(BIN)/python -m attacks.scan $(ATTACK_SCOPE)

test-compose: setup-test  ## Build the containers, and test the sites in them; needs Docker
	@test -d build/compose || $(BIN)/pip install --quiet --target build/compose --require-hashes -r requirements/compose.txt \
	  || echo 'Compose v2 cannot be installed here, so docker-compose.yml is not read with it.'
	@$(BIN)/python -m pytest --junit-xml=build/tests/containers.xml tests/containers --ignore tests/containers/test_swarm.py $(PYTEST_ARGS)

test-swarm: setup-test  ## Deploy the containers to a swarm of one node, and renew them under load; needs Docker
	@$(BIN)/python -m pytest --junit-xml=build/tests/swarm.xml tests/containers/test_swarm.py $(PYTEST_ARGS)

lint: setup-test  ## Check style, types and layers; change nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

coverage: setup-test  ## Run the tests and report branch coverage of the framework
	@$(BIN)/python -m pytest --cov --cov-report=term-missing $(PYTEST_ARGS)

fuzz: setup-test  ## Fuzz the framework and both APIs for long: FUZZ_EXAMPLES, a million unless given
	@SCHEMATHESIS_SEED=$$(date +%s) SCHEMATHESIS_EXAMPLES=100 $(BIN)/python -m pytest tests/apps/listsurf/test_schemathesis.py tests/apps/readify/api/test_api_schemathesis.py
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-1000000} $(BIN)/python -m pytest tests/fuzz --timeout 0

plant: setup-test  ## Put bugs into a copy of the tree, one by one, and see each caught: BUGS="missing-escape lost-wakeup" tries some
	@cd tests && ../$(BIN)/python -m plant $(BUGS)

mutate: setup-test  ## Make mutants of the pure modules with mutmut, an hour at most: MODULES="wire routing" takes some
	@test -d build/mutmut || $(BIN)/pip install --quiet --target build/mutmut --require-hashes -r requirements/mutate.txt
	@cd tests && ../$(BIN)/python -m mutation $(MODULES)

##@ Write anew

format: setup-test  ## Rewrite the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

sample: setup-test  ## Write .env.sample anew, from the settings of the applications
	@$(BIN)/python -m launcher.sample > build/env.sample && mv build/env.sample .env.sample

promises: setup-test  ## Write the results of the last run into the table of docs/testing.md
	@$(BIN)/python tests/promises.py

pictures: setup-test  ## Take the pictures of the README anew, from a running suite
	@$(BIN)/python -m pytest tests/e2e/test_demo.py tests/e2e/test_nojs_pictures.py tests/e2e/test_spotichat_looks.py
	@cp build/pictures/listsurf-desktop-light.png docs/images/listsurf.png
	@cp build/pictures/readify-desktop-light.png docs/images/readify.png
	@cp build/pictures/index-desktop-light.png docs/images/index.png
	@cp build/pictures/nojs-desktop-light.png docs/images/nojs.png
	@cp build/pictures/spotichat-desktop-light.png docs/images/spotichat.png

publish: setup-bench  ## Write the figures of the last bench into README.md and docs/
	@cd tests && ../$(BIN)/python -m bench.publish

##@ Measure

bench: setup-bench  ## Measure side by side with the peers, a quarter of an hour: BENCH_ARGS="--rounds 1 --only pages"
	@cd tests && ../$(BIN)/python -m bench $(BENCH_ARGS)

##@ Containers

backup:  ## Copy the data of the containers' stores into a new folder, TO=backup/...
	@docker/backup.sh $(TO)

restore:  ## Put the data of such a folder in the place of what the stores hold: FROM=backup/...
	@docker/restore.sh $(FROM)

##@ Keep in order

lock:  ## Resolve requirements/*.in again into hashed lock files
	@test -x $(LOCK_BIN)/pip-compile || { $(PYTHON) -m venv build/lock-tools && $(LOCK_BIN)/pip install --quiet pip-tools; }
	@for name in run test docs bench mutate compose attack; do $(LOCK_BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe \
	  --strip-extras --no-annotate --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	  --no-emit-options requirements/$$name.in --output-file requirements/$$name.txt || exit 1; done

clean:  ## Remove what was built; keep the data of the demo
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.* framework/*.egg-info apps/*/*.egg-info stack/*.egg-info

setup-demo:
	@$(PYTHON) stack/bootstrap.py demo

setup-test:
	@$(PYTHON) stack/bootstrap.py test

setup-bench:
	@$(PYTHON) stack/bootstrap.py bench
