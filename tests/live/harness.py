"""What the live tests share: they start the real binary on a database of their own and look at it only from outside.

Addresses come from TASKTRACK_TEST_POSTGRES, TASKTRACK_TEST_REDIS and TASKTRACK_TEST_KAFKA (scripts/test.sh sets them), the
binary from TASKTRACK_BIN. The topics are the real ones; a run reads them from their ends at its start and consumes in a
group of its own, so runs one after the other on one broker don't see each other, and nothing is deleted.
"""
import atexit
import functools
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid

import psycopg
import requests
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

ROOT = pathlib.Path(__file__).resolve().parents[2]
POSTGRES = os.environ.get("TASKTRACK_TEST_POSTGRES", "")
REDIS = os.environ.get("TASKTRACK_TEST_REDIS", "")
KAFKA = os.environ.get("TASKTRACK_TEST_KAFKA", "")
KAFKA_PROXY = os.environ.get("TASKTRACK_TEST_KAFKA_PROXY", "")
BIN = os.environ.get("TASKTRACK_BIN", str(ROOT / "target/debug/tasktrack"))
CHROMIUM = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or ""
NAME = pathlib.Path(sys.argv[0]).stem
OUT = ROOT / ".run" / "live" / NAME
PASSWORD = "tasktrack"
ERP_TOPICS = ["issues-events", "issues-events-1c"]
ACTIVITY_TOPICS = ["user-activities", "task-events", "analytics-events", "system-notifications"]
DLQ_TOPICS = [t + ".dlq" for t in ERP_TOPICS]
ALL_TOPICS = ERP_TOPICS + ACTIVITY_TOPICS + DLQ_TOPICS
SLOW = float(os.environ.get("TASKTRACK_TEST_SLOW", "1"))

SEED = int(os.environ.get("SEED", random.randrange(1 << 31)))
rng = random.Random(SEED)


class Report:
    """Counts, prints each check once, and ends the script with `N passed, N failed`."""

    def __init__(self):
        self.passed = self.failed = 0
        self.started = time.time()

    def section(self, title):
        print(f"\n-- {title} ({time.time() - self.started:.0f} s)", flush=True)

    def check(self, name, ok, detail=""):
        if ok:
            self.passed += 1
            print(f"ok    {name}", flush=True)
        else:
            self.failed += 1
            text = detail if isinstance(detail, str) else json.dumps(detail, ensure_ascii=False, default=str)
            print(f"FAIL  {name}" + (f": {text[:1500]}" if text else ""), flush=True)
        return bool(ok)

    def equal(self, name, got, want):
        return self.check(name, got == want, f"got {got!r}, wanted {want!r}")

    def run(self, name, function, *args):
        """One scene: an exception in it is one failed check and does not stop the others."""
        self.section(name)
        try:
            return function(*args)
        except Exception as e:  # noqa: BLE001 - whatever it is, it is a failure with its text
            import traceback
            tb = traceback.extract_tb(e.__traceback__)
            where = next((f for f in reversed(tb) if "tests/live" in f.filename), tb[-1])
            self.check(f"{name}: runs through", False, f"{type(e).__name__}: {e} (line {where.lineno})")
            return None

    def finish(self):
        print(f"\nseed {SEED}, {time.time() - self.started:.0f} s\n{self.passed} passed, {self.failed} failed", flush=True)
        stop_all()
        sys.exit(1 if self.failed or not self.passed else 0)


report = Report()


def need(*what):
    """Says in one sentence what is missing and ends the script as failed."""
    missing = [f"{n} is not set" for n in what if n != "binary" and not os.environ.get(n)]
    if not os.access(BIN, os.X_OK):
        missing.append(f"the binary {BIN} is not there")
    if missing:
        print(f"{NAME}: {', '.join(missing)}")
        print("0 passed, 1 failed")
        sys.exit(1)
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True, exist_ok=True)


def wait_until(what, timeout=20.0, every=0.05):
    """The first true value of `what()`, or its last value after `timeout` seconds."""
    end = time.time() + timeout * SLOW
    while True:
        value = what()
        if value or time.time() > end:
            return value
        time.sleep(every)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# --- PostgreSQL

_databases = []


def fresh_database():
    """A new database; its URL. Dropped at the end unless KEEP_DATABASE is set."""
    name = f"tt_{NAME}_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(POSTGRES, autocommit=True) as c:
        c.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    parts = urllib.parse.urlsplit(POSTGRES)
    url = urllib.parse.urlunsplit(parts._replace(path="/" + name))
    _databases.append(name)
    return url


def drop_databases():
    if os.environ.get("KEEP_DATABASE"):
        return
    for name in _databases:
        try:
            with psycopg.connect(POSTGRES, autocommit=True) as c:
                c.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        except psycopg.Error:
            pass
    _databases.clear()


class Db:
    """Short questions to the database, each in a transaction of its own."""

    def __init__(self, url):
        self.url = url
        self.c = psycopg.connect(url, autocommit=True)

    def rows(self, sql, *args):
        return self.c.execute(sql, args).fetchall()

    def one(self, sql, *args):
        row = self.c.execute(sql, args).fetchone()
        return row[0] if row else None

    def run(self, sql, *args):
        self.c.execute(sql, args)


# --- the binary

_servers = []


class Server:
    """One process of the binary. `url` is its root, `api` its base path."""

    def __init__(self, database=None, kafka=None, redis=None, demo=True, roles=None, port=None, wait=True, data=None, env=None):
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = data or tempfile.mkdtemp(prefix="data-", dir=OUT)
        self.args = ["serve"] + (["--demo"] if demo else []) + (["--roles", roles] if roles else [])
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("TASKTRACK_") and k not in ("DATABASE_URL", "REDIS_URL", "KAFKA_BOOTSTRAP_SERVERS", "SCHEMA_REGISTRY_URL")}
        self.env.update(TASKTRACK_LISTEN=f"127.0.0.1:{self.port}", TASKTRACK_DATA_DIR=self.data, TASKTRACK_PUBLIC_URL=self.url,
                        TASKTRACK_RATE_USER="1000000", TASKTRACK_LOGIN_ADDRESS_BURST="100000", TASKTRACK_LOGIN_PAIR_BURST="100000", TASKTRACK_REGISTER_BURST="1000",
                        TASKTRACK_LOG=os.environ.get("TASKTRACK_TEST_LOG", "info"))
        for name, value in (("DATABASE_URL", database), ("KAFKA_BOOTSTRAP_SERVERS", kafka), ("REDIS_URL", redis)):
            if value:
                self.env[name] = value
        self.env.update(env or {})
        self.starts, self.p = 0, None
        _servers.append(self)
        self.start(wait)

    @property
    def log(self):
        return OUT / f"server-{self.port}.log"

    @property
    def pid(self):
        return self.p.pid

    def start(self, wait=True):
        self.starts += 1
        with open(self.log, "ab") as out:
            out.write(f"\n--- start {self.starts}\n".encode())
            out.flush()
            self.p = subprocess.Popen([BIN, *self.args], stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=self.env, cwd=self.data)
        if wait:
            self.wait_ready()
        return self

    def ready(self):
        try:
            return requests.get(self.url + "/health/ready", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def wait_ready(self, timeout=60):
        def up():
            if self.p.poll() is not None:
                raise RuntimeError(f"the server ended with {self.p.returncode}: {self.tail()}")
            return self.ready()
        if not wait_until(up, timeout):
            raise RuntimeError(f"the server was not ready within {timeout} s: {self.tail()}")

    def tail(self, n=6):
        return " | ".join(self.log.read_text(errors="replace").strip().splitlines()[-n:])

    def kill9(self):
        self.p.send_signal(signal.SIGKILL)
        self.p.wait()

    def freeze(self):
        self.p.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.p.send_signal(signal.SIGCONT)

    def stop(self, timeout=40):
        """SIGTERM; the exit code, or None if it had to be killed."""
        if self.p is None or self.p.poll() is not None:
            return self.p.returncode if self.p else None
        self.thaw()
        self.p.terminate()
        try:
            return self.p.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill9()
            return None


def stop_all():
    for s in _servers:
        if s.p and s.p.poll() is None:
            s.thaw()
            s.p.terminate()
    for s in _servers:
        if s.p and s.p.poll() is None:
            try:
                s.p.wait(10)
            except subprocess.TimeoutExpired:
                s.kill9()
    _servers.clear()
    drop_databases()


atexit.register(stop_all)
for _sig in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(_sig, lambda *_: sys.exit(130))


def command(*args, env=None, stdin=None, timeout=60):
    """Runs another subcommand of the binary."""
    base = {k: v for k, v in os.environ.items() if not k.startswith("TASKTRACK_") and k not in ("DATABASE_URL", "REDIS_URL", "KAFKA_BOOTSTRAP_SERVERS")}
    base.update(env or {})
    return subprocess.run([BIN, *args], env=base, input=stdin, capture_output=True, text=True, timeout=timeout, cwd=OUT)


# --- REST

class Api:
    """A logged-in client. `get("/tasks")` returns the JSON and insists on the expected status; `raw` returns the response."""

    def __init__(self, server, email="admin@example.com", password=PASSWORD, login=True):
        self.server, self.email, self.password = server, email, password
        self.s = requests.Session()
        self.token = self.me = None
        self.until = 0.0
        if login:
            self.login()

    @property
    def base(self):
        return self.server.url + "/api/v1"

    def login(self):
        r = self.s.post(self.base + "/auth/login", json={"email": self.email, "password": self.password}, timeout=30)
        if r.status_code != 200:
            raise RuntimeError(f"log-in of {self.email}: {r.status_code} {r.text[:300]}")
        body = r.json()
        self.token, self.me = body["access_token"], body["user"]
        self.until = time.time() + body["expires_in"] - 60
        return self

    def raw(self, method, path, json=None, headers=None, timeout=30, **kw):
        if self.token and time.time() > self.until:
            self.login()
        h = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        h.update(headers or {})
        url = path if path.startswith("http") else (self.server.url + path if path.startswith(("/api", "/health", "/metrics", "/openapi", "/.well-known", "/problems", "/docs")) else self.base + path)
        if json is not None:
            kw["json"] = json
        return self.s.request(method, url, headers=h, timeout=timeout, **kw)

    def call(self, method, path, json=None, expect=None, **kw):
        r = self.raw(method, path, json, **kw)
        good = (expect,) if isinstance(expect, int) else expect or range(200, 300)
        if r.status_code not in good:
            raise RuntimeError(f"{method} {path}: {r.status_code} {r.text[:400]}")
        return r.json() if r.content and "json" in r.headers.get("content-type", "") else None

    def get(self, path, **kw):
        return self.call("GET", path, **kw)

    def post(self, path, json=None, **kw):
        return self.call("POST", path, {} if json is None else json, **kw)

    def patch(self, path, json, **kw):
        return self.call("PATCH", path, json, **kw)

    def delete(self, path, **kw):
        return self.call("DELETE", path, **kw)

    def items(self, path):
        return self.get(path)["items"]

    def project(self, key):
        return next(p for p in self.items("/projects?limit=200") if p["key"] == key)


# --- Kafka

def ensure_topics(topics=ALL_TOPICS, partitions=3):
    admin = AdminClient({"bootstrap.servers": KAFKA})
    have = set(admin.list_topics(timeout=30).topics)
    new = [NewTopic(t, partitions, 1) for t in topics if t not in have]
    for f in (admin.create_topics(new) if new else {}).values():
        try:
            f.result(30)
        except KafkaException as e:
            if "TOPIC_ALREADY_EXISTS" not in str(e):
                raise

    def led():
        have = admin.list_topics(timeout=30).topics
        if not all(t in have and all(p.leader >= 0 for p in have[t].partitions.values()) for t in topics):
            return False
        try:
            ends(topics)
            return True
        except KafkaException:
            return False
    wait_until(led, 30, 0.2)


def ends(topics=ALL_TOPICS):
    """{(topic, partition): offset after the last message}."""
    c = Consumer({"bootstrap.servers": KAFKA, "group.id": "tt-ends-" + uuid.uuid4().hex[:6]})
    meta = c.list_topics(timeout=30).topics
    out = {(t, p): c.get_watermark_offsets(TopicPartition(t, p), timeout=30)[1] for t in topics if t in meta for p in meta[t].partitions}
    c.close()
    return out


def fresh_group(start):
    """A consumer group that begins at `start`, so that the server doesn't read what earlier runs wrote."""
    group = "tt-" + uuid.uuid4().hex[:10]
    c = Consumer({"bootstrap.servers": KAFKA, "group.id": group, "enable.auto.commit": False})
    c.commit(offsets=[TopicPartition(t, p, o) for (t, p), o in start.items() if t in ERP_TOPICS], asynchronous=False)
    c.close()
    return group


class Message:
    """One message as it stands on the broker."""

    def __init__(self, m):
        self.topic, self.partition, self.offset = m.topic(), m.partition(), m.offset()
        self.key, self.bytes = (m.key() or b"").decode("utf-8", "replace"), m.value()
        self.headers = {k: (v.decode("utf-8", "replace") if v is not None else None) for k, v in (m.headers() or [])}
        self.time = m.timestamp()[1]

    @functools.cached_property
    def text(self):
        return (self.bytes or b"").decode("utf-8")

    @functools.cached_property
    def json(self):
        """Members in their order on the wire; None if it is not a JSON object."""
        try:
            value = json.loads(self.bytes)
        except (TypeError, ValueError):
            return None
        return value if isinstance(value, dict) else None

    def __repr__(self):
        return f"{self.topic}/{self.partition}/{self.offset} {self.key} {(self.bytes or b'')[:300]!r}"


class Reader:
    """Reads topics from `start` on, committed transactions only; keeps all it has read in `all`."""

    def __init__(self, topics, start, group=None):
        self.all = []
        self.c = Consumer({"bootstrap.servers": KAFKA, "group.id": group or "tt-read-" + uuid.uuid4().hex[:8], "enable.auto.commit": False,
                           "isolation.level": "read_committed", "fetch.wait.max.ms": 20, "enable.partition.eof": False, "auto.offset.reset": "earliest"})
        self.c.assign([TopicPartition(t, p, o) for (t, p), o in start.items() if t in topics])

    def poll(self, seconds=0.2):
        end = time.time() + seconds
        while True:
            for m in self.c.consume(500, max(0.0, min(0.1, end - time.time()))):
                if not m.error():
                    self.all.append(Message(m))
            if time.time() >= end:
                return self.all

    def wait(self, test, timeout=20):
        """All messages that pass `test`, as soon as there is one."""
        end, seen = time.time() + timeout * SLOW, 0
        while True:
            hit = [m for m in self.all[seen:] if test(m)]
            if hit:
                return [m for m in self.all if test(m)]
            seen = len(self.all)
            if time.time() > end:
                return []
            self.poll(0.1)

    def quiet(self, seconds=2.0, limit=60):
        """Reads until nothing has come for `seconds`."""
        end, last, n = time.time() + limit, time.time(), len(self.all)
        while time.time() < end and time.time() - last < seconds:
            self.poll(0.1)
            if len(self.all) != n:
                n, last = len(self.all), time.time()
        return self.all

    def close(self):
        self.c.close()


class Erp:
    """The ERP's side of the wire: builds messages and sends them, by its own code."""

    def __init__(self, source="1c", topic="issues-events-1c"):
        self.source, self.topic = source, topic
        self.p = Producer({"bootstrap.servers": KAFKA, "linger.ms": 2, "acks": "all", "enable.idempotence": True})
        self.sent = 0

    @staticmethod
    def now():
        return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{int(time.time() * 1000) % 1000:03d}Z"

    def message(self, event_type, data, issue_id=None, external_id=None, event_id=True, **over):
        m = {"event_type": event_type, "issue_id": issue_id, "timestamp": self.now(), "data": data, "source": self.source, "version": "1.0"}
        if external_id is not None:
            m["external_id"] = external_id
        if event_id:
            m["event_id"] = event_id if isinstance(event_id, str) else str(uuid.uuid4())
        m.update(over)
        return m

    def send(self, message, key=None, topic=None, flush=True, headers=None):
        """Sends a dict as JSON, or bytes as they are; returns what was sent."""
        value = message if isinstance(message, (bytes, type(None))) else json.dumps(message, ensure_ascii=False).encode()
        if key is None and isinstance(message, dict):
            key = str(message.get("external_id") or message.get("issue_id") or "")
        self.p.produce(topic or self.topic, value, key=(key or "").encode() or None, headers=headers)
        self.sent += 1
        if flush:
            self.flush()
        return message

    def flush(self, timeout=30):
        left = self.p.flush(timeout)
        if left:
            raise RuntimeError(f"{left} messages were not acknowledged by the broker")
