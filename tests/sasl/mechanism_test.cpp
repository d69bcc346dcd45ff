// PLAIN and LOGIN, step by step, with every wrong form.
#include "sasl/mechanism.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using sasl::Refusal;
using namespace std::literals;

namespace {

// What a step says, as text: "user=… password=…", "challenge …" or the refusal.
std::string show(const sasl::Step& step) {
  if (const auto* challenge = std::get_if<sasl::Challenge>(&step))
    return "challenge " + challenge->text;
  if (const auto* credentials = std::get_if<sasl::Credentials>(&step))
    return credentials->user + ' ' + std::string(credentials->password.view());
  switch (std::get<Refusal>(step)) {
  case Refusal::malformed: return "malformed";
  case Refusal::other_user: return "other user";
  case Refusal::out_of_order: return "out of order";
  }
  return "?";
}

} // namespace

TEST_CASE("mechanisms by name") {
  struct Row {
    std::string_view name;
    bool known;
  };

  for (const auto& row :
       {Row{"PLAIN", true}, Row{"plain", true}, Row{"LOGIN", true}, Row{"LoGiN", true},
        Row{"", false}, Row{"PLAIN ", false}, Row{"PLAI", false}, Row{"PLAIN\0"sv, false},
        Row{"CRAM-MD5", false}, Row{"SCRAM-SHA-256", false}, Row{"EXTERNAL", false}}) {
    CAPTURE(row.name);
    CHECK((sasl::make_mechanism(row.name) != nullptr) == row.known);
  }
}

TEST_CASE("PLAIN (RFC 4616 section 2)") {
  const std::string long_field(1024, 'x');
  const std::string longer_field(1025, 'x');

  struct Row {
    const char* name;
    std::string message;
    std::string want;
  };

  const std::vector<Row> rows = {
      {"as usual", "\0mjl\0secret"s, "mjl secret"},
      {"the example of the RFC", "\0tim\0tanstaaftanstaaf"s, "tim tanstaaftanstaaf"},
      {"oneself as the other", "mjl\0mjl\0secret"s, "mjl secret"},
      {"a password with spaces", "\0mjl\0 a b "s, "mjl  a b "},
      {"a user with an at sign", "\0mjl@mox.example\0x"s, "mjl@mox.example x"},
      {"normal form C", "\0e\xCC\x81\0x"s, "\xC3\xA9 x"},
      {"the same user in two forms", "\xC3\xA9\0e\xCC\x81\0x"s, "\xC3\xA9 x"},
      {"the password stays as it is", "\0mjl\0e\xCC\x81"s, "mjl e\xCC\x81"},
      {"control characters are for the check", "\0mjl\0a\tb"s, "mjl a\tb"},
      {"somebody else", "root\0mjl\0secret"s, "other user"},
      {"case matters", "MJL\0mjl\0secret"s, "other user"},
      {"empty", "", "malformed"},
      {"no NUL", "secret", "malformed"},
      {"one NUL", "mjl\0secret"s, "malformed"},
      {"three NULs", "\0mjl\0secret\0"s, "malformed"},
      {"a NUL in the password", "\0mjl\0sec\0ret"s, "malformed"},
      {"two NULs alone", "\0\0"s, "malformed"},
      {"no user", "\0\0secret"s, "malformed"},
      {"no user, but another", "mjl\0\0secret"s, "malformed"},
      {"no password", "\0mjl\0"s, "malformed"},
      {"bad UTF-8 in the user", "\0mj\xFF\0secret"s, "malformed"},
      {"bad UTF-8 in the password", "\0mjl\0\xC3"s, "malformed"},
      {"bad UTF-8 in the other", "\x80\0mjl\0secret"s, "malformed"},
      {"the longest", '\0' + long_field + '\0' + long_field, long_field + ' ' + long_field},
      {"a user too long", '\0' + longer_field + '\0' + 'x', "malformed"},
      {"a password too long", "\0mjl\0"s + longer_field, "malformed"},
      {"an other too long", longer_field + '\0' + longer_field + '\0' + 'x', "malformed"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto at_once = sasl::make_mechanism("PLAIN");
    CHECK(show(at_once->start(row.message)) == row.want);
    CHECK(show(at_once->next(row.message)) == "out of order");
    const auto asked = sasl::make_mechanism("PLAIN");
    CHECK(show(asked->start(std::nullopt)) == "challenge ");
    CHECK(show(asked->next(row.message)) == row.want);
    CHECK(show(asked->next(row.message)) == "out of order");
  }
}

TEST_CASE("LOGIN") {
  const std::string longer_field(1025, 'x');

  struct Row {
    const char* name;
    std::vector<std::string> responses;
    std::string want; // of the last
  };

  const std::vector<Row> rows = {
      {"as usual", {"mjl", "secret"}, "mjl secret"},
      {"the user alone", {"mjl"}, "challenge Password:"},
      {"normal form C of the user", {"e\xCC\x81", "e\xCC\x81"}, "\xC3\xA9 e\xCC\x81"},
      {"no user", {""}, "malformed"},
      {"a NUL in the user", {"m\0jl"s}, "malformed"},
      {"bad UTF-8 in the user", {"\xFF"}, "malformed"},
      {"a user too long", {longer_field}, "malformed"},
      {"no password", {"mjl", ""}, "malformed"},
      {"a NUL in the password", {"mjl", "\0secret"s}, "malformed"},
      {"bad UTF-8 in the password", {"mjl", "\xC0\x80"}, "malformed"},
      {"a password too long", {"mjl", longer_field}, "malformed"},
      {"PLAIN's message instead", {"\0mjl\0secret"s}, "malformed"},
      {"after the end", {"mjl", "secret", "secret"}, "out of order"},
      {"after a wrong user", {"", "secret"}, "out of order"},
      {"after a wrong password", {"mjl", "", "secret"}, "out of order"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto at_once = sasl::make_mechanism("LOGIN");
    auto step = at_once->start(row.responses.front());
    for (std::size_t i = 1; i < row.responses.size(); ++i) step = at_once->next(row.responses[i]);
    CHECK(show(step) == row.want);
    const auto asked = sasl::make_mechanism("LOGIN");
    CHECK(show(asked->start(std::nullopt)) == "challenge Username:");
    for (const auto& response : row.responses) step = asked->next(response);
    CHECK(show(step) == row.want);
  }
}
