"""Messages for the tests: made ones of every shape and, where they are there, other projects' test messages."""

import os
import random
import sys

from instance import SHARED


def crlf(data):
    """Mail as it must travel: CRLF line ends, nothing else that looks like one, a last line end."""
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\0", b"")
    if not data.endswith(b"\n"):
        data += b"\n"
    return data.replace(b"\n", b"\r\n")


def vectors():
    """The collected test messages, as (name, bytes)."""
    root = SHARED / "mime"
    if not root.is_dir():
        if os.environ.get("CI") == "true":
            sys.exit(f"test messages are missing: {root}")
        print(f"skipping the collected messages: {root} is not there")
        return []
    found = []
    for path in sorted(root.rglob("*")):
        if path.suffix in (".eml", ".txt") and "LICENSE" not in path.name and "MIT" not in path.name:
            found.append((str(path.relative_to(root)), crlf(path.read_bytes())))
    return found


def made(count, seed=1):
    """Small and middling messages: plain, with 8-bit text, with attachments, with odd lines."""
    rng = random.Random(seed)
    words = ["mail", "harbour", "quiet", "lamp", "über", "naïve", "river", "stone", "letter", "日本"]
    for number in range(count):
        kind = number % 5
        body = " ".join(rng.choice(words) for _ in range(rng.randint(1, 400)))
        lines = [body[i : i + 70] for i in range(0, len(body), 70)]
        head = [
            f"From: Sender {number} <sender{number}@example.org>",
            "To: mox@localhost",
            f"Subject: made message {number}",
            f"Message-ID: <made.{seed}.{number}@example.org>",
            "Date: Thu, 01 Jan 2026 12:00:00 +0000",
        ]
        if kind == 1:
            head += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
        elif kind == 2:
            head += ["MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="edge"']
            lines = ["--edge", "Content-Type: text/plain", "", *lines, "--edge", "Content-Type: application/octet-stream",
                     "Content-Transfer-Encoding: base64", "", "QUJD" * 18, "--edge--"]
        elif kind == 3:
            lines = [".", "..", ".leading dot", "", *lines, "."]
        elif kind == 4:
            lines = lines * rng.randint(1, 60)
        yield crlf("\n".join([*head, "", *lines]).encode())
