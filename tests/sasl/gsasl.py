#!/usr/bin/env python3
"""Our mechanisms against GNU SASL's, both ways: gsasl.py SASL_TALK."""

import os
import shutil
import subprocess
import sys
import threading
import unittest

TALK = ""
MECHANISMS = ("SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN")
USERS = (("mjl@mox.example", "correct horse"), ("a,b=c", "p=1,2,3,4"), ("\u00e9t\u00e9", "\u00e9t\u00e9 2026"))


def gsasl(side, mechanism, user, password):
    return ["gsasl", "--quiet", f"--{side}", "--no-cb", f"--mechanism={mechanism}", f"--authentication-id={user}",
            f"--password={password}", "--iteration-count=4096"]


def copy(source, sink, skip, seen):
    """Line by line, but for the first `skip` lines; an end is passed on."""
    for number, line in enumerate(source):
        if number >= skip:
            seen.append(line)
            try:
                sink.write(line)
                sink.flush()
            except BrokenPipeError:
                break
    try:
        sink.close()
    except BrokenPipeError:
        pass


def run(client, server, *, client_skip=0, server_skip=0):
    """Joins two programs; returns whether each is content, and all that they said. gsasl waits for more input when a
    login has succeeded, and its exit code says only that none came."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(client, **pipes) as first, subprocess.Popen(server, **pipes) as second:
        lines = []
        copies = [
            threading.Thread(target=copy, args=(first.stdout, second.stdin, client_skip, lines)),
            threading.Thread(target=copy, args=(second.stdout, first.stdin, server_skip, lines)),
        ]
        for thread in copies:
            thread.start()
        content = []
        said = b""
        for process in (first, second):
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                first.kill()
                second.kill()
                raise
            errors = process.stderr.read()
            content.append(b"gsasl: mechanism error" not in errors if process.args[0] == "gsasl" else process.returncode == 0)
            said += errors
        for thread in copies:
            thread.join()
        return content[0], content[1], b"".join(lines) + said


class Gsasl(unittest.TestCase):
    def check(self, want, outcome):
        client, server, text = outcome
        self.assertEqual((client, server), want, text)

    def test_gsasl_logs_in_to_our_server(self):
        for mechanism in MECHANISMS:
            for user, password in USERS:
                with self.subTest(mechanism=mechanism, user=user):
                    ours = [TALK, "server", mechanism, user, password]
                    # The first line names the mechanism.
                    right = run(gsasl("client", mechanism, user, password), ours, client_skip=1)
                    self.check((True, True), right)
                    wrong = run(gsasl("client", mechanism, user, "wrong" + password), ours, client_skip=1)
                    self.assertFalse(wrong[1], wrong)
                    nobody = run(gsasl("client", mechanism, "no" + user, password), ours, client_skip=1)
                    self.assertFalse(nobody[1], nobody)

    def test_our_client_logs_in_to_gsasl(self):
        for mechanism in MECHANISMS:
            for user, password in USERS:
                with self.subTest(mechanism=mechanism, user=user):
                    theirs = gsasl("server", mechanism, user, password)
                    # Where the client begins there is an empty challenge before, else an empty response.
                    server_first = mechanism in ("CRAM-MD5", "LOGIN")
                    skips = {"client_skip": 1, "server_skip": 1} if server_first else {"server_skip": 2}
                    right = run([TALK, "client", mechanism, user, password], theirs, **skips)
                    self.check((True, True), right)
                    wrong = run([TALK, "client", mechanism, user, password + "wrong"], theirs, **skips)
                    self.assertFalse(wrong[1], wrong)
                    if mechanism.startswith("SCRAM"):
                        self.assertFalse(wrong[0], wrong)


if __name__ == "__main__":
    TALK = sys.argv.pop(1)
    if shutil.which("gsasl") is None:
        print("not installed: gsasl")
        sys.exit(1 if os.environ.get("CI") == "true" else 77)
    unittest.main()
