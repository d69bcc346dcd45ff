"""Reads a script of imaptest; its language is described beside the scripts, in docs/."""

import os
import re
from dataclasses import dataclass, field

import tokens

# First words of a line that are commands and not tags.
COMMANDS = set(
    """append authenticate cancelupdate capability check close compress copy create delete deleteacl enable
    esearch examine expunge fetch genurlauth getacl getmetadata getquota getquotaroot id idle list listrights login
    logout lsub move myrights namespace noop notify rename replace resetkey search select setacl setmetadata
    setquota sort starttls status store subscribe thread uid unauthenticate unselect unsubscribe urlfetch x""".split()
)
RESULTS = ("ok", "no", "bad", '""')


@dataclass
class Expected:
    """An untagged reply that must come, or, negated, must not."""

    line: int
    values: list
    negated: bool = False


@dataclass
class Command:
    line: int
    text: str  # with its literals as in tokens.Reader
    literals: list
    tag: str = ""  # as the script calls it, where it pipelines
    result: str = ""  # ok, no or bad; empty when any will do
    prefix: list = field(default_factory=list)  # of the tagged reply, behind the result
    answered: bool = False  # the script has told the result


@dataclass
class Group:
    """Commands that are sent together to one connection, and what comes before the last result."""

    connection: int
    commands: list = field(default_factory=list)
    expected: list = field(default_factory=list)


@dataclass
class Script:
    name: str
    header: dict
    groups: list

    @property
    def connections(self):
        return int(self.header.get("connections", "1"))

    @property
    def capabilities(self):
        return self.header.get("capabilities", "").upper().split()

    @property
    def state(self):
        return self.header.get("state", "selected")


class Malformed(Exception):
    pass


def read(path):
    with open(path, encoding="latin-1", newline="") as file:
        lines = file.read().split("\n")
    header = {}
    at = 0
    while at < len(lines) and lines[at].strip():
        if not lines[at].startswith("#"):
            name, _, value = lines[at].partition(":")
            header[name.strip().lower()] = value.strip()
        at += 1
    script = Script(os.path.basename(path), header, [])
    for number, text, literals in logical_lines(lines, at):
        try:
            add(script, number, text, literals)
        except tokens.Malformed as error:
            raise Malformed(f"{script.name}:{number}: {error}") from error
    return script


def logical_lines(lines, at):
    """Line number, text and literals: a line with all its literals is one; blank lines and comments
    are left out, and so is what the environment switches off."""
    skipping = []
    while at < len(lines):
        number, text = at + 1, lines[at]
        at += 1
        word = text.split(" ")[0]
        if word in ("!ifenv", "!ifnenv"):
            skipping.append((text.split()[1] in os.environ) != (word == "!ifenv"))
            continue
        if word == "!else":
            skipping[-1] = not skipping[-1]
            continue
        if word == "!endif":
            skipping.pop()
            continue
        literals = []
        while text.endswith("{{{"):
            end = next(i for i in range(at, len(lines)) if lines[i].startswith("}}}"))
            raw = text.endswith("~{{{")
            literals.append(("\n" if raw else "\r\n").join(lines[at:end]))
            text = text[: -4 if raw else -3] + chr(0xE000 + len(literals) - 1) + lines[end][3:]
            at = end + 1
        if any(skipping) or not text.strip() or text.startswith("#"):
            continue
        yield number, text, literals


def add(script, number, text, literals):
    if text.startswith(("* ", "! ")):
        values = tokens.read_reply(text[2:], literals)
        script.groups[-1].expected.append(Expected(number, values, text.startswith("!")))
        return
    connection = 1
    if script.connections > 1:
        first, _, text = text.partition(" ")
        if not first.isdigit() or not 1 <= int(first) <= script.connections:
            raise Malformed(f"{script.name}:{number}: no connection {first}")
        connection = int(first)
    group = script.groups[-1] if script.groups else None
    waiting = [] if group is None else [c for c in group.commands if not c.answered]
    word, _, rest = text.partition(" ")
    for command in waiting:
        if command.tag == word:
            word, _, rest = rest.partition(" ")
            answer(command, word, rest, literals)
            return
    if word.lower() in RESULTS and waiting:
        answer(waiting[0], word, rest, literals)
        return
    tagged = word.lower() not in COMMANDS and word.lower() not in RESULTS
    pipelined = tagged and waiting and waiting[0].tag
    if not pipelined:
        if waiting:
            raise Malformed(f"{script.name}:{number}: the command of line {waiting[0].line} has no result")
        group = Group(connection)
        script.groups.append(group)
    if word.lower() in RESULTS:
        command = Command(number, rest, literals)
        answer(command, word, "", [])
    elif tagged:
        command = Command(number, rest, literals, tag=word)
    else:
        command = Command(number, text, literals)
    group.commands.append(command)


def answer(command, word, prefix, literals):
    if word.lower() not in RESULTS:
        raise tokens.Malformed(f"{word} is no result")
    command.answered = True
    command.result = "" if word == '""' else word.lower()
    command.prefix = tokens.read_reply("ok " + prefix, literals)[1:] if prefix else []


FROM_LINE = re.compile(r"From \S+ +\w{3} (\w{3}) +(\d+) (\d\d:\d\d:\d\d) (\d{4})(?: ([+-]\d{4}))?")


def read_mbox(path):
    """The messages of a file, with CRLF, each with the date and time of its From line."""
    with open(path, encoding="latin-1", newline="") as file:
        lines = file.read().replace("\r\n", "\n").split("\n")
    messages = []
    for number, line in enumerate(lines):
        begins = FROM_LINE.match(line)
        if begins and (number == 0 or lines[number - 1] == ""):
            month, day, time, year, zone = begins.groups()
            messages.append((f"{int(day):2}-{month}-{year} {time} {zone or '+0000'}", []))
        else:
            messages[-1][1].append(line)
    return [(date, "\r\n".join(text)) for date, text in take_line_ends(messages)]


def take_line_ends(messages):
    """The line end before the next From line belongs to the message in front of it."""
    for index, (date, text) in enumerate(messages):
        yield date, text + [""] if index + 1 < len(messages) else text
