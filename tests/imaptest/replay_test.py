#!/usr/bin/env python3
"""The player of scripts by itself: what it reads, what it takes for equal and what not."""

import pathlib
import tempfile
import unittest

import match
import script
import tokens


def values(text):
    literals = []
    while "<<" in text:
        before, _, rest = text.partition("<<")
        inside, _, after = rest.partition(">>")
        text = before + chr(0xE000 + len(literals)) + after
        literals.append(inside)
    return tokens.read_reply(text, literals)


# Expected, got, whether they are the same.
ROWS = [
    ("2 exists", "2 EXISTS", True),
    ("2 exists", "3 EXISTS", False),
    ("search 1 2", "SEARCH 1 2 4", False),
    ("search", "SEARCH 1", False),
    ("bye", "BYE see you (later", True),
    ("ok [uidvalidity $new]", "OK [UIDVALIDITY 3] hello", True),
    ("ok [uidvalidity $seven]", "OK [UIDVALIDITY 8] hello", False),
    ("ok [uidvalidity $new]", "OK hello", False),
    ("1 fetch (uid $seven)", "1 FETCH (FLAGS () UID 7)", True),
    ("1 fetch (uid 7 flags ())", "1 FETCH (FLAGS (\\Recent) UID 7)", True),
    ("1 fetch (flags (\\seen))", "1 FETCH (FLAGS (\\Seen \\Draft))", False),
    ("1 fetch (flags ($!extra \\seen))", "1 FETCH (FLAGS (\\Seen \\Draft))", True),
    ("1 fetch (flags ($!extra $!ban=\\draft \\seen))", "1 FETCH (FLAGS (\\Seen \\Draft))", False),
    ("1 fetch (flags (a b))", "1 FETCH (FLAGS (b a))", True),
    ("1 fetch (flags $)", "1 FETCH (FLAGS (b a))", True),
    ("1 fetch ($!unordered=2 $!noextra uid 7)", "1 FETCH (UID 7 FLAGS ())", False),
    ("1 fetch ($!ordered uid 7 flags ())", "1 FETCH (FLAGS () UID 7)", False),
    ("1 fetch (body[text] <<a\r\n>>)", '1 FETCH (BODY[TEXT] "a")', False),
    ("1 fetch (body[text] <<a>>)", '1 FETCH (BODY[TEXT] "A")', True),
    ("1 fetch (body[header.fields (a b)] NIL)", '1 FETCH (BODY[HEADER.FIELDS (A B)] "NIL")', False),
    ("1 fetch (body[header.fields (a b)] NIL)", "1 FETCH (BODY[HEADER.FIELDS (A B)] NIL)", True),
    ('list () "/" x', 'LIST (\\HasNoChildren) "/" "x"', True),
    ('list (\\noselect) "/" x', 'LIST (\\HasNoChildren) "/" "x"', False),
    ('list () "/" ${case:Inbox}', 'LIST () "/" INBOX', False),
    ("status x (messages 1)", "STATUS x (UNSEEN 0 MESSAGES 1)", True),
    ("status x (messages 1)", "STATUS x (UNSEEN 1 MESSAGES 0)", False),
    ("esearch (tag $seven) uid all $seven:8", "ESEARCH (TAG 7) UID ALL 7:8", True),
    ("$3 expunge", "2 EXPUNGE", True),
    ("$3 expunge", "3 EXPUNGE", False),
    ("flags ($$word)", "FLAGS ($word)", True),
]


class Matching(unittest.TestCase):
    def test_replies(self):
        for want, got, same in ROWS:
            with self.subTest(want=want, got=got):
                matcher = match.Matcher({"seven": tokens.Word("7")})
                matcher.sequence = lambda number: number - 1
                self.assertEqual(matcher.reply(values(want), values(got)), same)

    def test_variables_are_kept_only_when_all_matches(self):
        matcher = match.Matcher({})
        self.assertFalse(matcher.reply(values("1 fetch (uid $a flags (\\seen))"), values("1 FETCH (UID 4 FLAGS ())")))
        self.assertNotIn("a", matcher.values)
        self.assertTrue(matcher.reply(values("1 fetch (uid $a)"), values("1 FETCH (UID 5)")))
        self.assertFalse(matcher.reply(values("1 fetch (uid $a)"), values("1 FETCH (UID 4)")))
        self.assertEqual(matcher.expand("$a,${a}x$$"), "5,5x$")
        self.assertRaises(match.Unknown, matcher.expand, "$b")

    def test_modseqs_grow(self):
        for numbers, right in (((2, 5), True), ((2, 6), True), ((1, 4), True), ((2, 4), False)):
            matcher = match.Matcher({})
            self.assertTrue(matcher.reply(values("x $modseq2"), values(f"x {numbers[0]}")))
            self.assertEqual(matcher.reply(values("x $modseq5"), values(f"x {numbers[1]}")), right)

    def test_recent(self):
        got = values("1 FETCH (FLAGS (\\Seen))")
        self.assertFalse(match.Matcher({}).reply(values("1 fetch (flags (\\recent \\seen))"), got))
        self.assertTrue(match.Matcher({}, no_recent=True).reply(values("1 fetch (flags (\\recent \\seen))"), got))


class Scripts(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "name"
            path.write_bytes(text.encode())
            return script.read(path)

    def test_three_ways_to_write_a_command(self):
        read = self.read(
            "connections: 2\ncapabilities: A b\n\n# comment\n1 ok noop\n* 1 exists\n! bye\n\n2 select x\n2 no [trycreate]\n"
            "1 t1 noop\n1 t2 append {{{\na\n\n}}} x\n1 t1 ok\n1 t2 \"\"\n"
        )
        self.assertEqual((read.capabilities, read.connections, read.state), (["A", "B"], 2, "selected"))
        self.assertEqual([len(group.commands) for group in read.groups], [1, 1, 2])
        self.assertEqual([expected.negated for expected in read.groups[0].expected], [False, True])
        self.assertEqual(read.groups[1].commands[0].result, "no")
        self.assertEqual(tokens.shown(read.groups[1].commands[0].prefix[0]), "[trycreate]")
        self.assertEqual(read.groups[2].commands[1].literals, ["a\r\n"])
        self.assertEqual([command.result for command in read.groups[2].commands], ["ok", ""])

    def test_environment(self):
        self.assertEqual(len(self.read("\n!ifenv MOX_NO_SUCH\nok a\n!else\nok b\nok c\n!endif\n").groups), 2)

    def test_wrong_scripts(self):
        for text in ("\nnoop\nok\n* (\n", "connections: 2\n\n3 ok noop\n", "\nnoop\nlist\n"):
            with self.subTest(text=text):
                self.assertRaises(script.Malformed, self.read, text)

    def test_mbox(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "box"
            path.write_text(
                "From a@b  Fri Feb 22 01:30:23 2008 +0200\nA: b\n\nFrom here\n\nFrom a@b  Sat Feb  2 01:30:23 2008\nC: d\n"
            )
            self.assertEqual(
                script.read_mbox(path),
                [("22-Feb-2008 01:30:23 +0200", "A: b\r\n\r\nFrom here\r\n\r\n"), (" 2-Feb-2008 01:30:23 +0000", "C: d\r\n")],
            )


if __name__ == "__main__":
    unittest.main()
