#include "message/content_type.h"
#include "support/catch.h"
#include "text/utf8.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace mox::message;

namespace {

// "type/subtype;name=value;…"; empty when there is none.
std::string shown(std::string_view body) {
  const auto parsed = parse_content_type(body);
  if (!parsed) return "";
  auto text = parsed->type + "/" + parsed->subtype;
  for (const auto& [name, value] : parsed->parameters) {
    text.append(";").append(name).append("=").append(value);
  }
  return text;
}

struct Row {
  std::string_view body;
  std::string_view want;
};

const std::vector<Row> types = {
    {"text/plain", "text/plain"},
    {"TEXT/Plain; CharSet=UTF-8", "text/plain;CharSet=UTF-8"},
    {" (a) text (b) / (c) plain (d) ; (e) charset (f) = (g) utf-8 (h)", "text/plain;charset=utf-8"},
    {"text/plain;\r\n\tcharset=\"us-ascii\"", "text/plain;charset=us-ascii"},
    {"text/plain; name=\"a \\\"b\\\" ; c\"", "text/plain;name=a \"b\" ; c"},
    {"text/plain; name=\"\"", "text/plain;name="},
    {"text/plain; a=1; a=2", "text/plain;a=1;a=2"},
    {"application/vnd.x+json", "application/vnd.x+json"},
    // Broken.
    {"", ""},
    {"text", ""},
    {"text/", ""},
    {"/plain", ""},
    {"(text/plain", ""},
    {"text/plain;", "text/plain"},
    {"text/plain;;; a=1;;", "text/plain;a=1"},
    {"text/plain; charset", "text/plain"},
    {"text/plain; charset=", "text/plain;charset="},
    {"text/plain; =x; a=1", "text/plain;a=1"},
    {"text/plain; junk \"a;b\" (c;d); a=1", "text/plain;a=1"},
    {"text/plain charset=utf-8", "text/plain;charset=utf-8"},
    {"text/plain; a=1 b=2", "text/plain;a=1;b=2"},
    {"text/plain; name=a[1].txt; b=2", "text/plain;name=a[1].txt;b=2"},
    {"text/plain; name=a file.txt; b=2", "text/plain;name=a;b=2"},
    {"text/plain; name==?utf-8?q?a?=; b=2", "text/plain;name==?utf-8?q?a?=;b=2"},
    {"text/plain; name=\"open; b=2", "text/plain;name=open; b=2"},
    {"text/plain; name=\xc3\xa4", "text/plain;name=\xc3\xa4"},
};

// RFC 2231, of the parameter "n".
const std::vector<Row> decoded = {
    {"n=plain", "plain"},
    {"N=plain", "plain"},
    {"n*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", "This is ***fun***"},
    {"n*0=\"ftp://\"; n*1=\"cs.example/x\"", "ftp://cs.example/x"},
    {"n*0*=us-ascii'en'This%20is%20even%20more%20; n*1*=%2A%2A%2Afun%2A%2A%2A%20; "
     "n*2=\"isn't it!\"",
     "This is even more ***fun*** isn't it!"},
    {"n*1=b; n*0=a; n*2=c", "abc"},
    {"n*10=k; n*9=j; n*0=a; n*1=b", "ab"},
    {"n*=utf-8''%c3%a4", "\xc3\xa4"},
    {"n*0*=utf-8''%c3; n*1*=%a4", "\xc3\xa4"},
    {"n*=iso-8859-15''%A4", "\xe2\x82\xac"},
    {"n*=''%c3%a4", "\xc3\xa4"},
    {"n=old; n*=utf-8''new", "new"},
    {"n*=utf-8''new; n=old", "new"},
    // Against the rules.
    {"n==?utf-8?q?=C3=A4?=", "\xc3\xa4"},
    {"n=\"=?utf-8?q?=C3=A4?= x\"", "\xc3\xa4 x"},
    {"n=\xe4", "\xc3\xa4"},
    {"n*=no-quotes%20", "no-quotes "},
    {"n*=utf-8''%", "%"},
    {"n*=utf-8''%4", "%4"},
    {"n*=utf-8''%zz", "%zz"},
    {"n*0=a; n*0=b; n*1=c", "a"},
    {"n*0=a; n*2=c", "a"},
    {"n*1=b", "b"},
    {"n*x=b; n=a", "a"},
    {"n*99999999=b; n=a", "a"},
    {"name=other", "(none)"},
};

} // namespace

TEST_CASE("Content-Type fields are read") {
  for (const Row& row : types) {
    CAPTURE(row.body);
    CHECK(shown(row.body) == row.want);
  }
}

TEST_CASE("parameters are decoded") {
  for (const Row& row : decoded) {
    CAPTURE(row.body);
    const auto parsed = parse_content_type("a/b; " + std::string(row.body));
    REQUIRE(parsed);
    CHECK(decoded_parameter(parsed->parameters, "n").value_or("(none)") == row.want);
  }
}

TEST_CASE("Content-Disposition fields are read") {
  const auto parsed = parse_disposition("ATTACHMENT; filename=\"a b\"; size=3");
  REQUIRE(parsed);
  CHECK(parsed->type == "attachment");
  CHECK(parsed->parameters == std::vector<Parameter>{{"filename", "a b"}, {"size", "3"}});
  CHECK(parse_disposition("inline")->parameters.empty());
  CHECK(!parse_disposition(""));
  CHECK(!parse_disposition("; filename=x"));
}

TEST_CASE("file names") {
  const std::vector<Parameter> type = {{"name", "t"}};
  CHECK(file_name(type, Disposition{"attachment", {{"filename", "d"}}}) == "d");
  CHECK(file_name(type, Disposition{"attachment", {}}) == "t");
  CHECK(file_name(type, std::nullopt) == "t");
  CHECK(!file_name({}, std::nullopt));
}

TEST_CASE("languages and tokens") {
  CHECK(parse_languages("en, (x) de-CH,,fr,") == std::vector<std::string>{"en", "de-CH", "fr"});
  CHECK(parse_languages("\"q\"").size() == 1);
  CHECK(parse_languages("").empty());
  CHECK(parse_token(" (c) 7bit; x") == "7bit");
  CHECK(parse_token("\"x\"") == "");
}

TEST_CASE("parameters have a limit, and hostile ones take little time") {
  std::string many = "a/b";
  for (int i = 0; i < 500; ++i) many += "; n*" + std::to_string(i) + "=x";
  const auto parsed = parse_content_type(many);
  REQUIRE(parsed);
  CHECK(parsed->parameters.size() == max_parameters);
  CHECK(decoded_parameter(parsed->parameters, "n") == std::string(max_parameters, 'x'));
  std::string languages;
  for (int i = 0; i < 500; ++i) languages += "en,";
  CHECK(parse_languages(languages).size() == max_parameters);
  for (const std::string_view piece : {";", "(", "\"", "a=", "\\", "a ", "=?", ",", "a=\"b\";"}) {
    std::string text = "a/b;";
    while (text.size() < 500'000) text += piece;
    CAPTURE(piece);
    CHECK(parse_content_type(text)->parameters.size() <= max_parameters);
    CHECK(parse_languages(text).size() <= max_parameters);
  }
}
