// The one table of the flags that programs give to sendmail: what is parsed and what the manual
// page says of them come from it. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mox::sendmail {

// Which words belong to a flag. A mistake here would make a value a recipient, or a recipient a
// value.
enum class Takes : std::uint8_t {
  nothing,  // one letter may be followed by another flag: "-ti"
  attached, // what stands behind it in the same word, if anything
  number,   // the same, else the next word when that begins with a digit
  value,    // what stands behind it in the same word, else the next word
};

enum class Meaning : std::uint8_t {
  recipients_from_header,
  dots_are_text,
  sender,
  full_name,
  send,
  smtp_session,
  list,
  flush,
  aliases,
  notify,
  returned,
  envelope_id,
  long_option,
  verbose,
  help,
  version,
  joined,  // the next word belongs to it: "-o i" is "-oi"
  ignored, // known, and without effect here
  refused, // known, and what it asks for must not be taken for sending a message
};

struct Flag {
  std::string_view name; // with its hyphen
  std::string_view value = {};
  Takes takes = Takes::nothing;
  Meaning meaning = Meaning::ignored;
  std::string_view help;
};

std::span<const Flag> flags();

// The flag at the front of `word`, which begins with a hyphen: the whole word, else the longest
// flag with a value, else one letter. Null for an unknown one.
const Flag* find_flag(std::string_view word);

// The sections OPTIONS and EXIT STATUS of sendmail(8), in roff.
std::string options_section();
std::string exit_section();

} // namespace mox::sendmail
