#!/usr/bin/env python3
"""Commands beside those that change the configuration: deliver, cid, licenses, config example, config printservice;
and clients of the control socket that make no sense."""

import imaplib
import os
import re
import shutil
import smtplib
import socket
import ssl
import struct
import subprocess
import threading
import unittest

from served import MOX, PASSWORD, Served

MIB = 1 << 20


class WithServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Served().__enter__()
        cls.server.start()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__(None, None, None)

    def mox(self, *words, **more):
        return self.server.mox(*words, **more)

    def control(self):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(60)
        connection.connect(str(self.server.folder / "data" / "control"))
        return connection

    def test_deliver(self):
        self.assertEqual(self.mox("deliver", "Mjl+x@example.org", input="Subject: a\n\nb\n"),
                         "message delivered to account mjl, mailbox Inbox\n")
        self.assertEqual(self.mox("deliver", "lists@example.net", input="Subject: a\n\nb\n"),
                         "message delivered to account other, mailbox Lists\n")
        self.assertIn("nobody has the address", self.mox("deliver", "nobody@example.org", input="x\n", code=1))
        self.assertIn("moved away", self.mox("deliver", "gone@example.org", input="x\n", code=1))
        self.assertIn("empty", self.mox("deliver", "mjl@example.org", code=1))
        self.mox("deliver", "no-address", input="x\n", code=2)
        self.mox("deliver", code=2)

    def test_deliver_large(self):
        line = "x" * 998 + "\n"
        self.mox("deliver", "third@example.org", input="Subject: large\n\n" + line * (30 * MIB // len(line)))
        error = self.mox("deliver", "third@example.org", input="Subject: too large\n\n" + line * (101 * MIB // len(line)), code=1)
        self.assertIn("more than 104857600 bytes", error)

    def test_deliver_that_breaks_off(self):
        process = subprocess.Popen(self.server.command("deliver", "mjl@example.org"), stdin=subprocess.PIPE,
                                   **self.server.as_user)
        process.stdin.write(b"Subject: half\n\n" + b"x\n" * MIB)
        process.stdin.flush()
        process.kill()
        process.wait()
        process.stdin.close()
        self.assertIn("OK", self.mox("verifydata", str(self.server.folder / "data")))

    def test_cid(self):
        self.mox("loglevels", "trace", "smtpserver")
        with smtplib.SMTP("127.0.0.1", self.server.ports["smtp"]) as smtp:
            smtp.ehlo()
            smtp.mail("stranger@elsewhere.example")
            smtp.rcpt("mjl@example.org")
            code, words = smtp.data("Subject: which\r\n\r\n")
        self.assertEqual(code, 250)
        received_id = re.search(r"\((\S+)\)", words.decode()).group(1)
        cid = self.mox("cid", "--", received_id).strip()
        self.assertRegex(cid, "^[0-9a-f]+$")
        self.server.wait_for_log(f"cid={cid}")
        wrong = received_id[:-1] + ("A" if received_id[-1] != "A" else "Q")
        self.assertIn("not made with this server's key", self.mox("cid", "--", wrong, code=1))
        self.assertIn("16 bytes", self.mox("cid", "AAAA", code=1))
        self.mox("cid", "not base64", code=1)
        self.mox("cid", code=2)

    def test_control_clients_that_make_no_sense(self):
        hello = b"mox-control 1\n"

        def frame(letter, payload=b""):
            return letter + struct.pack(">I", len(payload)) + payload

        sent = {
            "nothing": b"",
            "garbage": os.urandom(100_000),
            "no hello": b"GET / HTTP/1.1\r\n\r\n",
            "another version": b"mox-control 999\n",
            "a frame that is too large": hello + b"C\xff\xff\xff\xff" + b"x" * MIB,
            "an unknown frame": hello + frame(b"Z", b"x"),
            "an unknown command": hello + frame(b"C", b"dance") + frame(b"G") + frame(b"E"),
            "too many parameters": hello + frame(b"C", b"config account list") + frame(b"P", b"x") * 300 + frame(b"G"),
            "too large a parameter": hello + frame(b"C", b"config account list") + frame(b"M", b"x" * 65536) * 20,
            "too much input": hello + frame(b"C", b"setaccountpassword") + frame(b"P", b"mjl") + frame(b"G")
                              + frame(b"I", b"x" * 65536) * 40 + frame(b"E"),
            "a request in part": hello + frame(b"C", b"config account add") + frame(b"P", b"new"),
            "an input in part": hello + frame(b"C", b"deliver") + frame(b"P", b"mjl@example.org") + frame(b"G")
                                + frame(b"I", b"Subject: half\n\n"),
        }
        before = self.server.domains.read_text()
        silent = [self.control() for _ in range(50)]  # for as long as the others are at it
        for name, bytes_ in sent.items():
            with self.subTest(name):
                for shut in (False, True):
                    with self.control() as connection:
                        try:
                            connection.sendall(bytes_)
                            connection.shutdown(socket.SHUT_WR) if shut else None
                            while shut and connection.recv(65536):
                                pass
                        except (BrokenPipeError, ConnectionResetError):
                            pass  # it has heard enough
                self.assertIn("mjl", self.mox("config", "account", "list"))
        for connection in silent:
            connection.close()
        self.assertEqual(self.server.domains.read_text(), before)
        self.assertIsNone(self.server.process.poll())
        self.assertIn("OK", self.mox("verifydata", str(self.server.folder / "data")))

    def churn(self, stop, wrong):
        """Messages come, are copied and removed, until `stop`."""
        try:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            client = imaplib.IMAP4_SSL("127.0.0.1", self.server.ports["imaps"], ssl_context=context)
            client.login("third@example.org", PASSWORD)
            client.select("INBOX")
            while not stop.is_set():
                for size in (100, 5000, 300_000):
                    client.append("INBOX", None, None, b"Subject: x\r\n\r\n" + b"x" * size + b"\r\n")
                client.copy("1:*", "Archive")
                client.store("1:*", "+FLAGS", r"(\Deleted)")
                client.expunge()
            client.logout()
        except Exception as exception:  # told by the test
            wrong.append(exception)

    def test_verifydata_beside_the_server(self):
        self.mox("setaccountpassword", "third", input=PASSWORD + "\n")
        stop, wrong = threading.Event(), []
        thread = threading.Thread(target=self.churn, args=(stop, wrong))
        thread.start()
        try:
            for _ in range(10):
                self.assertEqual(self.mox("verifydata", str(self.server.folder / "data")),
                                 f"{self.server.folder / 'data'}: OK\n")
        finally:
            stop.set()
            thread.join()
        self.assertEqual(wrong, [])


class WithoutServer(unittest.TestCase):
    def test_deliver(self):
        with Served() as server:
            server.mox("cid", "AAAA", code=1)
            self.assertEqual(server.mox("deliver", "mjl@example.org", input="Subject: a\n\nb\n"),
                             "message delivered to account mjl, mailbox Inbox\n")
            line = "x" * 998 + "\n"
            server.mox("deliver", "mjl@example.org", input="Subject: large\n\n" + line * (30 * MIB // len(line)))
            server.mox("deliver", "nobody@example.org", input="x\n", code=1)
            self.assertIn("OK", server.mox("verifydata", str(server.folder / "data")))

    @unittest.skipIf(os.geteuid() != 0, "only root can leave files of root's behind")
    def test_verifydata_as_root_leaves_nothing_of_its_own(self):
        with Served() as server:
            server.mox("deliver", "mjl@example.org", input="Subject: a\n\nb\n")
            store = server.folder / "data" / "store"
            (store / "lock.mdb").unlink()
            subprocess.run([MOX, "verifydata", str(server.folder / "data")], check=True, capture_output=True)
            self.assertEqual({path.owner() for path in store.rglob("*")}, {store.owner()})
            server.start()

    def test_commands_about_a_server_say_that_there_is_none(self):
        with Served() as server:
            for words in (["stop"], ["loglevels"], ["loglevels", "debug"]):
                self.assertIn("no server runs", server.mox(*words, code=1))
            self.assertFalse((server.folder / "data").exists())

    def test_licenses(self):
        text = subprocess.run([MOX, "licenses"], capture_output=True, text=True, check=True).stdout
        self.assertIn("Permission is hereby granted", text)
        listed = text[:text.index("----")]
        # Each shared library that is loaded is named. ldd needs to run nothing of it.
        loaded = subprocess.run(["ldd", MOX], capture_output=True, text=True, check=True).stdout
        names = re.findall(r"^\s*(?:/\S*/)?([\w+.-]+?)(?:-x86-64|-aarch64)?\.so", loaded, re.MULTILINE)
        self.assertIn("libcrypto", names)
        for name in set(names) - {"linux-vdso"}:
            self.assertIn(name, listed, f"{name} has no row in cmd/licenses.tsv")
        for text_of in text.split("---- ")[1:]:
            self.assertNotIn("Not on the machine", text_of)
            self.assertGreater(len(text_of.splitlines()), 20, text_of)

    def test_examples(self):
        with Served() as server:
            names = [line.split()[0] for line in server.mox("config", "example").splitlines()]
            self.assertIn("alias", names)
            for name in names:
                self.assertIn(" = ", server.mox("config", "example", name))
            self.assertIn("lists all", server.mox("config", "example", "nothing", code=1))
            for file in ("mox", "domains"):
                (server.config / f"{file}.toml").write_text(server.mox("config", "example", file))
            for name, other in (("cert", "crt"), ("key", "key")):
                (server.config / f"{name}.pem").rename(server.config / f"mx.example.org.{other}.pem")
            self.assertEqual(server.mox("config", "test"), "config OK\n")


class ServiceUnit(unittest.TestCase):
    def unit(self, server, *options, change=lambda text: text, code=0):
        path = server.config / "mox.toml"
        path.write_text(change(path.read_text()))
        return server.mox("config", "printservice", *options, code=code)

    def verify(self, server, text, user="mox"):
        if not shutil.which("systemd-analyze"):
            if os.environ.get("CI") == "true":
                self.fail("systemd-analyze is missing")
            return
        path = server.folder / "mox.service"
        # Where no user has the name, that is all there would be to say.
        path.write_text(text.replace(f"User={user}\n", "DynamicUser=yes\n"))
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(path)], capture_output=True, text=True, check=False)
        about_this = [line for line in done.stderr.splitlines() if "mox.service" in line]
        self.assertEqual((done.returncode, about_this), (0, []), done.stderr)

    def test_unit(self):
        with Served() as server:
            text = self.unit(server)
            data = server.folder / "data"
            self.assertIn(f'ReadWritePaths="{data}" "{server.config}"\n', text)
            self.assertIn(f'--config "{server.config}/mox.toml" serve\n', text)
            self.assertIn("User=mox\n", text)
            self.assertIn("\nAmbientCapabilities=\n", text)
            self.assertIn("ProtectHome=yes\n", text)
            self.verify(server, text)

    def test_ports_below_1024(self):
        with Served() as server:
            text = self.unit(server, "--user", "mail", change=lambda text: re.sub(r"(imaps\]\nenabled = true\nport = )\d+", r"\g<1>993", text))
            self.assertIn("User=mail\n", text)
            self.assertIn("\nAmbientCapabilities=CAP_NET_BIND_SERVICE\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\n", text)
            self.verify(server, text, "mail")

    def test_paths(self):
        with Served() as server:
            change = lambda text: ('data-dir = "/home/a b/100%\\"x\\\\$y"\nsubmit-socket = "/run/post office/submit"\n'
                                   + text.replace('data-dir = "../data"\n', ""))
            text = self.unit(server, change=change)
            self.assertIn('ReadWritePaths="/home/a b/100%%\\"x\\\\$y" ', text)
            self.assertIn('\nRuntimeDirectory="post office"\n', text)
            self.assertNotIn("ProtectHome", text)
            self.verify(server, text)

    def test_wrong_use(self):
        with Served() as server:
            for user in ("root", "0", "a b", "a\nExecStart=/bin/false", "-x", ""):
                self.assertIn("mox", self.unit(server, f"--user={user}", code=1))
            self.unit(server, change=lambda text: text + "nonsense\n", code=1)


if __name__ == "__main__":
    unittest.main()
