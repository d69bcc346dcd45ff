#include "message/field.h"
#include "message/parser.h"
#include "reportmessage/compose.h"
#include "reportmessage/find.h"
#include "support/catch.h"

#include <string>
#include <string_view>

using namespace mox;
using namespace mox::reportmessage;

namespace {

Composition sample(Kind kind) {
  return {.kind = kind,
          .subject = {"example.org", "mail.example", "20261130.example.org", 1'700'000'000,
                      1'700'086'399},
          .from = "postmaster@mail.example",
          .to = {"a@example.org", "b@example.org"},
          .date = "Mon, 30 Nov 2026 22:00:00 +0000",
          .message_id = "<1@mail.example>",
          .user_agent = "mox/1",
          .text = "A report is attached.\nSincerely",
          .report = kind == Kind::dmarc ? "<feedback/>" : "{\"policies\":[]}",
          .boundary = "_b"};
}

std::string found(const Composition& composition) {
  std::string report;
  const auto content = composition.kind == Kind::dmarc ? Content::xml : Content::json;
  const auto result = find(compose(composition), content, [&report](std::string bytes) -> Result<> {
    report = std::move(bytes);
    return ok();
  });
  return result ? report : result.error().text;
}

} // namespace

TEST_CASE("a composed report is found again") {
  for (const auto kind : {Kind::dmarc, Kind::tlsrpt}) {
    auto composition = sample(kind);
    CHECK(found(composition) == composition.report);
    composition.report +=
        std::string(100'000, ' ') + std::string(kind == Kind::dmarc ? "<x/>" : "");
    CHECK(found(composition) == composition.report);
    const auto message = compose(composition);
    const auto parsed = message::parse(message);
    CHECK(parsed.structure.problems.empty());
    REQUIRE(parsed.structure.parts.size() == 3);
    CHECK(parsed.structure.root().subtype == (kind == Kind::dmarc ? "mixed" : "report"));
    CHECK(parsed.structure.parts[2].subtype == (kind == Kind::dmarc ? "gzip" : "tlsrpt+gzip"));
    for (std::size_t at = 0; at < message.size();) {
      const auto end = message.find("\r\n", at);
      REQUIRE(end != std::string::npos);
      CHECK(end - at <= 78);
      at = end + 2;
    }
  }
}

TEST_CASE("a composed report: its header fields") {
  const auto dmarc = compose(sample(Kind::dmarc));
  const message::Fields fields(dmarc);
  CHECK(fields.text("Subject") ==
        "Report Domain: example.org Submitter: mail.example Report-ID: <20261130.example.org>");
  CHECK(fields.text("To") == "a@example.org, b@example.org");
  CHECK(dmarc.find("filename=\"mail.example!example.org!1700000000!1700086399.xml.gz\"") !=
        std::string::npos);
  CHECK(fields.find("TLS-Required") == nullptr);
  const auto tlsrpt = compose(sample(Kind::tlsrpt));
  const message::Fields more(tlsrpt);
  CHECK(more.text("TLS-Report-Domain") == "example.org");
  CHECK(more.text("TLS-Report-Submitter") == "mail.example");
  CHECK(more.text("TLS-Required") == "No");
  CHECK(more.text("Content-Type") == "multipart/report; report-type=\"tlsrpt\"; boundary=\"_b\"");
}

TEST_CASE("a composed report: no value begins another field") {
  auto composition = sample(Kind::dmarc);
  composition.subject.domain = "example.org\r\nBcc: evil@example.net";
  composition.subject.id = "x\nTo: y";
  const auto message = compose(composition);
  const message::Fields fields(message);
  CHECK(fields.find("Bcc") == nullptr);
  CHECK(fields.find_all("To").size() == 1);
}
