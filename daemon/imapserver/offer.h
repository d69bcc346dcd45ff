// What this server says it can (RFC 9051 section 6.1.1).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::imapserver {

class Conversation;

struct Offer {
  bool starttls = false;  // TLS can be begun
  bool passwords = false; // may be sent; else LOGINDISABLED
  bool authenticated = false;
  std::vector<std::string_view> mechanisms = {}; // of AUTHENTICATE
  std::span<const std::string> hidden = {};      // that the account's programs are not told of
};

Offer offer_of(const Conversation& conversation);

// "CAPABILITY IMAP4rev1 ...", as code and as untagged response.
std::string capabilities(const Offer& offer);

} // namespace mox::imapserver
