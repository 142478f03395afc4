#!/bin/sh
# scripts/openapi.sh write [BINARY]   writes openapi/openapi.json and openapi/asyncapi.json from the code
# scripts/openapi.sh check [BINARY]   fails if they, or the front end's generated client, are not what the code says
set -eu
cd "$(dirname "$0")/.."
mode=${1:-check}; bin=${2:-${TASKTRACK_BIN:-target/debug/tasktrack}}
if [ "$mode" = write ]; then cargo build --locked --workspace; bin=target/debug/tasktrack; fi
[ -x "$bin" ] || { echo "tasktrack: $bin is not built." >&2; exit 1; }
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
bad=0
"$bin" asyncapi --schemas "$tmp/events" >/dev/null
if [ "$mode" = write ]; then mkdir -p openapi/events; rm -f openapi/events/*.schema.json; cp "$tmp"/events/*.schema.json openapi/events/; echo "openapi/events written"
elif ! diff -rq "$tmp/events" openapi/events; then echo "openapi/events is not what the code says; run 'make openapi' and commit it"; bad=1; fi
for d in openapi asyncapi; do
  "$bin" $d > "$tmp/$d.json"
  if [ "$mode" = write ]; then cp "$tmp/$d.json" "openapi/$d.json"; echo "openapi/$d.json written"
  elif ! cmp -s "$tmp/$d.json" "openapi/$d.json"; then
    echo "openapi/$d.json is not what the code says; run 'make openapi' and commit it"; bad=1
    diff -u "openapi/$d.json" "$tmp/$d.json" 2>&1 | head -20 || true
  fi
done
gen=frontend/src/api/schema.gen.ts
if [ "$mode" = check ] && [ -f "$gen" ] && [ -x frontend/node_modules/.bin/openapi-typescript ]; then
  # The front end's generated types, made anew beside the ones that are committed.
  cmd=$(cd frontend && node -p 'require("./package.json").scripts.gen' | sed "s# -o [^ ]*# -o $tmp/schema.gen.ts#")
  (cd frontend && PATH="$PWD/node_modules/.bin:$PATH" sh -c "$cmd" >/dev/null 2>&1) || true
  cmp -s "$tmp/schema.gen.ts" "$gen" || { echo "$gen is not what openapi/openapi.json says; run 'make openapi' and commit it"; bad=1; }
fi
if [ "$mode" = write ] && [ -d frontend/node_modules ] && grep -q '"gen"' frontend/package.json; then (cd frontend && npm run --silent gen); fi
exit $bad
