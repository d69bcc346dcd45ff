#!/usr/bin/env python3
"""What `mox message parse` prints, read back: places name the right bytes, names are decoded, what is wrong is said,
and memory does not grow with the message."""

import json
import os
import pathlib
import resource
import subprocess
import tempfile
import unittest

MOX = os.environ["MOX"]

INNER = b"Content-Type: multipart/digest; boundary=c\r\n\r\n--c\r\n\r\nSubject: d\r\n\r\ndigest\r\n--c--"

MESSAGE = (
    b"From: =?utf-8?q?J=C3=B6?= <a@b.example>\r\n"
    b'To: g: x@y, "Z, A" <z@a>;, word\r\n'
    b"Subject: =?utf-8?q?=C3=A4?=\r\n"
    b"Date: Fri, 21 Nov 1997 09:55:06 -0600\r\n"
    b"Message-ID: <1@b>\r\n"
    b"References: <0@b>\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n"
    b"bad line\r\n\r\n"
    b"--b\r\n\r\nHello\r\nyou\r\n"
    b"--b\r\nContent-Type: message/rfc822\r\n"
    b"Content-Disposition: attachment; filename*=utf-8''%c3%a4.eml\r\n\r\n"
    b"Subject: inner\r\n\r\nbody\r\n"
    b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + INNER + b"\r\n"
)


def run(*arguments, message=b""):
    return subprocess.run([MOX, "message", "parse", *arguments], input=message, capture_output=True, check=False)


def parse(message):
    done = run(message=message)
    assert done.returncode == 0 and done.stderr == b"", done
    return json.loads(done.stdout)


def parts_of(part):
    yield part
    for inside in [*part.get("parts", []), *([part["message"]] if "message" in part else [])]:
        yield from parts_of(inside)


class Parse(unittest.TestCase):
    def test_envelope(self):
        found = parse(MESSAGE)
        self.assertEqual(
            found["envelope"],
            {
                "date": 880127706,
                "date_zone_minutes": -360,
                "subject": "ä",
                "from": [{"name": "Jö", "address": "a@b.example"}],
                "to": [
                    {"group": "g", "members": [{"address": "x@y"}, {"name": "Z, A", "address": "z@a"}]},
                    {"address": "word"},
                ],
                "message_id": "1@b",
                "references": ["0@b"],
            },
        )
        self.assertEqual(found["preview"], "Hello you")
        self.assertFalse(found["needs_smtputf8"])

    def test_places(self):
        found = parse(MESSAGE)
        self.assertEqual(found["size"], len(MESSAGE))
        bodies = {
            part.get("section"): MESSAGE[part["body_offset"] : part["body_offset"] + part["body_size"]]
            for part in parts_of(found["structure"])
            if "parts" not in part
        }
        self.assertEqual(
            bodies,
            {
                "1": b"Hello\r\nyou",
                "2": b"Subject: inner\r\n\r\nbody",
                "2.1": b"body",
                "3": INNER + b"\r\n",  # no delimiter comes after it
                "3.1": b"Subject: d\r\n\r\ndigest",
                "3.1.1": b"digest",
            },
        )
        fields = [MESSAGE[field["offset"] :][: field["size"]] for field in found["fields"]]
        self.assertEqual(b"".join(fields) + b"\r\n", MESSAGE[: found["header_size"]])
        self.assertEqual(found["fields"][2]["value"], "ä")

    def test_names_and_problems(self):
        found = parse(MESSAGE)
        attachment = found["structure"]["parts"][1]
        self.assertEqual((attachment["disposition"], attachment["file_name"]), ("attachment", "ä.eml"))
        self.assertEqual(attachment["type"], "message/rfc822")
        self.assertEqual(
            found["problems"],
            [
                {"problem": "malformed field", "offset": MESSAGE.index(b"bad line")},
                {"problem": "multipart without close delimiter", "offset": 0},
            ],
        )
        self.assertIn('"MIXED" ("BOUNDARY" "b")', found["imap"]["bodystructure"])
        self.assertIn('"=?utf-8?q?=C3=A4?="', found["imap"]["envelope"])

    def test_file_and_standard_input(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "m.eml")
            file.write_bytes(MESSAGE)
            from_file = run(str(file)).stdout
        self.assertEqual(from_file, run(message=MESSAGE).stdout)
        self.assertEqual(from_file, run("-", message=MESSAGE).stdout)

    def test_smtputf8(self):
        said = run("--smtputf8", message="Subject: ä\r\n\r\n".encode()).stdout.decode()
        self.assertTrue(said.endswith("}\nmessage needs smtputf8: true\n"), said)
        self.assertTrue(parse("Subject: ä\r\n\r\n".encode())["needs_smtputf8"])

    def test_odd_messages(self):
        self.assertEqual(parse(b"")["structure"]["type"], "text/plain")
        self.assertEqual(parse(b"\0\xff\r\n\r\n\0")["fields"][0]["name"], "")
        deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(150))
        self.assertEqual(len(list(parts_of(parse(deep)["structure"]))), 101)

    def test_wrong_use(self):
        missing = run("/does/not/exist")
        self.assertEqual(missing.returncode, 1)
        self.assertIn(b"/does/not/exist", missing.stderr)
        self.assertEqual(missing.stdout, b"")
        folder = run("/")
        self.assertEqual((folder.returncode, folder.stdout), (1, b""))
        self.assertEqual(run("a", "b").returncode, 2)

    def test_memory(self):
        """A header line and a body of 100 MB each."""
        with tempfile.TemporaryFile() as file:
            file.write(b"Subject: begin\r\nX-Long: ")
            for _ in range(100):
                file.write(b"x" * 1_000_000)
            file.write(b"\r\n\r\n")
            for _ in range(100):
                file.write((b"y" * 98 + b"\r\n") * 10_000)
            file.seek(0)
            done = subprocess.run([MOX, "message", "parse"], stdin=file, capture_output=True, check=True)
        found = json.loads(done.stdout)
        self.assertEqual(found["lines"], 1_000_000)
        self.assertEqual(found["envelope"]["subject"], "begin")
        self.assertEqual([problem["problem"] for problem in found["problems"]], ["header section too long"])
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, 100_000)


if __name__ == "__main__":
    unittest.main()
