#!/bin/sh
# Starts PostgreSQL 15, Redis and Kafka (KRaft, one node) on free ports of 127.0.0.1 and writes their addresses to RUN_DIR/env.
#   scripts/services/up.sh RUN_DIR [--connect] [--registry]
#   scripts/services/down.sh RUN_DIR     stops what this started, by process id
# What the environment already names (DATABASE_URL, REDIS_URL, KAFKA_BOOTSTRAP_SERVERS) is used and not started.
# DURABLE=1: PostgreSQL with fsync on, as the bench wants it.
set -eu
cd "$(dirname "$0")/../.."
lib=$PWD/.services
[ $# -ge 1 ] || { echo "usage: scripts/services/up.sh RUN_DIR [--connect] [--registry]" >&2; exit 2; }
run=$1; shift
connect= registry=
for a in "$@"; do case $a in --connect) connect=1 ;; --registry) registry=1 ;; *) echo "tasktrack: up.sh does not know $a" >&2; exit 2 ;; esac; done
die() { echo "tasktrack: $*" >&2; exit 1; }
mkdir -p "$run"; cd "$run"; run=$PWD
[ ! -f env ] || die "$run is in use: run scripts/services/down.sh on it first."
free() { python3 -c 'import socket
s=[socket.socket() for _ in range(8)]
for x in s: x.bind(("127.0.0.1",0))
print(*[x.getsockname()[1] for x in s])'; }
# shellcheck disable=SC2046
set -- $(free); kp=$1 cp=$2 pg=$3 rd=$4 cn=$5 sr=$6 xl=$7 xa=$8
java="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData"

if [ -n "${DATABASE_URL:-}" ]; then db=$DATABASE_URL; else
  bin=/usr/lib/postgresql/15/bin
  [ -x "$bin/initdb" ] || die "PostgreSQL 15 is not installed (scripts/install.sh installs it, DATABASE_URL names one elsewhere)."
  # PostgreSQL refuses to run as root, and its own user may not be able to reach this folder: then it lives below /tmp.
  as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"; else "$@"; fi; }
  data=$run/pg; mkdir -p "$data"
  if [ "$(id -u)" = 0 ]; then
    chown postgres "$data"
    as test -x "$data" 2>/dev/null && as ls "$data" >/dev/null 2>&1 || { rmdir "$data"; data=$(mktemp -d /tmp/tasktrack-pg.XXXXXX); chown postgres "$data"; }
  fi
  echo "$data" > pg.dir
  sync="-c fsync=off -c full_page_writes=off -c shared_buffers=64MB"
  [ -z "${DURABLE:-}" ] || sync="-c fsync=on -c full_page_writes=on -c shared_buffers=512MB -c max_wal_size=4GB"
  (cd "$data"
   as "$bin/initdb" -D data -U app --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$run/pg-init.log" 2>&1 || { tail -3 "$run/pg-init.log" >&2; exit 1; }
   as "$bin/pg_ctl" -D data -w -t 60 -l pg.log -o "-c listen_addresses=127.0.0.1 -p $pg -k '' -c wal_level=logical -c max_wal_senders=16 -c max_replication_slots=16 -c max_connections=200 $sync" start >"$run/pg-ctl.log" 2>&1 || { tail -5 pg.log >&2; exit 1; }
  ) || die "PostgreSQL did not start ($run/pg-ctl.log)."
  db=postgres://app@127.0.0.1:$pg/postgres
fi

if [ -n "${REDIS_URL:-}" ]; then redis=$REDIS_URL; else
  command -v redis-server >/dev/null || die "redis-server is not installed (scripts/install.sh installs it, REDIS_URL names one elsewhere)."
  setsid redis-server --port "$rd" --bind 127.0.0.1 --save '' --appendonly no --dir . >redis.log 2>&1 & echo $! >redis.pid
  redis=redis://127.0.0.1:$rd
fi

if [ -n "${KAFKA_BOOTSTRAP_SERVERS:-}" ]; then kafka=$KAFKA_BOOTSTRAP_SERVERS; else
  [ -f "$lib/kafka/.stamp" ] || die "Kafka has not been fetched: run scripts/services/fetch.sh."
  kafka=127.0.0.1:$kp
  # PROXIED is a second door whose advertised address is a port where nothing listens until a test puts a proxy there.
  cat >server.properties <<P
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$cp
listeners=PLAINTEXT://127.0.0.1:$kp,PROXIED://127.0.0.1:$xl,CONTROLLER://127.0.0.1:$cp
advertised.listeners=PLAINTEXT://127.0.0.1:$kp,PROXIED://127.0.0.1:$xa
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=./kafka-data
num.partitions=3
auto.create.topics.enable=true
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.dedupe.buffer.size=4194304
broker.session.timeout.ms=1500
broker.heartbeat.interval.ms=300
P
  # shellcheck disable=SC2086
  java -Xmx128m $java -cp "$lib/kafka/*" kafka.tools.StorageTool format --ignore-formatted -t MkU3OEVBNTcwNTJENDM2Qk -c server.properties >kafka-format.log 2>&1 || die "Kafka's storage could not be made ($run/kafka-format.log)."
  # shellcheck disable=SC2086
  setsid java -Xmx384m $java -cp "$lib/kafka/*" kafka.Kafka server.properties >kafka.log 2>&1 & echo $! >kafka.pid
fi
if [ -n "$registry" ]; then
  # shellcheck disable=SC2086
  setsid java -Xmx256m $java -Dquarkus.http.host=127.0.0.1 -Dquarkus.http.port="$sr" -Dquarkus.http.access-log.enabled=false -jar "$lib"/registry/*-runner.jar >registry.log 2>&1 & echo $! >registry.pid
fi

wait_port() { i=0; until python3 -c "import socket;socket.create_connection(('$1',$2),1)" 2>/dev/null; do i=$((i+1)); [ $i -le 400 ] || die "$3 does not answer on $1:$2 (logs in $run)."; sleep 0.2; done; }
wait_url() { i=0; until curl -sf -m 5 -o /dev/null "$1"; do i=$((i+1)); [ $i -le 400 ] || die "no answer from $1 (logs in $run)."; sleep 0.2; done; }
[ ! -f redis.pid ] || wait_port 127.0.0.1 "$rd" Redis
[ ! -f kafka.pid ] || wait_port 127.0.0.1 "$kp" Kafka
if [ -n "$connect" ]; then
  mkdir -p plugins/debezium; cp "$lib"/debezium/*.jar plugins/debezium/
  cat >connect.properties <<P
bootstrap.servers=$kafka
group.id=connect
key.converter=org.apache.kafka.connect.storage.StringConverter
value.converter=org.apache.kafka.connect.storage.StringConverter
config.storage.topic=_connect_configs
offset.storage.topic=_connect_offsets
status.storage.topic=_connect_status
config.storage.replication.factor=1
offset.storage.replication.factor=1
offset.storage.partitions=1
status.storage.replication.factor=1
status.storage.partitions=1
offset.flush.interval.ms=500
scheduled.rebalance.max.delay.ms=0
session.timeout.ms=6000
heartbeat.interval.ms=500
listeners=http://127.0.0.1:$cn
plugin.path=./plugins
plugin.discovery=service_load
P
  # shellcheck disable=SC2086
  setsid java -Xmx256m $java -cp "$lib/kafka/*" org.apache.kafka.connect.cli.ConnectDistributed connect.properties >connect.log 2>&1 & echo $! >connect.pid
fi
[ -z "$registry" ] || wait_url "http://127.0.0.1:$sr/apis/ccompat/v7/subjects"
[ -z "$connect" ] || wait_url "http://127.0.0.1:$cn/connectors"
{
  echo "DATABASE_URL=$db"
  echo "REDIS_URL=$redis"
  echo "KAFKA_BOOTSTRAP_SERVERS=$kafka"
  [ ! -f kafka.pid ] || echo "KAFKA_PROXY=127.0.0.1:$xa/127.0.0.1:$xl"
  [ -z "$connect" ] || echo "CONNECT_URL=http://127.0.0.1:$cn"
  [ -z "$registry" ] || echo "SCHEMA_REGISTRY_URL=http://127.0.0.1:$sr/apis/ccompat/v7"
} >env
cat env
