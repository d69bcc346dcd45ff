"""A client's connection: sends commands with their literals, collects replies."""

import re
import socket

import tokens

LITERAL = re.compile(rb"~?\{(\d+)\+?\}\r\n$")


class Closed(Exception):
    pass


class Connection:
    def __init__(self, host, port, timeout=20):
        self.socket = socket.create_connection((host, port), timeout=timeout)
        self.file = self.socket.makefile("rb")
        self.count = 0
        self.trace = []
        self.greeting = self.read()

    def close(self):
        self.file.close()
        self.socket.close()

    def next_tag(self):
        self.count += 1
        return f"t{self.count}"

    def read(self):
        """One reply: its first word, and its values."""
        line, text, literals = self.read_line(), "", []
        while found := LITERAL.search(line):
            data = self.file.read(int(found[1]))
            if len(data) < int(found[1]):
                raise Closed("the connection ended within a literal")
            text += line[: found.start()].decode("latin-1") + chr(0xE000 + len(literals))
            literals.append(data.decode("latin-1"))
            line = self.read_line()
        text += line.removesuffix(b"\r\n").decode("latin-1")
        first, _, rest = text.partition(" ")
        if first == "+":
            return first, []
        return first, tokens.read_reply(rest, literals)

    def read_line(self):
        line = self.file.readline()
        self.trace.append("S: " + repr(line)[2:-1])
        if not line.endswith(b"\n"):
            raise Closed("the server closed the connection")
        return line

    def send(self, tag, text, literals):
        """Sends a command, waiting for "+" where a literal begins. Returns the replies that came
        meanwhile; among them is the tagged one when the server would not have the literal."""
        replies = []
        pieces = re.split("([\ue000-\uf8ff])", f"{tag} {text}")
        line = b""
        for piece in pieces:
            if len(piece) != 1 or piece < "\ue000" or piece > "\uf8ff":
                line += piece.encode("latin-1")
                continue
            data = literals[ord(piece) - 0xE000].encode("latin-1")
            self.write(line + b"{%d}\r\n" % len(data))
            while (reply := self.read())[0] != "+":
                replies.append(reply)
                if reply[0] == tag:
                    return replies
            line = data
        self.write(line + b"\r\n")
        return replies

    def write(self, data):
        self.trace.append("C: " + repr(data)[2:-1])
        self.socket.sendall(data)

    def command(self, text, literals=()):
        """Runs one command to its end; its untagged replies, and the values of the tagged one."""
        tag = self.next_tag()
        replies = self.send(tag, text, literals)
        while not replies or replies[-1][0] != tag:
            replies.append(self.read())
        return [values for first, values in replies[:-1] if first == "*"], replies[-1][1]

    def must(self, text, literals=()):
        untagged, result = self.command(text, literals)
        if result[0].lower() != "ok":
            raise Closed(f"{text}: {' '.join(map(tokens.shown, result))}")
        return untagged
