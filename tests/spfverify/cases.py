"""Zones as data, as text for mox, and checks by `mox spf check`."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TYPES = ("A", "AAAA", "MX", "PTR", "TXT")


def escaped_name(name):
    text = "".join(c if re.match(r"[A-Za-z0-9_.-]", c) else f"\\{ord(c):03}" for c in name)
    return text if text.endswith(".") else text + "."


def escaped_string(data):
    return '"' + "".join(chr(b) if 0x20 <= b <= 0x7E and b not in b'"\\' else f"\\{b:03}" for b in data) + '"'


def strings_of(value):
    """The strings of a TXT record as bytes: given as one text or a list of them, of 255 bytes at most each."""
    texts = value if isinstance(value, (list, tuple)) else [value]
    for text in texts:
        data = text.encode("latin-1") if isinstance(text, str) else text
        yield from (data[i : i + 255] for i in range(0, max(len(data), 1), 255))


def data_of(kind, value):
    if kind == "TXT":
        return " ".join(escaped_string(part) for part in strings_of(value)) or '""'
    if kind in ("A", "AAAA"):
        return value
    if kind == "MX":
        return f"{value[0]} {escaped_name(value[1])}"
    return escaped_name(value)


def zone_text(zone):
    """`zone` maps names to lists of (type, value), or "TIMEOUT" for all types that the name has not."""
    lines = []
    for name, records in zone.items():
        own = {record[0] for record in records if record != "TIMEOUT"}
        for record in records:
            if record == "TIMEOUT":
                lines += [f";!timeout {escaped_name(name)} {kind}" for kind in TYPES if kind not in own]
            else:
                lines.append(f"{escaped_name(name)} 300 IN {record[0]} {data_of(*record)}")
    return "\n".join(lines) + "\n"


def skip(why):
    print(why)
    sys.exit(1 if os.environ.get("CI") == "true" else 77)


class Zone:
    """A zone file, for any number of checks."""

    def __init__(self, zone):
        self.file = tempfile.NamedTemporaryFile("w", suffix=".zone", encoding="ascii")
        self.text = zone_text(zone)
        self.file.write(self.text)
        self.file.flush()

    def run(self, *arguments):
        command = [os.environ["MOX"], "spf", "check", "--zone", self.file.name, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode in (0, 1, 3), (command, done.returncode, done.stdout, done.stderr)
        return done

    def check(self, ip, mail_from, helo):
        """The answer as JSON."""
        done = self.run("--json", "--mail-from=" + mail_from, "--helo=" + helo, ip)
        answer = json.loads(done.stdout)
        wanted = {"pass": 0, "temperror": 3}.get(answer["result"], 1)
        assert done.returncode == wanted, (done.returncode, answer)
        return answer


def vectors(ending):
    """The file of others' test vectors with this ending; skips the test without it."""
    folder = pathlib.Path(os.environ["MOX_SOURCE"]).parent / "shared" / "vectors" / "spf"
    found = sorted(folder.glob("*" + ending)) if folder.is_dir() else []
    return found[0] if found else skip(f"no vectors *{ending} in {folder}")
