#!/usr/bin/env python3
"""Holds what clients did against what the database and the topics hold afterwards.

    checker.py RECORD.json        prints the count of each fault; ends with 1 if there is any

A record (nothing_lost.py writes one) has
  ops       one per intended change: op (a token found nowhere else), kind (create, title, comment), side (rest, erp), account,
            subject (task id or external id), order (counts up per subject), state (ok, unknown, fail)
  tasks     id, account, title, event_seq           comments   id, account, task, body
  events    id, account, type, task, event_seq, position, cause, source, token (what it set), commit
  refs      external_id, task
  messages  topic, partition, offset, key, event_id, event_type, task, sequence, account, source
  integration  account, source, own (our own source name)

Faults
  lost          an acknowledged change without its effect, or a committed event that never reached its topic
  doubled       one change with more than one effect
  swapped       a task's events, messages or changes out of their order
  phantom       an effect or a message that nobody caused
  cross_tenant  something of one account in another
  loop          something inbound sent back, or something of our own applied to ourselves
Messages may be repeated on a topic with the same event id (delivery is at least once): counted as `repeats`, no fault.
An operation of state unknown may have its effect or not.
"""
import collections
import json
import sys

FAULTS = ("lost", "doubled", "swapped", "phantom", "cross_tenant", "loop")
ACTIVITY = ("user-activities", "task-events")
SENT = {"TaskCreated", "TaskUpdated", "CommentAdded"}


def check(r):
    """{fault: [what]} and a dictionary of figures."""
    found = {f: [] for f in FAULTS}
    ops = {o["op"]: o for o in r["ops"]}
    tasks = {t["id"]: t for t in r["tasks"]}
    refs = collections.defaultdict(list)
    for x in r["refs"]:
        refs[x["external_id"]].append(x["task"])
    integ = r["integration"]
    events = {e["id"]: e for e in r["events"]}
    ours = [e for e in r["events"] if e["token"] is not None]

    # --- effects in the log, by token
    by_token = collections.defaultdict(list)
    for e in ours:
        by_token[e["token"]].append(e)
    comment_rows = collections.Counter(c["body"] for c in r["comments"])
    for op in r["ops"]:
        effects = by_token.get(op["op"], [])
        if not effects and op["state"] == "ok":
            found["lost"].append(f'{op["op"]} ({op["side"]} {op["kind"]}): no event')
        if effects and op["state"] == "fail":
            found["phantom"].append(f'{op["op"]}: was refused but has an effect')
        if len(effects) > 1:
            found["doubled"].append(f'{op["op"]}: {len(effects)} events')
        if op["kind"] == "comment":
            rows = comment_rows[op["op"]]
            if effects and rows == 0:
                found["lost"].append(f'{op["op"]}: its comment is not there')
            if rows > 1:
                found["doubled"].append(f'{op["op"]}: {rows} comments')
        for e in effects:
            if e["account"] != op["account"]:
                found["cross_tenant"].append(f'{op["op"]} of account {op["account"]} took effect in account {e["account"]}')
            want = refs[op["subject"]][:1] if op["side"] == "erp" else [op["subject"]]
            if op["subject"] is not None and want and e["task"] != want[0]:
                found["cross_tenant" if tasks.get(e["task"], {}).get("account") != op["account"] else "phantom"].append(f'{op["op"]} took effect on task {e["task"]}, not {want[0]}')
    for token, effects in by_token.items():
        if token not in ops:
            found["phantom"].append(f'event {effects[0]["id"]} set {token!r}, which nobody asked for')
    for body in comment_rows:
        if body not in ops:
            found["phantom"].append(f"comment {body!r}, which nobody wrote")

    # --- state against the log
    last_title, per_task = {}, collections.defaultdict(list)
    for e in r["events"]:
        per_task[e["task"]].append(e)
    for t, list_ in per_task.items():
        list_.sort(key=lambda e: e["event_seq"])
        if t not in tasks:
            found["lost"].append(f"task {t} has events but no row")
            continue
        if [e["event_seq"] for e in list_] != list(range(1, len(list_) + 1)):
            found["lost"].append(f'task {t}: its events are {[e["event_seq"] for e in list_][:20]}, not 1 to n')
        if list_[-1]["event_seq"] != tasks[t]["event_seq"]:
            found["lost"].append(f'task {t}: row says event_seq {tasks[t]["event_seq"]}, log says {list_[-1]["event_seq"]}')
        for e in list_:
            if e["account"] != tasks[t]["account"]:
                found["cross_tenant"].append(f'event {e["id"]} of account {e["account"]} is of task {t} of account {tasks[t]["account"]}')
            if e["token"] is not None and e["type"] in ("TaskCreated", "TaskUpdated"):
                last_title[t] = e["token"]
        if any(e["position"] is None for e in list_):
            found["lost"].append(f"task {t}: events without a position")
        positions = [e["position"] for e in list_ if e["position"] is not None]
        if positions != sorted(positions):
            found["swapped"].append(f"task {t}: positions do not follow event_seq")
        orders = [(ops[e["token"]]["subject"], ops[e["token"]]["order"]) for e in list_ if e["token"] in ops and ops[e["token"]]["subject"] is not None]
        if any(a[0] == b[0] and a[1] > b[1] for a, b in zip(orders, orders[1:])):
            found["swapped"].append(f"task {t}: changes took effect in another order than they were made: {orders[:20]}")
    for t, title in last_title.items():
        if t in tasks and tasks[t]["title"] != title:
            found["lost"].append(f'task {t}: its title is {tasks[t]["title"]!r}, the log ends with {title!r}')
    for t in tasks.values():
        if t["id"] not in per_task:
            found["phantom"].append(f'task {t["id"]} has no events')
    for c in r["comments"]:
        if c["task"] in tasks and c["account"] != tasks[c["task"]]["account"]:
            found["cross_tenant"].append(f'comment {c["id"]} of account {c["account"]} is of task {c["task"]} of another')
    for external_id, list_ in refs.items():
        if len(set(list_)) > 1:
            found["doubled"].append(f"{external_id} became {len(set(list_))} tasks")
    positions = sorted(e["position"] for e in r["events"] if e["position"] is not None)
    if len(positions) != len(set(positions)):
        found["doubled"].append("a position was given twice")

    # --- topics
    seen, repeats = {}, 0
    first = collections.defaultdict(list)
    for m in sorted(r["messages"], key=lambda m: (m["topic"], m["partition"], m["offset"])):
        if m["source"] != integ["own"]:
            continue
        if m["topic"] not in ACTIVITY:
            key = (m["topic"], m["event_id"], m["event_type"])
            if key in seen:
                repeats += 1
                if seen[key] != (m["task"], m["sequence"]):
                    found["doubled"].append(f'message {m["event_id"]}: repeated with another content')
                continue
            seen[key] = (m["task"], m["sequence"])
            first[(m["topic"], m["task"])].append(m["sequence"])
        else:
            seen[(m["topic"], m["event_id"], m["event_type"])] = True
        e = events.get(m["event_id"])
        if e is None:
            if m["event_id"] not in r.get("other_events", ()):
                found["phantom"].append(f'message {m["topic"]}/{m["partition"]}/{m["offset"]}: its event {m["event_id"]} is not in the log')
            continue
        if m["account"] != e["account"]:
            found["cross_tenant"].append(f'message of event {e["id"]} of account {e["account"]} says account {m["account"]}')
        if m["topic"] not in ACTIVITY:
            if e["account"] != integ["account"]:
                found["cross_tenant"].append(f'event {e["id"]} of account {e["account"]} went to the ERP of account {integ["account"]}')
            if e["cause"] == "consumer" and m["event_type"] != "linked":
                found["loop"].append(f'event {e["id"]} came from the ERP and went back as {m["event_type"]}')
    for (topic, task), sequence in first.items():
        if sequence != sorted(sequence):
            found["swapped"].append(f"{topic}, task {task}: sequence {sequence[:20]}")
    erp_sent = {m["event_id"] for m in r["messages"] if m["source"] == integ["own"] and m["topic"] not in ACTIVITY}
    act_sent = {m["event_id"] for m in r["messages"] if m["topic"] in ACTIVITY}
    for e in r["events"]:
        if e["account"] == integ["account"] and e["type"] in SENT and e["token"] is not None:
            if e["cause"] != "consumer" and e["id"] not in erp_sent:
                found["lost"].append(f'event {e["id"]} ({e["type"]} of task {e["task"]}) never reached the ERP topic')
            if e["cause"] == "consumer" and e["type"] == "TaskCreated" and e["id"] not in erp_sent:
                found["lost"].append(f'event {e["id"]}: inbound created was never answered by linked')
            if e["id"] not in act_sent:
                found["lost"].append(f'event {e["id"]} ({e["type"]} of task {e["task"]}) never reached the activity topics')
        if e["cause"] == "consumer" and e["source"] == integ["own"]:
            found["loop"].append(f'event {e["id"]}: a message of our own was applied')
    figures = {"operations": len(r["ops"]), "unknown": sum(o["state"] == "unknown" for o in r["ops"]), "events": len(r["events"]),
               "messages": len(r["messages"]), "repeats": repeats}
    return found, figures


def show(found, figures):
    for name, n in figures.items():
        print(f"  {name:14} {n}")
    for name, list_ in found.items():
        print(f"  {name:14} {len(list_)}")
        for what in list_[:5]:
            print(f"    {what}")


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as f:
        result = check(json.load(f))
    show(*result)
    sys.exit(1 if any(result[0].values()) else 0)
