#!/usr/bin/env python3
"""What happens when something is missing or late: broker cut, Redis cut, a late commit, a relay paused past its lease, two nodes."""
import json
import socket
import threading
import time
import urllib.parse
import uuid

import psycopg
import requests
import websocket

from harness import (ALL_TOPICS, KAFKA, KAFKA_PROXY, REDIS, Api, Db, Erp, Reader, Server, ends, ensure_topics, fresh_database, fresh_group, need, report, rng,
                     wait_until)
from proxy import Proxy

check, equal = report.check, report.equal
need("binary", "TASKTRACK_TEST_POSTGRES", "TASKTRACK_TEST_KAFKA", "TASKTRACK_TEST_REDIS")
ensure_topics()


def pair(start, **env):
    """Two nodes on one database, one key, one address to the outside; the database's URL."""
    url, group = fresh_database(), fresh_group(start)
    redis = env.pop("redis", REDIS)
    common = {"TASKTRACK_CONSUMER_GROUP": group, "TASKTRACK_RELAY_LEASE_SECONDS": "2", **env}
    a = Server(url, KAFKA, redis, env={**common, "TASKTRACK_NODE": "a", "TASKTRACK_CONSUMER_INSTANCE": "a"})
    b = Server(url, KAFKA, redis, data=a.data, env={**common, "TASKTRACK_NODE": "b", "TASKTRACK_CONSUMER_INSTANCE": "b", "TASKTRACK_PUBLIC_URL": a.url})
    return url, a, b


def erp_project(api):
    i = next(i for i in api.items("/integrations") if i["source"] == "1c")
    return i["project"]["id"], i["account"]["id"]


def sequences(reader, ids):
    """{task: [sequence of its messages on issues-events, first of each event only]} in the topic's order, and how many were repeats."""
    out, seen, repeats = {i: [] for i in ids}, set(), 0
    for m in reader.all:
        if m.topic == "issues-events" and m.headers.get("event-id") and int(m.headers["aggregate-id"]) in out:
            if m.headers["event-id"] in seen:
                repeats += 1
                continue
            seen.add(m.headers["event-id"])
            out[int(m.headers["aggregate-id"])].append(int(m.headers["aggregate-version"]))
    return out, repeats


def all_out(db, reader, ids, timeout=30):
    """Waits until the last event of each task is on the topic; the sequences."""
    want = {i: db.one("SELECT event_seq FROM task WHERE id = %s", i) for i in ids}

    def there():
        reader.poll(0.2)
        s, _ = sequences(reader, ids)
        return all(s[i] and s[i][-1] == want[i] for i in ids)
    done = wait_until(there, timeout, 0)
    s, repeats = sequences(reader, ids)
    return done, s, repeats, want


def broker_down():
    if not KAFKA_PROXY:
        check("the broker can be cut (TASKTRACK_TEST_KAFKA_PROXY: a listener advertised at a free port)", False, "not set: the broker was not started by scripts/services/up.sh")
        return
    advertised, real = (x.rsplit(":", 1) for x in KAFKA_PROXY.split("/"))
    proxy = Proxy((advertised[0], int(advertised[1])), (real[0], int(real[1])))
    start = ends()
    url = fresh_database()
    s = Server(url, ":".join(advertised), REDIS, env={"TASKTRACK_CONSUMER_GROUP": fresh_group(start), "TASKTRACK_CONSUMER_INSTANCE": "cut"})
    api, db, reader = Api(s), Db(url), Reader(ALL_TOPICS, start)
    project, _ = erp_project(api)
    before = api.post("/tasks", {"title": "до обрыва", "project_id": project}, expect=201)
    done, *_ = all_out(db, reader, [before["id"]])
    check("with the broker up, events go out", done and proxy.connections > 0)
    proxy.cut()
    time.sleep(1)
    slow, codes, ids = 0.0, [], []
    end = time.time() + 12
    while time.time() < end:
        for method, path, body in (("POST", "/tasks", {"title": f"без брокера {len(ids)}", "project_id": project}), ("PATCH", None, {"priority": "high"}),
                                   ("POST", "/status", {"status": "in_progress"}), ("POST", "/comments", {"body": "жду"}), ("GET", None, None)):
            t = time.time()
            r = api.raw(method, path if path == "/tasks" else f"/tasks/{ids[-1]}{path or ''}", body)
            slow = max(slow, time.time() - t)
            codes.append(r.status_code)
            if path == "/tasks":
                ids.append(r.json()["id"])
        for path in ("/tasks?limit=50", "/search?q=брокера", "/projects", "/users/me"):
            codes.append(api.raw("GET", path).status_code)
        time.sleep(0.1)
    check("with the broker cut, every request of the API succeeds", all(200 <= c < 300 for c in codes), [c for c in codes if c >= 300][:5])
    check("and none waits for Kafka (the slowest below 2 s)", slow < 2, f"{slow:.2f} s")
    check("log-in works", Api(s, "worker@example.com").token)
    status = wait_until(lambda: (lambda x: x if x["kafka"] == "down" and x["relay"]["lag"] > 0 else None)(api.get("/exchange/status")), 30) or api.get("/exchange/status")
    check("the status says that Kafka is down and events wait", status["kafka"] == "down" and status["relay"]["lag"] > 0, status)
    equal("ready all the same", requests.get(s.url + "/health/ready", timeout=5).status_code, 200)
    t = Server(url, ":".join(advertised), REDIS, wait=False, data=s.data, env={"TASKTRACK_CONSUMER_GROUP": s.env["TASKTRACK_CONSUMER_GROUP"], "TASKTRACK_CONSUMER_INSTANCE": "late"})
    begun = time.time()
    t.wait_ready(30)
    check("a node starts with the broker down", time.time() - begun < 15, f"{time.time() - begun:.1f} s")
    equal("and stops cleanly with it down", t.stop(), 0)
    reader.poll(0.5)
    check("nothing reached the broker meanwhile", not any(sequences(reader, ids)[0].values()))
    proxy.heal()
    begun = time.time()
    done, seqs, repeats, want = all_out(db, reader, ids, 60)
    check(f"when it is back, all of it goes out ({len(ids)} tasks, {time.time() - begun:.1f} s, {repeats} repeats)", done, {i: (seqs[i], want[i]) for i in ids if not seqs[i] or seqs[i][-1] != want[i]})
    check("in order", all(x == sorted(x) for x in seqs.values()))
    check("the status says up and nothing waits", wait_until(lambda: (lambda x: x["kafka"] == "up" and x["relay"]["lag"] == 0)(api.get("/exchange/status")), 30), api.get("/exchange/status"))
    s.stop()
    proxy.close()


def redis_down():
    parts = urllib.parse.urlsplit(REDIS)
    proxy = Proxy(("127.0.0.1", 0), (parts.hostname, parts.port or 6379))
    url = fresh_database()
    # A keyspace of its own: other scenes log in as the same people, and here the limit is small.
    with socket.create_connection((parts.hostname, parts.port or 6379), 5) as redis:
        redis.sendall(b"SELECT 9\r\nFLUSHDB\r\n")
        redis.recv(64)
    s = Server(url, None, f"redis://127.0.0.1:{proxy.port}/9", env={"TASKTRACK_LOGIN_PAIR_BURST": "5"})
    api = Api(s)
    check("Redis is used while it is there", wait_until(lambda: proxy.connections > 0, 5))
    project, _ = erp_project(api)
    live = Live(api, s)
    proxy.cut()
    codes, slow = [], 0.0
    for n in range(15):
        t = time.time()
        r = api.raw("POST", "/tasks", {"title": f"без Redis {n}", "project_id": project})
        i = r.json()["id"]
        codes += [r.status_code] + [api.raw(m, p, b).status_code for m, p, b in (("PATCH", f"/tasks/{i}", {"priority": "low"}), ("POST", f"/tasks/{i}/comments", {"body": "x"}), ("GET", f"/tasks/{i}", None),
                                                                              ("GET", "/tasks", None), ("DELETE", f"/tasks/{i}", None))]
        slow = max(slow, time.time() - t)
    check("with Redis cut, tasks are made, changed, read and deleted", all(200 <= c < 300 for c in codes), [c for c in codes if c >= 300][:5])
    check("without waiting for it (six requests below 3 s)", slow < 3, f"{slow:.2f} s")
    worker = Api(s, "worker@example.com")
    check("log-in works", worker.token)
    tries = [requests.post(s.url + "/api/v1/auth/login", json={"email": "finance@example.com", "password": "wrong"}, timeout=10).status_code for _ in range(12)]
    check("log-in is limited still", 429 in tries and set(tries) <= {401, 429}, tries)
    r = api.post("/tasks", {"title": "видно вживую без Redis", "project_id": project}, expect=201)
    check("live updates on the same node go on", live.wait(lambda m: m.get("type") == "event" and m["event"].get("task_id") == r["id"], 10))
    equal("ready all the same", requests.get(s.url + "/health/ready", timeout=5).status_code, 200)
    out = requests.post(s.url + "/api/v1/auth/logout", json={}, headers={"Authorization": f"Bearer {worker.token}"}, timeout=10)
    refused = wait_until(lambda: worker.s.get(s.url + "/api/v1/users/me", headers={"Authorization": f"Bearer {worker.token}"}, timeout=10).status_code == 401, 6) if out.status_code == 204 else None
    if out.status_code == 204:
        check("log-out holds within 5 s", refused)
    proxy.heal()
    check("and Redis is used again when it is back", (lambda n: wait_until(lambda: (api.raw("GET", "/users/me"), Live(api, s), proxy.connections > n)[2], 20, 0.5))(proxy.connections))
    live.close()
    s.stop()
    proxy.close()


class Live:
    """The WebSocket of one user, read by a thread."""

    def __init__(self, api, server, origin=None):
        ticket = api.call("POST", f"{server.url}/api/v1/live/ticket", {})["ticket"]
        self.ws = websocket.create_connection(f"{server.url.replace('http', 'ws', 1)}/api/v1/live?ticket={ticket}", timeout=60, origin=origin or server.env["TASKTRACK_PUBLIC_URL"])
        self.all = []
        threading.Thread(target=self._read, daemon=True).start()
        wait_until(lambda: self.all, 10)

    def _read(self):
        try:
            while True:
                text = self.ws.recv()
                if not text:
                    return
                self.all.append({**json.loads(text), "_at": time.time()})
        except Exception:  # noqa: BLE001 - the socket was closed
            return

    def send(self, **m):
        self.ws.send(json.dumps(m))

    def wait(self, test, timeout=10):
        return wait_until(lambda: next((m for m in list(self.all) if test(m)), None), timeout, 0.01)

    def close(self):
        self.ws.close()


def two_nodes_live(redis):
    name = "through Redis" if redis else "without Redis"
    url, a, b = pair(ends(), redis=redis)
    api_a, api_b = Api(a), Api(b)
    project, _ = erp_project(api_a)
    la, lb = Live(api_a, a), Live(api_b, b)
    check(f"{name}: both say hello with a position", all(x.all and x.all[0]["type"] == "hello" and isinstance(x.all[0]["position"], int) for x in (la, lb)), la.all[:1])
    for n, (api, live) in enumerate(((api_a, lb), (api_b, la), (api_a, la))):
        begun = time.time()
        t = api.post("/tasks", {"title": f"вживую {n}", "project_id": project}, expect=201)
        m = live.wait(lambda m: m["type"] == "event" and m["event"]["task_id"] == t["id"], 10)
        where, after = "the other node" if n < 2 else "the same node", f" after {m['_at'] - begun:.2f} s" if m else ""
        check(f"{name}: seen on {where}{after}", m and m["event"]["type"] == "TaskCreated" and m["event"]["task"]["title"] == f"вживую {n}", m)
    api_b.post(f'/tasks/{t["id"]}/comments', {"body": "с другого узла"}, expect=201)
    m = la.wait(lambda m: m["type"] == "event" and m["event"]["type"] == "CommentAdded", 10)
    check(f"{name}: a comment from the other node", m and m["event"]["comment"]["body"] == "с другого узла", m)
    positions = [m["position"] for m in la.all if m["type"] == "event"]
    equal(f"{name}: positions grow", positions, sorted(set(positions)))
    # what was missed comes after a reconnect
    last = positions[-1]
    la.close()
    missed = [api_b.post("/tasks", {"title": f"пропущено {n}", "project_id": project}, expect=201)["id"] for n in range(5)]
    la = Live(api_a, a)
    la.send(type="resume", position=last)
    la.wait(lambda m: m["type"] == "event" and m["event"]["task_id"] == missed[-1], 10)
    got = [m["event"]["task_id"] for m in la.all if m["type"] == "event" and m["event"]["task_id"] in missed]
    equal(f"{name}: resume brings what was missed, once, in order", got, missed)
    if redis:
        worker = Live(Api(b, "worker@example.com"), b)
        la.send(type="subscribe", task_id=t["id"])
        worker.send(type="subscribe", task_id=t["id"])
        m = la.wait(lambda m: m["type"] == "presence" and m["task_id"] == t["id"] and len(m["users"]) >= 2, 10)
        check(f"{name}: presence on a task across nodes", m, [m for m in la.all if m["type"] == "presence"])
        worker.close()
    try:
        Live(api_a, a, origin="https://evil.example")
        check(f"{name}: a foreign Origin is refused", False)
    except websocket.WebSocketBadStatusException as e:
        check(f"{name}: a foreign Origin is refused", e.status_code in (400, 401, 403), e.status_code)
    ticket = api_a.post("/live/ticket")["ticket"]
    u = f"{a.url.replace('http', 'ws', 1)}/api/v1/live?ticket={ticket}"
    websocket.create_connection(u, origin=a.url, timeout=10).close()
    try:
        websocket.create_connection(u, origin=a.url, timeout=10).close()
        check(f"{name}: a ticket works once", False)
    except websocket.WebSocketBadStatusException as e:
        check(f"{name}: a ticket works once", e.status_code in (401, 403), e.status_code)
    for s in (a, b):
        s.stop()


def insert_event(c, task_id, title):
    """What the application does for a change of title, written by hand: event first. Commits nothing."""
    account, seq = c.execute("SELECT account_id, event_seq FROM task WHERE id = %s FOR UPDATE", (task_id,)).fetchone()
    old = c.execute("SELECT payload FROM event WHERE aggregate_type = 'task' AND aggregate_id = %s ORDER BY event_seq DESC LIMIT 1", (task_id,)).fetchone()[0]
    payload = {**old, "changes": {"title": {"from": old["snapshot"]["title"], "to": title}}, "snapshot": {**old["snapshot"], "title": title, "event_seq": seq + 1, "version": old["snapshot"].get("version", 1) + 1}}
    payload.pop("comment", None)
    event_id = str(uuid.uuid4())
    c.execute("""INSERT INTO event (id, account_id, aggregate_type, aggregate_id, event_seq, type, schema_version, actor_id, cause_kind, commit_id, occurred_at, payload)
                 SELECT %s, account_id, aggregate_type, aggregate_id, %s, 'TaskUpdated', schema_version, actor_id, 'job', %s, now(), %s
                 FROM event WHERE aggregate_type = 'task' AND aggregate_id = %s ORDER BY event_seq DESC LIMIT 1""",
              (event_id, seq + 1, str(uuid.uuid4()), json.dumps(payload), task_id))
    c.execute("UPDATE task SET title = %s, event_seq = %s, version = version + 1, updated_at = now() WHERE id = %s", (title, seq + 1, task_id))
    return event_id


def late_commit():
    """A transaction that inserts its event first and commits last is published, in order."""
    start = ends()
    url, a, b = pair(start)
    db, api, api_b, reader = Db(url), Api(a), Api(b), Reader(ALL_TOPICS, start)
    project, _ = erp_project(api)
    ids, problems = [], []
    rounds = 12
    for n in range(rounds):
        late = api.post("/tasks", {"title": f"поздняя {n}", "project_id": project}, expect=201)["id"]
        early = api.post("/tasks", {"title": f"ранняя {n}", "project_id": project}, expect=201)["id"]
        ids += [late, early]
        with psycopg.connect(url) as c, psycopg.connect(url) as d:
            d.execute("SELECT txid_current()")  # a transaction id older than everything that follows, used last of all
            event_id = insert_event(c, late, f"записана первой {n}")
            others = [(api if i % 2 else api_b).post("/tasks", {"title": f"между {n}-{i}", "project_id": project}, expect=201)["id"] for i in range(5)]
            api.patch(f"/tasks/{early}", {"title": f"средняя {n}"})
            ids += others
            if not wait_until(lambda: db.one("SELECT count(*) FROM event WHERE aggregate_type = 'task' AND aggregate_id = ANY(%s) AND position IS NULL", others) == 0, 10):
                problems.append(f"round {n}: an open transaction held up the events of others")
            if n % 3 == 0:
                all_out(db, reader, others, 20)
            head = db.one("SELECT max(position) FROM event")
            c.commit()
            # The old transaction changes a task that has moved on meanwhile.
            insert_event(d, early, f"старая транзакция {n}")
            d.commit()
            api.patch(f"/tasks/{late}", {"title": f"после {n}"})
            got = wait_until(lambda: db.one("SELECT position FROM event WHERE id = %s", event_id), 10)
            if not got or got <= head:
                problems.append(f"round {n}: position {got} after a head of {head}")
    check(f"{rounds} late commits: every one got a position after what was read before it", not problems, problems[:3])
    done, seqs, repeats, want = all_out(db, reader, ids, 60)
    check("all of it is published", done, {i: (seqs[i], want[i]) for i in ids if not seqs[i] or seqs[i][-1] != want[i]})
    equal("nothing is skipped and all is in order", [i for i in ids if seqs[i] != list(range(1, want[i] + 1))], [])
    check("positions follow event_seq for every aggregate", not db.rows("SELECT 1 FROM event e JOIN event f USING (aggregate_type, aggregate_id) WHERE e.event_seq < f.event_seq AND e.position > f.position LIMIT 1"))
    head = db.one("SELECT position FROM log_head")
    equal("positions have no gaps", (db.one("SELECT count(*) FROM event WHERE position IS NOT NULL"), db.one("SELECT max(position) FROM event")), (head, head))
    for s in (a, b):
        s.stop()


def frozen_relay():
    """A node stopped past its lease and woken publishes nothing out of order; the other takes over meanwhile."""
    start = ends()
    url, a, b = pair(start)
    db, reader = Db(url), Reader(ALL_TOPICS, start)
    apis = {a: Api(a), b: Api(b)}
    project, _ = erp_project(apis[a])
    ids = [apis[a].post("/tasks", {"title": f"под заморозкой {n}", "project_id": project}, expect=201)["id"] for n in range(12)]
    stop, target, errors, writes = threading.Event(), {"s": b}, [], [0]

    def write():
        n = 0
        while not stop.is_set():
            n += 1
            try:
                r = apis[target["s"]].raw("PATCH", f"/tasks/{rng.choice(ids)}", {"title": f"правка {n}"}, timeout=60)
                writes[0] += 1
                if not r.ok:
                    errors.append((r.status_code, r.text[:200]))
            except requests.RequestException as e:
                errors.append(repr(e)[:200])
            time.sleep(0.005)
    t = threading.Thread(target=write, daemon=True)
    t.start()
    time.sleep(1)
    taken = []
    for n in range(6):
        frozen, awake = ((a, b), (b, a))[n % 2]
        target["s"] = awake
        time.sleep(0.3 + rng.random() * 0.5)
        frozen.freeze()
        at = time.time()
        time.sleep(0.2)
        probe = apis[awake].post("/tasks", {"title": f"проба {n}", "project_id": project}, expect=201)["id"]
        done, *_ = all_out(db, reader, [probe], 12)
        taken.append(round(time.time() - at, 1) if done else None)
        time.sleep(max(0.0, 5 - (time.time() - at)))
        frozen.thaw()
        time.sleep(1.5)
    stop.set()
    t.join(60)
    check(f"the other node took over each time (after {taken} s; the lease is 2 s)", all(x is not None for x in taken), taken)
    check(f"writes went on ({writes[0]})", not errors and writes[0] > 100, errors[:3])
    done, seqs, repeats, want = all_out(db, reader, ids, 60)
    check("nothing is lost", done and all(seqs[i] == list(range(1, want[i] + 1)) for i in ids), {i: (len(seqs[i]), want[i]) for i in ids if seqs[i] != list(range(1, want[i] + 1))})
    equal("nothing is out of order", [i for i in ids if seqs[i] != sorted(seqs[i])], [])
    # Stricter: a repeat must be the repeat of a whole tail, never an older message slipped in behind a newer one by the woken node.
    bad = 0
    for i in ids:
        last, top = 0, 0
        for m in reader.all:
            if m.topic == "issues-events" and m.headers.get("event-id") and int(m.headers["aggregate-id"]) == i:
                s = int(m.headers["aggregate-version"])
                if s <= top and s != last + 1 and s > last:
                    bad += 1
                last, top = s, max(s, top)
    equal(f"and repeats ({repeats}) are whole", bad, 0)
    head = db.one("SELECT position FROM log_head")
    equal("positions have no gaps and none was given twice", (db.one("SELECT count(DISTINCT position) FROM event"), db.one("SELECT max(position) FROM event")), (head, head))
    for s in (a, b):
        s.stop()


def roles():
    """One process a role: together they are the whole; each says how it is, and only one answers the API."""
    start = ends()
    url, group = fresh_database(), fresh_group(start)
    common = {"TASKTRACK_CONSUMER_GROUP": group, "TASKTRACK_CONSUMER_INSTANCE": "alone"}
    a = Server(url, KAFKA, REDIS, roles="api", env=common)
    others = {r: Server(url, KAFKA, REDIS, roles=r, demo=False, data=a.data, env=common) for r in ("worker", "relay", "consumer")}
    for role, s in {"api": a, **others}.items():
        answers = {p: requests.get(s.url + p, timeout=5) for p in ("/health/live", "/health/ready", "/metrics")}
        check(f"{role}: health and metrics answer", all(r.status_code == 200 for r in answers.values()) and "tasktrack_" in answers["/metrics"].text, {p: r.status_code for p, r in answers.items()})
        codes = [requests.get(s.url + p, timeout=5).status_code for p in ("/api/v1/projects", "/", "/openapi.json")]
        equal(f"{role}: the API, the pages and the document", codes, [401, 200, 200] if role == "api" else [404, 404, 404])
    api, db, reader, erp = Api(a), Db(url), Reader(ALL_TOPICS, start), Erp()
    project, _ = erp_project(api)
    t = api.post("/tasks", {"title": "по ролям", "project_id": project}, expect=201)
    check("a change goes out by way of worker and relay", all_out(db, reader, [t["id"]])[0])
    erp.send(erp.message("updated", {"name": "из 1С"}, issue_id=t["id"]))
    check("and one comes in by way of the consumer", wait_until(lambda: api.get(f'/tasks/{t["id"]}')["title"] == "из 1С"))
    live = Live(api, a)
    erp.send(erp.message("updated", {"name": "вживую"}, issue_id=t["id"]))
    check("and is seen live at the process of the API", live.wait(lambda m: m["type"] == "event" and m["event"]["task_id"] == t["id"]))
    live.close()
    equal("all end cleanly", [s.stop() for s in (*others.values(), a)], [0, 0, 0, 0])


for name, scene, *args in (("one process a role", roles), ("broker down", broker_down), ("Redis down", redis_down), ("late commit", late_commit), ("frozen relay", frozen_relay),
                           ("two nodes, live, through Redis", two_nodes_live, REDIS), ("two nodes, live, without Redis", two_nodes_live, None)):
    report.run(name, scene, *args)
report.finish()
