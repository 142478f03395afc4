#!/usr/bin/env python3
"""kill -9 at random, CRASH_KILLS times (20, or as set), in a loop of REST writes and inbound messages; then the checker.

Two nodes on one PostgreSQL and one Kafka; each kill takes one of them at a random moment and starts it again at once. REST
writers of two accounts retry with the same Idempotency-Key on whichever node answers. The record of the run is kept in
.run/live/nothing_lost/record.json, where checker.py and checker_selftest.py read it.
"""
import json
import os
import random
import threading
import time
import uuid

import requests

import checker
from harness import (ACTIVITY_TOPICS, ALL_TOPICS, ERP_TOPICS, KAFKA, OUT, REDIS, SEED, Api, Db, Erp, Reader, Server, ends, ensure_topics, fresh_database,
                     fresh_group, need, report, wait_until)

KILLS = int(os.environ.get("CRASH_KILLS", "20"))
WRITERS = int(os.environ.get("CRASH_WRITERS", "5"))
NODES = int(os.environ.get("CRASH_NODES", "2"))
need("binary", "TASKTRACK_TEST_POSTGRES", "TASKTRACK_TEST_KAFKA")
check, equal = report.check, report.equal
rng = random.Random(SEED)

ensure_topics()
START = ends()
url, group = fresh_database(), fresh_group(START)
first = Server(url, KAFKA, REDIS, env={"TASKTRACK_CONSUMER_GROUP": group, "TASKTRACK_REGISTRATION": "new-account", "TASKTRACK_CONSUMER_INSTANCE": "crash-1", "TASKTRACK_NODE": "node-1"})
same = {k: first.env[k] for k in ("TASKTRACK_PUBLIC_URL", "TASKTRACK_CONSUMER_GROUP", "TASKTRACK_REGISTRATION")}
nodes = [first] + [Server(url, KAFKA, REDIS, data=first.data, env={**same, "TASKTRACK_CONSUMER_INSTANCE": f"crash-{i}", "TASKTRACK_NODE": f"node-{i}"}) for i in range(2, NODES + 1)]
db, admin = Db(url), Api(first)
integration = next(i for i in admin.items("/integrations") if i["source"] == "1c")
mail = f"other-{uuid.uuid4().hex[:6]}@example.org"
Api(first, login=False).call("POST", "/auth/register", {"email": mail, "password": "a long enough one 7", "name": "Other"}, expect=201)
other = Api(first, mail, "a long enough one 7")
other_project = other.post("/projects", {"key": "OTH", "name": "Other"}, expect=201)
run_id = uuid.uuid4().hex[:6]
stop, lock, ops, refused = threading.Event(), threading.Lock(), [], []
log = open(OUT / "operations.jsonl", "w", encoding="utf-8")
outage = {"longest": 0.0}


def record(**op):
    with lock:
        ops.append(op)
        log.write(json.dumps(op, ensure_ascii=False) + "\n")
    return op


class Writer(threading.Thread):
    """One client with tasks of its own; goes on until told to stop, and finishes what it has begun."""

    def __init__(self, n):
        super().__init__(daemon=True)
        self.n, self.rng = n, random.Random(SEED * 1000 + n)
        stranger = n % 3 == 2
        self.api = other if stranger else admin
        self.account = other_project["account"]["id"] if stranger else integration["account"]["id"]
        self.project = other_project["id"] if stranger else integration["project"]["id"]
        self.token, self.until = None, 0
        self.s = requests.Session()
        self.tasks, self.count = [], 0

    def sign_in(self, node):
        if time.time() > self.until:
            r = self.s.post(f"{node.url}/api/v1/auth/login", json={"email": self.api.email, "password": self.api.password}, timeout=10)
            r.raise_for_status()
            self.token, self.until = r.json()["access_token"], time.time() + 400

    def send(self, method, path, body):
        """Until there is an answer: (state, JSON)."""
        key, begun = str(uuid.uuid4()), time.time()
        while time.time() - begun < 90:
            node = self.rng.choice(nodes)
            try:
                self.sign_in(node)
                r = self.s.request(method, f"{node.url}/api/v1{path}", json=body, timeout=20, headers={"Authorization": f"Bearer {self.token}", "Idempotency-Key": key})
            except requests.RequestException:
                time.sleep(0.05)
                continue
            if r.status_code in (429, 502, 503, 504):
                time.sleep(0.1)
                continue
            outage["longest"] = max(outage["longest"], time.time() - begun)
            if r.ok:
                return "ok", r.json()
            refused.append(f"{method} {path}: {r.status_code} {r.text[:200]}")
            return ("unknown" if r.status_code >= 500 else "fail"), None
        refused.append(f"{method} {path}: no answer within 90 s")
        return "unknown", None

    def run(self):
        while not stop.is_set():
            self.count += 1
            kind = "create" if not self.tasks or (len(self.tasks) < 8 and self.rng.random() < 0.3) else self.rng.choice(("title", "comment", "title"))
            token = f"{run_id} w{self.n} {kind} {self.count}"
            if kind == "create":
                state, task = self.send("POST", "/tasks", {"title": token, "project_id": self.project})
                record(op=token, kind=kind, side="rest", account=self.account, subject=None, order=0, state=state)
                if task:
                    self.tasks.append(task["id"])
            else:
                task = self.rng.choice(self.tasks)
                state, _ = self.send("PATCH", f"/tasks/{task}", {"title": token}) if kind == "title" else self.send("POST", f"/tasks/{task}/comments", {"body": token})
                record(op=token, kind=kind, side="rest", account=self.account, subject=task, order=self.count, state=state)
            if len(self.tasks) >= 8 and self.rng.random() < 0.05:
                self.tasks.pop(0)
            time.sleep(0.01)


class ErpSide(threading.Thread):
    """Sends messages of the ERP: creates, changes, comments, repeats, updates that come before their create, echoes of ours."""

    def __init__(self):
        super().__init__(daemon=True)
        self.erp, self.rng, self.count = Erp(), random.Random(SEED + 77), 0
        self.echoes = Reader(["issues-events"], START)

    def send(self, kind, x, order, flush=True):
        self.count += 1
        token = f"{run_id} erp {kind} {self.count}"
        event, data = {"create": ("created", {"name": token, "content": "из 1С", "status": "new"}), "title": ("updated", {"name": token}),
                       "comment": ("comment_added", {"comment": token, "comment_id": self.count})}[kind]
        m = self.erp.message(event, data, external_id=x)
        for _ in range(2 if self.rng.random() < 0.15 else 1):
            self.erp.send(m, key=x, topic="issues-events-1c", flush=flush)
        record(op=token, kind=kind, side="erp", account=integration["account"]["id"], subject=x, order=order, state="ok")

    def run(self):
        live, n, last_echo = {}, 0, time.time()
        while not stop.is_set():
            if len(live) < 6 or self.rng.random() < 0.1:
                n += 1
                x = f"{run_id}-{n}"
                if self.rng.random() < 0.2:
                    self.send("title", x, 1)
                    time.sleep(self.rng.random() * 0.3)
                    self.send("create", x, 0)
                    live[x] = 1
                else:
                    self.send("create", x, 0)
                    live[x] = 0
            x = self.rng.choice(list(live))
            live[x] += 1
            self.send(self.rng.choice(("title", "comment")), x, live[x])
            if len(live) > 12:
                live.pop(next(iter(live)))
            if time.time() - last_echo > 1:
                last_echo = time.time()
                self.echoes.poll(0.05)
                ours = [m for m in self.echoes.all[-200:] if m.json and m.json.get("source") == "task-track"]
                for m in self.rng.sample(ours, min(2, len(ours))):
                    # Once as it was, once under the ERP's name: neither may have an effect.
                    self.erp.send(m.bytes, key=m.key)
                    self.erp.send({**m.json, "source": "1c", "event_type": "updated", "data": {"name": "echo of " + m.json["event_id"]}}, key=m.key)
            time.sleep(0.03)
        self.erp.flush()


report.section(f"{KILLS} kills, {len(nodes)} nodes, {WRITERS} writers, seed {SEED}")
threads = [Writer(i) for i in range(WRITERS)] + [ErpSide()]
for t in threads:
    t.start()
time.sleep(1.5)
begun, slowest = time.time(), 0.0
for n in range(KILLS):
    node = rng.choice(nodes)
    # Two kills of three hit a node at work; the third hits it while it starts, wherever it is just then.
    if n % 3 != 2:
        node.wait_ready(90)
        time.sleep(rng.uniform(0.0, 1.5))
    else:
        time.sleep(rng.uniform(0.0, 0.4))
    node.kill9()
    t = time.time()
    node.start(wait=False)
    if n % 10 == 9:
        node.wait_ready(90)
        slowest = max(slowest, time.time() - t)
        print(f"      {n + 1} kills, {len(ops)} operations, {time.time() - begun:.0f} s", flush=True)
for node in nodes:
    node.wait_ready(90)
time.sleep(1)
stop.set()
for t in threads:
    t.join(120)
check("all clients came to an end", not any(t.is_alive() for t in threads))
check("no request was refused", not refused, refused[:5])
check("there was work between the kills", len([o for o in ops if o["state"] == "ok"]) >= KILLS * 10, len(ops))

# --- until everything has come through
report.section("settling")
reader = Reader(ALL_TOPICS, START)
admin.until = 0


def settled():
    status = admin.get("/exchange/status")
    return db.one("SELECT count(*) FROM event WHERE position IS NULL") == 0 and status["relay"]["lag"] == 0 and status["inbound"]["parked"] == 0


def inbound_done():
    """The consumer group has committed up to the end of the ERP topics."""
    from confluent_kafka import Consumer, TopicPartition
    c = Consumer({"bootstrap.servers": KAFKA, "group.id": group, "enable.auto.commit": False})
    try:
        end = ends(ERP_TOPICS)
        at = {(x.topic, x.partition): x.offset for x in c.committed([TopicPartition(t, p) for t, p in end], timeout=20)}
        # Transactional producers leave a marker after each batch that no consumer ever sees: a few offsets at the end are theirs.
        return all(end[k] - at[k] <= 2 for k in end)
    finally:
        c.close()


check("the inbound topics are read to their end", wait_until(inbound_done, 120, 0.5))
check("everything is sequenced and sent, nothing is parked", wait_until(settled, 120, 0.3), admin.get("/exchange/status"))
reader.quiet(3, 60)

# --- the record
events = []
for i, account, aggregate_type, task, seq, type_, cause, source, position, payload, commit in db.rows(
        "SELECT id::text, account_id, aggregate_type, aggregate_id, event_seq, type, cause_kind, source, position, payload, commit_id::text FROM event"):
    token = None
    if type_ == "TaskCreated":
        token = payload["snapshot"].get("title")
    elif type_ == "CommentAdded":
        token = (payload.get("comment") or {}).get("body")
    elif "title" in payload.get("changes", {}):
        token = payload["changes"]["title"]["to"]
    events.append(dict(id=i, account=account, aggregate=aggregate_type, task=task, event_seq=seq, type=type_, cause=cause, source=source, position=position, token=token, commit=commit))
demo = {e["task"] for e in events if e["aggregate"] == "task" and e["type"] == "TaskCreated" and e["cause"] == "demo"}
counted = [e for e in events if e["aggregate"] == "task" and e["task"] not in demo]
# Demo tasks nobody touched must be untouched still.
check("no demo task was changed", not [e for e in events if e["aggregate"] == "task" and e["task"] in demo and e["cause"] != "demo"])
messages = []
for m in reader.all:
    j = m.json
    if not j or m.topic not in ACTIVITY_TOPICS + ["issues-events"]:
        continue
    own = m.headers.get("source") if m.topic in ACTIVITY_TOPICS else j.get("source")
    if m.topic == "issues-events" and not m.headers.get("event-id"):
        continue  # what this script itself sent there
    messages.append(dict(topic=m.topic, partition=m.partition, offset=m.offset, key=m.key, event_id=m.headers.get("event-id") or j.get("event_id"), event_type=j["event_type"],
                         task=int(m.headers["aggregate-id"]), sequence=int(m.headers["aggregate-version"]), account=int(m.headers["account"]) if m.headers.get("account") else None, source=own))
counted_ids = {e["id"] for e in counted}
rec = dict(ops=ops, events=counted, other_events=[e["id"] for e in events if e["id"] not in counted_ids],
           tasks=[dict(id=a, account=b, title=c, event_seq=d) for a, b, c, d in db.rows("SELECT id, account_id, title, event_seq FROM task") if a not in demo],
           comments=[dict(id=a, account=b, task=c, body=d) for a, b, c, d in db.rows("SELECT id, account_id, task_id, body FROM comment") if c not in demo],
           refs=[dict(external_id=a, task=b) for a, b in db.rows("SELECT external_id, internal_id FROM external_ref WHERE external_id LIKE %s", run_id + "-%")],
           messages=messages, integration=dict(account=integration["account"]["id"], source="1c", own="task-track"))
(OUT / "record.json").write_text(json.dumps(rec, ensure_ascii=False))

report.section("the checker")
found, figures = checker.check(rec)
figures.update(kills=KILLS, kills_taken_s=round(time.time() - begun), longest_wait_for_an_answer_s=round(outage["longest"], 1))
checker.show(found, figures)
for fault in checker.FAULTS:
    equal(f"{fault.replace('_', '-')}", len(found[fault]), 0)
equal("no dead letters of good messages", db.one("SELECT count(*) FROM dead_letter"), 0)
panics = [l for n in nodes for l in n.log.read_text(errors="replace").splitlines() if "panicked" in l]
check("no panic in the logs", not panics, panics[:3])
report.finish()
