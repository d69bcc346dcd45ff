"""Compares replies with what a script expects, and finds the values of its variables."""

import re

import tokens
from tokens import Items, Text, Word

VARIABLE = re.compile(r"\$(?:\$|\{([^}]*)\}|([A-Za-z0-9_]+))")


class Unknown(Exception):
    """A variable has no value where one is needed."""


class Matcher:
    """The variables of one script. `sequence(n)` is what number the message that was number n when
    the command was sent has now; 0 when it has none. `no_recent`: this server knows no \\Recent."""

    def __init__(self, values, no_recent=False):
        self.values = dict(values)
        self.sequence = int
        self.no_recent = no_recent

    def expand(self, text):
        """Text with all its variables replaced."""

        def value(found):
            name = found[1] if found[1] is not None else found[2]
            if name is None:
                return "$"
            if name.startswith("case:"):
                return name[5:]
            if name.isdigit():
                return str(self.sequence(int(name)))
            if name not in self.values:
                raise Unknown(name)
            return str(self.values[name])

        return VARIABLE.sub(value, text)

    def reply(self, expected, values):
        """Whether an untagged reply is the expected one; only then variables get values. Status
        responses need only begin so."""
        prefix = bool(expected) and str(expected[0]).lower() in tokens.CONDITIONS
        return self.prefix(expected, values) if prefix else self.attempt(expected, values, reply_context(expected))

    def prefix(self, expected, values):
        return self.attempt(expected, values[: len(expected)], "")

    def attempt(self, expected, values, context):
        kept = dict(self.values)
        if self.ordered(expected, values, context):
            return True
        self.values = kept
        return False

    def ordered(self, expected, values, context):
        if len(expected) != len(values):
            return False
        before = ""
        for want, got in zip(expected, values):
            if not self.value(want, got, context, before):
                return False
            before = str(want).lower() if isinstance(want, Word) else ""
        return True

    def value(self, want, got, context, before):
        if isinstance(want, Items):
            return isinstance(got, Items) and self.items(want, got, defaults(context, before))
        if isinstance(want, Word) and want == "$":
            return True
        if isinstance(want, Word):
            variable = VARIABLE.fullmatch(want)
            name = variable and (variable[1] or variable[2])
            if name and name.startswith("modseq") and name[6:].isdigit():
                return self.modseq(int(name[6:]), got)
            if name and not name.isdigit() and not name.startswith("case:") and name not in self.values:
                if isinstance(got, Items):
                    return False
                self.values[name] = got
                return True
            if name and name.startswith("case:"):
                return name[5:] == got
        if isinstance(got, Items):
            return False
        if self.is_nil(want) != self.is_nil(got):
            return False
        try:
            wanted = self.expand(want) if isinstance(want, Word) or "$" in want else want
        except Unknown:
            return False
        return wanted.lower() == got.lower()

    @staticmethod
    def is_nil(value):
        return isinstance(value, Word) and value.lower() == "nil"

    def modseq(self, index, got):
        """$modseq5 is at least 3 more than $modseq2."""
        if not got.isdigit():
            return False
        number, known = int(got), self.values.setdefault("modseq numbers", {})
        for other, value in known.items():
            if other < index and number < value + index - other:
                return False
            if other > index and number > value - (other - index):
                return False
            if other == index and number != value:
                return False
        self.values["modseq numbers"] = {**known, index: number}
        return True

    def items(self, want, got, directives):
        given = [item for item in want if isinstance(item, Word) and item.startswith("$!")]
        want = [item for item in want if item not in given]
        rules = Rules(given or directives)
        if not rules.chain:
            return self.ordered(want, got, "")
        if self.no_recent:
            want = [item for item in want if str(item).lower() != "\\recent"]
        wanted, there = chains(want, rules.chain), chains(got, rules.chain)
        for chain in wanted:
            found = next((other for other in there if self.attempt(chain, other, "items")), None)
            if found is None:
                return False
            there.remove(found)
        names = [str(chain[0]).lower() for chain in there]
        if any(name in rules.banned for name in names):
            return False
        return rules.extra or all(name in rules.ignored for name in names)


class Rules:
    def __init__(self, directives):
        self.chain, self.extra, self.ignored, self.banned = 0, True, set(), set()
        for directive in directives:
            name, _, value = directive[2:].lower().partition("=")
            if name == "unordered":
                self.chain = int(value or 1)
            elif name in ("noextra", "extra"):
                self.extra = name == "extra"
                self.chain = self.chain or 1
            elif name == "ignore":
                self.ignored.add(value)
            elif name == "ban":
                self.banned.add(value)
            elif name != "ordered":
                raise Unknown(directive)


def chains(values, size):
    return [list(values[i : i + size]) for i in range(0, len(values), size)]


def reply_context(expected):
    words = [str(value).lower() for value in expected[:2]]
    if len(words) == 2 and words[1] == "fetch":
        return "fetch"
    return words[0] if words and words[0] in ("list", "lsub", "status") else ""


def defaults(context, before):
    """The directives of a list that has none of its own."""
    if context == "fetch":
        return ["$!unordered=2"]
    if context == "items" and before == "flags":
        return ["$!unordered", "$!noextra", "$!ignore=\\recent"]
    if context in ("list", "lsub") and before == context:
        return ["$!unordered"]
    return ["$!unordered=2"] if context == "status" else []
