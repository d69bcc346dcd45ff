"""Replays scripts of imaptest against an IMAP server.

    replay.py --host 127.0.0.1 --port 1143 --user mox@localhost --password moxmoxmox FOLDER [SCRIPT ...]

Each script has mailboxes of its own, made anew. A script that needs what the server does not announce
is not run, and said so. Exit code 1 when a script fails."""

import argparse
import os
import sys
import time
import traceback

import match
import script as scripts
import tokens
from connection import Closed, Connection

MAILBOX = "imaptest"
# So many messages no mailbox here has.
MANY = 100000


class Failed(Exception):
    pass


class Server:
    def __init__(self, host, port, user, password):
        self.host, self.port, self.user, self.password = host, port, user, password
        connection = self.connect(login=True)
        self.capabilities = self.ask_capabilities(connection)
        self.no_recent = not self.keeps_recent(connection)
        connection.close()

    def connect(self, login):
        connection = Connection(self.host, self.port)
        while connection.greeting[1][0].upper() == "BYE":
            # So many connections a minute, and no more.
            connection.close()
            time.sleep(5)
            connection = Connection(self.host, self.port)
        if login:
            connection.must(f'LOGIN "{self.user}" "{self.password}"')
        return connection

    @staticmethod
    def ask_capabilities(connection):
        for values in connection.must("CAPABILITY"):
            if values[0].upper() == "CAPABILITY":
                return {value.upper() for value in values[1:]}
        raise Closed("no capabilities")

    def keeps_recent(self, connection):
        """Whether a new message is \\Recent in the first session that selects its mailbox. IMAP4rev2
        has no such flag, and RFC 3501 does not demand it."""
        delete_mailboxes(connection)
        connection.must(f"CREATE {MAILBOX}")
        connection.must(f"APPEND {MAILBOX} \ue000", ["Subject: recent\r\n\r\nbody\r\n"])
        replies = connection.must(f"SELECT {MAILBOX}")
        connection.must("CLOSE")
        return any(values[:2] == ["1", "RECENT"] for values in replies)


def delete_mailboxes(connection):
    found = []
    for values in connection.must(f'LIST "" {MAILBOX}*'):
        flags = [flag.lower() for flag in values[1]] if values[0].upper() == "LIST" else ["\\noselect"]
        if "\\noselect" not in flags and "\\nonexistent" not in flags:
            found.append(values[3])
    for name in sorted(found, key=len, reverse=True):
        connection.must(f'DELETE "{name}"')
    for values in connection.must(f'LSUB "" {MAILBOX}*'):
        connection.must(f'UNSUBSCRIBE "{values[3]}"')


class Numbers:
    """What becomes of message numbers while messages are expunged."""

    def __init__(self):
        self.now = list(range(1, MANY))

    def current(self, number):
        return self.now.index(number) + 1 if number in self.now else 0

    def expunge(self, number):
        del self.now[number - 1]


class Replay:
    def __init__(self, server, script, mbox):
        self.server, self.script, self.mbox = server, script, mbox
        self.appended = 0
        self.left_out = 0
        user, _, domain = server.user.partition("@")
        values = {
            "user": server.user,
            "username": user,
            "domain": domain,
            "password": server.password,
            "mailbox": MAILBOX,
            "mailbox_url": MAILBOX,
        }
        self.matcher = match.Matcher(values, server.no_recent)
        self.connections = []

    def run(self):
        try:
            self.prepare()
            for group in self.script.groups:
                self.run_group(group)
        finally:
            for connection in self.connections:
                connection.close()

    def prepare(self):
        state = self.script.state
        login = state != "nonauth"
        if login:
            first = self.server.connect(login=True)
            delete_mailboxes(first)
            if state != "auth":
                first.must(f"CREATE {MAILBOX}")
            if state in ("appended", "selected"):
                count = self.script.header.get("messages", "all")
                for _ in range(len(self.mbox) if count == "all" else int(count)):
                    text, literals = self.append_command(f"APPEND {MAILBOX}")
                    first.must(text, literals)
            first.close()
        for _ in range(self.script.connections):
            self.connections.append(self.server.connect(login))
            if state == "selected":
                self.connections[-1].must(f"SELECT {MAILBOX}")

    def append_command(self, text):
        """APPEND with the next message of the mbox file, and the date that stands there."""
        date, message = self.mbox[self.appended % len(self.mbox)]
        self.appended += 1
        if len(text.split()) == 1:
            text += f" {MAILBOX}"
        return f'{text} "{date}" \ue000', [message]

    def run_group(self, group):
        if self.asks_for_recent(group):
            self.left_out += 1
            return
        connection = self.connections[group.connection - 1]
        numbers = Numbers()
        self.matcher.sequence = numbers.current
        tags, replies = {}, []
        for command in group.commands:
            text, literals = self.command_text(command)
            tag = connection.next_tag()
            tags[tag] = command
            replies += connection.send(tag, text, literals)
        self.matcher.values["tag"] = list(tags)[-1]
        waiting = set(tags) - {first for first, _ in replies}
        while waiting:
            replies.append(connection.read())
            waiting.discard(replies[-1][0])
        self.check(group, tags, replies, numbers)

    def asks_for_recent(self, group):
        if not self.server.no_recent:
            return False
        words = group.commands[0].text.lower().split()
        return words[0] == "search" and bool({"new", "old", "recent"} & set(words))

    def command_text(self, command):
        try:
            text = self.matcher.expand(command.text)
        except match.Unknown as name:
            raise Failed(f"line {command.line}: ${name} has no value") from name
        if text.split()[0].lower() == "append" and not command.literals and "catenate" not in text.lower():
            return self.append_command(text)
        return text, [self.matcher.expand(literal) for literal in command.literals]

    def check(self, group, tags, replies, numbers):
        missing = [expected for expected in group.expected if not expected.negated]
        if self.server.no_recent:
            missing = [expected for expected in missing if not is_recent(expected.values)]
        strict = self.script.header.get("ignore_extra_untagged", "yes") == "no"
        for first, values in replies:
            if first != "*":
                self.check_result(tags[first], values)
                continue
            matched = [expected for expected in missing if self.matcher.reply(expected.values, values)]
            missing = [expected for expected in missing if expected not in matched]
            for expected in group.expected:
                if expected.negated and self.matcher.reply(expected.values, values):
                    raise Failed(f"line {expected.line}: this must not come: {line_of(values)}")
            if strict and not matched:
                raise Failed(f"line {group.commands[0].line}: not expected: {line_of(values)}")
            if len(values) > 1 and str(values[1]).lower() == "expunge":
                numbers.expunge(int(values[0]))
        if missing:
            raise Failed(f"line {missing[0].line}: did not come: {line_of(missing[0].values)}")

    def check_result(self, command, values):
        if command.result and values[0].lower() != command.result:
            raise Failed(f"line {command.line}: expected {command.result}, got {line_of(values)}")
        if not self.matcher.prefix(command.prefix, values[1:]):
            raise Failed(f"line {command.line}: expected {line_of(command.prefix)}, got {line_of(values)}")


def is_recent(values):
    return len(values) == 2 and str(values[1]).lower() == "recent"


def line_of(values):
    return " ".join(map(tokens.shown, values))


def mbox_for(folder, name):
    path = os.path.join(folder, name + ".mbox")
    return scripts.read_mbox(path if os.path.exists(path) else os.path.join(folder, "default.mbox"))


def script_names(folder):
    not_scripts = ("README.md", "COPYING.MIT", "docs")
    return sorted(n for n in os.listdir(folder) if not n.endswith(".mbox") and n not in not_scripts)


def replay_all(server, folder, names=(), trace=False):
    """Runs all scripts of the folder, or those named; says how each went. How many failed."""
    counts = {"passed": 0, "not offered": 0, "failed": 0}
    if server.no_recent:
        print("this server has no \\Recent: what scripts expect of it is left out")
    for name in names or script_names(folder):
        script = scripts.read(os.path.join(folder, name))
        absent = [word for word in script.capabilities if word not in server.capabilities]
        if absent:
            counts["not offered"] += 1
            print(f"not offered  {name}: needs {' '.join(absent)}")
            continue
        replay = Replay(server, script, mbox_for(folder, name))
        wrong = ""
        try:
            replay.run()
        except (Failed, Closed, tokens.Malformed) as error:
            wrong = str(error)
        except (OSError, match.Unknown) as error:
            wrong = "".join(traceback.format_exception_only(error)).strip()
        if wrong:
            counts["failed"] += 1
            print(f"FAILED       {name}: {wrong}")
            if trace:
                for number, connection in enumerate(replay.connections, 1):
                    print("\n".join(f"    {number} {line}" for line in connection.trace[-40:]))
            continue
        counts["passed"] += 1
        left_out = f" ({replay.left_out} searches for \\Recent left out)" if replay.left_out else ""
        print(f"passed       {name}{left_out}")
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return counts["failed"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--trace", action="store_true", help="show the last lines of connections that failed")
    parser.add_argument("folder")
    parser.add_argument("scripts", nargs="*")
    options = parser.parse_args()
    server = Server(options.host, options.port, options.user, options.password)
    sys.exit(1 if replay_all(server, options.folder, options.scripts, options.trace) else 0)


if __name__ == "__main__":
    main()
