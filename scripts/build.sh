#!/bin/sh
# Front end first: it is compiled into the binary.
set -eu
cd "$(dirname "$0")/.."
profile=${1:-release}
scripts/install.sh build
scripts/frontend.sh
case $profile in debug) flag= ;; release) flag=--release ;; *) flag="--profile $profile" ;; esac
bin=target/$profile/tasktrack
if [ ! -x "$bin" ]; then echo "binary: compiling ($profile); the first time takes some minutes"; else echo "binary: checking ($profile)"; fi
# shellcheck disable=SC2086
cargo build --locked --workspace $flag || { echo "tasktrack: the binary did not build (see above)." >&2; exit 1; }
[ -x "$bin" ] || { echo "tasktrack: the build went through but $bin is not there." >&2; exit 1; }
