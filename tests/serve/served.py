"""A server with a configuration of its own: two domains and three accounts, on free ports.

As root it is run as the user nobody, for it does not serve as root."""

import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile
import time

MOX = os.environ.get("MOX", "build/release/mox")
PASSWORD = "correct horse"

STATIC = """
data-dir = "../data"
log-level = "debug"
hostname = "mx.example.org"
resolver = "{resolver}"

[postmaster]
account = "mjl"
mailbox = "Postmaster"

[listeners.public]
ips = ["127.0.0.1"]

[listeners.public.tls]
key-certs = [{{cert-file = "cert.pem", key-file = "key.pem"}}]

[listeners.public.smtp]
enabled = true
port = {smtp}

[listeners.public.submission]
enabled = true
port = {submission}

[listeners.public.submissions]
enabled = true
port = {submissions}

[listeners.public.imap]
enabled = true
port = {imap}

[listeners.public.imaps]
enabled = true
port = {imaps}

[listeners.public.metrics-http]
enabled = true
port = {metrics}
"""

DOMAINS = """
# Ours.
[domains."example.org"] # the first
localpart-catchall-separator = "+"

[domains."example.net"]

[accounts.mjl]
domain = "example.org"

# Written by hand.
[accounts.mjl.destinations."mjl@example.org"]

[accounts.other]
domain = "example.net"

[accounts.other.destinations."other@example.net"]
[accounts.other.destinations."lists@example.net"]
mailbox = "Lists"

[accounts.third]
domain = "example.org"

[accounts.third.destinations."third@example.org"]
[accounts.third.destinations."gone@example.org"]
smtp-error = "550 moved away"
"""


def free_ports(names):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in names]
    ports = {name: one.getsockname()[1] for name, one in zip(names, sockets)}
    for one in sockets:
        one.close()
    return ports


# Nobody is there, so that each question fails at once.
NOBODY = "127.0.0.1:1"


class Served:
    """The folder, and the server while it runs."""

    def __init__(self, resolver=NOBODY):
        self.resolver = resolver

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mox-serve-"))
        self.config = self.folder / "config"
        self.config.mkdir()
        self.ports = free_ports(["smtp", "submission", "submissions", "imap", "imaps", "metrics"])
        (self.config / "mox.toml").write_text(STATIC.format(resolver=self.resolver, **self.ports))
        self.domains = self.config / "domains.toml"
        self.domains.write_text(DOMAINS)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
             self.config / "key.pem", "-out", self.config / "cert.pem", "-days", "30", "-subj", "/CN=mx.example.org",
             "-addext", "subjectAltName=DNS:mx.example.org,DNS:localhost"], check=True, capture_output=True)
        self.as_user = {}
        self.binary = MOX
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self.as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            # It may stand in a folder that only root can enter.
            self.binary = self.folder / "mox"
            shutil.copy(MOX, self.binary)
            for path in [self.folder, self.config, *self.config.iterdir()]:
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
        self.process = None
        return self

    def __exit__(self, *_):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder)

    def command(self, *words):
        return [str(self.binary), "--config", str(self.config / "mox.toml"), *words]

    def mox(self, *words, input="", code=0):
        """Runs a command; returns what it printed, or its error."""
        done = subprocess.run(self.command(*words), input=input, text=True, capture_output=True, timeout=60, **self.as_user)
        if done.returncode != code:
            raise AssertionError(f"mox {words}: {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout if code == 0 else done.stderr

    def start(self):
        self.log = self.folder / "log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(self.command("serve"), stderr=log, **self.as_user)
        self.wait_for_log('m="ready"')

    def wait_for_log(self, text):
        for _ in range(600):
            if text in self.log.read_text(errors="replace"):
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"{text!r} is not in the log:\n{self.log.read_text(errors='replace')}")

    def end(self, expected=0):
        code = self.process.wait(timeout=60)
        self.process = None
        if code != expected:
            raise AssertionError(f"the server ended with {code}:\n{self.log.read_text(errors='replace')}")
