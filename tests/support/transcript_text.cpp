#include "support/transcript_text.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace mox::test {

namespace {

enum class Wild : unsigned char { none, any, word, number };

struct Piece {
  Wild wild = Wild::none;
  std::string text; // when not wild
  std::string name; // under which the found is kept
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<std::size_t> number_before(std::string_view& text, std::string_view after) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view rest(end, text.data() + text.size());
  if (error != std::errc{} || !rest.starts_with(after)) return std::nullopt;
  text = rest.substr(after.size());
  return value;
}

Wild wild_of(std::string_view word) {
  if (word == "any") return Wild::any;
  if (word == "word") return Wild::word;
  return word == "number" ? Wild::number : Wild::none;
}

std::string hex_bytes(std::string_view digits) {
  std::string bytes;
  while (!digits.empty()) {
    unsigned value = 0;
    std::from_chars(digits.data(), digits.data() + std::min<std::size_t>(2, digits.size()), value,
                    16);
    bytes += static_cast<char>(value);
    digits.remove_prefix(std::min<std::size_t>(3, digits.size()));
  }
  return bytes;
}

// Repetitions and bytes.
std::optional<std::string> generated(std::string_view inside) {
  if (inside.starts_with("hex ")) return hex_bytes(inside.substr(4));
  auto rest = inside;
  if (const auto count = number_before(rest, " bytes"); count && rest.empty())
    return std::string(*count, 'x');
  rest = inside;
  const auto count = number_before(rest, " times ");
  if (!count) return std::nullopt;
  std::string all;
  all.reserve(*count * rest.size());
  for (std::size_t i = 0; i < *count; ++i) all += rest;
  return all;
}

Piece wild_piece(std::string_view inside) {
  if (const auto wild = wild_of(inside); wild != Wild::none) return {wild, {}, {}};
  const auto equals = inside.find('=');
  if (equals == std::string_view::npos) return {};
  return {wild_of(inside.substr(equals + 1)), {}, std::string(inside.substr(0, equals))};
}

// What stands between "<" and ">"; nothing for plain text.
std::optional<Piece> piece_of(std::string_view inside, const TranscriptValues& values) {
  auto wild = wild_piece(inside);
  if (wild.wild != Wild::none) {
    const auto known = values.find(wild.name);
    return known == values.end() ? std::move(wild) : Piece{Wild::none, known->second, {}};
  }
  if (const auto known = values.find(std::string(inside)); known != values.end())
    return Piece{Wild::none, known->second, {}};
  if (auto text = generated(inside)) return Piece{Wild::none, std::move(*text), {}};
  return std::nullopt;
}

std::vector<Piece> pieces_of(std::string_view pattern, const TranscriptValues& values) {
  std::vector<Piece> pieces(1);
  while (!pattern.empty()) {
    const auto end = pattern.starts_with('<') ? pattern.find('>') : std::string_view::npos;
    auto piece = end == std::string_view::npos ? std::optional<Piece>()
                                               : piece_of(pattern.substr(1, end - 1), values);
    if (!piece) {
      pieces.back().text += pattern.front();
      pattern.remove_prefix(1);
      continue;
    }
    pattern.remove_prefix(end + 1);
    if (piece->wild == Wild::none) {
      pieces.back().text += piece->text;
      continue;
    }
    pieces.push_back(std::move(*piece));
    pieces.emplace_back();
  }
  return pieces;
}

// How many characters at least and at most.
std::pair<std::size_t, std::size_t> reach(Wild wild, std::string_view line) {
  if (wild == Wild::any) return {0, line.size()};
  const auto stops = [&](char c) { return wild == Wild::word ? c == ' ' : !is_digit(c); };
  return {1, static_cast<std::size_t>(std::ranges::find_if(line, stops) - line.begin())};
}

// Longest first; a pattern has few pieces, so that going back is cheap.
bool match(const std::vector<Piece>& pieces, std::size_t at, std::string_view line,
           TranscriptValues& values) {
  if (at == pieces.size()) return line.empty();
  const auto& piece = pieces[at];
  if (piece.wild == Wild::none)
    return line.starts_with(piece.text) &&
           match(pieces, at + 1, line.substr(piece.text.size()), values);
  const auto [least, most] = reach(piece.wild, line);
  for (std::size_t size = most + 1; size-- > least;) {
    if (!match(pieces, at + 1, line.substr(size), values)) continue;
    if (!piece.name.empty()) values[piece.name] = line.substr(0, size);
    return true;
  }
  return false;
}

} // namespace

std::string transcript_bytes(std::string_view text, const TranscriptValues& values,
                             const std::function<std::size_t(std::size_t)>& size_of) {
  constexpr std::string_view open = "<open>";
  constexpr std::string_view size_start = "<size of ";
  const bool ends = !text.ends_with(open);
  if (!ends) text.remove_suffix(open.size());
  std::string with_sizes;
  while (!text.empty()) {
    auto rest = text.substr(std::min(text.size(), size_start.size()));
    const auto count = text.starts_with(size_start) ? number_before(rest, " lines>") : std::nullopt;
    if (count) {
      with_sizes += std::to_string(size_of(*count));
      text = rest;
    } else {
      with_sizes += text.front();
      text.remove_prefix(1);
    }
  }
  std::string bytes;
  for (const auto& piece : pieces_of(with_sizes, values)) {
    if (piece.wild != Wild::none) throw std::runtime_error("a client says nothing wild");
    bytes += piece.text;
  }
  return ends ? bytes + "\r\n" : bytes;
}

bool transcript_matches(std::string_view pattern, std::string_view line, TranscriptValues& values) {
  return match(pieces_of(pattern, values), 0, line, values);
}

std::string transcript_shown(std::string_view line) {
  constexpr std::size_t most = 2000;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string shown;
  for (const char c : line.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 32 && byte < 127) {
      shown += c;
    } else {
      shown += "\\x";
      shown += digits[byte >> 4U];
      shown += digits[byte & 15U];
    }
  }
  return line.size() > most ? shown + "..." : shown;
}

} // namespace mox::test
