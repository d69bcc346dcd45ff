// The header of a message on its way from a program to a server: who gets it, what must not be
// shown, and what is missing (RFC 5322 section 3.6, RFC 6409 section 8). Pure.
#pragma once

#include "address/path.h"
#include "result/result.h"
#include "sendmail/recipients.h"

#include <string>
#include <string_view>
#include <vector>

namespace mox::sendmail {

struct HeaderRules {
  bool recipients_from_header = false; // -t
  bool complete_addresses = false;     // names without a domain get it in the header too
  BareNames recipients;                // in fields of recipients, and among those in any case
  BareNames authors;                   // in From, Sender and Reply-To
  address::Path author;                // of a From that is missing; not null
  std::string full_name;               // of that author; may be empty
  std::string date;                    // of a Date that is missing
  std::string message_id;              // of a Message-ID that is missing, with its brackets
  bool tls_not_required = false;       // "TLS-Required: No" (RFC 8689 section 5)
};

struct Header {
  std::string text;                      // with the empty line at its end
  std::vector<address::Path> recipients; // with recipients_from_header; some may be equal
};

// `fields` are lines with CRLF, all of them fields, without the empty line.
//
// Removed are Bcc and Resent-Bcc, Return-Path (RFC 5321 section 4.4: only final delivery writes it)
// and Content-Length (it counted other line ends), and a To or Cc without content. Bcc goes whether
// or not the recipients are taken from it: programs that name them as arguments leave it in and
// trust sendmail to hide it, and of the three ways of RFC 5322 section 3.6.3 this is the one that
// shows nobody.
//
// Of a message that is sent again, the latest set of Resent fields counts (RFC 5322 section 3.6.6),
// when it names recipients.
//
// Fails with ErrorKind::invalid when an address of a recipient cannot be used. All other fields
// stay byte for byte, however long their lines.
Result<Header> prepare_header(std::string_view fields, const HeaderRules& rules);

} // namespace mox::sendmail
