"""Logins to a server over SMTP and IMAP, by any mechanism, from any address of 127.0.0.0/8, so that failures of one test
do not count against another."""

import base64
import hashlib
import hmac
import imaplib
import itertools
import re
import resource
import selectors
import smtplib
import socket
import ssl
import time
import urllib.request

from scram import Scram
from served import PASSWORD

MECHANISMS = ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"]
NUMBERS = itertools.count(1)
imaplib.Commands["ID"] = ("NONAUTH", "AUTH", "SELECTED")


def new_address():
    """One that shares no network of the limits with another."""
    number = next(NUMBERS)
    return f"127.{1 + number // 30 % 250}.{8 * (number % 30)}.{1 + number // 7500}"


def context(certificate=None):
    made = ssl.create_default_context()
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    if certificate is not None:
        made.load_cert_chain(certificate)
    return made


class Imap(imaplib.IMAP4_SSL):
    def __init__(self, port, address, tls):
        self.address = address
        super().__init__("127.0.0.1", port, ssl_context=tls)

    def _create_socket(self, timeout):
        plain = socket.create_connection((self.host, self.port), 30, (self.address, 0))
        return self.ssl_context.wrap_socket(plain, server_hostname="localhost")


def imap(server, tls=None, address=None, port="imaps"):
    return Imap(server.ports[port], address or new_address(), tls or context())


def smtp(server, tls=None, address=None, port="submissions"):
    return smtplib.SMTP_SSL("127.0.0.1", server.ports[port], timeout=30, context=tls or context(),
                            source_address=(address or new_address(), 0))


def end_point(connection):
    """tls-server-end-point (RFC 5929 section 4) of a certificate that is signed with SHA-256."""
    return "tls-server-end-point", hashlib.sha256(connection.getpeercert(True)).digest()


def responder(mechanism, user, password, connection, stolen=False, flag="n"):
    """A function from challenge to response; None gives up."""
    if mechanism == "PLAIN":
        return lambda _: f"\0{user}\0{password}"
    if mechanism == "LOGIN":
        answers = iter([user, password])
        return lambda _: next(answers)
    if mechanism == "EXTERNAL":
        return lambda _: user
    if mechanism == "CRAM-MD5":
        return lambda challenge: f"{user} {hmac.new(password.encode(), challenge, 'md5').hexdigest()}"
    binding = None
    if mechanism.endswith("PLUS"):
        binding = end_point(connection)
        if stolen:
            binding = binding[0], hashlib.sha256(b"another certificate").digest()
    return Scram(mechanism, user, password, binding, flag).respond


def imap_login(server, mechanism, user, password=PASSWORD, tls=None, **how):
    """None when it works, else what the server says."""
    client = imap(server, tls)
    respond = responder(mechanism, user, password, client.sock, **how)

    def answer(challenge):
        response = respond(challenge)
        return None if response is None else response.encode()

    try:
        client.authenticate(mechanism, answer)
    except imaplib.IMAP4.error as error:
        return str(error)
    finally:
        client.shutdown()
    return None


def smtp_login(server, mechanism, user, password=PASSWORD, tls=None, **how):
    """None when it works, else the code and text of the reply."""
    with smtp(server, tls) as client:
        client.ehlo()
        respond = responder(mechanism, user, password, client.sock, **how)
        try:
            client.auth(mechanism, lambda challenge=None: respond(challenge or b"") or "", initial_response_ok=False)
        except smtplib.SMTPAuthenticationError as error:
            # Without the number of the connection.
            return error.smtp_code, re.sub(r" \([\w-]+\)$", "", error.smtp_error.decode())
        return None


class Line:
    """A connection of lines, as SMTP has them."""

    def __init__(self, port, source, tls=None, session=None):
        plain = socket.create_connection(("127.0.0.1", port), 60, (source, 0))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = tls.wrap_socket(plain, server_hostname="localhost", session=session) if tls else plain
        self.file = self.socket.makefile("rb")

    def read(self):
        """A whole reply."""
        while True:
            line = self.file.readline()
            if len(line) < 4 or line[3:4] == b" ":
                return line

    def say(self, text):
        self.socket.sendall(text.encode() + b"\r\n")
        return self.read()

    def close(self):
        self.file.close()
        self.socket.close()


# Where passwords may be given without TLS.
PLAIN_LISTENER = """
[listeners.plain]
ips = ["127.0.0.1"]

[listeners.plain.submission]
enabled = true
port = {plain}
no-require-starttls = true
"""


def allow_connections():
    """More than a thousand, here and in servers that are started afterwards."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8192), most))


def guess_at_once(port, user, count):
    """So many wrong passwords at the same time, each from a network of its own: when it began and ended, and how many
    heard which code."""
    selector = selectors.DefaultSelector()
    for _ in range(count):
        line = Line(port, new_address())
        line.read()
        line.say("EHLO guesser.example")
        selector.register(line.socket, selectors.EVENT_READ, line)
    response = base64.b64encode(f"\0{user}\0wrong horse".encode())
    begin = time.monotonic()
    for key in list(selector.get_map().values()):
        key.data.socket.sendall(b"AUTH PLAIN " + response + b"\r\n")
    replies = {}
    while selector.get_map():
        for key, _ in selector.select(60):
            code = key.data.read()[:3].decode()
            replies[code] = replies.get(code, 0) + 1
            selector.unregister(key.fileobj)
            key.data.close()
    return begin, time.monotonic(), replies


def counted(server):
    """{(kind, variant, result): count} of mox_authentication_total."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.ports['metrics']}/metrics") as answer:
        text = answer.read().decode()
    rows = re.findall(r'^mox_authentication_total\{kind="(.*)",result="(.*)",variant="(.*)"\} (\d+)$', text, re.M)
    return {(kind, variant, result): int(count) for kind, result, variant, count in rows if count != "0"}
