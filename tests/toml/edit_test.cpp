// The text of a document after a change: what was meant is there, and every other byte is as it
// was.
#include "edits.h"
#include "support/catch.h"

#include <string>
#include <vector>

using namespace mox;
using namespace std::literals;

namespace {

struct Row {
  const char* name;
  std::string before;
  std::string edit;
  std::string after;
};

void check(const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    CAPTURE(row.name, row.before, row.edit);
    auto editor = toml::Editor::open(row.before);
    if (!editor) FAIL(editor.error().text);
    const auto done = test::perform(*editor, row.edit);
    if (!done) FAIL(done.error().text);
    CHECK(editor->text() == row.after);
  }
}

// Each line with CRLF, in the edit too, which has only one.
Row with_crlf(Row row) {
  for (auto* text : {&row.before, &row.after})
    for (std::size_t at = 0; (at = text->find('\n', at)) != std::string::npos; at += 2)
      text->insert(at, 1, '\r');
  return row;
}

void check_also_crlf(const std::vector<Row>& rows) {
  check(rows);
  std::vector<Row> others;
  for (const auto& row : rows)
    if (row.before.find('\n') != std::string::npos) others.push_back(with_crlf(row));
  check(others);
}

} // namespace

TEST_CASE("a value that is there gets another one") {
  check_also_crlf({
      {"at the top", "a = 1 # one\nb = 2\n", "set a = 5", "a = 5 # one\nb = 2\n"},
      {"without a newline", "a = 1", "set a = 5", "a = 5"},
      {"below a header", "[t]\n  a=1\t# one\n[u]\na = 1\n", "set t.a = 'x'",
       "[t]\n  a=\"x\"\t# one\n[u]\na = 1\n"},
      {"the same value", "a = 0x10\n", "set a = 16", "a = 0x10\n"},
      {"of another kind", "a = 'x' # why\n", "set a = [1]", "a = [1] # why\n"},
      {"over several lines", "a = '''\n# no comment\n[x]\n'''\nb = 1\n", "set a = ''",
       "a = \"\"\nb = 1\n"},
      {"with dots", "[t]\na . 'b@c'.d = 1\n", "set t.a.'b@c'.d = true",
       "[t]\na . 'b@c'.d = true\n"},
      {"in braces", "t = { a = 1, b = { c = 2 } } # x\n", "set t.b.c = 0.5",
       "t = { a = 1, b = { c = 0.5 } } # x\n"},
      {"in braces, with dots", "t = {a.b=1,a.c=2}\n", "set t.a.b = 9", "t = {a.b=9,a.c=2}\n"},
      {"behind a date", "a = 1979-05-27 07:32:00 # x\nb = 1\n", "set a = 1", "a = 1 # x\nb = 1\n"},
      {"quoted header", "[accounts.\"a.b\"]\nx = 1\n[accounts.a.b]\nx = 1\n",
       "set accounts.'a.b'.x = 2", "[accounts.\"a.b\"]\nx = 2\n[accounts.a.b]\nx = 1\n"},
      {"quoted with an escape", "[\"\\u0061\"]\n\"\\U00000062\" = 1\n", "set a.b = 2",
       "[\"\\u0061\"]\n\"\\U00000062\" = 2\n"},
      {"below the header of a table around", "[t]\n[t.u]\nv.w = 1\n", "set t.u.v.w = 2",
       "[t]\n[t.u]\nv.w = 2\n"},
      {"byte order mark",
       "\xEF\xBB\xBF"
       "a = 1\n",
       "set a = 2",
       "\xEF\xBB\xBF"
       "a = 2\n"},
      {"beside an array of tables", "[[t]]\na = 1\n[u]\na = 1\n[[t]]\na = 1\n", "set u.a = 2",
       "[[t]]\na = 1\n[u]\na = 2\n[[t]]\na = 1\n"},
      {"braces for a simple value", "a = 1\n", "set a = { b = 'c' }", "a = { b = \"c\" }\n"},
      {"a simple value for braces", "a = { b = 'c' }\n", "set a = 1", "a = 1\n"},
      {"a simple value for a header", "z = 1\n\n[a]\nb = 1\n", "set a = 1", "z = 1\na = 1\n"},
      {"a simple value for dots", "[t]\na.b = 1\nc = 1\n", "set t.a = 1", "[t]\nc = 1\na = 1\n"},
      {"a list for headers of an array", "z = 1\n\n[[a]]\nb = 1\n", "set a = []",
       "z = 1\na = []\n"},
  });
}

TEST_CASE("a new key stands below its neighbours") {
  check_also_crlf({
      {"in an empty document", "", "set a = 1", "a = 1\n"},
      {"in a document of comments", "# nothing yet\n", "set a = 1", "# nothing yet\n\na = 1\n"},
      {"comments without a newline", "# x\n# nothing yet", "set a = 1",
       "# x\n# nothing yet\n\na = 1\n"},
      {"below the last line without a newline", "b = 1\na = 1", "set c = 1",
       "b = 1\na = 1\nc = 1\n"},
      {"at the top, above headers", "# about x\nx = 1 # one\n\n# about t\n[t]\n", "set y = 2",
       "# about x\nx = 1 # one\ny = 2\n\n# about t\n[t]\n"},
      {"at the top, where no key is", "# the file\n\n# about t\n[t]\na = 1\n", "set y = 2",
       "# the file\n\ny = 2\n\n# about t\n[t]\na = 1\n"},
      {"below a header", "[t]\n\ta = 1 # x\n\n# about u\n[u]\n", "set t.b = [1, 'x']",
       "[t]\n\ta = 1 # x\n\tb = [1, \"x\"]\n\n# about u\n[u]\n"},
      {"below an empty header", "[s]\n  a=1\n[t]\n[u]\n", "set t.b = 1",
       "[s]\n  a=1\n[t]\n  b=1\n[u]\n"},
      {"below a header at the end", "[t]", "set t.a = 1", "[t]\na = 1\n"},
      {"a quoted key", "[t]\na = 1\n", "set t.'@example.org' = 1",
       "[t]\na = 1\n\"@example.org\" = 1\n"},
      {"behind a value of several lines", "[t]\na = [\n  1,\n]\n# end\n", "set t.b = 1",
       "[t]\na = [\n  1,\n]\nb = 1\n# end\n"},
      {"in braces", "[t]\na = { b = 1 } # x\n", "set t.a.c = 2", "[t]\na = { b = 1, c = 2 } # x\n"},
      {"in empty braces", "a = {}\n", "set a.c = 2", "a = { c = 2 }\n"},
      {"in braces, tight", "a = {b=1}\n", "set a.c.d = 2", "a = {b=1, c.d = 2}\n"},
      {"in braces in braces", "a = { b = { c = 1 }, d = 1 }\n", "set a.b.e = 2",
       "a = { b = { c = 1, e = 2 }, d = 1 }\n"},
      {"beside dots", "[t]\na.b = 1\nz = 1\n", "set t.a.c = 1", "[t]\na.b = 1\na.c = 1\nz = 1\n"},
      {"in a table that only others imply", "x = 1\n\n# about b\n[a.b]\ny = 1\n", "set a.c = 2",
       "x = 1\n\n[a]\nc = 2\n\n# about b\n[a.b]\ny = 1\n"},
      {"in a table that an array implies", "[[a.b]]\ny = 1\n", "set a.c = 2",
       "[a]\nc = 2\n\n[[a.b]]\ny = 1\n"},
      {"in a missing table", "x = 1\n", "set a.b = 2", "x = 1\n\n[a]\nb = 2\n"},
      {"in a missing table of a document with dots", "x.y = 1\n", "set a.b = 2",
       "x.y = 1\na.b = 2\n"},
      {"in a missing table of a document with braces", "x = { y = 1 }\n", "set a.b = 2",
       "x = { y = 1 }\na = { b = 2 }\n"},
      {"in a missing table below a header", "[a]\nx = 1\n[z]\n", "set a.b.c = 2",
       "[a]\nx = 1\n[a.b]\nc = 2\n[z]\n"},
      {"in missing tables beside dots", "[a]\nx.y = 1\nz = 1\n", "set a.b.c = 2",
       "[a]\nx.y = 1\nz = 1\nb.c = 2\n"},
      {"a table in braces", "[t]\na = 1\n", "set t.b = { c = 1, d.e = 'x' }",
       "[t]\na = 1\nb = { c = 1, d = { e = \"x\" } }\n"},
      {"below a byte order mark", "\xEF\xBB\xBF[t]\n", "set a = 1",
       "\xEF\xBB\xBF"
       "a = 1\n\n[t]\n"},
  });
}

TEST_CASE("a new table is spelled as its neighbours") {
  check_also_crlf({
      {"in an empty document", "", "add t = { a = 1 }", "[t]\na = 1\n"},
      {"an empty one", "x = 1\n", "add t = {}", "x = 1\n\n[t]\n"},
      {"below the last of its kind",
       "# one\n[accounts.a]\nx = 1\n# more of a\n\n[accounts.a.sub]\ny = 1 # why\n\n# "
       "others\n\n[domains.x]\nz = 1\n",
       "add accounts.'b@c' = { x = 2, sub = { y = 3 } }",
       "# one\n[accounts.a]\nx = 1\n# more of a\n\n[accounts.a.sub]\ny = 1 # why\n\n"
       "[accounts.\"b@c\"]\nx = 2\n\n[accounts.\"b@c\".sub]\ny = 3\n\n# others\n\n[domains.x]\nz = "
       "1\n"},
      {"without blank lines", "[a.b]\nx=1\n[c]\n", "add a.d = { y = 1 }",
       "[a.b]\nx=1\n[a.d]\ny=1\n[c]\n"},
      {"with indents", "[a]\n  [a.b]\n    x = 1\n\n  [a.b.c]\n    x = 1\n", "add a.d = { y = 1 }",
       "[a]\n  [a.b]\n    x = 1\n\n  [a.b.c]\n    x = 1\n\n  [a.d]\n    y = 1\n"},
      {"at the end, without a newline", "[a]\nx = 1", "add b = { y = 1 }",
       "[a]\nx = 1\n\n[b]\ny = 1\n"},
      {"behind comments at the end", "[a]\nx = 1\n\n# end\n", "add b = { y = 1 }",
       "[a]\nx = 1\n\n# end\n\n[b]\ny = 1\n"},
      {"with an array of tables", "[a]\n", "add b = { r = [{ x = 1 }, { x = 2 }], y = 1 }",
       "[a]\n\n[b]\ny = 1\n\n[[b.r]]\nx = 1\n\n[[b.r]]\nx = 2\n"},
      {"in an array of tables' neighbourhood", "[a.b]\n[[a.b.c]]\nx = 1\n[a.b.c.d]\n[z]\n",
       "add a.e = {}", "[a.b]\n[[a.b.c]]\nx = 1\n[a.b.c.d]\n[a.e]\n[z]\n"},
      {"with dots", "accounts.a.x = 1\naccounts.a.y = 1\nz = 1\n",
       "add accounts.b = { x = 2, s = { t = 3 }, e = {} }",
       "accounts.a.x = 1\naccounts.a.y = 1\naccounts.b.x = 2\naccounts.b.s.t = 3\naccounts.b.e = "
       "{}\nz = 1\n"},
      {"with dots, empty", "a.b.c = 1\n", "add a.d = {}", "a.b.c = 1\na.d = {}\n"},
      {"in braces", "[accounts]\na = { x = 1 }\n\n[z]\n", "add accounts.b = { x = 2 }",
       "[accounts]\na = { x = 1 }\nb = { x = 2 }\n\n[z]\n"},
      {"in braces around", "accounts = { a = { x = 1 } }\n", "add accounts.b = { x = 2 }",
       "accounts = { a = { x = 1 }, b = { x = 2 } }\n"},
      {"with a header below dots", "[s]\na.x = 1\n[s.a.y]\n", "add s.a.z = { k = 1 }",
       "[s]\na.x = 1\n[s.a.y]\n[s.a.z]\nk = 1\n"},
      {"of missing tables", "[a]\nx = 1\n", "add b.c.d = { y = 1 }",
       "[a]\nx = 1\n\n[b.c.d]\ny = 1\n"},
  });
}

TEST_CASE("a key goes with its comment") {
  check_also_crlf({
      {"alone", "a = 1\n", "remove a", ""},
      {"without a newline", "a = 1\nb = 1", "remove b", "a = 1\n"},
      {"with what stands behind it", "a = 1\nb = 1 # why\nc = 1\n", "remove b", "a = 1\nc = 1\n"},
      {"with the comment above",
       "a = 1\n\n# about b\n# more\nb = [\n  1, # one\n]\n\n# about c\nc = 1\n", "remove b",
       "a = 1\n\n# about c\nc = 1\n"},
      {"a comment for several keys stays", "x = 1\n# about a and b\na = 1\nb = 1\n", "remove a",
       "x = 1\n# about a and b\nb = 1\n"},
      {"a comment for several keys that go", "x = 1\n# about a\na.b = 1\na.c = 1\n", "remove a",
       "x = 1\n"},
      {"a comment that stands free", "x = 1\n\n# free\n\na = 1\n", "remove a", "x = 1\n\n# free\n"},
      {"the comment at the top", "# the file\na = 1\nb = 1\n", "remove a", "# the file\nb = 1\n"},
      {"a string that looks like a comment", "a = '''\n# no'''\nb = 1\n", "remove b",
       "a = '''\n# no'''\n"},
      {"below a header", "[t]\na = 1\n\n[u]\n", "remove t.a", "[t]\n\n[u]\n"},
      {"in braces: first", "t = { a = 1, b = 2 }\n", "remove t.a", "t = { b = 2 }\n"},
      {"in braces: middle", "t = { a = 1, b = [1, 2], c = 3 }\n", "remove t.b",
       "t = { a = 1, c = 3 }\n"},
      {"in braces: last", "t = { a = 1, b = 2 }\n", "remove t.b", "t = { a = 1 }\n"},
      {"in braces: only", "t = { a = 1 } # x\n", "remove t.a", "t = {} # x\n"},
      {"in braces: a table", "t = {a.b = 1, c = 2, a.d = 3}\n", "remove t.a", "t = {c = 2}\n"},
      {"in braces: the last of a table", "t = { a.b = 1, c = 2 }\n", "remove t.a.b",
       "t = { a = {}, c = 2 }\n"},
      {"in braces in braces", "t = { a = { b = 1, c = 2 } }\n", "remove t.a.b",
       "t = { a = { c = 2 } }\n"},
      {"the last of a table with dots", "[t]\n  a.b = 1 # x\nc = 1\n", "remove t.a.b",
       "[t]\n  a = {}\nc = 1\n"},
      {"one of a table with dots", "a.b = 1\na.c = 1\n", "remove a.b", "a.c = 1\n"},
  });
}

TEST_CASE("a table goes with all below it, and the comment above") {
  check_also_crlf({
      {"in the middle",
       "[a]\nx = 1\n\n# about b\n# more\n[b]\ny = 1\n# y = 2\n\n[b.c]\nz = 1\n\n# about d\n[d]\n",
       "remove b", "[a]\nx = 1\n\n# about d\n[d]\n"},
      {"at the end", "[a]\nx = 1\n\n[b]\ny = 1\n", "remove b", "[a]\nx = 1\n"},
      {"at the end, without a newline", "[a]\nx = 1\n\n\n[b]\ny = 1", "remove b", "[a]\nx = 1\n"},
      {"at the beginning", "[a]\nx = 1\n\n[b]\ny = 1\n", "remove a", "[b]\ny = 1\n"},
      {"comment at the top of the file", "# the file\n[a]\nx = 1\n\n[b]\n", "remove a",
       "# the file\n\n[b]\n"},
      {"without blank lines", "[a]\nx = 1\n[b]\ny = 1\n[c]\n", "remove b", "[a]\nx = 1\n[c]\n"},
      {"comments that stand free stay",
       "[a]\nx = 1\n\n# ---- b ----\n\n[b]\ny = 1\n\n# ---- c ----\n\n[c]\n", "remove b",
       "[a]\nx = 1\n\n# ---- b ----\n\n# ---- c ----\n\n[c]\n"},
      {"comments in it go", "[a]\n# one\nx = 1\n\n# two\ny = 1\n[b]\n", "remove a", "[b]\n"},
      {"its parts are apart", "[a.x]\nk = 1\n\n[b]\nk = 1\n\n[a.x.y]\nk = 1\n\n[a.z]\n",
       "remove a.x", "[b]\nk = 1\n\n[a.z]\n"},
      {"with an array of tables in it", "[a]\n[[a.b]]\nx = 1\n[[a.b]]\n[a.b.c]\n[d]\n", "remove a",
       "[d]\n"},
      {"an array of tables", "[a]\n[[a.b]]\nx = 1\n[[a.b]]\n[a.b.c]\n[d]\n", "remove a.b",
       "[a]\n[d]\n"},
      {"the last in a table that it implies", "# about b\n[a.b]\nx = 1\n\n[c]\n", "remove a.b",
       "# about b\n[a]\n\n[c]\n"},
      {"the last but a header", "[a]\n\n[a.b]\nx = 1\n", "remove a.b", "[a]\n"},
      {"names that only begin alike", "[a.b]\n[a.bc]\n[\"a.b\"]\n", "remove a.b",
       "[a.bc]\n[\"a.b\"]\n"},
      {"headers and dots", "a.b.c = 1\nz = 1\n[a.d]\nx = 1\n[e]\n", "remove a", "z = 1\n[e]\n"},
      {"a quoted one", "[accounts]\n[accounts.\"user@example.org\"]\nx = 1\n",
       "remove accounts.'user@example.org'", "[accounts]\n"},
      {"in braces", "[t]\na = { x = 1 } # x\nb = 1\n", "remove t.a", "[t]\nb = 1\n"},
  });
}

TEST_CASE("of a table that is there, only what differs is changed") {
  check_also_crlf({
      {"header", "[t]\na = 0x1 # one\nb = 2\n# about c\nc = 3\n\n[u]\n",
       "set t = { a = 1, b = 5, d = 6 }", "[t]\na = 0x1 # one\nb = 5\nd = 6\n\n[u]\n"},
      {"braces", "t = { a = 0x1, b = 2, c = 3 } # x\n", "set t = { a = 1, c = 4, e = 5 }",
       "t = { a = 0x1, c = 4, e = 5 } # x\n"},
      {"dots", "t.a = 0x1\nt.b = 2\nz = 1\n", "set t = { a = 1, c = 4 }",
       "t.a = 0x1\nt.c = 4\nz = 1\n"},
      {"tables in it", "[t.a]\nx = 0x1\n\n[t.b]\ny = 1\n\n[z]\n",
       "set t = { a = { x = 1, y = 2 }, c = { y = 1 } }",
       "[t.a]\nx = 0x1\ny = 2\n\n[t.c]\ny = 1\n\n[z]\n"},
      {"nothing in it any more", "[t]\na = 1\n[t.b]\nx = 1\n[z]\n", "set t = {}", "[t]\n[z]\n"},
      {"a table becomes empty", "[t]\na.b = 1\n", "set t = { a = {} }", "[t]\na = {}\n"},
      {"a table for a value", "[t]\na = 1\n", "set t = { a = { b = 1 } }", "[t]\na = { b = 1 }\n"},
  });
}

TEST_CASE("several edits, one after the other") {
  auto editor = toml::Editor::open("# the file\n\n[domains.\"example.org\"]\n");
  REQUIRE(editor);
  for (const auto& edit :
       {"add accounts.mjl = { domain = 'example.org' }",
        "set accounts.mjl.destinations.'mjl@example.org' = {}", "set accounts.mjl.disabled = true",
        "remove accounts.mjl.disabled", "add domains.'example.com' = { description = 'second' }"}) {
    CAPTURE(edit);
    REQUIRE(test::perform(*editor, edit));
  }
  CHECK(editor->text() == "# the file\n"
                          "\n"
                          "[domains.\"example.org\"]\n"
                          "\n"
                          "[domains.\"example.com\"]\n"
                          "description = \"second\"\n"
                          "\n"
                          "[accounts.mjl]\n"
                          "domain = \"example.org\"\n"
                          "\n"
                          "[accounts.mjl.destinations.\"mjl@example.org\"]\n");
  const auto* accounts = editor->document().find("accounts");
  REQUIRE(accounts != nullptr);
  CHECK(accounts->place.line == 8);
}

TEST_CASE("what cannot be changed is refused, with its place, and stays") {
  struct Refused {
    std::string before;
    std::string edit;
    toml::Place place;
    std::string want;
  };

  const std::vector<Refused> rows = {
      {"a = 1\n", "remove b", {0, 0}, "b does not exist"},
      {"\n[a]\nb = 1\n", "remove a.c", {2, 2}, "a.c does not exist"},
      {"\n[a]\nb = 1\n", "add a.b = {}", {3, 1}, "a.b exists already"},
      {"[a.b]\n", "add a = {}", {1, 2}, "a exists already"},
      {"\na = 1\n", "set a.b = 1", {2, 1}, "a is not a table: change a.b on this line by hand"},
      {"\na = 1\n", "remove a.b", {2, 1}, "a is not a table: change a.b on this line by hand"},
      {"[a]\n\n[[a.'b c']]\nx = 1\n",
       "set a.'b c'.x = 2",
       {3, 5},
       "a.\"b c\" is not a table: change a.\"b c\".x on this line by hand"},
      {"a = [{ x = 1 }]\n",
       "add a.x.y = {}",
       {1, 1},
       "a is not a table: change a.x.y on this line by hand"},
      {"a = 1\n",
       "set b = [1979-05-27]",
       {0, 0},
       "the value for b is a date, or not UTF-8: write it by hand"},
      {"a = 1\n", "add b = { c = 1979-05-27 }", {0, 0}, "the value for b is a date"},
      {"\n[a]\n",
       "set a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a = 'x'",
       {2, 2},
       "cannot be changed without changing other lines too: set it to \"x\" by hand (the change "
       "would "
       "give: more than 32 arrays and tables in each other)"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.before, row.edit);
    auto editor = toml::Editor::open(row.before);
    REQUIRE(editor);
    const auto done = test::perform(*editor, row.edit);
    REQUIRE_FALSE(done);
    CAPTURE(done.error().text);
    CHECK(done.error().text.find(row.want) != std::string::npos);
    CHECK(done.error().place.line == row.place.line);
    CHECK(done.error().place.column == row.place.column);
    CHECK(editor->text() == row.before);
  }
  auto editor = toml::Editor::open("a = 1\n");
  REQUIRE(editor);
  CHECK(editor->set({}, {.data = true}).error().text == "no key is named");
  CHECK(editor->remove({}).error().text == "no key is named");
  CHECK(editor->set({"a\xFF"}, {.data = true}).error().text == "\"a\xEF\xBF\xBD\" is not UTF-8");
  CHECK_FALSE(editor->set({"a"}, {.data = "\xFF"s}));
  CHECK_FALSE(editor->set({"a"}, {.data = toml::Table{{{.key = "\xFF"}}}}));
  CHECK(editor->text() == "a = 1\n");
  CHECK_FALSE(toml::Editor::open("a = "));
}
