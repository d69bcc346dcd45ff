#!/usr/bin/env python3
"""Every mechanism over SMTP and IMAP: who gets in, what others hear, what is counted and kept; keys of TLS clients; what
the programs of an account are not told of."""

import imaplib
import json
import stat
import subprocess
import time
import unittest

from login_clients import MECHANISMS, context, counted, imap, imap_login, smtp, smtp_login
from served import PASSWORD, Served, free_ports

# Where client keys are not asked for.
WITHOUT_KEYS = """
[listeners.nokeys]
ips = ["127.0.0.1"]

[listeners.nokeys.tls]
key-certs = [{{cert-file = "cert.pem", key-file = "key.pem"}}]
client-auth-disabled = true

[listeners.nokeys.submissions]
enabled = true
port = {submissions_nokeys}

[listeners.nokeys.imaps]
enabled = true
port = {imaps_nokeys}
"""

MJL = "mjl@example.org"
THIRD = "third@example.org"


class Logins(unittest.TestCase):
    def setUp(self):
        self.server = Served().__enter__()
        self.addCleanup(self.server.__exit__, None, None, None)
        more = free_ports(["submissions_nokeys", "imaps_nokeys"])
        self.server.ports |= more
        with open(self.server.config / "mox.toml", "a", encoding="ascii") as file:
            file.write(WITHOUT_KEYS.format(**more))

    def start(self):
        self.server.start()
        for account in ["mjl", "other", "third"]:
            self.server.mox("setaccountpassword", account, input=PASSWORD + "\n")

    def attempts(self, *words):
        """When they have been written."""
        time.sleep(2.5)
        return json.loads(self.server.mox("config", "account", "logins", *words, "--json"))

    def make_key(self, address, *options):
        """The file with key and certificate, and the fingerprint."""
        stem = self.server.folder / f"key{time.monotonic_ns()}"
        self.server.folder.chmod(0o777)
        self.server.mox("config", "tlspubkey", "gen", str(stem))
        (certificate,) = self.server.folder.glob(f"{stem.name}.*.certificate.pem")
        (both,) = self.server.folder.glob(f"{stem.name}.*.ed25519privatekey-certificate.pem")
        added = self.server.mox("config", "tlspubkey", "add", *options, address, stem.name, input=certificate.read_text())
        return both, added.split()[1]

    def test_mechanisms(self):
        self.start()
        self.server.mox("config", "account", "disable", "third", "ask at the desk")
        expected = {}

        def expect(kind, mechanism, result):
            row = (kind, mechanism.lower(), result)
            expected[row] = expected.get(row, 0) + 1

        for mechanism in MECHANISMS:
            shown = mechanism in ["PLAIN", "LOGIN"]
            for kind, login in [("imap", imap_login), ("submission", smtp_login)]:
                with self.subTest(kind=kind, mechanism=mechanism):
                    self.assertIsNone(login(self.server, mechanism, MJL))
                    expect(kind, mechanism, "ok")
                    wrong = login(self.server, mechanism, MJL, "wrong horse")
                    expect(kind, mechanism, "badpassword" if shown else "badcreds")
                    nobody = login(self.server, mechanism, "nobody@example.org")
                    expect(kind, mechanism, "baduser" if shown else "badcreds")
                    self.assertEqual(wrong, nobody)
                    if kind == "imap":
                        self.assertIn("[AUTHENTICATIONFAILED]", wrong)
                    else:
                        self.assertEqual((wrong[0], wrong[1].split()[0]), (535, "5.7.8"))
                    disabled = login(self.server, mechanism, THIRD)
                    expect(kind, mechanism, "logindisabled")
                    self.assertIn("ask at the desk", str(disabled))
                    if kind == "imap":
                        self.assertNotIn("[", disabled)
                    else:
                        self.assertEqual((disabled[0], disabled[1].split()[0]), (525, "5.7.13"))
                    if not mechanism.startswith("SCRAM"):
                        continue
                    how = {"stolen": True} if mechanism.endswith("PLUS") else {"flag": "y"}
                    elsewhere = login(self.server, mechanism, MJL, **how)
                    expect(kind, mechanism, "badchanbind")
                    self.assertIn("not bound to this TLS connection", str(elsewhere))
                    if kind == "submission":
                        self.assertEqual((elsewhere[0], elsewhere[1].split()[0]), (535, "5.7.7"))
        self.assertIn("not offered", imap_login(self.server, "GSSAPI", MJL, "x"))
        expect("imap", "(unrecognized)", "badprotocol")
        self.assertEqual(counted(self.server), expected)
        self.check_attempts(expected)

    def check_attempts(self, expected):
        """The same counts, as they are kept."""
        found = {}
        for row in self.attempts("--limit", "1000"):
            key = (row["protocol"], row["mechanism"], row["result"])
            found[key] = found.get(key, 0) + row["count"]
            want = {"ok": "mjl", "logindisabled": "third", "baduser": "", "badpassword": "mjl", "badchanbind": "mjl"}
            # Who finds -PLUS missing has not been asked for a user yet.
            asked = row["result"] != "badchanbind" or row["mechanism"].endswith("plus")
            if row["result"] in want and asked:
                self.assertEqual(row["account"], want[row["result"]], row)
            if row["account"]:
                self.assertEqual(row["address"], {"mjl": MJL, "third": THIRD}[row["account"]])
            self.assertTrue(row["remote"].startswith("127."), row)
            self.assertEqual(row["local"], "127.0.0.1")
            self.assertRegex(row["tls"], "^version=TLSv1.3 ciphersuite=TLS_[A-Z0-9_]+ sni=[a-z.0-9]* resumed=no$")
            self.assertGreaterEqual(row["last"], row["first"])
        self.assertEqual(found, expected)

    def test_attempts_are_kept(self):
        self.start()
        address = "127.200.0.1"
        for _ in range(3):
            client = imap(self.server, address=address)
            with self.assertRaises(imaplib.IMAP4.error):
                client.login(MJL, "a secret")
            client.shutdown()
        client = imap(self.server, address=address)
        client.login(MJL, PASSWORD)
        client.xatom("ID", '("name" "tester" "version" "2")')
        client.logout()
        client = imap(self.server, address=address)
        client.xatom("ID", '("name" "early")')
        client.login(MJL, PASSWORD)
        client.logout()
        rows = {(row["result"], row["program"]): row["count"] for row in self.attempts("mjl")}
        self.assertEqual(rows, {("badpassword", ""): 3, ("ok", 'name="tester" version="2"'): 1, ("ok", 'name="early"'): 1})
        text = self.server.mox("config", "account", "logins", "mjl", "--limit", "1")
        self.assertEqual(len(text.splitlines()), 2, text)
        self.assertEqual(self.attempts("other"), [])
        self.assertIn("no account", self.server.mox("config", "account", "logins", "nobody", code=1))
        self.assertIn("--limit", self.server.mox("config", "account", "logins", "--limit", "0", code=1))
        self.assertEqual(self.server.mox("stop"), "mox stopped\n")
        self.server.end(0)
        # Without a server, from the store; and the secret is nowhere in it.
        self.assertEqual(len(json.loads(self.server.mox("config", "account", "logins", "mjl", "--json"))), 3)
        for path in (self.server.folder / "data" / "store").rglob("*"):
            if path.is_file():
                self.assertNotIn(b"a secret", path.read_bytes(), path)
        self.assertIn("OK", self.server.mox("verifydata", str(self.server.folder / "data")))

    def test_attempts_before_a_stop_are_kept(self):
        self.start()
        self.assertIsNone(smtp_login(self.server, "PLAIN", MJL))
        self.server.mox("stop")
        self.server.end(0)
        (row,) = json.loads(self.server.mox("config", "account", "logins", "mjl", "--json"))
        self.assertEqual((row["result"], row["protocol"]), ("ok", "submission"))

    def greeting(self, **how):
        client = imap(self.server, **how)
        self.addCleanup(client.shutdown)
        return client.welcome.decode()

    def test_client_keys(self):
        self.start()
        both, fingerprint = self.make_key(THIRD)
        tls = context(both)
        client = imap(self.server, tls)
        self.assertTrue(client.welcome.startswith(b"* PREAUTH [CAPABILITY IMAP4rev1 "), client.welcome)
        self.assertNotIn(b"AUTH=", client.welcome)
        self.assertTrue(client.welcome.endswith(b" you are third@example.org"), client.welcome)
        self.assertEqual(client.state, "AUTH")
        self.assertEqual(client.select("INBOX")[0], "OK")
        client.logout()
        # By SASL, too, and for the same account alone.
        self.assertIsNone(smtp_login(self.server, "EXTERNAL", "", tls=tls))
        self.assertIsNone(smtp_login(self.server, "EXTERNAL", THIRD, tls=tls))
        code, words = smtp_login(self.server, "EXTERNAL", MJL, tls=tls)
        self.assertEqual((code, words.split()[0]), (535, "5.7.8"))
        self.assertEqual(counted(self.server), {("imap", "tlsclientauth", "ok"): 1, ("submission", "external", "ok"): 2,
                                                ("submission", "external", "badcreds"): 1})
        # Not where keys are not asked for.
        self.assertTrue(self.greeting(tls=tls, port="imaps_nokeys").startswith("* OK "))
        with smtp(self.server, tls, port="submissions_nokeys") as client:
            client.ehlo()
            self.assertNotIn("EXTERNAL", client.esmtp_features["auth"])
        # Nor by STARTTLS, where the greeting has been said; EXTERNAL is there.
        client = imaplib.IMAP4("127.0.0.1", self.server.ports["imap"])
        client.starttls(tls)
        self.assertIn("AUTH=EXTERNAL", client.capabilities)
        client.authenticate("EXTERNAL", lambda _: b"")
        client.logout()
        # A disabled account is not greeted, and told why when it asks.
        self.server.mox("config", "account", "disable", "third", "ask at the desk")
        client = imap(self.server, tls)
        self.assertTrue(client.welcome.startswith(b"* OK "))
        with self.assertRaisesRegex(imaplib.IMAP4.error, "ask at the desk"):
            client.authenticate("EXTERNAL", lambda _: b"")
        client.shutdown()
        self.server.mox("config", "account", "enable", "third")
        keys = {row["key"] for row in self.attempts("third")}
        self.assertEqual(keys, {fingerprint})
        # Taken back.
        self.server.mox("config", "tlspubkey", "rm", "--", fingerprint)
        client = imap(self.server, tls)
        self.assertTrue(client.welcome.startswith(b"* OK "))
        with self.assertRaises(imaplib.IMAP4.error):
            client.authenticate("EXTERNAL", lambda _: b"")
        client.login(THIRD, PASSWORD)  # a key that nobody has is no hindrance
        client.logout()

    def test_key_without_greeting(self):
        self.start()
        both, _ = self.make_key(THIRD, "--no-imap-preauth")
        client = imap(self.server, context(both))
        self.assertTrue(client.welcome.startswith(b"* OK "))
        client.authenticate("EXTERNAL", lambda _: b"")
        self.assertEqual(client.select("INBOX")[0], "OK")
        client.logout()

    def test_openssl(self):
        self.start()
        both, _ = self.make_key(THIRD)
        for version in ["-tls1_2", "-tls1_3"]:
            with self.subTest(version):
                done = subprocess.run(
                    ["openssl", "s_client", version, "-quiet", "-crlf", "-cert", both, "-key", both, "-connect",
                     f"localhost:{self.server.ports['imaps']}"], input="a0 LOGOUT\n", capture_output=True, text=True,
                    timeout=60, check=False)
                self.assertIn("* PREAUTH [CAPABILITY", done.stdout, done)
                self.assertIn("a0 OK", done.stdout)

    def test_generated_keys(self):
        self.start()
        both, fingerprint = self.make_key(THIRD)
        for path in self.server.folder.glob("key*.pem"):
            mode = stat.S_IMODE(path.stat().st_mode)
            self.assertEqual(mode & 0o077 if "private" in path.name else 0, 0, path)
        certificate = subprocess.run(["openssl", "x509", "-in", both, "-noout", "-pubkey"], capture_output=True, check=True)
        key = subprocess.run(["openssl", "pkey", "-in", both, "-pubout"], capture_output=True, check=True)
        self.assertEqual(certificate.stdout, key.stdout)
        got = self.server.mox("config", "tlspubkey", "get", "--", fingerprint)
        self.assertIn("type: ed25519\n", got)
        self.assertIn("address: third@example.org\n", got)
        self.assertIn("no imap preauth: false\n", got)
        # A key is one account's only.
        (certificate,) = [path for path in self.server.folder.glob("key*.certificate.pem")]
        error = self.server.mox("config", "tlspubkey", "add", MJL, input=certificate.read_text(), code=1)
        self.assertIn("known already", error)

    def test_hidden_capabilities(self):
        domains = self.server.domains.read_text()
        self.server.domains.write_text(domains.replace(
            '[accounts.third]', '[accounts.third]\nimap-capabilities-disabled = ["IDLE", "CONDSTORE"]'))
        self.start()
        client = imap(self.server)
        self.assertIn("IDLE", client.capabilities)
        _, (words,) = client.login(THIRD, PASSWORD)
        self.assertNotIn(b"IDLE", words)
        words = client.capability()[1][-1]
        self.assertNotIn(b"IDLE", words)
        self.assertNotIn(b"CONDSTORE", words)
        self.assertIn(b"ESEARCH", words)
        self.assertNotIn(b"CONDSTORE", client.enable("CONDSTORE")[1])
        client.logout()
        client = imap(self.server)
        client.login(MJL, PASSWORD)
        self.assertIn(b"IDLE", client.capability()[1][-1])
        client.logout()
        self.server.domains.write_text(domains.replace(
            '[accounts.third]', '[accounts.third]\nimap-capabilities-disabled = ["CONDSTOR"]'))
        error = self.server.mox("config", "test", code=1)
        self.assertIn('did you mean "CONDSTORE"?', error)


if __name__ == "__main__":
    unittest.main()
