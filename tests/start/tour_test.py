#!/usr/bin/env python3
"""The replay of the tour sees what differs."""

import pathlib
import unittest

from tour import Mismatch, commands_of, output_matches, replay

HERE = pathlib.Path(__file__).parent


def replayed(text):
    return replay(text, HERE)


class Tour(unittest.TestCase):
    def test_commands_and_output_are_told_apart(self):
        block = "$ echo a\na\n$ cat <<E\n> b\n>\n> E\nb\n\n> c\n"
        self.assertEqual(commands_of(block), [("echo a", ["a"]), ("cat <<E\nb\n\nE", ["b", "", "> c"])])

    def test_patterns(self):
        for wanted, lines, want in [
            ([], [], True),
            ([], ["a"], False),
            (["a"], [], False),
            (["a*c"], ["abbc"], True),
            (["a*c"], ["abb"], False),
            (["a.c"], ["abc"], False),
            (["...", "c"], ["a", "b", "c"], True),
            (["a", "..."], ["a"], True),
            (["a", "...", "c"], ["a", "b"], False),
        ]:
            with self.subTest(wanted=wanted, lines=lines):
                self.assertEqual(output_matches(wanted, lines), want)

    def test_right_output_passes(self):
        self.assertEqual(replayed("text\n```console\n$ echo a; echo b >&2\na\n*\n```\n```\n$ false\n```\n"), 1)

    def test_wrong_output_fails(self):
        with self.assertRaises(Mismatch):
            replayed("```console\n$ echo a\nb\n```\n")

    def test_background_goes_on_while_others_run(self):
        tour = "```console background\n$ echo on; cat >/dev/null < <(sleep 1000)\non\n```\n```console\n$ echo a\na\n```\n"
        self.assertEqual(replayed(tour), 2)

    def test_background_must_not_end_by_itself(self):
        with self.assertRaises(Mismatch):
            replayed("```console background\n$ echo on\non\n```\n```console\n$ sleep 0.2\n```\n")

    def test_background_that_ends_without_its_output_fails(self):
        with self.assertRaises(Mismatch):
            replayed("```console background\n$ echo off\non\n```\n")


unittest.main()
