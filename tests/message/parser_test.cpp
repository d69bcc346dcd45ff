#include "checked.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace mox::message;
using mox::test::parse_checked;
using mox::test::parse_in_chunks;

namespace {

// The tree on one line: "multipart/mixed[text/plain text/html]".
std::string tree(const Structure& structure, std::uint32_t index = 0) {
  const Part& part = structure.parts[index];
  std::string result = part.type + "/" + part.subtype;
  const auto children = structure.children(index);
  if (children.empty()) return result;
  result += '[';
  for (const auto child : children) {
    if (!result.ends_with('[')) result += ' ';
    result += tree(structure, child);
  }
  return result + ']';
}

std::string_view body_of_part(std::string_view text, const Part& part) {
  return text.substr(part.body_begin, part.body_size());
}

bool has_problem(const Structure& structure, Problem::Kind kind) {
  return std::ranges::any_of(structure.problems, [&](const Problem& p) { return p.kind == kind; });
}

using Kind = Problem::Kind;

struct Row {
  std::string_view name;
  std::string_view text; // with LF; CRLF is tried too
  std::string_view tree;
  std::vector<std::string_view> bodies; // of the leaves, LF
  std::vector<Problem::Kind> problems;
};

const std::vector<Row> rows = {
    {"empty message", "", "text/plain", {""}, {}},
    {"header only", "Subject: a\n", "text/plain", {""}, {Kind::header_without_end}},
    {"header without line end", "Subject: a", "text/plain", {""}, {Kind::header_without_end}},
    {"empty body", "Subject: a\n\n", "text/plain", {""}, {}},
    {"no header", "\nbody\n", "text/plain", {"body\n"}, {}},
    {"no line end", "A: b\n\nbody", "text/plain", {"body"}, {}},
    {"dashes are text", "A: b\n\n--\n--x\n", "text/plain", {"--\n--x\n"}, {}},
    {"folded type",
     "Content-Type: text/html;\n charset=utf-8\n\n<p>\n",
     "text/html",
     {"<p>\n"},
     {}},
    {"two parts",
     "Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\none\n--b\nContent-Type: "
     "text/html\n\ntwo\n\n--b--\nepilogue\n",
     "multipart/mixed[text/plain text/html]",
     {"one", "two\n"},
     {}},
    {"delimiter first",
     "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--",
     "multipart/mixed[text/plain]",
     {"one"},
     {}},
    {"white space after the boundary",
     "Content-Type: multipart/mixed; boundary=\"b \"\n\n--b  \t\n\none\n--b-- \nx",
     "multipart/mixed[text/plain]",
     {"one"},
     {}},
    {"boundary as beginning of a line",
     "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--bc\n--b--c\n--b--\n",
     "multipart/mixed[text/plain]",
     {"--bc\n--b--c"},
     {}},
    {"missing close delimiter",
     "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n",
     "multipart/mixed[text/plain]",
     {"one\n"},
     {Kind::missing_close_delimiter}},
    {"outer delimiter ends inner multipart",
     "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; "
     "boundary=b\n\n--b\n\none\n--a\n\ntwo\n--a--\n",
     "multipart/mixed[multipart/alternative[text/plain] text/plain]",
     {"one", "two"},
     {Kind::missing_close_delimiter}},
    {"inner boundary begins with the outer one",
     "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; "
     "boundary=ab\n\n--ab\n\none\n--ab--\n\n--a\n\ntwo\n--a--\n",
     "multipart/mixed[multipart/alternative[text/plain] text/plain]",
     {"one", "two"},
     {}},
    {"same boundary inside",
     "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; "
     "boundary=a\n\n--a\n\none\n--a--\n--a--\n",
     "multipart/mixed[multipart/mixed[text/plain]]",
     {"one"},
     {}},
    {"delimiter after the close delimiter is epilogue",
     "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n",
     "multipart/mixed[text/plain]",
     {"one"},
     {}},
    {"no boundary parameter",
     "Content-Type: multipart/mixed\n\n--b\n\none\n--b--\n",
     "multipart/mixed",
     {"--b\n\none\n--b--\n"},
     {Kind::missing_boundary, Kind::no_parts}},
    {"delimiter never comes",
     "Content-Type: multipart/mixed; boundary=b\n\ntext\n",
     "multipart/mixed",
     {"text\n"},
     {Kind::no_parts}},
    {"only the close delimiter",
     "Content-Type: multipart/mixed; boundary=b\n\n--b--\n",
     "multipart/mixed",
     {"--b--\n"},
     {Kind::no_parts}},
    {"delimiter in a header",
     "Content-Type: multipart/mixed; boundary=b\n\n--b\nX: y\n--b\n\none\n--b--\n",
     "multipart/mixed[text/plain text/plain]",
     {"", "one"},
     {Kind::header_without_end}},
    {"delimiter right after delimiter",
     "Content-Type: multipart/mixed; boundary=b\n\n--b\n--b\n--b--\n",
     "multipart/mixed[text/plain text/plain]",
     {"", ""},
     {}},
    {"empty body before delimiter",
     "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--b\nX: y\n\n--b--\n",
     "multipart/mixed[text/plain text/plain]",
     {"", ""},
     {}},
    {"digest",
     "Content-Type: multipart/digest; boundary=b\n\n--b\n\nFrom: a\n\none\n--b\nContent-Type: "
     "text/plain\n\ntwo\n--b--\n",
     "multipart/digest[message/rfc822[text/plain] text/plain]",
     {"one", "two"},
     {}},
    {"message in a message",
     "Content-Type: message/rfc822\n\nSubject: inner\nContent-Type: text/html\n\n<p>\n",
     "message/rfc822[text/html]",
     {"<p>\n"},
     {}},
    {"message/global",
     "Content-Type: message/global\n\nSubject: inner\n\nx",
     "message/global[text/plain]",
     {"x"},
     {}},
    {"empty message in a message",
     "Content-Type: message/rfc822\n\n",
     "message/rfc822[text/plain]",
     {""},
     {}},
    {"message part without anything",
     "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n--b--\n",
     "multipart/mixed[message/rfc822[text/plain]]",
     {""},
     {Kind::header_without_end}},
    {"message part whose message is a multipart without end",
     "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
     "Content-Type: multipart/mixed; boundary=c\n--b\n\nx\n--b--\n",
     "multipart/mixed[message/rfc822[multipart/mixed] text/plain]",
     {"", "x"},
     {Kind::header_without_end, Kind::no_parts}},
    {"encoded message is content",
     "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogYQo=\n",
     "message/rfc822",
     {"U3ViamVjdDogYQo=\n"},
     {Kind::encoded_composite}},
    {"encoded multipart is looked into",
     "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: "
     "quoted-printable\n\n--b\n\none\n--b--\n",
     "multipart/mixed[text/plain]",
     {"one"},
     {Kind::encoded_composite}},
    {"malformed type",
     "Content-Type: text\n\nx",
     "text/plain",
     {"x"},
     {Kind::malformed_content_type}},
    {"first type counts",
     "Content-Type: text/html\nContent-Type: text/csv\n\nx",
     "text/html",
     {"x"},
     {}},
    {"unknown encoding",
     "Content-Transfer-Encoding: x-uuencode\n\nx",
     "text/plain",
     {"x"},
     {Kind::unknown_encoding}},
    {"malformed disposition",
     "Content-Disposition: ;x\n\nx",
     "text/plain",
     {"x"},
     {Kind::malformed_disposition}},
    {"malformed field", "From me\nA: b\n\nx", "text/plain", {"x"}, {Kind::malformed_field}},
    {"bare CR is no line end", "A: b\rc: d\n\nx\r--y", "text/plain", {"x\r--y"}, {}},
};

std::string with_line_end(std::string_view text, std::string_view line_end) {
  std::string result;
  for (const char c : text) {
    if (c == '\n')
      result += line_end;
    else
      result += c;
  }
  return result;
}

std::string nested(std::size_t depth) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) {
    const auto boundary = "b" + std::to_string(i);
    text += fmt::format("Content-Type: multipart/mixed; boundary={0}\n\n--{0}\n", boundary);
  }
  return text + "\nx\n";
}

} // namespace

TEST_CASE("messages are taken apart") {
  for (const Row& row : rows) {
    for (const std::string_view line_end : {"\n", "\r\n"}) {
      CAPTURE(row.name, line_end.size());
      const auto text = with_line_end(row.text, line_end);
      const auto structure = parse_checked(text).structure;
      CHECK(tree(structure) == row.tree);
      std::vector<std::string> bodies;
      for (const Part& part : structure.parts)
        if (structure.children(static_cast<std::uint32_t>(&part - structure.parts.data())).empty())
          bodies.emplace_back(body_of_part(text, part));
      std::vector<std::string> wanted;
      for (const auto body : row.bodies) wanted.push_back(with_line_end(body, line_end));
      CHECK(bodies == wanted);
      std::vector<Problem::Kind> problems;
      for (const Problem& problem : structure.problems) problems.push_back(problem.kind);
      CHECK(problems == row.problems);
      for (const auto kind : problems) CHECK(!describe(kind).empty());
    }
  }
}

TEST_CASE("chunks of every size give the same") {
  const auto text = with_line_end(
      "Subject: \xc3\xa4\nContent-Type: multipart/mixed; boundary=b\n\n-\n--\n--b\n\n-one-\n-\n--b "
      "\n"
      "Content-Type: multipart/alternative; boundary=bb\n\n--bb\n\n--b-\n--bb--\n\n--b\nX: \n"
      "Content-Type: message/rfc822\n\nSubject: x\n\n" +
          std::string(200, '-') + "\n\n--b--\n",
      "\r\n");
  const auto whole = parse_checked(text);
  CHECK(tree(whole.structure) ==
        "multipart/mixed[text/plain multipart/alternative[text/plain] message/rfc822[text/plain]]");
  for (std::size_t size = 1; size <= text.size(); ++size) {
    CAPTURE(size);
    CHECK(parse_in_chunks(text, size).structure == whole.structure);
  }
}

TEST_CASE("the fields of a part are kept") {
  const auto message = parse_checked("Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                                     "--b\r\n"
                                     "Content-Type: TEXT/Plain; charset=UTF-8; Name=\"a b\"\r\n"
                                     "Content-Transfer-Encoding: Base64 (c)\r\n"
                                     "Content-ID: <id@x>\r\n"
                                     "Content-Description: a\r\n  description\r\n"
                                     "Content-MD5: Q2hlY2s=\r\n"
                                     "Content-Language: en, (x) de\r\n"
                                     "Content-Location: http://x/\r\n"
                                     "Content-Disposition: ATTACHMENT; filename=f.txt\r\n\r\n"
                                     "eA==\r\n--b--\r\n");
  const Part& part = message.structure.parts.at(1);
  CHECK(part.is("text", "plain"));
  CHECK(part.parameters == std::vector<Parameter>{{"charset", "UTF-8"}, {"Name", "a b"}});
  CHECK(part.charset() == "UTF-8");
  CHECK(part.encoding == Encoding::base64);
  CHECK(part.id == "<id@x>");
  CHECK(part.description == "a  description");
  CHECK(part.md5 == "Q2hlY2s=");
  CHECK(part.languages == std::vector<std::string>{"en", "de"});
  CHECK(part.location == "http://x/");
  REQUIRE(part.disposition);
  CHECK(part.disposition->type == "attachment");
  CHECK(part.is_attachment);
  CHECK(bodystructure(message.structure) ==
        R"((("TEXT" "PLAIN" ("CHARSET" "UTF-8" "NAME" "a b") "<id@x>" "a  description" "BASE64" 4 )"
        R"(1 "Q2hlY2s=" ("ATTACHMENT" ("FILENAME" "f.txt")) ("en" "de") "http://x/") "MIXED" )"
        R"(("BOUNDARY" "b") NIL NIL NIL))");
  CHECK(body(message.structure) ==
        R"((("TEXT" "PLAIN" ("CHARSET" "UTF-8" "NAME" "a b") "<id@x>" "a  description" "BASE64" 4 )"
        R"(1) "MIXED"))");
}

TEST_CASE("bytes above 127 in any header section are noticed") {
  CHECK(!needs_smtputf8(parse("Subject: a\n\n\xc3\xa4\n").structure));
  CHECK(needs_smtputf8(parse("Subject: \xc3\xa4\n\nx\n").structure));
  CHECK(
      needs_smtputf8(parse("Content-Type: message/rfc822\n\nSubject: \xc3\xa4\n\nx\n").structure));
  CHECK(needs_smtputf8(
      parse("Content-Type: multipart/mixed; boundary=b\n\n--b\nX: 1234567\xc3\xa4\n\nx\n--b--\n")
          .structure));
}

TEST_CASE("parts are taken apart to a depth of 100") {
  const auto at_limit = parse_checked(nested(max_depth)).structure;
  CHECK(at_limit.parts.size() == max_depth + 1);
  CHECK(!has_problem(at_limit, Kind::too_deep));
  const auto beyond = parse_checked(nested(max_depth + 1)).structure;
  CHECK(beyond.parts.size() == max_depth + 1);
  CHECK(has_problem(beyond, Kind::too_deep));
  CHECK(beyond.parts.back().kind == Part::Kind::leaf);

  std::string messages;
  for (int i = 0; i < 100'000; ++i) messages += "Content-Type: message/rfc822\n\n";
  const auto deep = parse_checked(messages).structure;
  CHECK(deep.parts.size() == max_depth + 1);
  CHECK(has_problem(deep, Kind::too_deep));
}

TEST_CASE("beyond 10,000 parts the rest is one part") {
  std::string text = "Content-Type: multipart/mixed; boundary=b\n\n";
  for (std::size_t i = 0; i < max_parts - 2; ++i) text += "--b\n\nx\n";
  const auto below = parse((text + "--b--\n")).structure;
  CHECK(below.parts.size() == max_parts - 1);
  CHECK(!has_problem(below, Kind::too_many_parts));
  text += "--b\n\nlast\n--b\n\nnever\n--b--\n";
  const auto structure = parse_checked(text).structure;
  CHECK(structure.parts.size() == max_parts);
  CHECK(has_problem(structure, Kind::too_many_parts));
  CHECK(body_of_part(text, structure.parts.back()) == "\nlast\n--b\n\nnever\n--b--\n");
}

TEST_CASE("a million parts take little time and memory") {
  std::string text = "Content-Type: multipart/digest; boundary=b\n\n";
  for (int i = 0; i < 1'000'000; ++i) text += "--b\n";
  const auto structure = parse_checked(text).structure;
  CHECK(structure.parts.size() == max_parts);
}

TEST_CASE("a header section is kept up to its limit") {
  std::string text = "Subject: begin\n";
  while (text.size() <= max_header_size) text += "X-Long: " + std::string(1000, 'x') + "\n";
  text += "Content-Type: text/html\n\nbody\n";
  const auto message = parse_checked(text);
  CHECK(message.header.size() == max_header_size);
  CHECK(has_problem(message.structure, Kind::header_too_long));
  CHECK(message.structure.root().is("text", "plain"));
  CHECK(body_of_part(text, message.structure.root()) == "body\n");

  std::string part = "Content-Type: multipart/mixed; boundary=b\n\n--b\n";
  part +=
      "X: " + std::string(max_part_header_size, 'x') + "\nContent-Type: text/html\n\nx\n--b--\n";
  const auto structure = parse_checked(part).structure;
  CHECK(has_problem(structure, Kind::header_too_long));
  CHECK(structure.parts.at(1).is("text", "plain"));
}

TEST_CASE("what is kept of all parts has a limit") {
  std::string text = "Content-Type: multipart/mixed; boundary=b\n\n";
  for (int i = 0; i < 200; ++i)
    text += "--b\nContent-Type: text/html\nContent-Description: " + std::string(60'000, 'd') +
            "\n\nx\n";
  for (int i = 0; i < 5; ++i)
    text += "--b\nContent-Type: message/rfc822\n\nSubject: " + std::string(60'000, 's') + "\n\nx\n";
  text += "--b\nContent-Type: " + std::string(60'000, 't') +
          "/x; charset=utf-8\n"
          "Content-Transfer-Encoding: odd\n\nx\n--b--\n";
  const auto structure = parse_checked(text).structure;
  CHECK(has_problem(structure, Kind::too_much_kept));
  CHECK(structure.parts.at(1).description.size() == 60'000);
  CHECK(structure.parts.at(200).description.empty());
  CHECK(structure.parts.at(200).is("text", "html"));
  CHECK(structure.parts.back().is("application", "octet-stream"));
  CHECK(structure.parts.at(202).envelope == empty_envelope());
  CHECK(bodystructure(structure).size() < 2 * max_kept_size);
}

TEST_CASE("strange bytes and lines do no harm") {
  std::string line;
  line.resize(10'000'000, 'x');
  const auto text = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + line + "\n--b--\n";
  const auto long_line = parse(text).structure;
  CHECK(long_line.parts.at(1).body_size() == line.size());
  CHECK(parse_in_chunks(text, 4096).structure == long_line);

  const auto dashes =
      "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + std::string(5000, '-') + "\n--b--\n";
  CHECK(parse_checked(dashes).structure.parts.at(1).body_size() == 5000);

  const std::string nul("Subject: a\0b\nContent-Type: text/\0\n\n\0\0\n", 38);
  parse_checked(nul);

  const auto boundary = std::string(max_boundary_size, 'b');
  const auto longest = "Content-Type: multipart/mixed; boundary=" + boundary + "\n\n--" + boundary +
                       "\n\nx\n--" + boundary + "--\n";
  CHECK(parse_checked(longest).structure.parts.size() == 2);
  const auto too_long = "Content-Type: multipart/mixed; boundary=b" + boundary + "\n\n--b" +
                        boundary + "\n\nx\n--b" + boundary + "--\n";
  CHECK(has_problem(parse_checked(too_long).structure, Kind::missing_boundary));
}

TEST_CASE("problems beyond a hundred are not recorded") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "not a field\n";
  CHECK(parse_checked(text + "\nx").structure.problems.size() == max_problems);
}

TEST_CASE("the text for the preview is found") {
  const std::string multipart = "Content-Type: multipart/mixed; boundary=b\n\n";
  const std::vector<std::pair<std::string, std::string>> samples = {
      {"A: b\n\ntext\n", "text\n"},
      {"Content-Type: text/html\n\n<p>\n", "<p>\n"},
      {"Content-Type: image/png\n\nx\n", ""},
      {"Content-Disposition: attachment\n\nx\n", ""},
      {multipart + "--b\nContent-Type: image/png\n\nx\n--b\n\ntext\n--b--\n", "text\n"},
      {multipart + "--b\n\n \n\n--b\n\ntext\n--b--\n", "text\n"},
      {multipart + "--b\nContent-Type: message/rfc822\n\nA: b\n\ninner\n--b--\n", ""},
      {"Content-Type: multipart/signed; boundary=b\n\n--b\nContent-Type: "
       "x/y\n\nx\n--b\n\ntext\n--b--\n",
       ""},
      {"Content-Type: multipart/signed; boundary=b\n\n--b\n\ntext\n--b--\n", "text\n"},
      {"Content-Type: multipart/encrypted; boundary=b\n\n--b\n\ntext\n--b--\n", ""},
  };
  for (const auto& [text, sample] : samples) {
    CAPTURE(text);
    CHECK(parse_checked(text).sample == sample);
  }
  const auto large = parse("\n" + std::string(max_sample_size + 10, 'x'));
  CHECK(large.sample.size() == max_sample_size);
}
