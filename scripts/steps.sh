# Shared by check.sh and test.sh: runs steps one after the other, counts what each says of its tests, and sums up at the end.
# A step that fails does not stop the later ones. Sourced, not run.
mkdir -p .run/log
STEPS=.run/steps.$$; : > "$STEPS"
ALL_START=$(date +%s)
ONLY=${ONLY:-}

# step NAME COMMAND...
step() {
  name=$1; shift
  if [ -n "$ONLY" ]; then case $name in *$ONLY*) ;; *) return 0 ;; esac; fi
  log=.run/log/$(echo "$name" | tr ' /' '--').log
  printf '\n=== %s\n' "$name"
  start=$(date +%s)
  { "$@" 2>&1; echo $? > .run/rc.$$; } | tee "$log"
  rc=$(cat .run/rc.$$); rm -f .run/rc.$$
  counts=$(python3 scripts/count.py "$log" "$rc")
  printf '%s\t%s\t%s\t%s\t%s\n' "$name" "$rc" "$counts" "$(( $(date +%s) - start ))" "$log" >> "$STEPS"
  return 0
}

skipped() { printf '%s\t%s\t%s\t%s\n' "$1" skipped "0 0" "$2" >> "$STEPS"; }

finish() {
  printf '\n=== summary\n'
  awk -F'\t' '
    { split($3, c, " "); state = ($2 == "skipped") ? "skipped: " $4 : ($2 == "0" && c[2] == 0) ? "ok" : "FAILED"
      time = ($2 == "skipped") ? "" : $4 " s"
      printf "  %-24s %6d passed %4d failed %8s  %s\n", $1, c[1], c[2], time, state
      p += c[1]; f += c[2] }
    END { printf "  whole time: %d s\n%d passed, %d failed\n", '"$(( $(date +%s) - ALL_START ))"', p, f; exit f > 0 }' "$STEPS"
  rc=$?
  # Once more at the very end, where a cut log still shows it: what failed and its last words.
  awk -F'\t' '$2 != "skipped" { split($3, c, " "); if ($2 != "0" || c[2] > 0) print $1 "\t" $5 }' "$STEPS" | while IFS="$(printf '\t')" read -r name log; do
    printf '\n=== FAILED: %s (whole log: %s)\n' "$name" "$log"
    # The first lines that speak of a failure, then how it ended; without the colours.
    { grep -nE '^ +[0-9]+\) |^(FAILED|ERROR)|Error:|panicked at|^ *(✘|×|✖)|^error' "$log" | head -12; echo '  ...'; tail -n 25 "$log"; } | sed 's/\x1b\[[0-9;]*[A-Za-z]//g; s/───*//g' | cut -c1-400
  done
  [ $rc -eq 0 ] || awk -F'\t' '{ split($3, c, " "); p += c[1]; f += c[2] } END { printf "\n%d passed, %d failed\n", p, f }' "$STEPS"
  rm -f "$STEPS"
  return $rc
}
