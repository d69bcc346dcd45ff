#!/usr/bin/env python3
"""Programs that people have log in by each mechanism that they know: msmtp, curl and mutt."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import unittest

from login_clients import counted, imap, new_address
from served import PASSWORD, Served

MJL = "mjl@example.org"
MESSAGE = f"From: {MJL}\r\nTo: {MJL}\r\nSubject: by a program\r\n\r\nhello\r\n"


def needs(*programs):
    """Skips a test where a program is not installed; in CI all must be."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing and os.environ.get("CI") == "true":
        sys.exit(f"not installed: {' '.join(missing)}")
    return unittest.skipIf(missing, f"not installed: {' '.join(missing)}")


def run(*words, **how):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=60, check=False, **how)


class Programs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Served().__enter__()
        cls.server.start()
        cls.server.mox("setaccountpassword", "mjl", input=PASSWORD + "\n")
        cls.ports = cls.server.ports
        cls.certificate = cls.server.config / "cert.pem"

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__(None, None, None)

    def setUp(self):
        self.before = counted(self.server)

    def check_counted(self, kind, mechanism, *results):
        """Just these, since the last check."""
        now = counted(self.server)
        new = {row: count - self.before.get(row, 0) for row, count in now.items() if count != self.before.get(row, 0)}
        self.before = now
        want = {}
        for result in results:
            row = (kind, mechanism.lower(), result)
            want[row] = want.get(row, 0) + 1
        self.assertEqual(new, want)

    def wrong(self, mechanism):
        return "badpassword" if mechanism.upper() in ["PLAIN", "LOGIN"] else "badcreds"

    @needs("msmtp")
    def test_msmtp(self):
        (known,) = re.findall("Supported authentication methods:\\s+(.*)", run("msmtp", "--version").stdout)
        known = set(known.upper().split())
        tested = [name for name in ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS",
                                    "SCRAM-SHA-256-PLUS"] if name in known]
        self.assertLessEqual({"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256"}, known)
        for mechanism in tested:
            with self.subTest(mechanism):
                for password, works in [(PASSWORD, True), ("wrong horse", False)]:
                    done = run("msmtp", "--file=/dev/null", "--host=localhost", f"--port={self.ports['submission']}",
                               f"--source-ip={new_address()}", "--tls=on", f"--tls-trust-file={self.certificate}",
                               f"--auth={mechanism.lower()}", f"--user={MJL}",
                               f"--passwordeval=printf %s {shlex.quote(password)}", f"--from={MJL}", MJL, input=MESSAGE)
                    self.assertEqual(done.returncode == 0, works, done)
                    self.check_counted("submission", mechanism, "ok" if works else self.wrong(mechanism))

    @needs("curl")
    def test_curl(self):
        scram = "GSASL" in run("curl", "--version").stdout.upper()
        for mechanism in ["PLAIN", "LOGIN", "CRAM-MD5"] + (["SCRAM-SHA-1", "SCRAM-SHA-256"] if scram else []):
            for password, code in [(PASSWORD, 0), ("wrong horse", 67)]:
                how = ["--silent", "--interface", new_address(), "--cacert", self.certificate, "--ssl-reqd",
                       "--login-options", f"AUTH={mechanism}", "--user", f"{MJL}:{password}"]
                with self.subTest(mechanism=mechanism, code=code):
                    done = run("curl", *how, "--mail-from", MJL, "--mail-rcpt", MJL, "-T", "-",
                               f"smtp://localhost:{self.ports['submission']}", input=MESSAGE)
                    self.assertEqual(done.returncode, code, done)
                    self.check_counted("submission", mechanism, self.wrong(mechanism) if code else "ok")
                    if mechanism == "LOGIN":
                        continue  # our IMAP does not announce it
                    done = run("curl", *how, f"imap://localhost:{self.ports['imap']}/")
                    self.assertEqual(done.returncode, code, done)
                    self.check_counted("imap", mechanism, self.wrong(mechanism) if code else "ok")

    @needs("curl")
    def test_curl_with_a_key(self):
        self.server.folder.chmod(0o777)
        self.server.mox("config", "tlspubkey", "gen", str(self.server.folder / "key"))
        (certificate,) = self.server.folder.glob("key.*.certificate.pem")
        (both,) = self.server.folder.glob("key.*.ed25519privatekey-certificate.pem")
        self.server.mox("config", "tlspubkey", "add", MJL, "curl", input=certificate.read_text())
        how = ["--silent", "--cacert", self.certificate, "--cert", both]
        done = run("curl", *how, "--login-options", "AUTH=EXTERNAL", "--user", f"{MJL}:", "--mail-from", MJL, "--mail-rcpt",
                   MJL, "-T", "-", f"smtps://localhost:{self.ports['submissions']}", input=MESSAGE)
        self.assertEqual(done.returncode, 0, done)
        self.check_counted("submission", "external", "ok")
        done = run("curl", *how, f"imaps://localhost:{self.ports['imaps']}/")
        self.assertEqual(done.returncode, 0, done)
        self.check_counted("imap", "tlsclientauth", "ok")

    @needs("mutt")
    def test_mutt(self):
        for mechanism in ["plain", "login", "cram-md5", "scram-sha-1", "scram-sha-256"]:
            for password, works in [(PASSWORD, True), ("wrong horse", False)]:
                with self.subTest(mechanism=mechanism, works=works):
                    config = self.server.folder / "muttrc"
                    config.write_text(
                        f"""set smtp_url="smtps://{MJL.replace('@', '%40')}@localhost:{self.ports['submissions']}"
set smtp_pass="{password}"
set smtp_authenticators="{mechanism}"
set certificate_file="{self.certificate}"
set ssl_force_tls=yes
set from={MJL}
set copy=no
""")
                    done = run("mutt", "-F", config, "-s", f"by mutt with {mechanism}", MJL, input="hello\n",
                               env={**os.environ, "HOME": str(self.server.folder), "TERM": "dumb"})
                    self.assertEqual(done.returncode == 0, works, done)
                    self.check_counted("submission", mechanism, "ok" if works else self.wrong(mechanism))
        client = imap(self.server)
        client.login(MJL, PASSWORD)
        client.select("INBOX", readonly=True)
        self.assertEqual(len(client.search(None, "SUBJECT", '"by mutt"')[1][0].split()), 5)
        client.logout()


if __name__ == "__main__":
    unittest.main()
