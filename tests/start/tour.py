#!/usr/bin/env python3
"""Replays the tour of README.md: tour.py README.

Every block fenced as ```console is a piece of a terminal: lines after "$ " are commands (lines after "> "
go on with one), what follows is their output. A * in a line of output stands for any characters, a line
"..." for any lines. The blocks run one after the other in bash, in the project's folder, with a HOME that
is new. A block fenced as ```console background is one command that runs on until the tour ends, when it is
asked to stop and must do so; the tour goes on when it has printed what the block shows."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading

BLOCK = re.compile(r"^```console( background)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATIENCE_SECONDS = 120  # of a whole command; only a hanging one takes so long


def commands_of(block):
    """[(command, lines of output)] of a block."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append([line[2:], []])
        elif f"{line} ".startswith("> ") and found and not found[-1][1]:
            found[-1][0] += "\n" + line[2:]
        elif found:
            found[-1][1].append(line)
    return [tuple(entry) for entry in found]


def line_matches(wanted, line):
    return re.fullmatch(".*".join(map(re.escape, wanted.split("*"))), line) is not None


def output_matches(wanted, lines):
    """Do the lines match the pattern? `...` is tried with every number of lines."""
    if not wanted:
        return not lines
    if wanted[0] == "...":
        return any(output_matches(wanted[1:], lines[skipped:]) for skipped in range(len(lines) + 1))
    return bool(lines) and line_matches(wanted[0], lines[0]) and output_matches(wanted[1:], lines[1:])


class Mismatch(Exception):
    pass


class Background:
    """A command that runs on. Its output is read by a thread, so that it never waits for a reader."""

    def __init__(self, command, environment, folder):
        self.lines = []
        self.changed = threading.Condition()
        self.ended = False
        self.process = subprocess.Popen(
            ["bash", "-c", command], cwd=folder, env=environment, text=True, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        with self.process.stdout as output:
            for line in output:
                with self.changed:
                    self.lines.append(line.rstrip("\n"))
                    self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def wait_for(self, wanted):
        with self.changed:
            shown = lambda: output_matches(wanted + ["..."], self.lines)
            self.changed.wait_for(lambda: shown() or self.ended, PATIENCE_SECONDS)
            if not shown():
                raise Mismatch(difference(wanted, self.lines))

    def stop(self):
        """Was it running, and did it end when it was asked to?"""
        if self.process.poll() is not None:
            return False
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(PATIENCE_SECONDS)
            return True
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            return False


def difference(wanted, lines):
    return "\n".join(["the README shows:", *(f"  {line}" for line in wanted), "it printed:", *(f"  {line}" for line in lines)])


def run_foreground(command, wanted, environment, folder):
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE_SECONDS, check=False)
    lines = done.stdout.splitlines()
    if not output_matches(wanted, lines):
        raise Mismatch(difference(wanted, lines))


def replay(readme, folder):
    """Runs the tour; returns how many commands it has."""
    count = 0
    background = []
    stopped = True
    with tempfile.TemporaryDirectory(prefix="mox-tour-") as home:
        environment = {**os.environ, "HOME": home, "MOX_NO_INSTALL": "1", "LC_ALL": "C.UTF-8"}
        environment.pop("XDG_CONFIG_HOME", None)
        try:
            for kind, block in BLOCK.findall(readme):
                for command, wanted in commands_of(block):
                    print(f"$ {command}", flush=True)
                    count += 1
                    if kind:
                        background.append(Background(command, environment, folder))
                        background[-1].wait_for(wanted)
                    else:
                        run_foreground(command, wanted, environment, folder)
        finally:
            for process in background:
                stopped = process.stop() and stopped
    if not stopped:
        raise Mismatch("a command in the background had ended before it was asked to, or did not end then")
    return count


def main(path):
    built = os.environ.get("MOX_BUILD")
    if built and pathlib.Path(built) != path.parent / "build/release":
        print(f"the tour runs build/release, not {built}")
        return 77
    try:
        count = replay(path.read_text(), path.parent)
    except Mismatch as mismatch:
        print(mismatch)
        return 1
    print(f"{count} commands")
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
