// The SMTP envelope of a stored message, read back from the fields that our server puts before it
// (smtpserver/trace). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mox::localapi {

// What is not known is empty.
struct Trace {
  std::string mail_from;    // empty: the null sender
  std::string delivered_to; // the recipient whose copy this is
  std::string helo;
  std::string remote_ip; // of who does not submit
  std::string protocol;  // "ESMTPSA"
  std::string id;        // of the connection
  std::string tls_version;
  std::string tls_cipher;
  std::string login; // of who submits

  bool operator==(const Trace&) const = default;
};

// `prefix` of a store::Rendering. Nothing for a message that did not come by SMTP, whose prefix is
// empty.
std::optional<Trace> parse_trace(std::string_view prefix);

} // namespace mox::localapi
