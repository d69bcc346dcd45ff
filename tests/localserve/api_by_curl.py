#!/usr/bin/env python3
"""The API of localserve, with curl for all that curl can do: sending, asking, reading. What README.md promises."""

import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from instance import MOX, Instance, run  # noqa: E402


class Api(unittest.TestCase):
    arguments = []

    def setUp(self):
        self.instance = Instance(arguments=self.arguments)
        self.instance.start()
        self.files = pathlib.Path(tempfile.mkdtemp(prefix="mox-api-"))

    def tearDown(self):
        shutil.rmtree(self.files)
        self.instance.__exit__(None, None, None)

    def url(self, path, name="localhost"):
        return f"http://{name}:{self.instance.ports['http']}{path}"

    def curl(self, path, *arguments):
        """(status, body) of a request."""
        output = run("curl", "-sS", "-w", "\n%{http_code}", *arguments, self.url(path))
        body, _, status = output.rpartition(b"\n")
        return int(status), body

    def ask(self, path, *arguments, status=200):
        """The JSON of a request that is answered with that status."""
        got, body = self.curl(path, *arguments)
        self.assertEqual(got, status, body)
        return json.loads(body)

    def send(self, to, text="Subject: hello\n\nbody\n", sender="ann@example.org", protocol="smtp", arguments=()):
        """curl's exit code and what it says of the conversation."""
        path = self.files / "message"
        path.write_text(text)
        recipients = [word for address in to for word in ("--mail-rcpt", address)]
        done = subprocess.run(
            ["curl", "-sSv", "--crlf", "--mail-from", sender, *recipients, "--upload-file", path,
             *arguments, f"{protocol}://localhost:{self.instance.ports[protocol.replace('smtps', 'submissions')]}"],
            capture_output=True, text=True, timeout=60)
        return done.returncode, done.stderr

    def send_well(self, *arguments, **named):
        code, said = self.send(*arguments, **named)
        self.assertEqual(code, 0, said)


class Messages(Api):
    def test_sent_listed_read_deleted(self):
        self.send_well(["bob@example.org", "carol@example.org"],
                       "From: Ann <ann@example.org>\nTo: bob@example.org\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n\n"
                       "Your code is 4711.\n")
        listed = self.ask("/api/messages?to=bob@example.org")["messages"]
        self.assertEqual([entry["subject"] for entry in listed], ["Grüße"])
        self.assertEqual(listed[0]["smtp"]["mail_from"], "ann@example.org")
        self.assertEqual(listed[0]["smtp"]["rcpt_to"], ["bob@example.org", "carol@example.org"])
        self.assertEqual(listed[0]["smtp"]["remote_ip"] in ("127.0.0.1", "::1"), True)
        message = self.ask(f"/api/messages/{listed[0]['id']}")
        self.assertEqual(message["text"], "Your code is 4711.\r\n")
        status, raw = self.curl(f"/api/messages/{listed[0]['id']}/raw")
        self.assertEqual(status, 200)
        self.assertTrue(raw.endswith(b"Your code is 4711.\r\n"))
        self.assertEqual(self.curl(f"/api/messages/{listed[0]['id']}/parts/1"), (200, b"Your code is 4711.\r\n"))
        self.assertEqual(self.curl("/api/messages/latest/text?to=bob@example.org"), (200, b"Your code is 4711.\r\n"))
        # The same object as the command's.
        file = self.files / "raw"
        file.write_bytes(raw)
        self.assertEqual(message["message"], json.loads(run(MOX, "message", "parse", file)))
        self.assertEqual(self.ask("/api/messages?to=bob@example.org", "-X", "DELETE"), {"deleted": 1})
        self.assertEqual(len(self.ask("/api/messages")["messages"]), 1)
        self.ask(f"/api/messages/{listed[0]['id']}", status=404)

    def test_imap_sees_the_same(self):
        self.send_well(["bob@example.org"])
        imap = ["curl", "-sS", "--user", "mox@localhost:moxmoxmox",
                f"imap://localhost:{self.instance.ports['imap']}/INBOX", "-X"]
        self.assertIn(b"hello", run(*imap, "FETCH 1 ENVELOPE"))
        self.assertFalse(self.ask("/api/messages/latest")["seen"])
        run(*imap, "STORE 1 +FLAGS (\\Seen)")
        self.assertTrue(self.ask("/api/messages/latest")["seen"])
        self.ask("/api/reset", "-X", "POST")
        self.assertIn(b"(MESSAGES 0)", run(*imap, "STATUS INBOX (MESSAGES)"))

    def test_submitted_with_tls_shows_who(self):
        self.send_well(["bob@example.org"], sender="mox@localhost", protocol="smtps",
                       arguments=["--cacert", self.instance.certificate, "--user", "mox@localhost:moxmoxmox"])
        smtp = self.ask("/api/messages/latest")["smtp"]
        self.assertEqual(smtp["user"], "mox@localhost")
        self.assertEqual(smtp["protocol"], "ESMTPSA")
        self.assertTrue(smtp["tls"]["version"].startswith("TLS1."))

    def test_a_large_message_is_streamed(self):
        line = "x" * 70 + "\n"
        self.send_well(["bob@example.org"], "Subject: large\n\n" + line * 300_000)
        latest = self.ask("/api/messages/latest?subject=large")
        self.assertEqual(len(latest["text"]), 1 << 20)
        status, raw = self.curl(f"/api/messages/{latest['id']}/raw")
        self.assertEqual((status, len(raw)), (200, latest["size"]))


class Wait(Api):
    def wait_while(self, path, action):
        """What a wait that began before `action` is answered with."""
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(self.curl(path)))
        waiting.start()
        action()
        waiting.join()
        status, body = answers[0]
        return status, json.loads(body)

    def test_wait_for_what_comes(self):
        mark = self.ask("/api/info")["mark"]
        self.send_well(["early@example.org"])
        self.assertEqual(self.ask(f"/api/wait?to=early@example.org&since={mark}")["subject"], "hello")

        def send_two():
            self.send_well(["other@example.org"])
            self.send_well(["late@example.org"])

        status, message = self.wait_while("/api/wait?to=late@example.org&timeout=60s", send_two)
        self.assertEqual((status, message["smtp"]["delivered_to"]), (200, "late@example.org"))

    def test_wait_in_vain(self):
        problem = self.ask("/api/wait?to=nobody@example.org&timeout=50ms", status=409)
        self.assertIn("error", problem)
        self.assertIn("advice", problem)

    def test_who_closes_half_of_the_connection_is_told_so(self):
        with socket.create_connection(("localhost", self.instance.ports["http"]), timeout=60) as client:
            client.sendall(b"GET /api/wait?timeout=5m HTTP/1.1\r\nHost: localhost\r\n\r\n")
            client.shutdown(socket.SHUT_WR)
            answer = client.makefile("rb").read()
        self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), answer)
        self.assertIn(b"the connection was closed while it waited", answer)

    def test_stop_ends_a_wait(self):
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(self.curl("/api/wait?timeout=5m")))
        waiting.start()
        # Connections are counted once the server has them.
        while b'protocol="http"} 1' not in run("curl", "-sS", f"http://localhost:{self.instance.ports['metrics']}/metrics"):
            pass
        self.assertEqual(self.instance.stop(), 15)
        waiting.join()
        self.assertEqual(answers[0][0], 503)


class Faults(Api):
    def test_each_stage_and_kind(self):
        for stage, reply in [("connect", 421), ("mailfrom", 452), ("rcpt", 550), ("data", 451), ("rcpt", "disconnect")]:
            with self.subTest(stage=stage, reply=reply):
                rules = {"rules": [{"stage": stage, "reply": reply, "times": 1}]}
                self.ask("/api/faults", "-X", "PUT", "-d", json.dumps(rules))
                code, said = self.send(["bob@example.org"])
                self.assertNotEqual(code, 0)
                if isinstance(reply, int):
                    self.assertIn(f"< {reply} ", said)
                shown = self.ask("/api/faults")["rules"][0]
                self.assertEqual((shown["matched"], shown["acted"]), (1, 1))
                self.send_well(["bob@example.org"])

    def test_a_timeout_lasts(self):
        self.ask("/api/faults", "-X", "PUT", "-d", '{"rules": [{"stage": "data", "reply": "timeout", "to": "slow@*"}]}')
        path = self.files / "slow"
        path.write_text("Subject: slow\n\nbody\n")
        slow = subprocess.Popen(
            ["curl", "-sS", "--crlf", "--mail-from", "ann@example.org", "--mail-rcpt", "slow@example.org",
             "--upload-file", path, f"smtp://localhost:{self.instance.ports['smtp']}"])
        try:
            while self.ask("/api/faults")["rules"][0]["acted"] == 0:
                self.assertIsNone(slow.poll())
            self.send_well(["quick@example.org"])
            self.assertIsNone(slow.poll())
        finally:
            slow.kill()
            slow.wait()

    def test_chance_repeats_with_its_seed(self):
        def outcome():
            rules = {"seed": 3, "rules": [{"stage": "mailfrom", "reply": 451, "chance": 0.5}]}
            self.ask("/api/faults", "-X", "PUT", "-d", json.dumps(rules))
            return [self.send(["bob@example.org"])[0] == 0 for _ in range(12)]

        first = outcome()
        self.assertEqual(first, outcome())
        self.assertEqual(set(first), {True, False})

    def test_logins(self):
        login = ["--cacert", self.instance.certificate, "--user", "mox@localhost:moxmoxmox"]
        named = {"sender": "mox@localhost", "protocol": "smtps", "arguments": login}
        self.ask("/api/faults", "-X", "PUT", "-d", '{"rules": [{"stage": "auth", "reply": 454, "times": 1}]}')
        code, said = self.send(["bob@example.org"], **named)
        self.assertNotEqual(code, 0)
        self.assertIn("< 454 ", said)
        self.send_well(["bob@example.org"], **named)

    def test_reset_ends_them(self):
        self.ask("/api/faults", "-X", "PUT", "-d", '{"rules": [{"stage": "rcpt", "reply": 450}]}')
        self.assertNotEqual(self.send(["bob@example.org"])[0], 0)
        self.ask("/api/reset", "-X", "POST")
        self.send_well(["bob@example.org"])

    def test_what_is_wrong_is_said(self):
        problem = self.ask("/api/faults", "-X", "PUT", "-d", '{"rules": [{"stage": "rcpt"}]}', status=400)
        self.assertTrue(problem["error"].startswith("rule 1: reply must be "), problem)


class Inboxes(Api):
    arguments = ["--inboxes"]

    def submit(self, user, password="moxmoxmox", arguments=()):
        return self.send(["customer@example.org"], f"Subject: from {user}\n\nbody\n", sender="shop@example.org",
                         protocol="smtps",
                         arguments=["--cacert", self.instance.certificate, "--user", f"{user}:{password}", *arguments])

    def subjects(self, query):
        return [entry["subject"] for entry in self.ask(f"/api/messages{query}")["messages"]]

    def test_each_user_has_an_inbox(self):
        for user in ("test-1", "test-2@example.org"):
            code, said = self.submit(user)
            self.assertEqual(code, 0, said)
        self.send_well(["bob@example.org"])
        self.assertEqual(self.subjects(""), ["hello"])
        self.assertEqual(self.subjects("?inbox=test-1"), ["from test-1"])
        self.assertEqual(self.subjects("?inbox=test-2@example.org"), ["from test-2@example.org"])
        self.assertEqual(self.ask("/api/info")["inboxes"],
                         ["mox@localhost", "test-1@localhost", "test-2@example.org"])
        imap = run("curl", "-sS", "--user", "test-1:moxmoxmox",
                   f"imap://localhost:{self.instance.ports['imap']}/INBOX", "-X", "FETCH 1:* ENVELOPE")
        self.assertIn(b"from test-1", imap)
        self.assertEqual(self.ask("/api/reset?inbox=test-1", "-X", "POST"), {"deleted": 1})
        self.assertEqual(self.subjects(""), ["hello"])

    def test_a_wrong_password_makes_none(self):
        # Other mechanisms keep the password from the server, which must make the account to see the proof.
        self.assertEqual(self.submit("test-1", "wrong", ["--login-options", "AUTH=PLAIN"])[0], 67)
        self.assertEqual(self.ask("/api/info")["inboxes"], ["mox@localhost"])

    def test_an_inbox_can_be_waited_for_before_its_first_login(self):
        self.ask("/api/wait?inbox=test-3&timeout=0s", status=409)
        self.assertEqual(self.submit("test-3")[0], 0)
        self.assertEqual(self.ask("/api/wait?inbox=test-3")["subject"], "from test-3")


class Doors(Api):
    def test_names_from_dns_and_pages_of_others_are_refused(self):
        self.assertEqual(self.curl("/api/info")[0], 200)
        self.assertEqual(self.curl("/api/info", "-H", "Host: evil.example")[0], 403)
        self.assertEqual(self.curl("/api/reset", "-X", "POST", "-H", "Origin: https://evil.example")[0], 403)

    def test_no_inboxes_without_the_option(self):
        problem = self.ask("/api/messages?inbox=test-1", status=404)
        self.assertIn("--inboxes", problem["advice"])

    def test_the_page(self):
        status, page = self.curl("/")
        self.assertEqual(status, 200)
        self.assertIn(f"http://localhost:{self.instance.ports['http']}/api/wait".encode(), page)


if __name__ == "__main__":
    unittest.main()
