"""What a reply of IMAP, or the script's picture of one, is made of: words, texts and lists."""


class Word(str):
    """An atom, a number, a flag, NIL, the name of a FETCH item with its section."""


class Text(str):
    """A quoted string or a literal."""


class Items(list):
    """A list in parentheses, or in brackets where a response code may stand."""

    def __init__(self, opening, values=()):
        super().__init__(values)
        self.opening = opening

    def __repr__(self):
        inside = " ".join(shown(value) for value in self)
        return self.opening + inside + (")" if self.opening == "(" else "]")


class Malformed(Exception):
    pass


CONDITIONS = ("ok", "no", "bad", "bye", "preauth")


def shown(value):
    if isinstance(value, Text):
        return '"' + value.replace("\r", "\\r").replace("\n", "\\n") + '"'
    return repr(value) if isinstance(value, Items) else str(value)


class Reader:
    """Reads values from `text`, in which the literal number n stands as the character 0xE000 + n of
    the private use area: lines come with their literals taken out."""

    def __init__(self, text, literals):
        self.text, self.literals, self.at = text, literals, 0

    def values(self, closing=None):
        found = []
        while True:
            while self.at < len(self.text) and self.text[self.at] == " ":
                self.at += 1
            if self.at == len(self.text):
                if closing:
                    raise Malformed(f"{closing} is missing: {self.text}")
                return found
            if self.text[self.at] == closing:
                self.at += 1
                return found
            found.append(self.value())

    def value(self):
        start = self.text[self.at]
        if start in "([":
            self.at += 1
            return Items(start, self.values(")" if start == "(" else "]"))
        if start == '"':
            return self.quoted()
        if start >= "\ue000":
            self.at += 1
            return Text(self.literals[ord(start) - 0xE000])
        return self.word()

    def quoted(self):
        text = ""
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] != '"':
            if self.text[self.at] == "\\":
                self.at += 1
            text += self.text[self.at : self.at + 1]
            self.at += 1
        if self.at >= len(self.text):
            raise Malformed(f"a quoted string does not end: {self.text}")
        self.at += 1
        return Text(text)

    def word(self):
        begin = self.at
        if self.text[begin] in ")":
            raise Malformed(f"a list ends that did not begin: {self.text}")
        while self.at < len(self.text) and self.text[self.at] not in ' ()"]':
            if self.text[self.at] == "[" and "]" in self.text[self.at :]:
                self.at = self.text.index("]", self.at)
            self.at += 1
        if self.at == begin:
            self.at += 1
        return Word(self.text[begin : self.at])


def read_reply(text, literals=()):
    """The values of an untagged or tagged reply without its tag. Of a status response only the code
    is read as values; its text, for people, is single words."""
    first, _, rest = text.partition(" ")
    if first.lower() not in CONDITIONS:
        return Reader(text, literals).values()
    found = [Word(first)]
    if rest.startswith("["):
        reader = Reader(rest, literals)
        found.append(reader.value())
        rest = rest[reader.at :]
    return found + [Word(word) for word in rest.split()]
