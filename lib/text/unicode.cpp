// Normal form and case by ICU, which no other file includes.

#include "text/ascii.h"
#include "text/utf8.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <limits>
#include <stdexcept>

namespace mox::text {

namespace {

void check(UErrorCode status) {
  if (U_FAILURE(status))
    throw std::runtime_error(std::string("ICU failed: ") + u_errorName(status));
}

icu::StringPiece piece(std::string_view s) {
  if (s.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
    throw std::length_error("text of more than 2 GiB");
  return {s.data(), static_cast<std::int32_t>(s.size())};
}

// Calls `convert` with well-formed text.
template <class Convert> std::string repaired(std::string_view s, Convert convert) {
  return is_utf8(s) ? convert(s) : convert(repair_utf8(s));
}

} // namespace

std::string nfc(std::string_view s) {
  if (is_ascii(s)) return std::string(s);
  return repaired(s, [](std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* normalizer = icu::Normalizer2::getNFCInstance(status);
    check(status);
    if (normalizer->isNormalizedUTF8(piece(text), status) != 0) return std::string(text);
    std::string result;
    icu::StringByteSink<std::string> sink(&result);
    normalizer->normalizeUTF8(0, piece(text), sink, nullptr, status);
    check(status);
    return result;
  });
}

std::string casefold(std::string_view s) {
  if (is_ascii(s)) return lower(s);
  return repaired(s, [](std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    std::string result;
    icu::StringByteSink<std::string> sink(&result);
    icu::CaseMap::utf8Fold(0, piece(text), sink, nullptr, status);
    check(status);
    return result;
  });
}

std::string lower_utf8(std::string_view s) {
  if (is_ascii(s)) return lower(s);
  std::string result;
  result.reserve(s.size());
  while (!s.empty())
    append_utf8(result, static_cast<char32_t>(u_tolower(static_cast<UChar32>(next_utf8(s)))));
  return result;
}

} // namespace mox::text
