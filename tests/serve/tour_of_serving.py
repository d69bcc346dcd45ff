#!/usr/bin/env python3
"""Replays "Serving your own domains" of README.md: tour_of_serving.py README.

The first indented line of that section is run first; it makes ~/mox. Blocks fenced as ```console serving are then
run there, by tests/start/tour.py. As root all that is done as the user nobody: mox does not serve as root."""

import os
import pathlib
import pwd
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "start"))
from tour import Mismatch, replay

HEADING = "## Serving your own domains\n"


def section_of(readme):
    _, found, rest = readme.partition(HEADING)
    if not found:
        raise Mismatch(f"the README has no {HEADING}")
    return rest.split("\n## ")[0].replace("```console serving", "```console")


def prepare(section, home, project):
    line = re.search(r"^    (.+)$", section, re.MULTILINE).group(1)
    print(f"{line}", flush=True)
    subprocess.run(["bash", "-ec", line], cwd=project, env={**os.environ, "HOME": str(home)}, check=True)


def become_nobody(home):
    """For good; `home` is given to that user."""
    nobody = pwd.getpwnam("nobody")
    for path in [home, *home.rglob("*")]:
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)


def main(path):
    built = os.environ.get("MOX_BUILD")
    if built and pathlib.Path(built) != path.parent / "build/release":
        print(f"the tour runs build/release, not {built}")
        return 77
    section = section_of(path.read_text())
    home = pathlib.Path(tempfile.mkdtemp(prefix="mox-serving-"))
    try:
        prepare(section, home, path.parent)
        if os.geteuid() == 0:
            become_nobody(home)
        count = replay(section, home / "mox")
    except Mismatch as mismatch:
        print(mismatch)
        return 1
    finally:
        shutil.rmtree(home)
    print(f"{count} commands")
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
