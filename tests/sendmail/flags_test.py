#!/usr/bin/env python3
"""The program sendmail, flag by flag, as any user: what it says to a server at a Unix socket, its exit codes, its
spool. The flags that are tested are compared with those of the manual."""

import os
import pathlib
import pwd
import re
import shutil
import subprocess
import tempfile
import unittest

from receiver import Receiver

MOX = os.path.abspath(os.environ.get("MOX", "build/release/mox"))
SOURCE = pathlib.Path(os.environ.get("MOX_SOURCE", pathlib.Path(__file__).parents[2]))
ME = pwd.getpwuid(os.getuid()).pw_name
OWN = f"<{ME}@mail.example.org>"

USAGE, DATA, NO_USER, TEMPORARY, CONFIG = 64, 65, 67, 75, 78

HEADER = "From: f@x.example\nTo: t@x.example\nSubject: s\n"
MESSAGE = HEADER + "\nbody\n"


def flags_of_the_manual():
    """Each flag of OPTIONS in sendmail(8), as it is typed."""
    page = (SOURCE / "man" / "sendmail.8").read_text().split(".SH OPTIONS\n")[1].split("\n.SH ")[0]
    names = re.findall(r"^\\fB(.*?)\\fR", page, re.MULTILINE)
    return {name.replace("\\-", "-") for name in names} - {"--"}


# A flag, with its value: words of the command line, to which a recipient is added; the message; and what becomes
# of it: the parameters that stand in the envelope, or the exit code.
NO_EFFECT = [
    ["-B8BITMIME"], ["-B", "7BIT"], ["-C", "/etc/passwd"], ["-C/etc/passwd"], ["-D", "/dev/null"], ["-E"], ["-G"],
    ["-L", "tag"], ["-Ltag"], ["-M", "x"], ["-Q", "why"], ["-T"], ["-U"], ["-X", "/dev/null"], ["-Ac"], ["-Am"],
    ["-A", "x"], ["-a", "account"], ["-c"], ["-d"], ["-d0.1"], ["-em"], ["-ep"], ["-e", "w"], ["-h", "5"], ["-h5"],
    ["-m"], ["-n"], ["-o", "em"], ["-oem"], ["-odb"], ["-odi"], ["-odq"], ["-oA/etc/aliases"], ["-oB", "5"],
    ["-oMa", "127.0.0.1"], ["-oMaa", "x"], ["-oMai", "x"], ["-oMas", "x"], ["-oMi", "127.0.0.1"], ["-oMr", "smtp"],
    ["-oMs", "host"], ["-oMt", "user"], ["-oP", "/x"], ["-oX", "25"], ["-oo"], ["-or1h"], ["-or", "5"], ["-os", "5"],
    ["-p", "smtp"], ["-s"], ["-tls-on-connect"], ["-x"], ["-v"], ["-O", "DeliveryMode=b"], ["-ODeliveryMode=b"],
    ["-bm"], ["-b", "m"], ["-zunknown"], ["-Z"], ["--unknown"], ["--unknown=x"], ["-"],
]
REFUSED = [["-bd"], ["-bD"], ["-bv"], ["-b", "t"], ["-Mar"], ["-Mc"], ["-Mes"], ["-Mf"], ["-Mg"], ["-MG"], ["-Mmad"],
           ["-Mmd"], ["-Mrm"], ["-Mset"], ["-Mt"], ["-Mvb"], ["-Mvc"], ["-Mvh"], ["-Mvl"]]
SENDER = [["-f", "a@x.example"], ["-fa@x.example"], ["-r", "a@x.example"], ["-ra@x.example"], ["-if", "a@x.example"],
          ["-f", "A <a@x.example>"]]
DOTS = [["-i"], ["-oi"], ["-oitrue"], ["-o", "i"], ["-ti"], ["-O", "IgnoreDots"], ["-OIgnoreDots=true"]]
# What is tested by a method of its own.
OTHERS = {"-t", "-F", "-bs", "-bp", "-bi", "-I", "-q", "-N", "-R", "-V", "--help", "--version"}


class Flags(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mox-sendmail-"))
        self.addCleanup(shutil.rmtree, self.folder)
        for name in ["sendmail", "mailq", "newaliases"]:
            (self.folder / name).symlink_to(MOX)
        self.socket = self.folder / "submit"
        (self.folder / "sendmail.toml").write_text(f'submit-socket = "{self.socket}"\n')
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder / "home"),
                            "MOX_SENDMAIL_CONFIG": str(self.folder / "sendmail.toml"),
                            "XDG_STATE_HOME": str(self.folder / "state")}

    def call(self, *words, input=MESSAGE, name="sendmail"):
        if isinstance(input, str):
            input = input.encode()
        return subprocess.run([self.folder / name, *words], input=input, capture_output=True, timeout=60,
                              env=self.environment)

    def send(self, *words, input=MESSAGE, code=0):
        """The messages that arrive."""
        with Receiver(self.socket) as receiver:
            done = self.call(*words, input=input)
            self.assertEqual(done.returncode, code, done.stderr)
            if code == 0 and "-v" not in words:
                self.assertEqual(done.stderr, b"")
            elif code != 0:
                self.assertRegex(done.stderr, rb"^sendmail: [^\n]+\n$")
        return receiver.messages

    def send_one(self, *words, input=MESSAGE):
        messages = self.send(*words, input=input)
        self.assertEqual(len(messages), 1)
        return messages[0]

    def test_the_manual_has_what_is_tested(self):
        tested = set(OTHERS)
        for words in NO_EFFECT + REFUSED + SENDER + DOTS:
            tested.add(words[0])
        for flag in flags_of_the_manual():
            with self.subTest(flag=flag):
                self.assertTrue(any(words == flag or (words.startswith(flag) and len(flag) > 1) for words in tested))

    def test_no_effect(self):
        for words in NO_EFFECT:
            with self.subTest(words=words):
                sender, recipients, text = self.send_one(*words, "b@x.example")
                self.assertEqual((sender, recipients), (OWN, ["<b@x.example>"]))
                self.assertTrue(text.endswith(b"\r\n\r\nbody\r\n"))

    def test_refused(self):
        for words in REFUSED:
            with self.subTest(words=words):
                self.assertEqual(self.send(*words, "b@x.example", code=USAGE), [])

    def test_sender(self):
        for words in SENDER:
            with self.subTest(words=words):
                self.assertEqual(self.send_one(*words, "b@x.example")[0], "<a@x.example>")
        for words in [["-f", ""], ["-f", "<>"], ["-f<>"]]:
            with self.subTest(words=words):
                self.assertEqual(self.send_one(*words, "b@x.example")[0], "<>")
        self.assertEqual(self.send_one("-f", ME, "b@x.example")[0], OWN)
        self.assertEqual(self.send("-f", "a@x.example, b@x.example", "c@x.example", code=USAGE), [])
        self.assertEqual(self.send("b@x.example", "-f", code=USAGE), [])

    def test_dots(self):
        text = HEADER + "\na\n.\nb\n"
        for words in DOTS:
            with self.subTest(words=words):
                self.assertTrue(self.send_one(*words, "b@x.example", input=text)[2].endswith(b"\r\na\r\n.\r\nb\r\n"))
        self.assertTrue(self.send_one("b@x.example", input=text)[2].endswith(b"\r\n\r\na\r\n"))

    def test_recipients_from_the_header(self):
        text = "From: f@x.example\nTo: a@x.example, B <b@x.example>\nCc: c@x.example\nBcc: d@x.example\n\nbody\n"
        _, recipients, sent = self.send_one("-t", "e@x.example", input=text)
        self.assertEqual(sorted(recipients), [f"<{name}@x.example>" for name in "abcde"])
        self.assertNotIn(b"Bcc", sent)
        self.assertNotIn(b"d@x.example", sent)
        _, recipients, sent = self.send_one("-t", input="From: f@x.example\nTo:\nBcc: d@x.example\n\nbody\n")
        self.assertEqual(recipients, ["<d@x.example>"])
        self.assertNotIn(b"d@x.example", sent)
        _, recipients, sent = self.send_one("e@x.example", input=text)
        self.assertEqual(recipients, ["<e@x.example>"])
        self.assertNotIn(b"Bcc", sent)
        self.assertEqual(self.send("-t", input="Subject: nobody\n\nbody\n", code=DATA), [])
        self.assertEqual(self.send("-t", input="To: a@x.example, @\n\nbody\n", code=DATA), [])
        self.assertEqual(self.send(code=USAGE), [])

    def test_recipients_of_the_command_line(self):
        for words in [["a@x.example", "b@x.example"], ["a@x.example,b@x.example"], ["a@x.example b@x.example"],
                      ["--", "a@x.example", "b@x.example"], ["a@x.example", "-i", "b@x.example"],
                      ["A <a@x.example>, b@x.example", "a@x.example"]]:
            with self.subTest(words=words):
                self.assertEqual(self.send_one(*words)[1], ["<a@x.example>", "<b@x.example>"])
        self.assertEqual(self.send_one("--", "-i")[1], ["<-i@mail.example.org>"])
        self.assertEqual(self.send_one("root")[1], ["<root@mail.example.org>"])
        self.assertEqual(self.send("@", code=USAGE), [])

    def test_full_name(self):
        for words in [["-F", "Jane Doe"], ["-FJane Doe"]]:
            with self.subTest(words=words):
                text = self.send_one(*words, "b@x.example", input="Subject: s\n\nbody\n")[2].decode()
                self.assertIn(f"From: Jane Doe {OWN}\r\n", text)
                self.assertIn("From: f@x.example\r\n", self.send_one(*words, "b@x.example")[2].decode())

    def test_wishes_about_reports(self):
        sender, recipients, _ = self.send_one("-Nsuccess,delay", "-R", "hdrs", "-Vid+1", "b@x.example")
        self.assertEqual(sender, f"{OWN} RET=HDRS ENVID=id+2B1")
        self.assertEqual(recipients, ["<b@x.example> NOTIFY=SUCCESS,DELAY"])
        self.assertEqual(self.send_one("-N", "never", "-R", "full", "b@x.example")[1], ["<b@x.example> NOTIFY=NEVER"])
        for words in [["-N", "x"], ["-R", "x"], ["-V", ""]]:
            with self.subTest(words=words):
                self.assertEqual(self.send(*words, "b@x.example", code=USAGE), [])

    def test_header(self):
        text = self.send_one("root", input="From: root (Cron Daemon)\nTo: root\n\nbody\n")[2].decode()
        self.assertIn(f"From: Cron Daemon <{ME}@mail.example.org>\r\n", text)
        self.assertIn("To: root@mail.example.org\r\n", text)
        self.assertRegex(text, r"Date: \w{3}, .*\r\n")
        self.assertRegex(text, r"Message-ID: <[0-9a-f]{32}@mail\.example\.org>\r\n")
        self.assertEqual(self.send_one("b@x.example", input="just text\n")[2].count(b"\r\n\r\njust text\r\n"), 1)
        self.assertTrue(self.send_one("b@x.example", input="")[2].endswith(b"\r\n\r\n"))

    def test_any_bytes(self):
        body = bytes(range(256)) * 1000 + b"\r\nlong " + b"x" * 100_000
        sender, _, text = self.send_one("-i", "b@x.example", input=HEADER.encode() + b"\n" + body)
        self.assertTrue(sender.endswith(" BODY=8BITMIME"))
        self.assertTrue(text.endswith(b"x" * 100_000 + b"\r\n"))
        self.assertNotIn(b"\0", text)

    def test_a_large_message_costs_no_memory(self):
        line = "x" * 99
        command = f"ulimit -v 200000; yes {line * 100} | head -c 250000000 | '{self.folder}/sendmail' -i b@x.example"
        with Receiver(self.socket) as receiver:
            done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=300, env=self.environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(len(receiver.messages[0][2]), 250_000_000)

    def test_refusals(self):
        self.assertEqual(self.send("unknown@x.example", code=NO_USER), [])
        self.assertEqual(self.send_one("later@x.example", "b@x.example")[1], ["<b@x.example>"])
        self.assertIn(b"450 4.2.1 later", self.call("-bp").stdout)

    def test_offline(self):
        for number in range(3):
            self.assertEqual(self.call("b@x.example", input=f"Subject: {number}\n\nbody\n").returncode, 0)
        for words, name in [(["-bp"], "sendmail"), (["-b", "p"], "sendmail"), ([], "mailq")]:
            with self.subTest(words=words):
                listed = self.call(*words, name=name)
                self.assertEqual(listed.returncode, 0)
                self.assertIn(b"nobody listens there", listed.stdout)
                self.assertIn(b"-- 3 messages\n", listed.stdout)
        self.assertEqual(self.call("-q").returncode, TEMPORARY)
        for words in [["-q"], ["-q30m"], ["-q", "30m"]]:
            with self.subTest(words=words):
                self.call("b@x.example")
                self.assertNotEqual(self.send(*words), [])
                self.assertEqual(self.call("-bp").stdout, b"Mail queue is empty\n")

    def test_the_next_message_takes_along_what_waits(self):
        self.assertEqual(self.call("b@x.example", input="Subject: first\n\nbody\n").returncode, 0)
        messages = self.send("c@x.example", input="Subject: second\n\nbody\n")
        self.assertEqual([recipients for _, recipients, _ in messages], [["<c@x.example>"], ["<b@x.example>"]])

    def test_nowhere_to_keep_it(self):
        (self.folder / "file").write_text("")
        self.environment["XDG_STATE_HOME"] = str(self.folder / "file")
        if pathlib.Path("/var/spool/mox-sendmail").exists():
            self.skipTest("this machine has a spool that all users share")
        done = self.call("b@x.example")
        self.assertEqual(done.returncode, TEMPORARY)
        self.assertIn(b"it cannot be kept either", done.stderr)

    def test_session(self):
        words = "EHLO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\n" + MESSAGE.replace(
            "\n", "\r\n") + ".\r\nQUIT\r\n"
        for flags in [["-bs"], ["-b", "s"], ["-bs", "-i"]]:
            with self.subTest(flags=flags):
                sender, recipients, text = self.send_one(*flags, input=words)
                self.assertEqual((sender, recipients), ("<a@x.example>", ["<b@x.example>"]))
                self.assertTrue(text.endswith(b"\r\n\r\nbody\r\n"))

    def test_a_cut_session_sends_nothing(self):
        with Receiver(self.socket) as receiver:
            done = self.call("-bs", input="MAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\nx\r\n")
        self.assertEqual(done.returncode, DATA)
        self.assertEqual(receiver.messages, [])

    def test_without_a_message(self):
        for words, name in [(["-bi"], "sendmail"), (["-I"], "sendmail"), ([], "newaliases")]:
            with self.subTest(words=words):
                done = self.call(*words, name=name)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))
        self.assertTrue(self.call("--help").stdout.startswith(b"usage: sendmail "))
        self.assertRegex(self.call("--version").stdout, rb"^sendmail of mox \d")
        for words in [["-bp", "x"], ["-q", "x@y"], ["-bs", "x"]]:
            with self.subTest(words=words):
                self.assertEqual(self.call(*words).returncode, USAGE)

    def test_configuration(self):
        file = self.folder / "sendmail.toml"
        file.write_text("submit-socket = 5\n")
        done = self.call("b@x.example")
        self.assertEqual(done.returncode, CONFIG)
        self.assertRegex(done.stderr, rb"^sendmail: .*sendmail\.toml:1:\d+: submit-socket: [^\n]*\n$")
        self.assertEqual(self.call("-bp").returncode, 0)

    def test_as_a_command_of_mox(self):
        with Receiver(self.socket) as receiver:
            for words in [["sendmail", "-t", "-i"], ["--config", "/nowhere", "sendmail", "t@x.example"]]:
                done = subprocess.run([MOX, *words], input=MESSAGE, text=True, capture_output=True, timeout=60,
                                      env=self.environment)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual([recipients for _, recipients, _ in receiver.messages], 2 * [["<t@x.example>"]])


if __name__ == "__main__":
    unittest.main()
