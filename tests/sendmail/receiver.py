"""A server at a Unix socket that takes all mail, but for recipients that say in their names what they want
to hear: later@, unknown@."""

import os
import socket
import threading


class Receiver:
    """As a context manager. `messages` are (sender line, recipient lines, text), in the order of arrival."""

    def __init__(self, path, name="mail.example.org"):
        self.path = str(path)
        self.name = name
        self.messages = []

    def __enter__(self):
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(self.path)
        os.chmod(self.path, 0o666)
        self.listening.listen(50)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listening.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listening.close()
        os.unlink(self.path)

    def _serve(self):
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                try:
                    self._talk(stream)
                except (BrokenPipeError, ConnectionResetError):
                    pass

    @staticmethod
    def _say(stream, text):
        stream.write(text.encode() + b"\r\n")
        stream.flush()

    def _talk(self, stream):
        self._say(stream, f"220 {self.name} ESMTP")
        sender, recipients = None, []
        for line in stream:
            command = line.decode().rstrip("\r\n")
            verb = command.split(" ")[0].upper()
            if verb == "EHLO":
                self._say(stream, f"250-{self.name}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 DSN")
            elif verb == "MAIL":
                sender, recipients = command[len("MAIL FROM:"):], []
                self._say(stream, "250 2.1.0 ok")
            elif verb == "RCPT":
                if "<later@" in command:
                    self._say(stream, "450 4.2.1 later")
                elif "<unknown@" in command:
                    self._say(stream, "550 5.1.1 nobody is called so")
                else:
                    recipients.append(command[len("RCPT TO:"):])
                    self._say(stream, "250 2.1.5 ok")
            elif verb == "DATA":
                self._say(stream, "354 go on")
                self.messages.append((sender, recipients, self._read_data(stream)))
                self._say(stream, "250 2.0.0 ok")
            elif verb == "QUIT":
                self._say(stream, "221 bye")
                return
            else:
                self._say(stream, "250 ok")

    @staticmethod
    def _read_data(stream):
        lines = []
        for line in stream:
            assert line.endswith(b"\r\n"), line
            if line == b".\r\n":
                return b"".join(lines)
            lines.append(line[1:] if line.startswith(b".") else line)
        raise AssertionError("the message has no end")
