#!/bin/sh
# Stops only what up.sh started in RUN_DIR, by process id, and removes the data. KEEP=1 keeps the logs and data.
[ $# -eq 1 ] || { echo "usage: scripts/services/down.sh RUN_DIR" >&2; exit 2; }
cd "$1" 2>/dev/null || exit 0
stop() { kill -"$2" "$1" 2>/dev/null; }
for n in connect registry kafka redis; do [ -f $n.pid ] && stop "$(cat $n.pid)" TERM; done
pgdir=$(cat pg.dir 2>/dev/null)
pgpid=
if [ -n "$pgdir" ] && [ -f "$pgdir/data/postmaster.pid" ]; then pgpid=$(head -1 "$pgdir/data/postmaster.pid"); stop "$pgpid" INT; fi
for p in $(cat connect.pid registry.pid kafka.pid redis.pid 2>/dev/null) $pgpid; do
  i=0; while kill -0 "$p" 2>/dev/null && [ $i -lt 100 ]; do i=$((i+1)); sleep 0.1; done
  if kill -0 "$p" 2>/dev/null; then stop "$p" KILL; fi
done
rm -f ./*.pid env
if [ -z "${KEEP:-}" ]; then
  [ -n "$pgdir" ] && case $pgdir in "$PWD/pg"|/tmp/tasktrack-pg.*) rm -rf "$pgdir" ;; esac
  rm -rf kafka-data plugins pg.dir
fi
exit 0
