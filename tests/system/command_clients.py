#!/usr/bin/env python3
"""Programs from Debian against the real server: swaks, curl, mbsync, mutt, getmail, fetchmail and
openssl, as a person would call them."""

import mailbox
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

from instance import Instance, run
from messages import made
from python_clients import bodies, login


def needs(*programs):
    """Skips a test where a program is not installed; in CI all must be."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing and os.environ.get("CI") == "true":
        sys.exit(f"not installed: {' '.join(missing)}")
    return unittest.skipIf(missing, f"not installed: {' '.join(missing)}")


def no_terminal():
    """True where no pseudo-terminal can be made, as in a bare chroot."""
    try:
        ends = os.openpty()
    except OSError:
        return True
    for end in ends:
        os.close(end)
    return False


def fill(instance, count, seed):
    client = login(instance)
    sent = list(made(count, seed=seed))
    for data in sent:
        client.append("INBOX", None, None, data)
    client.logout()
    return sent


class CommandClients(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mox-clients-"))
        self.addCleanup(shutil.rmtree, self.folder)

    @needs("swaks")
    def test_swaks(self):
        with Instance() as instance:
            plain = ["--from", "sender@example.org", "--to", "mox@localhost", "--body", "hello"]
            smtp = ["swaks", "--server", f"127.0.0.1:{instance.ports['smtp']}"]
            run(*smtp, *plain)
            run(*smtp, "--tls", *plain)
            run(*smtp, "--pipeline", *plain)
            auth = ["--auth-user", instance.user, "--auth-password", instance.password]
            for kind in ("PLAIN", "LOGIN"):
                server = f"127.0.0.1:{instance.ports['submission']}"
                run("swaks", "--server", server, "--tls", "--auth", kind, *auth, "--from", instance.user,
                    "--to", "friend@example.net")
            run("swaks", "--server", f"127.0.0.1:{instance.ports['submissions']}", "--tls-on-connect", "--auth",
                "PLAIN", *auth, "--from", instance.user, "--to", "friend@example.net")
            client = login(instance)
            self.assertEqual(len(bodies(client, "INBOX")), 6)
            client.logout()

    @needs("swaks")
    def test_swaks_sees_the_failures_asked_for(self):
        with Instance() as instance:
            smtp = ["swaks", "--server", f"127.0.0.1:{instance.ports['smtp']}"]
            cases = [
                ("mailfrom451@example.org", "mox@localhost", "451", "MAIL"),
                ("a@example.org", "rcptto452@localhost", "452", "RCPT"),
                ("a@example.org", "temperror@localhost", "451", "."),
                ("a@example.org", "permerror@localhost", "550", "."),
                ("a@example.org", "any553@localhost", "553", "."),
            ]
            for sender, recipient, code, _ in cases:
                result = subprocess.run([*smtp, "--from", sender, "--to", recipient], capture_output=True, text=True)
                self.assertNotEqual(result.returncode, 0, result.stdout)
                self.assertIn(f"<** {code} ", result.stdout.replace("<~* ", "<** "))
            client = login(instance)
            self.assertEqual(bodies(client, "INBOX"), [])
            client.logout()

    @needs("curl")
    def test_curl(self):
        with Instance() as instance:
            sent = list(made(4, seed=11))
            for number, data in enumerate(sent):
                path = self.folder / f"{number}.eml"
                path.write_bytes(data)
                run("curl", "-sS", f"smtp://127.0.0.1:{instance.ports['smtp']}/client.example", "--mail-from",
                    "sender@example.org", "--mail-rcpt", "mox@localhost", "-T", path)
            user = ["-u", f"{instance.user}:{instance.password}"]
            imap = f"imap://127.0.0.1:{instance.ports['imap']}"
            imaps = f"imaps://localhost:{instance.ports['imaps']}"
            tls = ["--cacert", instance.certificate]
            for number, want in enumerate(sent, start=1):
                self.assertTrue(run("curl", "-sS", *user, f"{imap}/INBOX;MAILINDEX={number}").endswith(want))
                self.assertTrue(run("curl", "-sS", *user, *tls, f"{imaps}/INBOX;UID={number}").endswith(want))
            self.assertIn(b"INBOX", run("curl", "-sS", *user, f"{imap}/").upper())
            run("curl", "-sS", *user, "-T", self.folder / "0.eml", f"{imap}/Archive")
            self.assertEqual(run("curl", "-sS", *user, f"{imap}/Archive;UID=1"), sent[0])
            found = run("curl", "-sS", *user, f"{imap}/INBOX?SUBJECT%20made")
            self.assertEqual(found.strip(), b"* SEARCH 1 2 3 4")

    @needs("mbsync")
    def test_mbsync_both_ways_twice(self):
        with Instance() as instance:
            sent = fill(instance, 40, seed=12)
            local = self.folder / "mail"
            local.mkdir()
            config = self.folder / "mbsyncrc"
            config.write_text(
                f"""IMAPAccount test
Host localhost
Port {instance.ports['imaps']}
User {instance.user}
Pass {instance.password}
SSLType IMAPS
CertificateFile {instance.certificate}

IMAPStore far
Account test

MaildirStore near
Path {local}/
Inbox {local}/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
"""
            )
            run("mbsync", "-c", config, "-a")
            box = mailbox.Maildir(local / "INBOX", create=False)
            self.assertEqual(len(box), len(sent))
            have = sorted(box.get_bytes(key).replace(b"\n", b"\r\n") for key in box.keys())
            plain = [without_tuid(data) for data in have]
            self.assertEqual(plain, sorted(sent))
            # A message from this side, a flag on each side, a message that goes away.
            extra = mailbox.MaildirMessage(b"From: near@example.org\nSubject: from near\n\nbody\n")
            extra.add_flag("S")
            box.add(extra)
            client = login(instance)
            client.select("INBOX")
            client.store("1", "+FLAGS", "(\\Flagged)")
            client.store("2", "+FLAGS", "(\\Deleted)")
            client.expunge()
            run("mbsync", "-c", config, "-a")
            client.select("INBOX")
            self.assertEqual(len(bodies(client, "INBOX")), len(sent))
            self.assertEqual(client.search(None, "SUBJECT", '"from near"', "SEEN")[1][0].split(), [b"40"])
            self.assertEqual(len(mailbox.Maildir(local / "INBOX", create=False)), len(sent))
            before = listing(local)
            run("mbsync", "-c", config, "-a")
            self.assertEqual(listing(local), before)
            client.logout()

    @needs("mutt")
    @unittest.skipIf(os.environ.get("CI") != "true" and no_terminal(), "no pseudo-terminals here")
    def test_mutt(self):
        with Instance() as instance:
            sent = fill(instance, 3, seed=13)
            copy = self.folder / "copy"
            config = self.folder / "muttrc"
            config.write_text(
                f"""set folder=imap://localhost:{instance.ports['imap']}/
set imap_user={instance.user}
set imap_pass={instance.password}
set ssl_starttls=no
set ssl_force_tls=no
set spoolfile=+INBOX
set mbox_type=mbox
set confirmcreate=no
set confirmappend=no
set quit=yes
set delete=yes
set move=no
"""
            )
            keys = f"push '<tag-pattern>~A<enter><tag-prefix><copy-message><kill-line>{copy}<enter><quit>'"
            command = shlex.join(["mutt", "-F", str(config), "-f", "+INBOX", "-e", keys])
            # It wants a terminal.
            run("script", "--quiet", "--return", "--command", command, "/dev/null",
                env={**os.environ, "TERM": "xterm", "HOME": str(self.folder)}, stdin=subprocess.DEVNULL)
            got = mailbox.mbox(copy)
            self.addCleanup(got.close)
            self.assertEqual(len(got), len(sent))
            for message, want in zip(got, sent):
                body = want.split(b"\r\n\r\n", 1)[1].replace(b"\r\n", b"\n")
                have = message.as_bytes().split(b"\n\n", 1)[1]
                self.assertEqual(have.rstrip(b"\n"), body.rstrip(b"\n"))

    @needs("fetchmail")
    def test_fetchmail(self):
        with Instance() as instance:
            sent = fill(instance, 20, seed=14)
            out = self.folder / "out"
            config = self.folder / "fetchmailrc"
            config.write_text(
                f"""poll localhost service {instance.ports['imap']} protocol imap auth password
user "{instance.user}" password "{instance.password}" sslproto ""
keep fetchall mda "cat >> {out}; echo =====END >> {out}"
"""
            )
            config.chmod(0o600)
            run("fetchmail", "-f", config, "--pidfile", self.folder / "pid", "-i", self.folder / "ids", "--nosyslog",
                env={**os.environ, "HOME": str(self.folder), "FETCHMAILHOME": str(self.folder)})
            got = [part for part in out.read_bytes().split(b"=====END\n") if part]
            self.assertEqual(len(got), len(sent))
            for have, want in zip(got, sent):
                body = want.split(b"\r\n\r\n", 1)[1].replace(b"\r\n", b"\n")
                self.assertEqual(have.split(b"\n\n", 1)[1].rstrip(b"\n"), body.rstrip(b"\n"))

    @needs("getmail")
    def test_getmail(self):
        with Instance() as instance:
            sent = fill(instance, 20, seed=15)
            for name in ("cur", "new", "tmp"):
                (self.folder / "box" / name).mkdir(parents=True)
            (self.folder / "getmailrc").write_text(
                f"""[retriever]
type = SimpleIMAPRetriever
server = localhost
port = {instance.ports['imap']}
username = {instance.user}
password = {instance.password}
mailboxes = ("INBOX",)

[destination]
type = Maildir
path = {self.folder}/box/
{self.deliver_as_nobody()}
[options]
delete = false
delivered_to = false
received = false
"""
            )
            run("getmail", "--getmaildir", self.folder, "--rcfile", "getmailrc", "--quiet")
            box = mailbox.Maildir(self.folder / "box", create=False)
            have = sorted(box.get_bytes(key).split(b"\n\n", 1)[1].rstrip(b"\n") for key in box.keys())
            want = sorted(data.replace(b"\r\n", b"\n").split(b"\n\n", 1)[1].rstrip(b"\n") for data in sent)
            self.assertEqual(have, want)

    def deliver_as_nobody(self):
        """getmail does not deliver as root."""
        if os.geteuid() != 0:
            return ""
        self.folder.chmod(0o755)
        for folder in (self.folder / "box").rglob("*"):
            shutil.chown(folder, "nobody")
        shutil.chown(self.folder / "box", "nobody")
        return "user = nobody"

    @needs("openssl")
    def test_openssl(self):
        with Instance() as instance:
            common = ["openssl", "s_client", "-CAfile", instance.certificate, "-verify_return_error", "-servername",
                      "localhost", "-crlf", "-quiet"]
            cases = [
                (["-connect", f"localhost:{instance.ports['imaps']}"], b"a LOGOUT\n", b"* OK", b"a OK"),
                (["-connect", f"localhost:{instance.ports['imap']}", "-starttls", "imap"], b"a LOGOUT\n", b"", b"a OK"),
                (["-connect", f"localhost:{instance.ports['smtp']}", "-starttls", "smtp"], b"QUIT\n", b"", b"221 "),
                (["-connect", f"localhost:{instance.ports['submissions']}"], b"QUIT\n", b"220 ", b"221 "),
            ]
            for version in ("-tls1_2", "-tls1_3"):
                for where, say, first, last in cases:
                    result = subprocess.run([str(word) for word in [*common, version, *where]], input=say,
                                            capture_output=True, timeout=20)
                    self.assertIn(first, result.stdout, result.stderr)
                    self.assertIn(last, result.stdout, result.stderr)
            old = subprocess.run([str(word) for word in [*common, "-tls1_1", *cases[0][0]]], input=b"",
                                 capture_output=True, timeout=20)
            self.assertNotEqual(old.returncode, 0)


def without_tuid(data):
    """mbsync marks what it stores with a header of its own until it knows the UID."""
    lines = data.split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.startswith(b"X-TUID: "))


def listing(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if "/cur/" in str(path) or "/new/" in str(path))


if __name__ == "__main__":
    unittest.main()
