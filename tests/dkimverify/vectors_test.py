#!/usr/bin/python3
"""The messages of others (shared/vectors/dkim and arc), through `mox dkim verify`, `mox arc verify` and `mox arc seal`."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

MOX = os.path.abspath(os.environ.get("MOX", "build/release/mox"))
SOURCE = pathlib.Path(os.environ.get("MOX_SOURCE", pathlib.Path(__file__).parents[2]))
VECTORS = SOURCE.parent / "shared" / "vectors"
# When the messages were signed, more or less; nothing of theirs expires.
NOW = "1528637909"


def skip(text):
    print(f"skipped: {text}")
    sys.exit(1 if os.environ.get("CI") == "true" else 77)


try:
    import yaml
except ImportError:
    skip("python3-yaml is not installed")
if not (VECTORS / "dkim").is_dir():
    skip(f"{VECTORS} is not there")


def zone_of(records):
    """The text of a zone, from name: record or "TIMEOUT"."""
    text = ""
    for name, record in records.items():
        if record == "TIMEOUT":
            text += f";!timeout {name}.\n"
            continue
        pieces = [record[i : i + 200].replace('"', '\\"') for i in range(0, len(record), 200)]
        strings = " ".join(f'"{piece}"' for piece in pieces or [""])
        text += f"{name}. 300 IN TXT {strings}\n"
    return text


def run(arguments, message, zone):
    with tempfile.NamedTemporaryFile("w", suffix=".zone") as file:
        file.write(zone)
        file.flush()
        return subprocess.run([MOX, *arguments, "--zone", file.name], input=message, capture_output=True)


class Dkim(unittest.TestCase):
    def test_cases(self):
        folder = VECTORS / "dkim"
        common = json.loads((folder / "dns.json").read_text())
        cases = json.loads((folder / "cases.json").read_text())
        self.assertEqual(len(cases), 17)
        for case in cases:
            records = {}
            for name, entry in {**common, **case.get("dns", {})}.items():
                records[name] = entry if entry == "TIMEOUT" else entry[0][1]
            done = run(["dkim", "verify", "--json", "--now", NOW], (folder / case["file"]).read_bytes(),
                       zone_of(records))
            with self.subTest(case["file"] + ": " + case["note"]):
                results = json.loads(done.stdout)
                statuses = {result["status"] for result in results}
                if case["expect"] == "pass":
                    self.assertIn("pass", statuses, results)
                    self.assertEqual(done.returncode, 0)
                    continue
                self.assertNotIn("pass", statuses)
                self.assertEqual(done.returncode, 1)
                self.assertEqual(statuses, {"fail"} if case["expect"] == "fail" else {"permerror"}, results)


class Arc(unittest.TestCase):
    def documents(self, name):
        return list(yaml.safe_load_all((VECTORS / "arc" / name).read_text()))

    def zone(self, document):
        return zone_of({name: "".join(record.split("\n")) for name, record in document["txt-records"].items()})

    def test_validation(self):
        count = 0
        for document in self.documents("arc-draft-validation-tests.yml"):
            zone = self.zone(document)
            for name, test in document["tests"].items():
                count += 1
                with self.subTest(name):
                    message = test["message"].replace("\n", "\r\n").encode()
                    done = run(["arc", "verify", "--json", "--now", "12345"], message, zone)
                    result = json.loads(done.stdout)
                    # Empty for a chain that says of itself that it failed.
                    wanted = (test["cv"] or "fail").lower()
                    self.assertEqual(result["status"], wanted, result)
                    self.assertEqual(done.returncode, 0 if wanted == "pass" else 1)
        self.assertGreater(count, 100)

    def test_sealing(self):
        for document in self.documents("arc-draft-sign-tests.yml"):
            zone = self.zone(document)
            for name, test in document["tests"].items():
                with self.subTest(name), tempfile.NamedTemporaryFile("w") as key:
                    key.write(document["privatekey"])
                    key.flush()
                    message = test["message"].replace("\n", "\r\n").encode()
                    done = run(["arc", "seal", "--now", str(test["t"]), "--key", key.name, "--selector",
                                document["sel"], "--domain", document["domain"], "--authserv-id", test["srv-id"],
                                "--headers", test["sig-headers"]], message, zone)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertTrue(done.stdout.endswith(message))
                    self.check_set(done.stdout[: len(done.stdout) - len(message)].decode(), test)
                    if "cv=fail" not in test["AS"] and test["AS"]:
                        self.assertEqual(run(["arc", "verify"], done.stdout, zone).returncode, 0)
                        self.assertEqual(run(["arc", "verify"], self.wanted(test) + message, zone).returncode, 0)

    def wanted(self, test):
        """The headers that the test wants, in its "standard format": one space behind semicolons and none elsewhere."""
        fields = [("ARC-Seal", self.tags(test["AS"])), ("ARC-Message-Signature", self.tags(test["AMS"]))]
        text = "".join(f"{name}: " + "; ".join(f"{tag}={value}" for tag, value in tags.items()) + "\r\n"
                       for name, tags in fields)
        return (text + "ARC-Authentication-Results: " + " ".join(test["AAR"].split()) + "\r\n").encode()

    def check_set(self, added, test):
        if not test["AS"]:
            self.assertEqual(added, "")
            return
        seal, signature, results = re.split(r"\r\n(?=ARC-)", added.strip())
        self.assertEqual(self.tags(signature.split(":", 1)[1]), self.tags(test["AMS"]))
        self.assertEqual(" ".join(results.split(":", 1)[1].split()), " ".join(test["AAR"].split()))
        # The seal is over white space in the base64 of the message's signature, which we fold and the test does not.
        found, wanted = self.tags(seal.split(":", 1)[1]), self.tags(test["AS"])
        self.assertNotEqual(found.pop("b"), "")
        wanted.pop("b")
        self.assertEqual(found, wanted)

    def tags(self, text):
        return {name.strip(): "".join(value.split())
                for name, value in (tag.split("=", 1) for tag in text.split(";") if tag.strip())}


if __name__ == "__main__":
    unittest.main()
