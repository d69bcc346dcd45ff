// The Received header field that a server adds (RFC 5321 section 4.4). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mox::smtp {

// A domain as shown: with `ascii` set when `name` is not ASCII; then the ASCII form follows as a
// comment.
struct ShownDomain {
  std::string_view name;
  std::string_view ascii;
};

// All are views for the time of the call. IP addresses without brackets. Line ends and other
// control characters never reach the header, whatever the parts hold.
struct Received {
  ShownDomain from; // what EHLO said; empty when it was an address literal or nothing usable
  std::string_view remote_name; // the verified reverse name; left out when it equals from.name
  std::string_view remote_ip;   // empty hides it, as for submission
  // "uid 33": the message came from that user of this host, through no network; from.name is the
  // user's name.
  std::string_view local_user;
  ShownDomain by;
  std::string_view local_ip;
  bool utf8 = false; // with SMTPUTF8: UTF8SMTP instead of ESMTP (RFC 6531 section 4.3)
  bool extended = true;
  bool tls = false;
  bool authenticated = false;
  bool require_tls = false;
  std::string_view id;
  std::string_view tls_version;  // "TLS1.3"
  std::string_view cipher_suite; // "TLS_AES_128_GCM_SHA256"
  std::string_view login;        // of who submits; empty leaves it out, as for all but tests
  std::string_view recipient;    // "a@b.example" without brackets; empty leaves "for" out
  std::int64_t date = 0;         // unix seconds
  std::int16_t zone = 0;         // minutes east of UTC
};

// "SMTP", "ESMTPSA", "UTF8SMTPS" (RFC 3848, RFC 6531).
std::string with_protocol(const Received& received);

// The whole field with its CRLF, folded at 78 columns where its parts allow:
//   Received: from a.example (ptr.example [192.0.2.1]) by mx.example ([192.0.2.2]) via tcp with
//   ESMTPS id ID (TLS1.3 CIPHER) (Authenticated sender: login) for <rcpt>; date
// or, from a user of this host:
//   Received: from www-data (uid 33) by mx.example with ESMTP id ID for <rcpt>; date
std::string format_received(const Received& received);

// "Sat, 21 Nov 2026 00:28:22 +0000" (RFC 5322 section 3.3).
std::string format_date(std::int64_t seconds, std::int16_t zone);

} // namespace mox::smtp
