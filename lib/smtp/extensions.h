// What a server offers in its reply to EHLO (RFC 5321 section 4.1.1.1). Pure.
#pragma once

#include "smtp/reply.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::smtp {

// RFC 9422. Nothing: no limit is known.
struct Limits {
  std::optional<std::uint32_t> mail_max;        // transactions in a session
  std::optional<std::uint32_t> rcpt_max;        // recipients in a transaction
  std::optional<std::uint32_t> rcpt_domain_max; // domains of recipients in a transaction

  bool operator==(const Limits&) const = default;
};

// Default-made: of a server that knows HELO only.
struct Extensions {
  static constexpr std::size_t max_mechanisms = 50;

  std::string server;          // the name that the server gives itself; "" when it gives none
  bool pipelining = false;     // RFC 2920
  bool starttls = false;       // RFC 3207
  bool eight_bit_mime = false; // RFC 6152
  bool smtputf8 = false;       // RFC 6531
  bool enhanced_status_codes = false;    // RFC 2034
  bool require_tls = false;              // RFC 8689
  bool dsn = false;                      // RFC 3461
  bool chunking = false;                 // RFC 3030
  bool binary_mime = false;              // RFC 3030
  bool size = false;                     // RFC 1870
  std::optional<std::uint64_t> max_size; // in bytes; nothing: the server names no limit
  std::vector<std::string> mechanisms;   // of AUTH (RFC 4954), upper case, each once
  Limits limits;

  bool has_mechanism(std::string_view upper_case) const;

  bool operator==(const Extensions&) const = default;
};

// Never fails: what is not understood is not offered. The first line is no extension.
//
//   ehlo-line    = ehlo-keyword *( SP ehlo-param )
//   ehlo-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
//   ehlo-param   = 1*(%d33-126)
Extensions parse_extensions(const Reply& reply);

} // namespace mox::smtp
