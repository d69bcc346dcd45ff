#include "config/kind.h"

#include "text/utf8.h"

#include <fmt/format.h>

namespace mox::config {

namespace {

constexpr std::size_t shown_limit = 80;

std::string shown_text(std::string_view text) {
  if (text.size() <= shown_limit) return fmt::format("{:?}", text);
  return fmt::format("{:?}…", text::cut_utf8(text, shown_limit));
}

struct Show {
  std::string operator()(const std::string& text) const { return shown_text(text); }

  std::string operator()(std::int64_t number) const { return fmt::to_string(number); }

  std::string operator()(double number) const { return fmt::to_string(number); }

  std::string operator()(bool truth) const { return truth ? "true" : "false"; }

  std::string operator()(const toml::Moment& /*moment*/) const { return "a date or time"; }

  std::string operator()(const toml::Array& /*array*/) const { return "a list"; }

  std::string operator()(const toml::Table& /*table*/) const { return "a table"; }
};

std::string quoted_words(std::span<const std::string_view> words) {
  std::string list;
  for (const auto word : words) list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", word);
  return list;
}

} // namespace

std::string allowed(const Kind& kind) {
  if (!kind.choices.empty()) return "one of " + quoted_words(kind.choices);
  return std::string(kind.allowed);
}

std::string shown(const Kind& kind, const toml::Value& value) {
  return kind.secret ? "the value, which is not shown," : std::visit(Show(), value.data);
}

} // namespace mox::config
