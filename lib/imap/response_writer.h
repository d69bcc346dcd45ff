// Appends replies to an output buffer (RFC 9051 section 7 and 9). Pure.
//
// Nothing is checked again: text, codes and atoms are the caller's, and must not hold CR or LF
// (they are written as spaces). Bytes of unknown content go through string() and its kin.
#pragma once

#include "imap/date.h"
#include "imap/mailbox_name.h"
#include "imap/sequence_set.h"

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mox::imap {

enum class Condition : std::uint8_t { ok, no, bad, bye, preauth };

class ResponseWriter {
public:
  explicit ResponseWriter(std::string& out) : out_(out) {}

  // Whole lines. `code` is what stands in brackets, without them; "" for none.
  void tagged(std::string_view tag, Condition condition, std::string_view code,
              std::string_view text);
  void untagged(Condition condition, std::string_view code, std::string_view text);
  void continuation(std::string_view text);                      // "+ text"
  void number_line(std::uint32_t number, std::string_view word); // "* 3 EXISTS"

  // Pieces.
  ResponseWriter& raw(std::string_view bytes);
  ResponseWriter& raw(char c);

  template <std::unsigned_integral T> ResponseWriter& number(T value) { return number64(value); }

  // Quoted when it is short and printable ASCII, else a literal; NUL bytes are left out, for IMAP
  // has no way to send them.
  ResponseWriter& string(std::string_view bytes);
  ResponseWriter& nstring(const std::optional<std::string_view>& bytes);
  ResponseWriter& astring(std::string_view bytes);
  // "{size}" CRLF (or "~{size}"); `size` bytes must follow.
  ResponseWriter& literal_header(std::uint64_t size, bool binary = false);
  ResponseWriter& mailbox(std::string_view name, NameForm form);
  ResponseWriter& date_time(const DateTime& time); // with quotes

  // "(\Seen $Forwarded)"; each is an atom already.
  template <class Names> ResponseWriter& parenthesised(const Names& names) {
    out_ += '(';
    bool first = true;
    for (const auto& name : names) {
      if (!first) out_ += ' ';
      first = false;
      out_ += name;
    }
    out_ += ')';
    return *this;
  }

  ResponseWriter& sequence_set(std::span<const SequenceRange> ranges);
  ResponseWriter& sequence_set(std::span<const std::uint32_t> sorted_numbers);
  ResponseWriter& crlf();

private:
  ResponseWriter& number64(std::uint64_t value);
  void status_line(Condition condition, std::string_view code, std::string_view text);

  std::string& out_;
};

// Every byte can stand in an astring without quotes.
bool is_astring(std::string_view s);
// What may stand between quotes as it is, but for a backslash before quote and backslash.
bool is_quotable(std::string_view s);
// A keyword: an atom, without a backslash.
bool is_atom(std::string_view s);

} // namespace mox::imap
