#!/usr/bin/env python3
"""The programs that call /usr/sbin/sendmail, with ours in its place: cron, mailx, git, PHP, Python. A mount namespace
has a /usr/sbin/sendmail, an /etc and a /run of its own; in it `mox serve` takes the mail at /run/mox/submit."""

import email
import email.utils
import imaplib
import os
import pathlib
import pwd
import shutil
import smtplib
import socket
import ssl
import stat
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "serve"))
from served import MOX, PASSWORD, Served  # noqa: E402

SENDMAIL = "/usr/sbin/sendmail"
SPOOL = "/var/spool/mox-sendmail"
TO = "mjl@example.org"
USER = "daemon"
OWN = f"{USER}@mx.example.org"
NO_USER, UNAVAILABLE, TEMPORARY, NO_PERMISSION, CONFIG = 67, 69, 75, 77, 78


def enter_namespace():
    """Starts this script again in a mount namespace; where that cannot be, ends it."""
    if os.environ.get("MOX_IN_NAMESPACE"):
        return
    problem = None
    if os.geteuid() != 0:
        problem = "mount namespaces are for root"
    elif subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        problem = "there are no mount namespaces here"
    if problem:
        print(f"skipped: {problem}")
        sys.exit(1 if os.environ.get("CI") == "true" else 77)
    os.environ["MOX_IN_NAMESPACE"] = "1"
    os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv])


def mount(*words):
    subprocess.run(["mount", *map(str, words)], check=True)


def furnish(folder):
    """What stands in the namespace: our sendmail, and files that may be changed."""
    mount("-t", "tmpfs", "tmpfs", folder)
    folder.chmod(0o755)
    for place in ["/usr/sbin", "/etc"]:
        upper, work = folder / f"upper{place}", folder / f"work{place}"
        upper.mkdir(parents=True)
        work.mkdir(parents=True)
        mount("-t", "overlay", "overlay", "-o", f"lowerdir={place},upperdir={upper},workdir={work}", place)
    mount("-t", "tmpfs", "tmpfs", "/run")
    mount("-t", "tmpfs", "tmpfs", "/var/spool")
    binary = pathlib.Path(SENDMAIL)
    binary.unlink(missing_ok=True)
    shutil.copy(MOX, binary)
    binary.chmod(0o755)
    pathlib.Path("/etc/mox").mkdir(exist_ok=True)
    # The domain of senders while the server cannot be asked.
    pathlib.Path("/etc/mailname").write_text("mx.example.org\n")
    os.mkdir(SPOOL)
    os.chmod(SPOOL, 0o1733)
    os.mkdir("/run/mox")
    nobody = pwd.getpwnam("nobody")
    os.chown("/run/mox", nobody.pw_uid, nobody.pw_gid)


def need(*programs):
    missing = [program for program in programs if shutil.which(program) is None]
    if missing and os.environ.get("CI") == "true":
        raise AssertionError(f"not installed: {missing}")
    if missing:
        raise unittest.SkipTest(f"not installed: {missing}")


def run(*words, user="root", input="", code=0, **options):
    who = pwd.getpwnam(user)
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": who.pw_dir, "LOGNAME": user, "USER": user}
    environment |= options.pop("environment", {})
    done = subprocess.run([str(word) for word in words], input=input, text=True, capture_output=True, timeout=120,
                          user=who.pw_uid, group=who.pw_gid, extra_groups=[], env=environment, cwd="/", **options)
    if done.returncode != code:
        raise AssertionError(f"{words}: {done.returncode}, not {code}\n{done.stdout}{done.stderr}")
    return done


class Pipe(smtplib.SMTP):
    """SMTP with a process, over its standard input and output."""

    def _get_socket(self, host, port, timeout):
        ours, theirs = socket.socketpair()
        self.process = subprocess.Popen([host, "-bs"], stdin=theirs, stdout=theirs)
        theirs.close()
        return ours


class Callers(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = Served().__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.server.folder.chmod(0o755)
        static = cls.server.config / "mox.toml"
        static.write_text(f'submit-socket = "/run/mox/submit"\n'
                          f'local-submission = {{ {USER} = ["third@example.org"] }}\n' + static.read_text())
        cls.server.start()
        for account in ["mjl", "other", "third"]:
            cls.server.mox("setaccountpassword", account, input=PASSWORD + "\n")

    def stop(self):
        self.server.mox("stop")
        self.server.end()

    def messages(self, user=TO, mailbox="INBOX"):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with imaplib.IMAP4_SSL("127.0.0.1", self.server.ports["imaps"], ssl_context=context) as client:
            client.login(user, PASSWORD)
            if client.select(mailbox, readonly=True)[0] != "OK":
                return []
            _, data = client.fetch("1:*", "(BODY.PEEK[])")
        return [email.message_from_bytes(part[1]) for part in data if isinstance(part, tuple)]

    def message(self, subject, **where):
        """The one with that subject."""
        found = [message for message in self.messages(**where) if message["Subject"] == subject]
        self.assertEqual(len(found), 1, [message["Subject"] for message in self.messages(**where)])
        return found[0]

    def assert_envelope(self, message, sender, recipient=TO):
        self.assertEqual(message["Return-Path"], f"<{sender}>")
        self.assertEqual(message["Delivered-To"], recipient)

    def test_mailx(self):
        need("bsd-mailx")
        run("bsd-mailx", "-s", "from mailx", "-c", "other@example.net", TO, input="hello\n", user=USER)
        message = self.message("from mailx")
        self.assert_envelope(message, OWN)
        self.assertEqual(email.utils.parseaddr(message["From"])[1], OWN)
        self.assertEqual(message["To"], TO)
        self.assertEqual(message["Cc"], "other@example.net")
        self.assertEqual(message.get_payload(), "hello\r\n")
        self.message("from mailx", user="other@example.net")

    def test_mailx_of_root_for_somebody(self):
        need("bsd-mailx")
        run("bsd-mailx", "-s", "as somebody", "-r", "ann@elsewhere.example", TO, input="hello\n")
        self.assert_envelope(self.message("as somebody"), "ann@elsewhere.example")

    def test_git(self):
        need("git")
        if not pathlib.Path("/usr/lib/git-core/git-send-email").exists():
            need("git-send-email")
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            git = ["git", "-C", folder, "-c", "user.name=D. Aemon", "-c", "user.email=third@example.org"]
            run(*git, "init", "-q")
            run(*git, "commit", "-q", "--allow-empty", "-m", "first")
            pathlib.Path(folder, "file").write_text("text\n")
            run(*git, "add", "file")
            run(*git, "commit", "-q", "-m", "a change")
            owner = pwd.getpwnam(USER)
            for path in [folder, *pathlib.Path(folder).rglob("*")]:
                os.chown(path, owner.pw_uid, owner.pw_gid)
            words = ["send-email", "--confirm=never", "--quiet", f"--to={TO}", "--cc=other@example.net", "-1"]
            run(*git, *words, user=USER)
            message = self.message("[PATCH] a change")
            self.assert_envelope(message, OWN)
            self.assertEqual(email.utils.parseaddr(message["From"]), ("D. Aemon", "third@example.org"))
            self.assertIn("+text", message.get_payload())
            self.message("[PATCH] a change", user="other@example.net")
            refused = run(*git, *words[:-1], "--to=nobody@example.org", "-1", user=USER, code=NO_USER)
            self.assertIn("nobody@example.org", refused.stdout + refused.stderr)

    def test_php(self):
        need("php")
        call = """exit(mail($argv[1], "from PHP", "line one\\nline two\\n", $argv[2], $argv[3]) ? 0 : 1);"""
        run("php", "-r", call, "--", TO, "From: third@example.org\r\nBcc: other@example.net", "-fthird@example.org",
            user=USER)
        message = self.message("from PHP")
        self.assert_envelope(message, "third@example.org")
        self.assertEqual(message["From"], "third@example.org")
        self.assertNotIn("Bcc", message)
        self.assertEqual(message.get_payload().rstrip(), "line one\r\nline two")
        self.message("from PHP", user="other@example.net")
        run("php", "-r", call, "--", "nobody@example.org", "From: third@example.org", "-i", user=USER, code=1)

    def test_python(self):
        text = f"From: {OWN}\nTo: {TO}\nBcc: other@example.net\nSubject: from Python\n\n.\nhello\n"
        run(SENDMAIL, "-t", "-oi", input=text, user=USER)
        message = self.message("from Python")
        self.assert_envelope(message, OWN)
        self.assertEqual(message.get_payload(), ".\r\nhello\r\n")
        self.message("from Python", user="other@example.net")
        with Pipe(SENDMAIL) as smtp:
            smtp.sendmail("root@mx.example.org", [TO], "From: root@mx.example.org\r\nSubject: over a pipe\r\n\r\nhello\r\n")
        self.assertEqual(smtp.process.wait(60), 0)
        self.assert_envelope(self.message("over a pipe"), "root@mx.example.org")

    def test_cron(self):
        need("cron")
        crontabs = pathlib.Path("/var/spool/cron/crontabs")
        crontabs.mkdir(parents=True)
        pathlib.Path("/etc/crontab").write_text("")
        shutil.rmtree("/etc/cron.d")
        os.mkdir("/etc/cron.d")
        table = crontabs / USER
        table.write_text("* * * * * echo the job speaks\n")
        shutil.chown(table, USER, "crontab")
        table.chmod(0o600)
        cron = subprocess.Popen(["cron", "-f"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(150):
                # The first of its addresses gets the mail of the user.
                found = [one for one in self.messages(user="third@example.org") if "echo" in str(one["Subject"])]
                if found:
                    break
                time.sleep(1)
        finally:
            cron.kill()
            cron.wait()
        self.assertTrue(found, "nothing came from cron")
        message = found[0]
        self.assertIn(f"Cron <{USER}@", message["Subject"])
        self.assertEqual(email.utils.parseaddr(message["To"])[1], OWN)
        self.assertIn(email.utils.parseaddr(message["From"])[1], [OWN, "root@mx.example.org"])
        self.assertEqual(message.get_payload(), "the job speaks\r\n")

    def test_refused(self):
        text = f"From: {OWN}\nSubject: never\n\nhello\n"
        refused = run(SENDMAIL, "nobody@example.org", input=text, user=USER, code=NO_USER)
        self.assertRegex(refused.stderr, r"^sendmail: RCPT TO:<nobody@example\.org>: .* says 550 [^\n]*\n$")
        forged = run(SENDMAIL, "-f", TO, TO, input=text, user=USER, code=NO_PERMISSION)
        self.assertRegex(forged.stderr, r"^sendmail: [^\n]*550 5\.7\.1 [^\n]*\n$")
        self.assertNotIn("never", [message["Subject"] for message in self.messages()])

    def test_offline(self):
        text = f"To: {TO}\nSubject: {{}}\n\nhello\n"
        run(SENDMAIL, "-t", input=text.format("before"), user=USER)
        self.stop()
        try:
            for user in [USER, "nobody", "root"]:
                run(SENDMAIL, "-t", input=text.format(f"later, by {user}"), user=user)
            folder = pathlib.Path(SPOOL, str(pwd.getpwnam(USER).pw_uid))
            self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)
            for file in folder.iterdir():
                self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
            os.symlink(SENDMAIL, "/run/mailq")
            self.assertIn("-- 1 message\n", run("/run/mailq", user=USER).stdout)
            self.assertIn("-- 3 messages\n", run("/run/mailq").stdout)
            run(SENDMAIL, "-q", user=USER, code=TEMPORARY)
        finally:
            self.server.start()
        run(SENDMAIL, "-q")
        self.assertEqual(run(SENDMAIL, "-bp").stdout, "Mail queue is empty\n")
        for user in [USER, "nobody", "root"]:
            self.assert_envelope(self.message(f"later, by {user}"), f"{user}@mx.example.org")

    def test_setgid(self):
        """A password that users must not see, and a program that may."""
        file = pathlib.Path("/etc/mox/sendmail.toml")
        self.addCleanup(file.unlink)
        file.write_text(f'local-hostname = "web.example"\nhost = "localhost"\nport = {self.server.ports["submissions"]}\n'
                        f'tls = true\ntls-insecure-skip-verify = true\nusername = "{TO}"\nfrom = "{TO}"\n'
                        f'password = "{PASSWORD}"\ndefault-destination = "{TO}"\n')
        shutil.chown(file, "root", "mail")
        file.chmod(0o640)
        run(SENDMAIL, "root", input="Subject: no\n\nhello\n", user="nobody", code=NO_PERMISSION)
        shutil.chown(SENDMAIL, "root", "mail")
        os.chmod(SENDMAIL, 0o2755)
        self.addCleanup(os.chmod, SENDMAIL, 0o755)

        run(SENDMAIL, "-F", "Web", "root", input="To: root\nSubject: by password\n\nhello\n", user="nobody",
            environment={"MOX_SENDMAIL_CONFIG": "/nowhere", "TMPDIR": "/nowhere"})
        message = self.message("by password")
        self.assert_envelope(message, TO)
        self.assertEqual(message["From"], f"Web <{TO}>")
        self.assertEqual(message["To"], TO)

        pathlib.Path("/run/mox-link").symlink_to(SENDMAIL)
        for words in [["serve"], ["config", "test"], ["help"], ["localserve"], []]:
            with self.subTest(words=words):
                refused = run("/run/mox-link", *words, user="nobody", code=NO_PERMISSION)
                self.assertEqual(refused.stdout, "")
        self.assertTrue(run("/run/mox-link", "sendmail", "--version", user="nobody").stdout.startswith("sendmail of mox"))

        file.write_text("password = very secret\n")
        wrong = run(SENDMAIL, "root", input="Subject: no\n\nhello\n", user="nobody", code=CONFIG)
        self.assertNotIn("secret", wrong.stderr)
        self.assertIn("/etc/mox/sendmail.toml:1: wrong", wrong.stderr)


if __name__ == "__main__":
    enter_namespace()
    with tempfile.TemporaryDirectory(prefix="mox-callers-") as name:
        furnish(pathlib.Path(name))
        try:
            successful = unittest.main(exit=False).result.wasSuccessful()
        finally:
            subprocess.run(["umount", "-l", "/usr/sbin", "/etc", name], capture_output=True)
    sys.exit(0 if successful else 1)
