// What the words on sendmail's command line ask for. Pure.
#pragma once

#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::sendmail {

enum class Mode : std::uint8_t {
  send,         // a message from standard input
  smtp_session, // SMTP on standard input and output
  list,         // what waits in the spool
  flush,        // try now to send what waits
  aliases,      // nothing: aliases need no rebuilding
  help,
  version,
};

// When the sender wants a report (RFC 3461 section 4.1). All false: the server's default.
struct Notify {
  bool never = false; // stands alone
  bool success = false;
  bool failure = false;
  bool delay = false;

  bool operator==(const Notify&) const = default;
};

// What of the message a report holds (RFC 3461 section 4.3).
enum class Returned : std::uint8_t { unsaid, full, headers };

// Wishes about reports of delivery, in words of the ESMTP extension DSN (RFC 3461).
struct ReportWishes {
  Notify notify;
  Returned returned = Returned::unsaid;
  std::string envelope_id; // without xtext; empty: none

  bool operator==(const ReportWishes&) const = default;
};

struct Arguments {
  Mode mode = Mode::send;
  bool recipients_from_header = false;
  bool dots_are_text = false;
  bool verbose = false;
  std::optional<std::string> sender; // as given; "" and "<>" are the null path
  std::string full_name;             // as given, whatever it holds
  ReportWishes reports;
  std::vector<std::string> recipients; // words as given; each may name several
};

inline constexpr std::size_t max_words = 20'000;
inline constexpr std::size_t max_argument_bytes = 4 << 20; // of all words
inline constexpr std::size_t max_envelope_id = 100;        // RFC 3461 section 4.4

// `program` is how the program was called, with or without folders: mailq and newaliases have modes
// of their own. `words` are the arguments behind it.
//
// Every failure is wrong use (ExitCode::usage). Unknown flags are none. Flags may stand behind
// recipients, as with the getopt of GNU; "--" ends them; "-" alone is standard input, where the
// message comes from anyway.
Result<Arguments> parse_arguments(std::string_view program,
                                  std::span<const std::string_view> words);

} // namespace mox::sendmail
