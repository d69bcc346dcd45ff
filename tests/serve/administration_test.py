#!/usr/bin/env python3
"""While a server takes mail and is read from, administration commands come in random order, some of them killed
in the middle. Afterwards the store is whole, the server says what domains.toml says, comments are where they
were, and no message that was acknowledged is missing.

MOX_COMMANDS sets the number of commands (150; 1000 when MOX_LONG is set), MOX_SEED what is random."""

import imaplib
import json
import os
import pathlib
import random
import smtplib
import ssl
import subprocess
import threading
import time
import tomllib
import unittest

from served import PASSWORD, Served

COMMANDS = int(os.environ.get("MOX_COMMANDS", "1000" if os.environ.get("MOX_LONG") else "150"))
SEED = int(os.environ.get("MOX_SEED", time.time_ns() if os.environ.get("MOX_LONG") else 1))
KILLED = 0.2  # of the commands
PATIENCE_SECONDS = 120  # only what hangs takes so long

# None of what has a comment here is ever removed.
MORE = """
# At the end, before an alias. # With two signs, and "quotes".
[domains."example.org".aliases.team] # its members
addresses = [
  "mjl@example.org", # first
  # between
  "other@example.net",
]
# At the very end.
"""


class Commands:
    """Words and input of commands, about few names, so that many fit what is there and many do not."""

    def __init__(self, chance):
        self.chance = chance
        self.number = 0

    def account(self):
        return f"a{self.chance.randrange(4)}"

    def domain(self):
        return f"d{self.chance.randrange(3)}.example"

    def address(self):
        domain = self.chance.choice(["example.org", "example.net", self.domain()])
        return f"x{self.chance.randrange(5)}@{domain}"

    def alias(self):
        return f"l{self.chance.randrange(3)}@example.org"

    def member(self):
        return self.chance.choice(["mjl@example.org", "other@example.net", "third@example.org", self.address()])

    def changes(self):
        flag = lambda: self.chance.choice(["true", "false"])
        return [
            ["account", "add", self.account(), self.address()],
            ["account", "add", self.account(), self.address()],
            ["account", "rm", self.account()],
            ["account", "disable", self.account(), "not now"],
            ["account", "enable", self.account()],
            ["address", "add", self.address(), self.account()],
            ["address", "add", self.address(), self.account()],
            ["address", "rm", self.address()],
            ["domain", "add", self.domain(), self.account(), f"x{self.chance.randrange(5)}"],
            ["domain", "add", "--disabled", self.domain(), "third"],
            ["domain", "rm", self.domain()],
            ["domain", "disable", self.domain()],
            ["domain", "enable", self.domain()],
            ["alias", "add", self.alias(), self.member(), self.member()],
            ["alias", "update", self.alias(), "--postpublic", flag(), "--allowmsgfrom", flag()],
            ["alias", "addaddr", self.alias(), self.member()],
            ["alias", "rmaddr", self.alias(), self.member()],
            ["alias", "rm", self.alias()],
            ["password", "add", self.account(), f"p{self.chance.randrange(2)}"],
            ["password", "rm", self.account(), f"p{self.chance.randrange(2)}"],
        ]

    def questions(self):
        return [
            ["account", "list", "--json"],
            ["account", "addresses", self.account()],
            ["address", "account", self.address()],
            ["alias", "list", "example.org"],
            ["alias", "print", self.alias()],
            ["password", "list", self.account()],
            ["tlspubkey", "list"],
            ["test"],
        ]

    def next(self, delivered):
        """(words, input); the subject of what is delivered is added to `delivered`, a list of one's own."""
        kind = self.chance.random()
        if kind < 0.6:
            return ["config", *self.chance.choice(self.changes())], ""
        if kind < 0.75:
            return ["config", *self.chance.choice(self.questions())], ""
        if kind < 0.85:
            return ["setaccountpassword", self.account()], PASSWORD + "\n"
        self.number += 1
        delivered.append(f"by command {self.number}")
        body = "x" * self.chance.choice([10, 1000, 600_000]) + "\n"
        return ["deliver", "mjl@example.org"], f"Subject: {delivered[-1]}\n\n{body}"


class Load:
    """SMTP and IMAP clients, until they are told to stop. `sent` are subjects that were acknowledged."""

    def __init__(self, server):
        self.server = server
        self.stopping = threading.Event()
        self.sent = []
        self.read = 0
        self.wrong = []
        # Unknown recipients make the server pause: one client has none.
        work = [lambda: self.send("smtp a", 0), lambda: self.send("smtp b", 2), self.fetch]
        self.threads = [threading.Thread(target=self.guard, args=(one,), daemon=True) for one in work]
        for thread in self.threads:
            thread.start()

    def guard(self, work):
        try:
            work()
        except Exception as exception:  # told by stop()
            self.wrong.append(exception)

    def send(self, name, most_others):
        chance = random.Random(name)
        names = Commands(chance)
        with smtplib.SMTP("127.0.0.1", self.server.ports["smtp"], timeout=PATIENCE_SECONDS) as smtp:
            number = 0
            while not self.stopping.is_set():
                number += 1
                subject = f"{name} {number}"
                others = [names.address() for _ in range(chance.randint(0, most_others))]
                body = "y" * chance.choice([10, 4000, 400_000])
                refused = smtp.sendmail(
                    "stranger@elsewhere.example", ["mjl@example.org", *others], f"Subject: {subject}\r\n\r\n{body}\r\n")
                if "mjl@example.org" in refused:
                    raise AssertionError(refused)
                self.sent.append(subject)

    def fetch(self):
        client = login(self.server)
        while not self.stopping.is_set():
            client.select("INBOX")
            status, _ = client.fetch("1:5", "(FLAGS ENVELOPE)")
            client.store("1", "+FLAGS", r"(\Flagged)")
            if status != "OK":
                raise AssertionError(status)
            self.read += 1
        client.logout()

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(PATIENCE_SECONDS)
        return self.wrong


def login(server):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    client = imaplib.IMAP4_SSL("127.0.0.1", server.ports["imaps"], ssl_context=context, timeout=PATIENCE_SECONDS)
    client.login("mjl@example.org", PASSWORD)
    return client


def subjects(server):
    client = login(server)
    client.select("INBOX", readonly=True)
    _, data = client.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    client.logout()
    return [part[1].decode().strip().removeprefix("Subject: ") for part in data if isinstance(part, tuple)]


def ask(server, *words):
    return json.loads(server.mox("config", *words, "--json"))


def what_is_said(server, domains):
    """Of accounts, addresses and aliases, by commands; `domains` cannot be listed."""
    accounts = ask(server, "account", "list")
    aliases = {domain: ask(server, "alias", "list", domain) for domain in domains}
    return {
        "accounts": accounts,
        "addresses": {one["name"]: ask(server, "account", "addresses", one["name"]) for one in accounts},
        "aliases": aliases,
        "members": {alias: ask(server, "alias", "print", alias) for some in aliases.values() for alias in some},
    }


def what_is_written(text):
    """The same, from the file alone."""
    read = tomllib.loads(text)
    accounts, domains = read["accounts"], read["domains"]
    aliases = {f"{name}@{domain}": alias for domain, settings in domains.items()
               for name, alias in settings.get("aliases", {}).items()}
    return {
        "accounts": [{"name": name, "disabled": "login-disabled" in account, "domain": account["domain"]}
                     for name, account in sorted(accounts.items())],
        "addresses": {name: sorted(account.get("destinations", {})) for name, account in accounts.items()},
        "aliases": {domain: sorted(f"{name}@{domain}" for name in settings.get("aliases", {}))
                    for domain, settings in domains.items()},
        "members": {name: {"postpublic": alias.get("post-public", False), "listmembers": alias.get("list-members", False),
                           "allowmsgfrom": alias.get("allow-msg-from", False), "members": alias["addresses"]}
                    for name, alias in aliases.items()},
    }


def comments(text):
    return [line.partition("#")[2] for line in text.splitlines() if "#" in line]


class Administration(unittest.TestCase):
    def run_command(self, words, text, delay):
        """Its exit code; None when it was killed, after `delay` seconds."""
        process = subprocess.Popen(self.server.command(*words), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, **self.server.as_user)
        if delay is not None:
            timer = threading.Timer(delay, process.kill)
            timer.start()
        try:
            _, errors = process.communicate(text, timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError(f"{words} hangs") from None
        if delay is not None:
            timer.cancel()
            timer.join()
            if process.returncode == -9:
                return None
        self.assertIn(process.returncode, (0, 1), f"{words}: {errors}")
        self.assertEqual(process.returncode == 1, errors.startswith("mox"), f"{words}: {errors}")
        return process.returncode

    def administer(self, commands, count, sure, perhaps):
        """Runs `count` commands. Subjects that were delivered go to `sure`, those of killed ones to `perhaps`."""
        for _ in range(count):
            delivered = []
            words, text = commands.next(delivered)
            killed = commands.chance.random() < KILLED
            code = self.run_command(words, text, commands.chance.choice([0, 0.005, 0.02, 0.05]) if killed else None)
            self.codes.append(code)
            if code != 0 and not killed:
                self.assertEqual(delivered, [], "a message for an address that is always there was refused")
            (sure if code == 0 else perhaps).extend(delivered)

    def check_agreement(self):
        text = self.server.domains.read_text()
        written = what_is_written(text)
        self.assertEqual(what_is_said(self.server, written["aliases"]), written)
        left = iter(comments(text))
        for comment in comments(self.first_text):
            self.assertIn(comment, left, f"the comment is gone, or elsewhere:\n{text}")
        self.server.mox("config", "test")

    def verify(self):
        self.assertIn("OK", self.server.mox("verifydata", str(self.server.folder / "data")))

    def test_commands_under_load(self):
        print(f"MOX_SEED={SEED} MOX_COMMANDS={COMMANDS}", flush=True)
        commands = Commands(random.Random(SEED))
        sure, perhaps = [], []
        self.codes = []
        with Served() as server:
            self.server = server
            self.first_text = server.domains.read_text() + MORE
            server.domains.write_text(self.first_text)
            server.start()
            for account in ["mjl", "other", "third"]:
                server.mox("setaccountpassword", account, input=PASSWORD + "\n")
            server.mox("deliver", "mjl@example.org", input="Subject: first\n\n\n")
            load = Load(server)
            for _ in range(5):
                self.administer(commands, COMMANDS // 5, sure, perhaps)
                self.verify()  # beside the running server
            self.check_agreement()
            self.assertEqual(load.stop(), [])
            self.assertGreater(len(load.sent), 0)
            self.assertGreater(load.read, 0)
            self.assertEqual(server.mox("stop"), "mox stopped\n")
            server.end(0)
            self.verify()
            self.check_agreement()
            # The same without a server: each command opens the store itself.
            self.administer(commands, max(COMMANDS // 5, 50), sure, perhaps)
            self.verify()
            self.check_agreement()
            server.start()
            self.check_agreement()
            there = subjects(server)
            self.assertEqual(len(there), len(set(there)), "something is there twice")
            self.assertEqual(set(sure + load.sent) - set(there), set(), "something is lost")
            self.assertEqual(set(there) - set(sure + load.sent + perhaps), {"first"})
            count = {code: self.codes.count(code) for code in (0, 1, None)}
            print(f"commands that worked {count[0]}, were refused {count[1]}, were killed {count[None]}", flush=True)
            # Else it proves nothing.
            self.assertGreater(count[0], len(self.codes) // 5)
            self.assertGreater(min(count.values()), 0)
            print(f"{len(load.sent)} messages by SMTP, {len(sure)} by commands, {load.read} times read", flush=True)


if __name__ == "__main__":
    unittest.main()
