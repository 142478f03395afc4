#!/usr/bin/env python3
"""`make bench`: one table of speed and of what a request costs, on this machine, in one run.

Real HTTP over loopback (wrk, 16 connections), the release binary, PostgreSQL with fsync on. Ids are random, every request is
authorised, nothing is cached between requests. CPU is read from /proc: of the server, and of all PostgreSQL processes
(those that ended included). The load generator shares the machine's cores, so requests a second are what is left to the server.
Base lines of the same run: actix-web alone answering the same JSON (bench/bare), and pgbench with the same statements.
"""
import datetime
import json
import os
import pathlib
import platform
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid

import psycopg
import requests
from confluent_kafka import Producer

ROOT = pathlib.Path(__file__).resolve().parents[1]
OUT = ROOT / "bench" / "out"
BIN = ROOT / "target/release/tasktrack"
BARE = ROOT / "target/bare/release/tasktrack-bench-bare"
PGBENCH = "/usr/lib/postgresql/15/bin/pgbench"
SECONDS = int(os.environ.get("BENCH_SECONDS", "10"))
BIG = os.environ.get("BENCH_BIG") == "1"
ONLY = os.environ.get("BENCH_ONLY", "")
PROJECTS, SIZE = int(os.environ.get("BENCH_PROJECTS", "10")), int(os.environ.get("BENCH_SIZE", "10000"))
TICK = os.sysconf("SC_CLK_TCK")
OPERATIONS = [("list", "list of 50, one project, open, by due date", 0.6), ("one", "get by id", 0.2), ("create", "create", 0.9), ("status", "change status", 0.9), ("search", "search a rare word in a project", 8)]
OUT.mkdir(parents=True, exist_ok=True)
work = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=os.environ.get("BENCH_RUN", "/tmp")))
servers, rows, notes, figures = [], [], [], {}


def say(text):
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def stat(pid):
    """CPU seconds of a process and of its ended, waited-for children."""
    try:
        f = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except FileNotFoundError:
        return 0.0, 0.0
    return (int(f[11]) + int(f[12])) / TICK, (int(f[13]) + int(f[14])) / TICK


def children(pid):
    try:
        return [int(x) for t in os.listdir(f"/proc/{pid}/task") for x in pathlib.Path(f"/proc/{pid}/task/{t}/children").read_text().split()]
    except FileNotFoundError:
        return []


def postgres_cpu():
    own, gone = stat(POSTMASTER)
    return own + gone + sum(stat(c)[0] for c in children(POSTMASTER))


def memory(pid, field="VmRSS"):
    m = re.search(rf"{field}:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text())
    return int(m[1]) / 1024


class Server:
    def __init__(self, database=None, roles=None, kafka=None, demo=True, **env):
        self.port, self.data = free_port(), tempfile.mkdtemp(dir=work)
        self.url = f"http://127.0.0.1:{self.port}"
        e = {k: v for k, v in os.environ.items() if not k.startswith(("TASKTRACK_", "BENCH_"))}
        e.update(TASKTRACK_MASTER_KEY="0b" * 32, TASKTRACK_LISTEN=f"127.0.0.1:{self.port}", TASKTRACK_DATA_DIR=self.data, TASKTRACK_PUBLIC_URL=self.url, TASKTRACK_RATE_USER="10000000",
                 TASKTRACK_LOGIN_ADDRESS_BURST="100000", TASKTRACK_LOGIN_PAIR_BURST="100000", TASKTRACK_LOG="warn", **env)
        if database:
            e["DATABASE_URL"] = database
        if kafka:
            e["KAFKA_BOOTSTRAP_SERVERS"] = kafka
        self.args, self.env = [str(BIN), "serve"] + (["--demo"] if demo else []) + (["--roles", roles] if roles else []), e
        servers.append(self)
        self.start()

    def start(self):
        self.log = open(OUT / f"server-{self.port}.log", "ab")
        begun = time.time()
        self.p = subprocess.Popen(self.args, env=self.env, stdout=self.log, stderr=self.log, cwd=self.data)
        while time.time() - begun < 60:
            try:
                if requests.get(self.url + "/health/ready", timeout=2).status_code == 200:
                    self.took = time.time() - begun
                    return self
            except requests.RequestException:
                pass
            if self.p.poll() is not None:
                sys.exit(f"the server did not start: see {self.log.name}")
            time.sleep(0.005)
        sys.exit("the server was not ready within 60 s")

    def cpu(self):
        return sum(stat(self.p.pid))

    def login(self):
        r = requests.post(self.url + "/api/v1/auth/login", json={"email": "admin@example.com", "password": "tasktrack"}, timeout=20)
        r.raise_for_status()
        self.token = r.json()["access_token"]
        return self.token

    def get(self, path):
        r = requests.get(self.url + "/api/v1" + path, headers={"Authorization": f"Bearer {self.token}"}, timeout=60)
        r.raise_for_status()
        return r.json()

    def stop(self):
        if self.p.poll() is None:
            self.p.terminate()
            try:
                self.p.wait(30)
            except subprocess.TimeoutExpired:
                self.p.kill()
                self.p.wait()


def wrk(script, server, seconds=SECONDS, connections=16, extra=None):
    """Runs wrk; requests/s, p50, p99 in ms, failures, and the CPU of server and PostgreSQL over the run."""
    first, ids, projects = extra or (where["first"], where["ids"], where["projects"])
    cmd = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "20s", "-s", f"bench/wrk/{script}.lua", server.url, "--", server.login(), str(first), str(ids), ",".join(map(str, projects)), str(uuid.uuid4().int % 10 ** 6)]
    cpu, pg, t = server.cpu(), postgres_cpu(), time.time()
    out = subprocess.run(cmd, cwd=ROOT, capture_output=True, text=True)
    t = time.time() - t
    cpu, pg = server.cpu() - cpu, postgres_cpu() - pg
    return parse(out.stdout + out.stderr, cpu, pg)


def parse(text, cpu, pg):
    ms = lambda v, u: float(v) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[u]
    lat = {p: ms(v, u) for p, v, u in re.findall(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s|m)", text, re.M)}
    total = re.search(r"(\d+) requests in", text)
    if not total:
        sys.exit("wrk did not run: " + text[-500:])
    n = int(total[1])
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    sock = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    failed = (int(bad[1]) if bad else 0) + (sum(map(int, sock.groups())) if sock else 0)
    return dict(requests=n, rate=float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]), p50=lat.get("50"), p99=lat.get("99"), failed=failed, server_ms=1000 * cpu / max(n, 1), pg_ms=1000 * pg / max(n, 1))


def bare(name, server):
    """actix-web alone with the JSON that the server gave for the same request."""
    if not BARE.exists():
        return None
    headers = {"Authorization": f"Bearer {server.login()}"}
    p, i = where["projects"][0], where["first"]
    body = {"list": lambda: requests.get(f"{server.url}/api/v1/tasks?project={p}&open=true&sort=due_date&limit=50", headers=headers), "search": lambda: requests.get(f"{server.url}/api/v1/search", params={"q": "кальцинация", "project": p}, headers=headers)}.get(
        name, lambda: requests.get(f"{server.url}/api/v1/tasks/{i}", headers=headers))()
    body.raise_for_status()
    file = work / f"{name}.json"
    file.write_bytes(body.content)
    port = free_port()
    b = subprocess.Popen([str(BARE), str(port), str(os.cpu_count()), str(file)])
    try:
        for _ in range(200):
            try:
                requests.get(f"http://127.0.0.1:{port}/", timeout=1)
                break
            except requests.RequestException:
                time.sleep(0.02)
        cpu = sum(stat(b.pid))
        out = subprocess.run(["wrk", "-t1", "-c16", f"-d{max(3, SECONDS // 2)}s", "--latency", "-s", f"bench/wrk/{name}.lua", f"http://127.0.0.1:{port}", "--", "x", "1", "1000", "1"], cwd=ROOT, capture_output=True, text=True).stdout
        r = parse(out, sum(stat(b.pid)) - cpu, 0)
    finally:
        b.terminate()
        b.wait()
    return r | {"bytes": len(body.content)}


def pgbench(name, database):
    file = ROOT / "bench/pgbench" / f"{name}.sql"
    cpu = postgres_cpu()
    out = subprocess.run([PGBENCH, "-n", "-M", "prepared", "-c", "16", "-j", "1", "-T", str(max(3, SECONDS // 2)), "-f", str(file)] + [x for k, v in dict(projects=len(where["projects"]), first_project=where["projects"][0], first=where["first"],
                         last=where["first"] + where["ids"] - 1, account=where["account"], person=where["person"]).items() for x in ("-D", f"{k}={v}")] + [database], capture_output=True, text=True)
    cpu = postgres_cpu() - cpu
    n = re.search(r"number of transactions actually processed: (\d+)", out.stdout)
    if not n or int(n[1]) == 0:
        notes.append(f"raw {name}: pgbench failed: {(out.stderr.strip().splitlines() or ['?'])[-1][:200]}")
        return None
    rate = re.search(r"tps = ([\d.]+)", out.stdout)
    return dict(rate=float(rate[1]), pg_ms=1000 * cpu / int(n[1]))


def load(database, from_number, count):
    t = time.time()
    sql = (ROOT / "bench/load.sql").read_text()
    with psycopg.connect(database, autocommit=True) as c:
        sql = sql.format(from_number=from_number, count=count, size=SIZE, account=where["account"], person=where["person"], worker=where["worker"], tags="'" + json.dumps(where["tags"]) + "'::jsonb", words="search_words(t.account_id, t.project_id, t.title || ' ' || t.key, t.description)")
        for statement in sql.split(";\n"):
            if statement.strip():
                c.execute(statement)
        c.execute("VACUUM ANALYZE")
        c.execute("CHECKPOINT")
        total = c.execute("SELECT count(*) FROM task").fetchone()[0]
        where["projects"] = [r[0] for r in c.execute("SELECT id FROM project WHERE key ~ '^B[0-9]{4}$' ORDER BY id").fetchall()]
        where["first"], last = c.execute("SELECT min(id), max(id) FROM task WHERE project_id = ANY(%s) AND key LIKE 'B____-%%'", (where["projects"],)).fetchone()
        where["ids"] = len(where["projects"]) * SIZE
        if last - where["first"] + 1 != where["ids"]:
            # Tasks created meanwhile stand between two loads: ids are drawn from the first one.
            where["ids"] = PROJECTS * SIZE
    say(f"loaded {count} projects of {SIZE}: {total} tasks in all, {time.time() - t:.0f} s")
    return total


def measure(total, server, with_base):
    for name, title, target in OPERATIONS:
        if ONLY and name not in ONLY:
            continue
        wrk(name, server, 2)
        r = wrk(name, server)
        r.update(name=name, title=title, tasks=total, target=target, memory=memory(server.p.pid))
        if with_base:
            r["bare"] = bare(name, server)
        rows.append(r)
        say(f"{title} at {total}: {r['rate']:.0f}/s, p50 {r['p50']:.1f} ms, p99 {r['p99']:.1f} ms, CPU {r['server_ms']:.2f} + {r['pg_ms']:.2f} ms, {r['failed']} failed")


def raw(database, total):
    """pgbench on a copy: its rows are not fit for the application."""
    admin = os.environ["BENCH_DATABASE_URL"]
    with psycopg.connect(admin, autocommit=True) as c:
        c.execute("DROP DATABASE IF EXISTS raw")
        c.execute(f'CREATE DATABASE raw TEMPLATE "{urllib.parse.urlsplit(database).path[1:]}"')
    url = urllib.parse.urlunsplit(urllib.parse.urlsplit(admin)._replace(path="/raw"))
    with psycopg.connect(url, autocommit=True) as c:
        c.execute("VACUUM ANALYZE")
    for r in rows:
        if r["tasks"] == total and "bare" in r:
            r["raw"] = pgbench(r["name"], url)
            if r["raw"]:
                say(f"raw {r['name']}: {r['raw']['rate']:.0f}/s, {r['raw']['pg_ms']:.2f} ms of PostgreSQL")
    with psycopg.connect(admin, autocommit=True) as c:
        c.execute("DROP DATABASE raw WITH (FORCE)")


def sixty_four(server, name, extra=None):
    r = wrk("mix", server, SECONDS, 64, extra)
    figures[f"64 connections, reads and writes mixed, {name}"] = f"{r['failed']} failed of {r['requests']}, {r['rate']:.0f}/s, p99 {r['p99']:.0f} ms"
    say(f"64 connections on {name}: {r['failed']} failed of {r['requests']}")


def embedded():
    """The embedded default: size, cold start, idle memory, and 64 connections on SQLite."""
    figures["binary"] = f"{BIN.stat().st_size / 1e6:.1f} MB"
    s = Server()
    s.stop()
    times = []
    for _ in range(5):
        s.start()
        times.append(s.took)
        if len(times) < 5:
            s.stop()
    time.sleep(5)
    figures["cold start to ready, SQLite with demo data (5 starts)"] = f"{min(times):.2f} to {max(times):.2f} s"
    figures["idle memory, SQLite with demo data"] = f"{memory(s.p.pid):.0f} MB"
    s.login()
    tasks = s.get("/tasks?limit=200&sort=id&open=true")["items"]
    project = max((t["project"]["id"] for t in tasks), key=[t["project"]["id"] for t in tasks].count)
    # Ids one after the other that are all tasks: made here, through the front door, and still new.
    ids = [requests.post(s.url + "/api/v1/tasks", json={"title": f"Для замера {n}", "project_id": project}, headers={"Authorization": f"Bearer {s.token}"}, timeout=20).json()["id"] for n in range(200)]
    if ids == list(range(ids[0], ids[0] + 200)):
        sixty_four(s, "SQLite", (ids[0], 200, [project]))
    else:
        notes.append("SQLite: ids were not consecutive, 64 connections not measured")
    figures["memory after that, SQLite"] = f"{memory(s.p.pid):.0f} MB, at most {memory(s.p.pid, 'VmHWM'):.0f} MB"
    s.stop()


def relay(database):
    """How many log events a second the relay publishes, all acknowledged; what it costs."""
    n = int(os.environ.get("BENCH_EVENTS", "60000"))
    kafka = os.environ["BENCH_KAFKA_BOOTSTRAP_SERVERS"]
    # Up to the head first, so that only the new ones are measured.
    s = Server(database, kafka=kafka, demo=False, roles="api,worker,relay")
    s.login()
    r = requests.patch(f"{s.url}/api/v1/tasks/{where['first']}", json={"title": "Образец события"}, headers={"Authorization": f"Bearer {s.token}"}, timeout=20)
    r.raise_for_status()
    lag = lambda: s.get("/exchange/status")["relay"]["lag"]
    end = time.time() + 300
    with psycopg.connect(database, autocommit=True) as c:
        pending = lambda: c.execute("SELECT count(*) FROM event WHERE position IS NULL").fetchone()[0]
        while (lag() > 0 or pending() > 0) and time.time() < end:
            time.sleep(0.2)
        s.stop()
        c.execute("""WITH m AS (SELECT * FROM event WHERE aggregate_type = 'task' AND aggregate_id = %s AND type = 'TaskUpdated' ORDER BY event_seq DESC LIMIT 1)
            INSERT INTO event (id, account_id, aggregate_type, aggregate_id, event_seq, type, schema_version, actor_id, cause_kind, cause_id, commit_id, occurred_at, payload)
            SELECT gen_random_uuid(), m.account_id, 'task', t.id, 1000000 + k, m.type, m.schema_version, m.actor_id, m.cause_kind, m.cause_id, gen_random_uuid(), now(),
                   jsonb_set(jsonb_set(m.payload, '{snapshot,id}', to_jsonb(t.id)), '{snapshot,event_seq}', to_jsonb(1000000 + k))
            FROM m, (SELECT id FROM task WHERE id >= %s ORDER BY id LIMIT 2000) t, generate_series(1, %s) k""", (where["first"], where["first"] + 10, n // 2000))
        head = c.execute("SELECT coalesce(max(position), 0) FROM event").fetchone()[0]
        say(f"relay: {pending()} events to publish")
        s.start()
        s.login()
        begun, cpu, pg = time.time(), s.cpu(), postgres_cpu()
        began = None
        while time.time() - begun < 180:
            x = s.get("/exchange/status")["relay"]
            if began is None and x["position"] > head:
                began = (time.time(), x["position"])
            if x["lag"] == 0 and c.execute("SELECT max(position) FROM event").fetchone()[0] >= head + n and pending() == 0:
                break
            time.sleep(0.05)
        took = time.time() - begun
        figures["relay with its sequencer"] = f"{n / took:.0f} log events/s ({n} in {took:.1f} s from the start of the process, all their messages acknowledged), CPU {1000 * (s.cpu() - cpu) / n:.3f} ms of the server and {1000 * (postgres_cpu() - pg) / n:.3f} ms of PostgreSQL an event; target 10,000/s"
        say(figures["relay with its sequencer"])
    s.stop()


def inbound(database):
    n = int(os.environ.get("BENCH_INBOUND", "10000"))
    kafka = os.environ["BENCH_KAFKA_BOOTSTRAP_SERVERS"]
    p = Producer({"bootstrap.servers": kafka, "linger.ms": 5})
    for k in range(n):
        i = where["first"] + 5000 + k % 3000
        m = {"event_type": "updated", "issue_id": i, "timestamp": datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z"), "data": {"name": f"Из 1С, правка {k}", "priority": ("low", "medium", "high")[k % 3]},
             "source": "1c", "version": "1.0", "event_id": str(uuid.uuid4())}
        p.produce("issues-events-1c", json.dumps(m, ensure_ascii=False).encode(), key=str(i).encode())
        p.poll(0)
    p.flush(60)
    s = Server(database, kafka=kafka, demo=False, roles="api,worker,consumer", TASKTRACK_CONSUMER_GROUP="bench-" + uuid.uuid4().hex[:6])
    s.login()
    status = lambda: s.get("/exchange/status")["inbound"]
    before, begun, first = status(), time.time(), None
    cpu, pg = s.cpu(), postgres_cpu()
    while time.time() - begun < 180:
        x = status()
        # Our own messages on the same topics are skipped as echoes: they are no work done.
        done = sum(n - before["counts"].get(k, 0) for k, n in x["counts"].items() if k != "echo")
        if first is None and done > 0:
            first, cpu, pg = (time.time(), done), s.cpu(), postgres_cpu()
        if done >= n:
            break
        time.sleep(0.05)
    t, k = (time.time() - first[0], done - first[1]) if first else (1, 0)
    figures["inbound, one by one, each a transaction"] = f"{k / max(t, 0.001):.0f} messages/s ({x['applied'] - before['applied']} applied of {n}), CPU {1000 * (s.cpu() - cpu) / max(k, 1):.2f} ms of the server and {1000 * (postgres_cpu() - pg) / max(k, 1):.2f} ms of PostgreSQL a message; target 1,000/s"
    say(figures["inbound, one by one, each a transaction"])
    s.stop()


def table():
    cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.processor())
    out = [f"Measured {time.strftime('%Y-%m-%d %H:%M')} UTC, {os.cpu_count()} cores ({cpu}), load generator and PostgreSQL on the same cores, {SECONDS} s a figure, 16 connections. "
           f"PostgreSQL 15 with fsync on. CPU in milliseconds a request.", "",
           "| Operation | tasks | req/s | p50 ms | p99 ms | failed | server CPU | PostgreSQL CPU | together | target | bare answer CPU | raw statement CPU |", "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for r in rows:
        b = f"{r['bare']['server_ms']:.3f}" if r.get("bare") else "-"
        w = f"{r['raw']['pg_ms']:.3f}" if r.get("raw") else "-"
        out.append(f"| {r['title']} | {r['tasks']:,} | {r['rate']:.0f} | {r['p50']:.1f} | {r['p99']:.1f} | {r['failed']} | {r['server_ms']:.2f} | {r['pg_ms']:.2f} | {r['server_ms'] + r['pg_ms']:.2f} | {r['target']} | {b} | {w} |")
    out += ["", "| | |", "|---|---|"] + [f"| {k} | {v} |" for k, v in figures.items()]
    lists = {r["tasks"]: r["server_ms"] + r["pg_ms"] for r in rows if r["name"] == "list"}
    if len(lists) == 2:
        a, b = lists.values()
        out.append(f"| list at {max(lists):,} tasks against {min(lists):,} | {b / a:.2f} times (target: at most 1.3) |")
    out += [""] + [f"- {n}" for n in notes]
    return "\n".join(out) + "\n"


def main():
    global POSTMASTER, where
    for tool in ("wrk", PGBENCH):
        if not shutil.which(tool):
            sys.exit(f"bench: {tool} is missing (scripts/install.sh bench)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    admin = os.environ["BENCH_DATABASE_URL"]
    run = pathlib.Path(os.environ["BENCH_RUN"])
    POSTMASTER = int((pathlib.Path((run / "pg.dir").read_text().strip()) / "data/postmaster.pid").read_text().splitlines()[0])
    with psycopg.connect(admin, autocommit=True) as c:
        c.execute("DROP DATABASE IF EXISTS bench")
        c.execute("CREATE DATABASE bench TEMPLATE template0")
    database = urllib.parse.urlunsplit(urllib.parse.urlsplit(admin)._replace(path="/bench"))
    if not ONLY or "embedded" in ONLY:
        embedded()
    s = Server(database)
    s.login()
    account = s.get("/integrations")["items"][0]["account"]["id"]
    users = {u["email"]: u["id"] for u in s.get("/users?limit=200")["items"]}
    tags = [t["id"] for t in s.get("/tags?limit=3")["items"]][:3]
    where = dict(account=account, person=users["admin@example.com"], worker=users["worker@example.com"], tags=tags)
    total = load(database, 1, PROJECTS)
    measure(total, s, True)
    sixty_four(s, "PostgreSQL")
    figures["memory under load, PostgreSQL"] = f"{memory(s.p.pid):.0f} MB, at most {memory(s.p.pid, 'VmHWM'):.0f} MB"
    s.stop()
    raw(database, total)
    if not ONLY or "relay" in ONLY:
        relay(database)
    if not ONLY or "inbound" in ONLY:
        inbound(database)
    if BIG:
        total = load(database, PROJECTS + 1, 100 - PROJECTS)
        s = Server(database, demo=False)
        measure(total, s, False)
        figures[f"memory under load at {total:,} tasks"] = f"{memory(s.p.pid):.0f} MB, at most {memory(s.p.pid, 'VmHWM'):.0f} MB"
        s.stop()
    text = table()
    (OUT / "latest.md").write_text(text)
    (OUT / "latest.json").write_text(json.dumps(dict(rows=rows, figures=figures, notes=notes), ensure_ascii=False, indent=1))
    print("\n" + text + "\nkept in bench/out/latest.md")


try:
    main()
finally:
    for x in servers:
        if x.p.poll() is None:
            x.p.kill()
            x.p.wait()
