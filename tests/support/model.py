"""An executable model of docs/sync-protocol.md: settling, a device, and seeded stories full of faults.

A model to think with, not a part of the product: one contract, no disk, no rights, no photos, no record types.
Run: python model.py [seeds] [first seed]; python model.py mutants
"""

import copy
import hashlib
import json
import random
import sys
from collections import Counter

FIELDS = ("quantity", "location", "documentation")  # each by itself, and `voided`, which belongs with all of them
MUTANT = ""
MUTANTS = (
    "no_idempotency", "last_writer_wins", "compare_values", "no_look_again", "look_again_at_conflicts", "decide_without_seen",
    "two_deciders_win", "decision_before_target_dropped", "create_never_merges", "no_position_check", "position_is_cursor",
    "split_lines_of_one_seq", "ended_only_if_held_before", "confirmed_by_cursor",
    "drop_operations_when_diverged", "prune_when_answered", "restore_with_new_ids", "restore_keeps_answers",
)
WROTE = ("applied", "merged", "released")


class Server:
    """One contract's ledger: an append-only list. Images, holds and endings are folds over it."""

    def __init__(self):
        self.restore([])

    def restore(self, entries):
        self.entries, self.images, self.held, self.ended, self.first = [], {}, {}, {}, {}
        for entry in entries:
            self.fold(entry)

    def append(self, op, state, reason=""):
        seq = len(self.entries) + 1
        chain = self.entries[-1]["hash"] if self.entries else ""
        hash_ = hashlib.sha256(json.dumps([chain, seq, op, state, reason], sort_keys=True).encode()).hexdigest()[:16]
        self.fold({"seq": seq, "op": op, "state": state, "reason": reason, "hash": hash_})

    def fold(self, entry):
        """Everything derived from the ledger, with no judgement left to make: replay is this."""
        self.entries.append(entry)
        op, seq, state = entry["op"], entry["seq"], entry["state"]
        self.first.setdefault(op["id"], entry)
        if state == "held":
            self.held[op["id"]] = entry
        if state in WROTE and op.get("choice") != "set_aside":
            old = self.images.get(op["record"], {"fields": {}, "by": {}, "revision": 0})
            self.images[op["record"]] = {
                "seq": seq, "revision": old["revision"] + 1, "fields": {**old["fields"], **op["set"]},
                "by": {**old["by"], **{name: op["id"] for name in op["set"]}},
            }
        if state == "released" or (state == "superseded" and op["id"] in self.held):
            self.end(op["id"], seq, state)
        if op["verb"] == "decide" and state in WROTE:
            self.end(op["target"], seq, op["choice"])

    def end(self, id_, seq, how):
        self.held.pop(id_, None)
        self.ended[id_] = (seq, how)

    def position(self):
        return (len(self.entries), self.entries[-1]["hash"] if self.entries else "")

    def has(self, position):
        """Whether (known, chain) lies on this ledger: false after it was restored from an older backup."""
        known, chain = position
        on_it = known == 0 or (known <= len(self.entries) and self.entries[known - 1]["hash"] == chain)
        return on_it or MUTANT == "no_position_check"

    def settle(self, operations, position):
        """Return (answers, position of the head), or None when diverged: then nothing was settled."""
        if not self.has(position):
            return None
        answers = []
        for op in operations:
            if op["id"] not in self.first or MUTANT == "no_idempotency":
                self.append(op, *self.judge(op))
                self.look_again()
            entry = self.first[op["id"]]
            answers.append({"id": op["id"], "seq": entry["seq"], "state": entry["state"]})
        return answers, self.position()

    def judge(self, op):
        image = self.images.get(op["record"])
        if op["verb"] == "decide":
            return self.judge_decision(op, image)
        if op["verb"] == "create" and (image is None or MUTANT == "create_never_merges"):
            return ("applied",) if image is None else ("held", "conflict")
        if image is None:
            return "held", "missing_record"
        if any(self.is_missing(writer) for writer in op["seen"].values()) and MUTANT != "compare_values":
            return "held", "missing_base"
        if not self.fits(op, image):
            return "held", "conflict"
        return ("applied",) if image["revision"] == op.get("revision") else ("merged",)

    def judge_decision(self, op, image):
        if op["target"] not in self.first:
            return ("superseded", "missing") if MUTANT == "decision_before_target_dropped" else ("held", "missing_target")
        if op["target"] not in self.held and MUTANT != "two_deciders_win":
            return "superseded", "already_decided"
        if op["choice"] == "apply":
            if image is None and self.first[op["target"]]["op"]["verb"] != "create":
                return "superseded", "moved"
            if image is not None and MUTANT != "decide_without_seen" and not self.fits(op, image):
                return "superseded", "moved"
        return ("applied",)

    def is_missing(self, writer):
        """A writer that this ledger never had, or that itself waits for one."""
        if not writer:
            return False
        return writer not in self.first or (writer in self.held and self.held[writer]["reason"].startswith("missing"))

    def fits(self, op, image):
        """Whether every field that the person looked at is as he saw it, or already as he wants it."""
        if MUTANT == "last_writer_wins":
            return True
        names = set(op["seen"]) | (set(image["fields"]) if "voided" in op["set"] else {"voided"})
        if op["verb"] == "create":
            names = set(op["set"])
        for name in names:
            now, wanted = image["fields"].get(name), op["set"].get(name, op["base"].get(name))
            unmoved = image["by"].get(name) == op["seen"].get(name)
            if MUTANT == "compare_values":
                unmoved = now == op["base"].get(name)
            if not unmoved and now != wanted:
                return False
        return True

    def look_again(self):
        """Settle anew what waited for something missing; a conflict waits for a person."""
        again = MUTANT != "no_look_again"
        while again:
            again = False
            for entry in sorted(self.held.values(), key=lambda one: one["seq"]):
                if not entry["reason"].startswith("missing") and MUTANT != "look_again_at_conflicts":
                    continue
                state, *reason = self.judge(entry["op"])
                if (state, *reason) == ("held", entry["reason"]):
                    continue
                self.append(entry["op"], "released" if state in WROTE else state, *reason)
                again = True
                break

    def feed(self, after, position, limit):
        """Return None when diverged, else (position, lines, cursor, more, tally): latest images only."""
        if not self.has(position):
            return None
        lines = [(image["seq"], "image", record, copy.deepcopy(image)) for record, image in self.images.items() if image["seq"] > after]
        lines += [(entry["seq"], "held", id_, entry["op"]) for id_, entry in self.held.items() if entry["seq"] > after]
        for id_, (seq, how) in self.ended.items():
            before = self.first[id_]["seq"] <= after if id_ in self.first else False
            if seq > after and (before or MUTANT != "ended_only_if_held_before"):
                lines.append((seq, "ended", id_, how))
        lines.sort(key=lambda line: line[0])
        page, rest = lines[:limit], lines[limit:]
        while rest and rest[0][0] == page[-1][0] and MUTANT != "split_lines_of_one_seq":
            page.append(rest.pop(0))
        head = self.position()
        cursor = page[-1][0] if rest else head[0]
        tally = (len(self.images), sum(image["revision"] for image in self.images.values()))
        return head, page, cursor, bool(rest), tally


class Device:
    def __init__(self, name):
        self.name, self.number = name, 0
        self.operations, self.answers = {}, {}  # append-only; and what the server said of each
        self.forget()

    def forget(self):
        self.records, self.held, self.ended = {}, {}, set()
        self.cursor, self.whole, self.position = 0, 0, (0, "")

    def diverge(self):
        """The server was restored: keep every operation, ask everything again."""
        self.forget()
        self.answers = {}
        if MUTANT == "drop_operations_when_diverged":
            self.operations = {}

    def waiting(self):
        return [op for id_, op in self.operations.items() if id_ not in self.answers]

    def is_confirmed(self, op):
        """Whether the feed has brought back what the server made of it."""
        answer = self.answers.get(op["id"])
        if answer is None:
            return False
        if MUTANT == "confirmed_by_cursor":
            return self.cursor >= answer["seq"]
        return self.whole >= answer["seq"] or self.records.get(op["record"], {"seq": 0})["seq"] >= answer["seq"]

    def view(self):
        """What the person sees: records, with own unconfirmed operations on top where they still fit."""
        shown = copy.deepcopy(self.records)
        for op in self.operations.values():
            answer = self.answers.get(op["id"])
            stuck = answer and answer["state"] in ("held", "superseded")
            if op["verb"] == "decide" or stuck or self.is_confirmed(op):
                continue
            image = shown.get(op["record"])
            if image is None and op["verb"] != "create":
                continue
            image = shown.setdefault(op["record"], {"fields": {}, "by": {}, "revision": 0, "seq": 0})
            if all(image["by"].get(name) == writer for name, writer in op["seen"].items()):
                image["fields"].update(op["set"])
                image["by"].update({name: op["id"] for name in op["set"]})
                image["revision"] += 1
        return shown

    def type(self, op):
        self.number += 1
        self.operations[f"{self.name}-{self.number}"] = {
            "base": {}, "seen": {}, **op, "id": f"{self.name}-{self.number}", "device": self.name, "number": self.number}

    def push(self, server, rng, loss):
        for _ in range(20):
            batch = self.waiting()[:rng.randint(1, 4)]
            if not batch or rng.random() < loss:  # request lost
                return
            settled = server.settle(copy.deepcopy(batch), self.position)
            if rng.random() < loss:  # answer lost
                return
            if settled is None:
                self.diverge()
                continue
            answers, position = settled
            self.position = max(self.position, position)
            for answer in answers:
                self.answers[answer["id"]] = answer
                if MUTANT == "prune_when_answered":
                    del self.operations[answer["id"]]

    def pull(self, server, rng, loss, meanwhile=None):
        """Return what went wrong on the way, as the device itself can see it."""
        for _ in range(300):
            if rng.random() < loss:
                return ""
            answer = server.feed(self.cursor, self.position, rng.randint(1, 5))
            if answer is None:
                self.diverge()
                continue
            position, lines, cursor, more, tally = answer
            for _seq, kind, key, value in lines:
                if kind == "image":
                    self.records[key] = value
                elif kind == "held":
                    self.held[key] = value
                else:
                    self.held.pop(key, None)
                    self.ended.add(key)
            self.cursor = cursor
            self.position = max(self.position, (cursor, position[1]) if MUTANT == "position_is_cursor" and cursor == position[0] else
                                self.position if MUTANT == "position_is_cursor" else position)
            if not more:
                self.whole = cursor
                mine = (len(self.records), sum(image["revision"] for image in self.records.values()))
                return "" if mine == tally else "tally differs"
            on_screen = self.view()
            for op in self.operations.values():
                answer = self.answers.get(op["id"], {"state": ""})
                if op["verb"] == "create" and answer["state"] != "held" and op["record"] not in on_screen:
                    return f"{op['id']} vanished from the screen"
            if meanwhile:
                meanwhile()
        return ""

    def restore(self, file):
        operations, answers = file
        for op in sorted(operations.values(), key=lambda one: (one["device"], one["number"])):
            if MUTANT == "restore_with_new_ids":
                self.type({key: value for key, value in op.items() if key not in ("id", "device", "number")})
            elif op["id"] not in self.operations:
                self.operations[op["id"]] = op
                if MUTANT == "restore_keeps_answers" and op["id"] in answers:
                    self.answers[op["id"]] = answers[op["id"]]


def act(device, rng, typed):
    """One person types one thing, from what his screen shows. Values repeat on purpose."""
    view, held = device.view(), list(device.held.values())
    alive = [record for record, image in view.items() if not image["fields"].get("voided")]
    value = lambda name: f"{name[0]}{rng.randrange(3)}"
    looked_at = lambda image, names: {
        "base": {n: image["fields"].get(n) for n in names}, "seen": {n: image["by"].get(n) for n in names},
        "revision": image.get("revision")}
    roll = rng.random()
    if roll < 0.25 or not alive:
        device.type({"verb": "create", "record": f"{device.name}.{device.number}", "set": {n: value(n) for n in FIELDS}})
    elif roll < 0.30:  # the day's record: everyone derives the same id
        device.type({"verb": "create", "record": f"day{rng.randrange(2)}", "set": {"day": "the same"}})
    elif roll < 0.75 or (roll < 0.92 and not held):
        record = rng.choice(alive)
        names = rng.sample(FIELDS, rng.randint(1, 2))
        device.type({"verb": "revise", "record": record, "set": {n: value(n) for n in names},
                     **looked_at(view[record], [*names, "voided"])})
    elif roll < 0.92:
        target = rng.choice(held)
        image = view.get(target["record"], {"fields": {}, "by": {}})
        choice = rng.choice(("apply", "set_aside"))
        set_ = {n: v if rng.random() < 0.7 else value(n) for n, v in target["set"].items()} if choice == "apply" else {}
        names = ([*set_, "voided"] if "voided" not in set_ else [*image["fields"], "voided"]) if choice == "apply" else []
        device.type({"verb": "decide", "record": target["record"], "target": target["id"], "choice": choice, "set": set_,
                     **looked_at(image, names)})
    else:
        record = rng.choice(list(view))
        image = view[record]
        device.type({"verb": "revise", "record": record, "set": {"voided": not image["fields"].get("voided")},
                     **looked_at(image, [*image["fields"], "voided"])})
    op = list(device.operations.values())[-1]
    typed[op["id"]] = op


def story(seed, steps=110):
    """Return (what broke, or "", and how often everything happened)."""
    rng, counts = random.Random(seed), Counter()
    server, devices = Server(), [Device(f"d{i}") for i in range(3)]
    typed, backup, files = {}, [], []

    for _ in range(steps):
        device = rng.choice(devices)
        others = [one for one in devices if one is not device]

        def meanwhile():
            if rng.random() < 0.5:
                other = rng.choice(others)
                act(other, rng, typed)
                other.push(server, rng, 0.2)

        roll = rng.random()
        if roll < 0.45:
            act(device, rng, typed)
        elif roll < 0.80:
            device.push(server, rng, 0.25)
            problem = device.pull(server, rng, 0.15, meanwhile)
            if problem:
                return problem, counts
        elif roll < 0.86:
            backup = copy.deepcopy(server.entries)
            counts["server backed up"] += 1
        elif roll < 0.885:
            server.restore(copy.deepcopy(backup))
            counts["server restored"] += 1
        elif roll < 0.95:
            files.append(copy.deepcopy((device.operations, device.answers)))
        elif files:
            device.restore(rng.choice(files))
            counts["file restored"] += 1

    for _ in range(12):  # the faults stop
        for device in devices:
            device.push(server, rng, 0)
            problem = device.pull(server, rng, 0)
            if problem:
                return problem, counts

    counts.update(entry["state"] + (" " + entry["reason"] if entry["reason"] else "") for entry in server.entries)
    return broken_law(server, devices, typed), counts


def broken_law(server, devices, typed):
    lost = [id_ for id_ in typed if id_ not in server.first]
    if lost:
        return f"lost: {lost[:3]}"
    writes = [entry["op"]["id"] for entry in server.entries if entry["state"] in WROTE]
    if len(writes) != len(set(writes)) or set(server.first) - set(typed):
        return "applied twice"
    shown, by = {}, {}
    for entry in server.entries:
        op = entry["op"]
        if entry["state"] not in WROTE or op.get("choice") == "set_aside":
            continue
        fields, writers = shown.setdefault(op["record"], {}), by.setdefault(op["record"], {})
        looked_at = set(op["set"]) | (set(fields) if "voided" in op["set"] else set())
        for name in looked_at:
            wanted = op["set"].get(name, op["base"].get(name))
            if name in fields and fields[name] != wanted and op["seen"].get(name) != writers[name]:
                return f"{fields[name]} of {writers[name]} overwritten unseen by {op['id']}"
        fields.update(op["set"])
        writers.update({name: op["id"] for name in op["set"]})
    decided = [entry["op"]["target"] for entry in server.entries if entry["op"]["verb"] == "decide" and entry["state"] in WROTE]
    if len(decided) != len(set(decided)) or set(decided) & {e["op"]["id"] for e in server.entries if e["state"] == "released"}:
        return "decided twice"
    for entry in server.entries:
        if entry["state"] == "superseded" and entry["reason"] not in ("already_decided", "moved"):
            return f"decision {entry['op']['id']} was dropped"
    for id_, entry in server.first.items():
        if entry["state"] == "held" and id_ not in server.held and id_ not in server.ended:
            return f"{id_} was held and vanished"
    for entry in server.held.values():
        waits_for = {"missing_record": [entry["op"]["record"]], "missing_target": [entry["op"].get("target")]}.get(entry["reason"], [])
        if any(one in server.images or one in server.first for one in waits_for):
            return f"{entry['op']['id']} waits for what is there"
        if entry["reason"] == "missing_base" and not any(server.is_missing(w) for w in entry["op"]["seen"].values()):
            return f"{entry['op']['id']} waits for what is there"
        if entry["op"]["record"].startswith("day") and entry["op"]["verb"] == "create":
            return "two people could not open one day"
    for op in typed.values():  # a correction never loses against what it corrected
        if op["verb"] == "revise" and server.first[op["id"]]["state"] in WROTE:
            for name, writer in op["seen"].items():
                if name in op["set"] and writer and server.images[op["record"]]["by"].get(name) == writer:
                    if server.images[op["record"]]["fields"][name] != op["set"][name]:
                        return f"{op['id']} corrected {writer} and lost against it"
    for device in devices:
        if device.records != server.images:
            return f"{device.name}: records differ"
        if set(device.held) != set(server.held):
            return f"{device.name}: list of held operations differs"
        own = {id_ for id_, answer in device.answers.items() if answer["state"] == "held" and id_ not in device.ended}
        if own - set(server.held):
            return f"{device.name}: shows own operations held for ever"
    return ""


def run(seeds, first=0):
    totals = Counter()
    for seed in range(first, first + seeds):
        problem, counts = story(seed)
        if problem:
            return seed, problem, totals
        totals += counts
    return None, "", totals


if __name__ == "__main__":
    if sys.argv[1:2] == ["mutants"]:
        for MUTANT in MUTANTS:
            seed, problem, _ = run(600)
            print(f"{MUTANT:32} {'NOT CAUGHT' if seed is None else f'seed {seed}: {problem}'}")
    else:
        seed, problem, totals = run(*(int(one) for one in sys.argv[1:]) if len(sys.argv) > 1 else (500,))
        print(f"seed {seed}: {problem}" if problem else "every law held", dict(totals))
