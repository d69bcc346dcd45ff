#include "message/subject.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox::message;

namespace {

struct Row {
  std::string_view subject;
  std::string_view base;
  bool is_response = false;
};

// RFC 5256 section 2.1.
const std::vector<Row> rows = {
    {"", ""},
    {"Hello", "hello"},
    {"  a \t  b\r\n c ", "a b c"},
    {"Re: Hello", "hello", true},
    {"RE:Hello", "hello", true},
    {"re : hello", "hello", true},
    {"Fw: hello", "hello", true},
    {"FWD: hello", "hello", true},
    {"Re: Re: Fwd: hello", "hello", true},
    {"Re[2]: hello", "hello", true},
    {"Re [a b] : hello", "hello", true},
    {"[list] hello", "hello"},
    {"[list] Re: [list] hello", "hello", true},
    {"Re: [list] [other] hello", "hello", true},
    {"hello (fwd)", "hello", true},
    {"Re: hello (fwd) (fwd)", "hello", true},
    {"[Fwd: hello]", "hello", true},
    {"[Fwd: Re: [list] hello (fwd)]", "hello", true},
    {"[only]", "[only]"},
    {"[a] [b]", "[b]"},
    {"Re: [only]", "[only]", true},
    {"Re:", "", true},
    {"Re", "re"},
    {"Reply", "reply"},
    {"Re[2 hello", "re[2 hello"},
    {"[[nested]] hello", "[[nested]] hello"},
    {"=?utf-8?q?Re=3A_hello?=", "hello", true},
    {"=?iso-8859-1?q?Re:_=C4?=", "\xc3\xa4", true},
    {"Re: \xc3\x84", "\xc3\xa4", true},
    {"hello [list]", "hello [list]"},
    {"(fwd)", "", true},
};

} // namespace

TEST_CASE("base subjects") {
  for (const Row& row : rows) {
    CAPTURE(row.subject);
    CHECK(base_subject(row.subject) == BaseSubject{std::string(row.base), row.is_response});
  }
}

TEST_CASE("a subject with a NUL has no base") {
  CHECK(base_subject(std::string_view("Re: a\0b", 7)) == BaseSubject{});
}

TEST_CASE("hostile subjects take little time") {
  for (const std::string_view piece : {"Re:", "[a]", "[", "]", "[Fwd:", "(fwd)", "Re[", " "}) {
    std::string text;
    while (text.size() < 1'000'000) text += piece;
    CAPTURE(piece);
    CHECK(base_subject(text).text.size() <= 4096);
  }
}
