// Of an array only the elements change that are not the same: lines and comments of the others
// stay.
#include "edits.h"
#include "support/catch.h"
#include "toml/alignment.h"

#include <string>
#include <vector>

using namespace mox;

namespace {

struct Row {
  const char* name;
  std::string before;
  std::string after_value;
  std::string after;
};

void check(const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    CAPTURE(row.name, row.before, row.after_value);
    auto editor = toml::Editor::open(row.before);
    if (!editor) FAIL(editor.error().text);
    const auto done = test::perform(*editor, "set a = " + row.after_value);
    if (!done) FAIL(done.error().text);
    CHECK(editor->text() == row.after);
  }
}

} // namespace

TEST_CASE("an array on one line") {
  check({
      {"append", "a = [1, 2] # x\n", "[1, 2, 3]", "a = [1, 2, 3] # x\n"},
      {"append, tight", "a = [1,2]\n", "[1, 2, 3]", "a = [1,2,3]\n"},
      {"append, with spaces", "a = [ 1, 2 ]\n", "[1, 2, 3]", "a = [ 1, 2, 3 ]\n"},
      {"append behind a comma", "a = [1, 2,]\n", "[1, 2, 3]", "a = [1, 2, 3,]\n"},
      {"insert", "a = [0x1, 2]\n", "[1, 3, 2]", "a = [0x1, 3, 2]\n"},
      {"insert at the front", "a = [ 0x1, 2 ]\n", "[0, 1, 2]", "a = [ 0, 0x1, 2 ]\n"},
      {"into an empty one", "a = []\n", "['x']", "a = [\"x\"]\n"},
      {"remove the first", "a = [1, 0x2]\n", "[2]", "a = [0x2]\n"},
      {"remove the middle", "a = [1, 2, 0x3]\n", "[1, 3]", "a = [1, 0x3]\n"},
      {"remove the last", "a = [0x1, 2]\n", "[1]", "a = [0x1]\n"},
      {"remove all", "a = [1, 2]\n", "[]", "a = []\n"},
      {"change", "a = [0x1, 2, 0x3]\n", "[1, 'x', 3]", "a = [0x1, \"x\", 0x3]\n"},
      {"other order", "a = [1, 2, 3]\n", "[3, 1, 2]", "a = [3, 1, 2]\n"},
      {"tables", "a = [{ x = 0x1 }, { x = 2 }]\n", "[{ x = 1 }, { x = 3 }]",
       "a = [{ x = 0x1 }, { x = 3 }]\n"},
      {"in brackets", "a = [[0x1], [2]]\n", "[[1], [2, 3]]", "a = [[0x1], [2, 3]]\n"},
  });
}

TEST_CASE("an array over several lines") {
  check({
      {"append", "a = [\n  1, # one\n  2, # two\n]\n", "[1, 2, 3]",
       "a = [\n  1, # one\n  2, # two\n  3,\n]\n"},
      {"append, no comma", "a = [\n\t1, # one\n\t2 # two\n]\n", "[1, 2, 3]",
       "a = [\n\t1, # one\n\t2, # two\n\t3\n]\n"},
      {"append, comments at the end", "a = [\n  1,\n  # end\n]\n", "[1, 2]",
       "a = [\n  1,\n  2,\n  # end\n]\n"},
      {"append, CRLF", "a = [\r\n  1,\r\n]\r\n", "[1, 2]", "a = [\r\n  1,\r\n  2,\r\n]\r\n"},
      {"insert at the front", "a = [ # list\n  # about one\n  1,\n]\n", "[0, 1]",
       "a = [ # list\n  0,\n  # about one\n  1,\n]\n"},
      {"insert", "a = [\n  1, # one\n  # about two\n  2,\n]\n", "[1, 9, 2]",
       "a = [\n  1, # one\n  9,\n  # about two\n  2,\n]\n"},
      {"into an empty one", "a = [\n]\n", "[1, 2]", "a = [\n  1,\n  2,\n]\n"},
      {"into one with a comment", "  a = [ # none\n  # yet\n  ]\n", "[1]",
       "  a = [ # none\n    1,\n  # yet\n  ]\n"},
      {"remove the first", "a = [\n  1, # one\n  0x2, # two\n]\n", "[2]",
       "a = [\n  0x2, # two\n]\n"},
      {"remove with the comment above", "a = [\n  # about one\n  1,\n  # about two\n  2,\n]\n",
       "[2]", "a = [\n  # about two\n  2,\n]\n"},
      {"a comment for several elements stays", "a = [\n  # small\n  1,\n  2,\n  # large\n  9,\n]\n",
       "[2, 9]", "a = [\n  # small\n  2,\n  # large\n  9,\n]\n"},
      {"remove the last, no comma", "a = [\n  1, # one\n  2 # two\n]\n", "[1]",
       "a = [\n  1 # one\n]\n"},
      {"remove all", "a = [\n  1, # one\n]\n", "[]", "a = [\n]\n"},
      {"change", "a = [\n  1, # one\n  2, # two\n]\n", "[1, 3]",
       "a = [\n  1, # one\n  3, # two\n]\n"},
      {"several on a line", "a = [\n  1, 2,\n  3, 4,\n]\n", "[1, 5, 2, 3, 4, 6]",
       "a = [\n  1, 5, 2,\n  3, 4,\n  6,\n]\n"},
      {"commas at the beginning of lines", "a = [\n  1 # one\n  , 2 # two\n]\n", "[1, 2, 3]",
       "a = [\n  1 # one\n  , 2, # two\n  3\n]\n"},
      {"commas at the beginning of lines, removed", "a = [\n  1 # one\n  , 2 # two\n]\n", "[1]",
       "a = [\n  1 # one\n  ]\n"},
      {"brackets in strings and comments", "a = [\n  ']', # ]\n  \"\\\"]\", '''\n]'''\n]\n",
       "[']', '\"]', 'x']", "a = [\n  ']', # ]\n  \"\\\"]\", \"x\"\n]\n"},
  });
}

TEST_CASE("an array of tables with headers") {
  const std::string two = "z = 1\n\n# about one\n[[a]]\nx = 0x1 # one\n\n[a.sub]\ny = 1\n\n# about "
                          "two\n[[a]]\nx = 2\n\n[end]\n";
  check({
      {"append", two, "[{ x = 1, sub = { y = 1 } }, { x = 2 }, { x = 3, s.t = 1 }]",
       "z = 1\n\n# about one\n[[a]]\nx = 0x1 # one\n\n[a.sub]\ny = 1\n\n# about two\n[[a]]\nx = "
       "2\n\n[[a]]\nx = 3\n\n[a.s]\nt = 1\n\n[end]\n"},
      {"append at the end of the text", "[[a]]\nx = 1", "[{ x = 1 }, { x = 2 }, { x = 3 }]",
       "[[a]]\nx = 1\n\n[[a]]\nx = 2\n\n[[a]]\nx = 3\n"},
      {"insert at the front", two, "[{ x = 0 }, { x = 1, sub = { y = 1 } }, { x = 2 }]",
       "z = 1\n\n[[a]]\nx = 0\n\n# about one\n[[a]]\nx = 0x1 # one\n\n[a.sub]\ny = 1\n\n# about "
       "two\n[[a]]\nx = 2\n\n[end]\n"},
      {"insert", two, "[{ x = 1, sub = { y = 1 } }, { x = 9 }, { x = 2 }]",
       "z = 1\n\n# about one\n[[a]]\nx = 0x1 # one\n\n[a.sub]\ny = 1\n\n[[a]]\nx = 9\n\n# about "
       "two\n[[a]]\nx = 2\n\n[end]\n"},
      {"remove the first", two, "[{ x = 2 }]", "z = 1\n\n# about two\n[[a]]\nx = 2\n\n[end]\n"},
      {"remove the last", two, "[{ x = 1, sub = { y = 1 } }]",
       "z = 1\n\n# about one\n[[a]]\nx = 0x1 # one\n\n[a.sub]\ny = 1\n\n[end]\n"},
      {"change", two, "[{ x = 1, sub = { y = 1 } }, { x = 5 }]",
       "z = 1\n\n# about one\n[[a]]\nx = 0x1 # one\n\n[a.sub]\ny = 1\n\n[[a]]\nx = 5\n\n[end]\n"},
      {"all others", two, "[{ x = 7 }]", "z = 1\n\n[[a]]\nx = 7\n\n[end]\n"},
      {"no tables any more", two, "[1]", "z = 1\na = [1]\n\n[end]\n"},
  });
}

TEST_CASE("arrays are aligned by the elements that stay") {
  const auto steps = [](const std::string& before, const std::string& after) {
    const auto array = [](const std::string& text) {
      return std::get<toml::Array>(test::value_of(text).data);
    };
    std::string text;
    for (const auto& step : toml::align(array(before), array(after)))
      text += step.stays ? '=' : step.before && step.after ? '*' : step.before ? '-' : '+';
    return text;
  };
  CHECK(steps("[]", "[]").empty());
  CHECK(steps("[1, 2]", "[1, 2]") == "==");
  CHECK(steps("[1, 2]", "[2]") == "-=");
  CHECK(steps("[2]", "[1, 2, 3]") == "+=+");
  CHECK(steps("[1, 2, 3]", "[1, 5, 3]") == "=*=");
  CHECK(steps("[1, 2, 3, 4]", "[5, 4, 6]") == "*--=+");
}
