// What the readers of kinds share. Pure.
#pragma once

#include "config/kind.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace mox::config::reading {

using Outcome = std::expected<Scalar, std::string>;

inline Outcome wrong(std::string why = {}) {
  return std::unexpected(std::move(why));
}

// The library's words for what it refused.
inline Outcome refused(const Error& error) {
  return wrong("is not allowed: " + error.text);
}

inline Outcome must_be_written(std::string_view right) {
  return wrong(fmt::format("must be written {:?}", right));
}

inline bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

inline bool is_visible(char c) {
  return text::is_printable(c) && c != ' ';
}

// A reader of strings as one of values.
using ReadText = Outcome (*)(const std::string& text);

template <ReadText read_text>
Outcome from_text(const Kind& /*kind*/, const toml::Value& value,
                  const std::filesystem::path& /*folder*/) {
  const auto* text = std::get_if<std::string>(&value.data);
  return text == nullptr ? wrong() : read_text(*text);
}

// Strings of which `is_right` says whether they can be.
template <bool (*is_right)(std::string_view)> Outcome checked(const std::string& text) {
  return is_right(text) ? Outcome(text) : wrong();
}

inline bool is_text(std::string_view s) {
  return std::ranges::none_of(s, is_control);
}

// A domain name in the form in which people know it.
Outcome read_domain(const std::string& text);

} // namespace mox::config::reading
