// What the header of a submitted message says of its author, and what it lacks (RFC 5322
// section 3.6, RFC 6409 section 8). Pure.
#pragma once

#include "dns/name.h"
#include "message/parser.h"
#include "smtp/path.h"
#include "smtpserver/failure.h"

#include <expected>
#include <optional>

namespace mox::smtpserver {

struct SubmittedHeader {
  std::optional<smtp::Path> from;
  std::optional<smtp::Path> sender;
  bool has_date = false;
  bool has_message_id = false;
};

// From and Sender each have one address, and stand there once at most: what a reader sees must be
// what was checked. An address without a domain is taken for one at `hostname`, unless that is
// empty.
std::expected<SubmittedHeader, Failure> read_submitted_header(const message::Message& message,
                                                              const dns::Name& hostname);

} // namespace mox::smtpserver
