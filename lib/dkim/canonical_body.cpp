#include "dkim/canonical_body.h"

#include "text/ascii.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace mox::dkim {

namespace {

constexpr std::size_t small_piece = 256;
constexpr std::size_t small_limit = 2048;
constexpr std::string_view line_end = "\r\n";

// What relaxed does not leave as it is: HTAB, and SP before more white space or the end of its
// line. `next` is the character behind `c`.
constexpr bool is_changed(char c, char next) {
  return c == '\t' || (c == ' ' && (next == ' ' || next == '\t' || next == '\r'));
}

// The place of the first character that is changed, or that is white space at the end of `text`,
// whose fate the next chunk decides; npos without one. Goes over blocks first, without branches, so
// that the compiler uses wide registers.
std::size_t find_changed(std::string_view text, std::size_t from) {
  if (text.empty()) return std::string_view::npos;
  constexpr std::size_t block = 64;
  const std::size_t last = text.size() - 1;
  while (from + block <= last) {
    unsigned char any = 0;
    const char* const at = text.data() + from;
    for (std::size_t i = 0; i < block; ++i) {
      const char c = at[i];
      const char next = at[i + 1];
      any |= static_cast<unsigned char>(
          static_cast<unsigned char>(c == '\t') |
          (static_cast<unsigned char>(c == ' ') &
           (static_cast<unsigned char>(next == ' ') | static_cast<unsigned char>(next == '\t') |
            static_cast<unsigned char>(next == '\r'))));
    }
    if (any != 0) break;
    from += block;
  }
  for (; from < last; ++from)
    if (is_changed(text[from], text[from + 1])) return from;
  return from == last && text::is_wsp(text[last]) ? last : std::string_view::npos;
}

} // namespace

BodyCanonicalizer::BodyCanonicalizer(Canonical form, std::function<void(std::string_view)> output)
    : form_(form), output_(std::move(output)) {}

void BodyCanonicalizer::feed(std::string_view chunk) {
  chunk = end_cut_line(chunk);
  if (form_ == Canonical::simple)
    unchanged(chunk, true);
  else
    feed_relaxed(chunk);
}

// The last chunk ended with CR: was that half a line end?
std::string_view BodyCanonicalizer::end_cut_line(std::string_view chunk) {
  if (!carriage_return_ || chunk.empty()) return chunk;
  carriage_return_ = false;
  if (chunk.front() != '\n') {
    release();
    put("\r");
    return chunk;
  }
  white_space_ = false;
  ++line_ends_;
  return chunk.substr(1);
}

void BodyCanonicalizer::feed_relaxed(std::string_view chunk) {
  while (!chunk.empty()) {
    if (white_space_) {
      chunk = skip_white_space(chunk);
      continue;
    }
    const auto changed = std::min(find_changed(chunk, 0), chunk.size());
    unchanged(chunk.substr(0, changed), changed == chunk.size());
    chunk.remove_prefix(changed);
    white_space_ = !chunk.empty();
  }
}

// White space stands before `chunk`: it goes at the end of a line, and is one SP elsewhere.
std::string_view BodyCanonicalizer::skip_white_space(std::string_view chunk) {
  while (!chunk.empty() && text::is_wsp(chunk.front())) chunk.remove_prefix(1);
  if (chunk == "\r") {
    carriage_return_ = true;
    return {};
  }
  if (chunk.starts_with(line_end)) {
    white_space_ = false;
    ++line_ends_;
    return chunk.substr(line_end.size());
  }
  if (!chunk.empty()) release();
  return chunk;
}

// Without white space that would change, or, for simple, any bytes. Behind one that is not the last
// of its chunk stands white space.
void BodyCanonicalizer::unchanged(std::string_view slice, bool is_last) {
  if (slice.empty()) return;
  const bool cut = is_last && slice.ends_with('\r');
  if (cut) slice.remove_suffix(1);
  std::uint64_t ends = 0;
  for (; slice.ends_with(line_end); ++ends) slice.remove_suffix(line_end.size());
  if (!slice.empty()) {
    release();
    put(slice);
  }
  line_ends_ += ends;
  carriage_return_ = cut;
}

// What was held back counts.
void BodyCanonicalizer::release() {
  for (; line_ends_ > 0; --line_ends_) put(line_end);
  if (white_space_) put(" ");
  white_space_ = false;
}

void BodyCanonicalizer::put(std::string_view bytes) {
  empty_ = false;
  if (bytes.size() < small_piece) {
    small_ += bytes;
    if (small_.size() >= small_limit) flush();
    return;
  }
  flush();
  output_(bytes);
}

void BodyCanonicalizer::flush() {
  if (!small_.empty()) output_(small_);
  small_.clear();
}

void BodyCanonicalizer::finish() {
  if (carriage_return_) {
    release();
    put("\r");
  }
  // The empty body is one CRLF in the simple form, and nothing in the relaxed one.
  if (!empty_ || form_ == Canonical::simple) put(line_end);
  flush();
}

} // namespace mox::dkim
