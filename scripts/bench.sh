#!/bin/sh
# make bench: release binary on PostgreSQL with fsync on, one table. BENCH_BIG=1 adds 1,000,000 tasks, BENCH_SECONDS (10) is per figure.
set -eu
cd "$(dirname "$0")/.."
scripts/install.sh bench
scripts/services/fetch.sh
scripts/build.sh release
if [ ! -x target/bare/release/tasktrack-bench-bare ]; then
  echo "base line: compiling bench/bare"
  cargo build --locked --quiet --release --manifest-path bench/bare/Cargo.toml --target-dir target/bare || echo "bench/bare did not build: the table goes without the bare answer"
fi
run=$PWD/.run/bench.$$
stop() { scripts/services/down.sh "$run"; rm -rf "$run"; }
trap stop EXIT
trap 'exit 130' INT TERM HUP
# The bench needs services of its own: others' load would be measured too.
unset DATABASE_URL REDIS_URL KAFKA_BOOTSTRAP_SERVERS
DURABLE=1 scripts/services/up.sh "$run"
eval "$(sed 's/=\(.*\)/="\1"/; s/^/export BENCH_/' "$run/env")"
BENCH_RUN="$run" .venv/bin/python bench/bench.py "$@"
