#!/usr/bin/env python3
"""The recipe for CI in README.md, its steps run one after the other as GitHub Actions would."""

import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import tempfile
import unittest

MOX = pathlib.Path(os.environ.get("MOX", "build/release/mox")).resolve()
README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
STANDARD_PORTS = (25, 80, 81, 143, 465, 587, 993)
PATIENCE_SECONDS = 120

# `make test` of some program: it sends mail, and looks whether it came.
MAKE = """#!/bin/sh -e
[ "$1" = test ]
printf 'Subject: Built\\n\\nby CI\\n' |
  curl -sS --crlf --mail-from ci@example.org --mail-rcpt ann@example.org --upload-file - "$SMTP_URL"
curl -sS --fail "$MAIL_API/wait?to=ann@example.org&timeout=10s" | grep -q '"subject": "Built"'
"""

# Other ports than those of the recipe, which others may have.
SERVER = """#!/bin/sh
echo $$ > pid
exec {mox} "$@" --port-base {base}
"""


def steps_of(readme):
    """[{"run": …, "if": …, "env": {…}}]: of YAML as much as the recipe uses."""
    (block,) = re.findall(r"^```yaml\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    steps = []
    for line in block.splitlines():
        variable = re.fullmatch(r"    (\w+): (.+)", line)
        member = re.fullmatch(r"(- |  )(\w+):(?: (.+))?", line)
        if variable:
            steps[-1]["env"][variable[1]] = variable[2]
        elif member:
            if member[1] == "- ":
                steps.append({"env": {}})
            if member[2] != "env":
                steps[-1][member[2]] = member[3]
        else:
            raise ValueError(f"a line that this test cannot read: {line}")
    return steps


def free_base():
    for base in random.sample(range(20000, 40000, 1000), 20):
        try:
            for port in STANDARD_PORTS:
                with socket.socket() as one:
                    one.bind(("127.0.0.1", base + port))
            return base
        except OSError:
            continue
    raise RuntimeError("no free ports")


class Recipe(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="mox-ci-")
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.base = free_base()
        programs = self.folder / "bin"
        programs.mkdir()
        for name, text in [("make", MAKE), ("mox", SERVER.format(mox=MOX, base=self.base))]:
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        self.path = f"{programs}:{os.environ['PATH']}"
        self.addCleanup(self.stop_server)

    def stop_server(self):
        pid = self.folder / "pid"
        if pid.exists():
            os.kill(int(pid.read_text()), signal.SIGTERM)

    def run_step(self, step):
        def here(text):
            for port in STANDARD_PORTS:
                text = re.sub(rf"\b{port + 1000}\b", str(port + self.base), text)
            return text

        variables = {name: here(value) for name, value in step["env"].items()}
        return subprocess.run(
            ["bash", "-e", "-c", here(step["run"])], cwd=self.folder, text=True, stdin=subprocess.DEVNULL,
            env={**os.environ, "PATH": self.path, **variables}, capture_output=True, timeout=PATIENCE_SECONDS)

    def test_each_step_does_its_part(self):
        steps = steps_of(README.read_text())
        self.assertEqual([step.get("if") for step in steps], [None] * (len(steps) - 1) + ["failure()"])
        self.assertIn("make test", [step["run"] for step in steps])
        said = ""
        for step in steps:
            done = self.run_step(step)
            said = done.stdout
            self.assertEqual((done.returncode, done.stderr), (0, ""), step)
        # What the last one shows of a failure: the mail, and what the server said.
        self.assertIn('"subject": "Built"', said)
        self.assertIn("mox localserve is ready.", said)


if __name__ == "__main__":
    unittest.main()
