"""A running `mox localserve` for a test: started on free ports in a folder of its own, and proven
consistent with `mox verifydata` when it has ended."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading

MOX = os.environ.get("MOX", "build/release/mox")
SHARED = pathlib.Path(__file__).resolve().parents[2].parent / "shared" / "vectors"


class Instance:
    """Use as a context manager. `folder` is kept, and may be given again, when the caller made it."""

    def __init__(self, folder=None, arguments=(), verify=True):
        self.own_folder = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="mox-system-"))
        self.arguments = list(arguments)
        self.verify = verify
        self.process = None
        self.log = []

    def start(self):
        command = [MOX, "localserve", "--dir", str(self.folder / "instance"), "--ports", "free", "--json"]
        self.process = subprocess.Popen(
            command + self.arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"localserve did not start: {self.process.stderr.read()}")
        ready = json.loads(line)
        self.user, self.password = ready["user"], ready["password"]
        self.directory = pathlib.Path(ready["dir"])
        self.ports = ready["ports"]
        # A full pipe would stop the server.
        self.collectors = [
            threading.Thread(target=self._collect, args=(stream,), daemon=True)
            for stream in (self.process.stderr, self.process.stdout)
        ]
        for collector in self.collectors:
            collector.start()
        return self

    def _collect(self, stream):
        with stream:
            for line in stream:
                self.log.append(line)

    def _ended(self):
        for collector in self.collectors:
            collector.join()
        self.process = None

    def kill(self):
        self.process.kill()
        self.process.wait()
        self._ended()

    def stop(self, number=signal.SIGTERM):
        """Asks it to end; returns the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(timeout=20)
        self._ended()
        return code

    def check(self):
        """Fails unless the store on disk is consistent."""
        result = subprocess.run(
            [MOX, "verifydata", str(self.folder / "instance")], capture_output=True, text=True
        )
        assert result.returncode == 0, result.stdout + result.stderr

    @property
    def certificate(self):
        return self.directory / "localhost.crt"

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, value, trace):
        if self.process is not None:
            code = self.stop()
            if kind is None:
                assert code == signal.SIGTERM, f"exit code {code}\n" + "".join(self.log[-50:])
        try:
            if kind is None and self.verify:
                self.check()
            elif kind is not None:
                print("".join(self.log[-50:]))
        finally:
            if self.own_folder:
                shutil.rmtree(self.folder, ignore_errors=True)


def run(*command, **options):
    """Runs a program and returns its output; fails with all it said when it exits non-zero."""
    result = subprocess.run(
        [str(word) for word in command], capture_output=True, timeout=options.pop("timeout", 120), **options
    )
    if result.returncode != 0:
        raise AssertionError(f"{command}: exit {result.returncode}\n{result.stdout!r}\n{result.stderr!r}")
    return result.stdout
