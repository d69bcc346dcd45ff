// From standard input to the message that is sent. Pure: reading and writing are the caller's.
#pragma once

#include "result/result.h"
#include "sendmail/header.h"
#include "sendmail/lines.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox {
class Random;
}

namespace mox::sendmail {

inline constexpr std::size_t max_header_bytes = 1 << 20;

struct MessageRules {
  HeaderRules header;
  bool dots_are_text = false; // -i
};

// What is known of a message once it has ended.
struct MessageFacts {
  std::vector<address::Path> recipients; // of the header, when they were wanted
  std::uint64_t size = 0;                // bytes given to the sink
  std::uint64_t removed_nuls = 0;
  bool eight_bit = false;   // needs 8BITMIME (RFC 6152)
  bool utf8_header = false; // needs SMTPUTF8 (RFC 6532), whatever the addresses are
  bool ended_by_dot = false;
};

// Gets the message in pieces of any size, CRLF at the end of each line, no dots added.
using Sink = std::function<Result<>(std::string_view)>;

// Fed with chunks cut anywhere; the result does not depend on the cuts. Keeps the header in memory,
// and nothing of the body.
//
// A line that is no field and continues none ends the header, and begins the body when it is not
// empty: "echo hi | sendmail root" has no header at all. An mbox "From " line at the top is
// dropped.
class MessageReader {
public:
  MessageReader(MessageRules rules, Sink sink);

  // ErrorKind::invalid: the header is too large, or names a recipient that cannot be used; others
  // are the sink's. After a failure the reader is of no further use.
  Result<> feed(std::string_view chunk);

  // A dot ended the message: the rest of the input is not part of it.
  bool ended() const { return facts_.ended_by_dot; }

  // Once, at the end of the input.
  Result<MessageFacts> finish();

private:
  Result<> feed_header(std::string_view& chunk);
  Result<> take_line();
  Result<> begin_body();
  Result<> give(std::string_view bytes);
  bool continues_header() const;

  MessageRules rules_;
  Sink sink_;
  LineReader lines_;
  MessageFacts facts_;
  bool in_header_ = true;
  bool first_line_ = true;
  std::string line_;   // of the header, until its end has come
  std::string header_; // lines with CRLF
  std::string out_;
};

// Fills the front of a buffer; 0 at the end of the input.
using Source = std::function<Result<std::size_t>(std::span<char>)>;

// All of a message, up to the end of the input or its dot.
Result<MessageFacts> read_message(const Source& source, MessageRules rules, Sink sink);

// "<random@domain>", new each time.
std::string new_message_id(Random& random, const dns::Name& domain);

} // namespace mox::sendmail
