// Messages that carry a report to those who want it (RFC 7489 section 7.2.1.1, RFC 8460
// section 5.3). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::reportmessage {

enum class Kind : std::uint8_t {
  dmarc,  // multipart/mixed with application/gzip
  tlsrpt, // multipart/report with application/tlsrpt+gzip
};

// About whom, by whom, and when.
struct Subject {
  std::string domain;     // the report is about it
  std::string submitter;  // the host or domain that sends it
  std::string id;         // of the report
  std::int64_t begin = 0; // seconds since 1970, UTC
  std::int64_t end = 0;
};

struct Composition {
  Kind kind = Kind::dmarc;
  Subject subject;
  std::string from;            // an address
  std::vector<std::string> to; // addresses
  std::string date;            // of the Date field
  std::string message_id;      // with its angle brackets
  std::string user_agent;      // left out when empty
  std::string text;            // for people: lines of ASCII that end in LF or CRLF
  std::string report;          // XML or JSON, not compressed
  std::string boundary;        // occurs nowhere in `text`; base64 has none with a "_"
};

// With CRLF, ASCII, and no line of more than 78 bytes where a space allows to break it. Characters
// that could end a line are left out of all fields.
std::string compose(const Composition& composition);

// "Report Domain: example.org Submitter: mail.example Report-ID: <id>".
std::string subject_line(const Subject& subject);

// "mail.example!example.org!1700000000!1700086399.xml.gz".
std::string file_name(Kind kind, const Subject& subject);

} // namespace mox::reportmessage
