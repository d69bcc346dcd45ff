"""Several sessions do things at random to one mailbox; each believes what it is told, and in the end all
must believe the same.

A session keeps the list of its messages: EXISTS makes it longer, EXPUNGE takes one out. Every FETCH that
tells number and UID is held against it."""

import os
import random

import replay
from connection import Closed

OTHER = replay.MAILBOX + "2"
FLAGS = ["\\Seen", "\\Flagged", "\\Answered", "\\Draft", "\\Deleted", "one", "two"]


class Wrong(Exception):
    pass


class Session:
    def __init__(self, server, rng):
        self.rng = rng
        self.connection = server.connect(login=True)
        self.uids = []  # None: not yet told
        self.flags = {}  # of a UID, as far as told
        self.highest = 0  # UID that was seen
        self.run(f"SELECT {replay.MAILBOX}")

    def run(self, text, literals=(), may_fail=False):
        untagged, result = self.connection.command(text, literals)
        words = text.split()
        by_number = words[0] in ("FETCH", "STORE", "SEARCH")
        for values in untagged:
            self.take(values, by_number)
        if result[0].lower() != "ok" and not may_fail:
            raise Wrong(f"{text}: {replay.line_of(result)}")
        return untagged

    def take(self, values, by_number):
        name = str(values[1]).upper() if len(values) > 1 else ""
        if name == "EXISTS":
            count = int(values[0])
            if count < len(self.uids):
                raise Wrong(f"{count} EXISTS, of {len(self.uids)}")
            self.uids += [None] * (count - len(self.uids))
        elif name == "EXPUNGE":
            if by_number:
                raise Wrong("EXPUNGE at a command that has message numbers")
            number = int(values[0])
            if not 1 <= number <= len(self.uids):
                raise Wrong(f"{number} EXPUNGE, of {len(self.uids)}")
            self.flags.pop(self.uids.pop(number - 1), None)
        elif name == "FETCH":
            self.take_fetch(int(values[0]), values[2])

    def take_fetch(self, number, items):
        if not 1 <= number <= len(self.uids):
            raise Wrong(f"{number} FETCH, of {len(self.uids)}")
        told = {str(items[i]).upper(): items[i + 1] for i in range(0, len(items), 2)}
        if "UID" in told:
            uid = int(told["UID"])
            if self.uids[number - 1] not in (None, uid):
                raise Wrong(f"message {number} was UID {self.uids[number - 1]}, and is {uid}")
            self.uids[number - 1] = uid
            known = [uid for uid in self.uids if uid is not None]
            if known != sorted(set(known)):
                raise Wrong(f"UIDs do not grow: {known}")
        uid = self.uids[number - 1]
        if uid is not None and "FLAGS" in told:
            self.flags[uid] = sorted(str(flag).lower() for flag in told["FLAGS"] if flag.lower() != "\\recent")

    def step(self):
        """One thing; what was expunged by others may make it fail."""
        actions = [self.append, self.store, self.store, self.fetch, self.fetch, self.search, self.expunge]
        self.rng.choice([*actions, self.noop, self.noop, self.copy, self.move])()

    def numbers(self):
        first = self.rng.randint(1, len(self.uids))
        return first, min(len(self.uids), first + self.rng.randint(0, 5))

    def append(self):
        flags = " ".join(self.rng.sample(FLAGS, self.rng.randint(0, 2)))
        self.run(f"APPEND {replay.MAILBOX} ({flags}) \ue000", ["Subject: x\r\n\r\nbody\r\n"])

    def store(self):
        if not self.uids:
            return
        first, last = self.numbers()
        mode = self.rng.choice(["FLAGS", "+FLAGS", "-FLAGS", "+FLAGS.SILENT", "-FLAGS.SILENT"])
        flag = self.rng.choice(FLAGS)
        self.run(f"STORE {first}:{last} {mode} ({flag})", may_fail=True)
        if mode.endswith("SILENT"):
            for uid in self.uids[first - 1 : last]:
                self.believe(uid, flag.lower(), mode[0] == "+")

    def believe(self, uid, flag, there):
        if uid in self.flags:
            rest = [other for other in self.flags[uid] if other != flag]
            self.flags[uid] = sorted([*rest, flag] if there else rest)

    def fetch(self):
        if self.uids:
            first, last = self.numbers()
            command = self.rng.choice([f"FETCH {first}:{last}", f"UID FETCH {self.rng.randint(1, 200)}:*"])
            self.run(f"{command} (UID FLAGS)", may_fail=True)

    def search(self):
        for values in self.run("SEARCH NOT DELETED"):
            if values[0].upper() == "SEARCH" and any(int(number) > len(self.uids) for number in values[1:]):
                raise Wrong(f"SEARCH found more than {len(self.uids)} messages: {values}")

    def expunge(self):
        self.run("EXPUNGE")

    def noop(self):
        self.run("NOOP")

    def copy(self):
        if self.uids:
            first, last = self.numbers()
            self.run(f"COPY {first}:{last} {OTHER}", may_fail=True)

    def move(self):
        if len(self.uids) > 20:
            first, last = self.numbers()
            self.run(f"MOVE {first}:{last} {OTHER}", may_fail=True)

    def settle(self):
        """All there is to know."""
        self.run("NOOP")
        self.run("FETCH 1:* (UID FLAGS)" if self.uids else "NOOP")
        return self.uids, {uid: self.flags[uid] for uid in self.uids}


class Cache:
    """A client that comes back now and then, and asks only for what changed (RFC 7162)."""

    def __init__(self, server):
        self.connection, self.modseq, self.flags = server.connect(login=True), 1, {}

    def refresh(self):
        connection = self.connection
        modseq = None
        for values in connection.must(f"SELECT {replay.MAILBOX} (CONDSTORE)"):
            if len(values) > 1 and isinstance(values[1], list) and str(values[1][0]).upper() == "HIGHESTMODSEQ":
                modseq = int(values[1][1])
        for values in connection.must(f"UID FETCH 1:* (FLAGS) (CHANGEDSINCE {self.modseq})"):
            if len(values) > 2 and str(values[1]).upper() == "FETCH":
                told = {str(values[2][i]).upper(): values[2][i + 1] for i in range(0, len(values[2]), 2)}
                flags = [str(flag).lower() for flag in told["FLAGS"] if flag.lower() != "\\recent"]
                self.flags[int(told["UID"])] = sorted(flags)
        (found,) = [values[1:] for values in connection.must("UID SEARCH ALL") if values[0].upper() == "SEARCH"]
        self.modseq = modseq
        self.flags = {uid: flags for uid, flags in self.flags.items() if str(uid) in found}
        return self.flags


def run(server, seed, steps=300, count=4):
    """Raises Wrong, with the number of the step."""
    rng = random.Random(seed)
    first = server.connect(login=True)
    replay.delete_mailboxes(first)
    first.must(f"CREATE {replay.MAILBOX}")
    first.must(f"CREATE {OTHER}")
    sessions = [Session(server, rng) for _ in range(count)]
    cache = Cache(server)
    number = 0
    try:
        for number in range(steps):
            sessions[rng.randrange(count)].step()
            if number % 50 == 49:
                check_equal(sessions, cache)
    except Wrong as wrong:
        lines = "\n".join(f"    {i} {line}" for i, s in enumerate(sessions) for line in s.connection.trace[-12:])
        raise Wrong(f"seed {seed}, step {number}: {wrong}\n{lines}") from wrong
    finally:
        for connection in (first, cache.connection, *(session.connection for session in sessions)):
            connection.close()


def check_equal(sessions, cache):
    for session in sessions:
        session.run("NOOP")
    told = [{uid: flags for uid, flags in session.flags.items() if uid in session.uids} for session in sessions]
    settled = [session.settle() for session in sessions]
    for before, (uids, flags) in zip(told, settled):
        if uids != settled[0][0]:
            raise Wrong(f"two sessions differ: {uids} and {settled[0][0]}")
        if flags != settled[0][1]:
            raise Wrong(f"two sessions differ: {flags} and {settled[0][1]}")
        # Nothing changed since NOOP: what was told unasked must have been right already.
        for uid, old in before.items():
            if old != flags[uid]:
                raise Wrong(f"UID {uid} was told as {old}, and is {flags[uid]}")
    cached = cache.refresh()
    if cached != settled[0][1]:
        raise Wrong(f"a client with CHANGEDSINCE has {cached}, and should have {settled[0][1]}")


def run_all(server):
    """A few runs, more with MOX_LONG; how many failed."""
    failed = 0
    for seed in range(60 if os.environ.get("MOX_LONG") else 5):
        try:
            run(server, seed)
            print(f"passed       sessions at random, seed {seed}")
        except (Wrong, Closed) as wrong:
            failed += 1
            print(f"FAILED       sessions at random: {wrong}")
    return failed
