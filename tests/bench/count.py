#!/usr/bin/env python3
"""Prints how many messages all mailboxes of an account have.

count.py HOST PORT USER PASSWORD
"""

import imaplib
import re
import sys


def main(host, port, user, password):
    with imaplib.IMAP4(host, int(port)) as client:
        client.login(user, password)
        total = 0
        for line in client.list()[1]:
            name = re.search(rb'("(?:[^"\\]|\\.)*"|[^ ]+)$', line).group(1).decode()
            status = client.status(name, "(MESSAGES)")[1][0]
            total += int(re.search(rb"MESSAGES (\d+)", status).group(1))
    print(total)


if __name__ == "__main__":
    main(*sys.argv[1:])
