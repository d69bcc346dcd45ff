#!/usr/bin/env python3
"""Replays the scripts of imaptest against `mox localserve`. Arguments: names of scripts, with a trace."""

import os
import pathlib
import sys

import replay
import sessions

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from instance import SHARED, Instance  # noqa: E402

FOLDER = SHARED / "imaptest"


def main():
    if not FOLDER.is_dir():
        print(f"skipped: no scripts: {FOLDER}")
        sys.exit(1 if os.environ.get("CI") == "true" else 77)
    with Instance() as mox:
        server = replay.Server("127.0.0.1", mox.ports["imap"], mox.user, mox.password)
        failed = replay.replay_all(server, str(FOLDER), sys.argv[1:], trace=len(sys.argv) > 1)
        if len(sys.argv) == 1:
            failed += sessions.run_all(server)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
