// Hexadecimal digits, as quoted-printable and percent-encoding have them. Pure.
#pragma once

#include "text/ascii.h"

namespace mox::message {

// -1 when it is none. Lower case is accepted, though RFC 2045 section 6.7 wants upper case.
constexpr int hex_value(char c) {
  if (text::is_digit(c)) return c - '0';
  const char l = text::lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

} // namespace mox::message
