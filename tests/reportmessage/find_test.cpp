#include "archive/compress.h"
#include "reportmessage/find.h"
#include "support/catch.h"
#include "text/base64.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using reportmessage::Content;

namespace {

const std::string xml = "<?xml version=\"1.0\"?><feedback/>";

std::string message(std::string_view fields, std::string_view body) {
  return "From: a@example.org\r\nMIME-Version: 1.0\r\n" + std::string(fields) + "\r\n" +
         std::string(body);
}

std::string base64_part(std::string_view type, std::string_view bytes) {
  return "Content-Type: " + std::string(type) + "\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
         text::base64_encode(bytes) + "\r\n";
}

std::string multipart(const std::vector<std::string>& parts, std::string_view subtype = "mixed") {
  std::string body;
  for (const auto& part : parts) body += "--b\r\n" + part;
  return message("Content-Type: multipart/" + std::string(subtype) + "; boundary=b\r\n",
                 body + "--b--\r\n");
}

const std::string note = "Content-Type: text/plain\r\n\r\nA report is attached.\r\n";

// Takes all that is offered and begins as expected; keeps it.
struct Taker {
  std::vector<std::string> offered;
  std::size_t refuse = 0; // the first ones

  Result<> operator()(std::string bytes) {
    offered.push_back(std::move(bytes));
    if (offered.size() <= refuse)
      return failure(ErrorKind::invalid, "refused " + std::to_string(offered.size()));
    return ok();
  }
};

std::string found(std::string_view text, Content content = Content::xml) {
  Taker taker;
  const auto result = reportmessage::find(text, content, std::ref(taker));
  if (!result) return "error: " + result.error().text;
  return taker.offered.back();
}

} // namespace

TEST_CASE(
    "report in a message: alone or among parts, plain or compressed, whatever the type says") {
  const auto gz = archive::gzip(xml);
  CHECK(found(message("Content-Type: text/xml\r\n", xml)) == xml);
  CHECK(found(message("Content-Type: application/gzip\r\nContent-Transfer-Encoding: base64\r\n",
                      text::base64_encode(gz))) == xml);
  for (const std::string_view type :
       {"application/gzip", "application/x-gzip", "application/octet-stream", "application/zip",
        "application/x-zip-compressed; name=x.xml.gz", "text/plain", "nonsense",
        "application/xml"}) {
    CAPTURE(type);
    CHECK(found(multipart({note, base64_part(type, gz)})) == xml);
    CHECK(found(multipart({note, base64_part(type, xml)})) == xml);
  }
  CHECK(found(multipart({"\r\n" + xml + "\r\n"})) == xml); // no type at all
  CHECK(found(multipart({note, base64_part("text/xml", "\xef\xbb\xbf" + xml)})) == xml);
  const auto inner = multipart({note, base64_part("application/gzip", gz)});
  CHECK(found(message("Content-Type: message/rfc822\r\n", inner)) == xml);
}

TEST_CASE("report in a message: JSON") {
  const std::string json = R"({"organization-name":"x"})";
  CHECK(found(multipart({note, base64_part("application/tlsrpt+json", json)}, "report"),
              Content::json) == json);
  CHECK(found(multipart({note, base64_part("application/tlsrpt+gzip", archive::gzip(json))},
                        "report"),
              Content::json) == json);
  CHECK(found(multipart({base64_part("text/xml", xml), base64_part("application/json", json)}),
              Content::json) == json);
}

TEST_CASE("report in a message: HTML is not XML, and words are no report") {
  CHECK(found(multipart({note, "Content-Type: text/html\r\n\r\n<html></html>\r\n"})) ==
        "error: there is no report in XML in it");
  CHECK(found(multipart({note}), Content::json) == "error: there is no report in JSON in it");
  CHECK(found("") == "error: there is no report in XML in it");
}

TEST_CASE("report in a message: the next is tried when one is refused, but not for ever") {
  std::vector<std::string> parts;
  for (int i = 0; i < 20; ++i) parts.push_back(base64_part("text/xml", xml));
  Taker second{.offered = {}, .refuse = 1};
  CHECK(reportmessage::find(multipart(parts), Content::xml, std::ref(second)).has_value());
  CHECK(second.offered.size() == 2);
  Taker never{.offered = {}, .refuse = 1000};
  const auto result = reportmessage::find(multipart(parts), Content::xml, std::ref(never));
  CHECK(result.error().text == "refused 1");
  CHECK(never.offered.size() == 10);
}

TEST_CASE("report in a message: bombs and damaged archives") {
  const auto bomb = archive::gzip(std::string(30 << 20, ' '));
  CHECK(found(multipart({note, base64_part("application/gzip", bomb)})) ==
        "error: the gzip file has more than 20971520 bytes in it");
  CHECK(found(multipart({base64_part("application/gzip", archive::gzip(xml).substr(0, 20))})) ==
        "error: the gzip file is cut short");
  CHECK(found(multipart({base64_part("application/gzip", archive::gzip(archive::gzip(xml)))}))
            .starts_with("\x1f\x8b"));
  Taker taker;
  CHECK(reportmessage::find(std::string((15 << 20) + 1, 'x'), Content::xml, std::ref(taker))
            .error()
            .kind == ErrorKind::full);
}

TEST_CASE("report in a file: with or without a message around it") {
  const auto read = [](std::string_view file) {
    Taker taker;
    const auto result = reportmessage::find_in_file(file, Content::xml, std::ref(taker));
    return result ? taker.offered.back() : "error: " + result.error().text;
  };
  CHECK(read(xml) == xml);
  CHECK(read("\xef\xbb\xbf\n" + xml) == "\n" + xml);
  CHECK(read(archive::gzip(xml)) == xml);
  CHECK(read(message("Content-Type: text/xml\r\n", xml)) == xml);
  CHECK(read("nothing") == "error: there is no report in XML in it");
}
