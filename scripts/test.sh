#!/bin/sh
# make test: installs what is missing, starts real PostgreSQL, Redis and Kafka (or uses those the environment names), runs
# every test, stops what it started. ONLY=word runs just the steps whose name has the word.
set -u
cd "$(dirname "$0")/.."
. scripts/steps.sh
run=$PWD/.run/test.$$
stop() { [ -d "$run" ] && scripts/services/down.sh "$run"; rm -rf "$run"; }
trap stop EXIT
trap 'exit 130' INT TERM HUP
scripts/install.sh || exit 1
[ -n "${KAFKA_BOOTSTRAP_SERVERS:-}" ] || scripts/services/fetch.sh || exit 1
echo "starting services"
scripts/services/up.sh "$run" || exit 1
# The addresses go to the tests under names of their own: the binary must not pick up a shared database by itself.
eval "$(sed 's/^DATABASE_URL=/TASKTRACK_TEST_POSTGRES=/; s/^REDIS_URL=/TASKTRACK_TEST_REDIS=/; s/^KAFKA_BOOTSTRAP_SERVERS=/TASKTRACK_TEST_KAFKA=/; s/^KAFKA_PROXY=/TASKTRACK_TEST_KAFKA_PROXY=/; s/=\(.*\)/="\1"/; s/^/export /' "$run/env")"
unset DATABASE_URL REDIS_URL KAFKA_BOOTSTRAP_SERVERS
for n in $(env | sed -n 's/^\(TASKTRACK_[A-Z_]*\)=.*/\1/p'); do case $n in TASKTRACK_TEST_*) ;; *) unset "$n" ;; esac; done
export TASKTRACK_BIN="$PWD/target/debug/tasktrack"
export CHROMIUM_PATH="${CHROMIUM_PATH:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}"
py=$PWD/.venv/bin/python

step "front-end packages"  scripts/frontend.sh --deps
step "front-end lint"      sh -c 'cd frontend && npm run --silent lint'
step "front-end types"     sh -c 'cd frontend && npm run --silent typecheck'
step "front-end unit"      sh -c 'cd frontend && npm run --silent test'
step "front-end build"     scripts/frontend.sh
step "front-end size"      sh -c 'cd frontend && npm run --silent size'
step "rust format"         cargo fmt --all --check
step "licences"            python3 scripts/licences.py
# This makes the binary, too. `cargo build` would compile everything that uses tokio once more, without what only tests ask of it.
step "rust tests"          cargo test --locked --workspace
if [ -x "$TASKTRACK_BIN" ]; then
  step "api documents"     scripts/openapi.sh check "$TASKTRACK_BIN"
  step "compose"           "$py" -m pytest -q -p no:cacheprovider tests/compose_test.py
  step "erp exchange"      "$py" tests/live/erp_exchange.py
  step "bad input"         "$py" tests/live/bad_input.py
  step "degraded"          "$py" tests/live/degraded.py
  step "nothing lost"      env CRASH_KILLS="${CRASH_KILLS:-20}" "$py" tests/live/nothing_lost.py
  step "checker self-test" "$py" tests/live/checker_selftest.py
  step "schemathesis"      "$py" tests/live/schemathesis_run.py
  step "journeys"          sh -c 'cd frontend && npx playwright test'
else
  for s in "api documents" compose "erp exchange" "bad input" degraded "nothing lost" "checker self-test" schemathesis journeys; do
    step "$s" sh -c 'echo "not run: there is no binary"; exit 1'
  done
fi
echo; echo "advisories were not checked here: their databases are reached from .github/workflows only"
finish
