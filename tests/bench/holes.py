#!/usr/bin/env python3
"""Expunges every tenth message of a mailbox: holes.py HOST PORT USER PASSWORD MAILBOX"""

import imaplib
import sys

host, port, user, password, mailbox = sys.argv[1:]
client = imaplib.IMAP4(host, int(port))
client.login(user, password)
count = int(client.select(mailbox)[1][0])
tenth = ",".join(str(number) for number in range(10, count + 1, 10))
client.store(tenth, "+FLAGS.SILENT", "(\\Deleted)")
client.expunge()
client.logout()
