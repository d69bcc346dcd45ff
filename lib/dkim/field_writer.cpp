#include "dkim/field_writer.h"

#include "text/base64.h"

#include <fmt/format.h>

#include <utility>

namespace mox::dkim {

namespace {

constexpr std::size_t width = 76;
constexpr std::string_view fold = "\r\n\t";

} // namespace

FieldWriter::FieldWriter(std::string_view name) : text_(fmt::format("{}:", name)) {
  column_ = text_.size();
}

void FieldWriter::break_line() {
  text_ += fold;
  column_ = 1;
}

// Behind a place where white space does not matter.
void FieldWriter::add(std::string_view word, bool may_fold) {
  if (may_fold && column_ + word.size() > width) break_line();
  text_ += word;
  column_ += word.size();
}

FieldWriter& FieldWriter::tag(std::string_view name, std::string_view value) {
  if (!first_) add(";", false);
  const auto word = fmt::format("{}={}", name, value);
  const bool fits = column_ + 1 + word.size() <= width;
  if (fits || first_) add(" ", false);
  if (!fits && !first_) break_line();
  add(word, false);
  first_ = false;
  return *this;
}

FieldWriter& FieldWriter::list(std::string_view name, const std::vector<std::string>& elements,
                               bool may_fold) {
  tag(name, elements.empty() ? std::string_view() : elements.front());
  for (std::size_t i = 1; i < elements.size(); ++i) {
    add(":", false);
    add(elements[i], may_fold);
  }
  return *this;
}

FieldWriter& FieldWriter::signature() {
  tag("b", {});
  signature_at_ = text_.size();
  signature_column_ = column_;
  column_ = width; // what follows begins a line
  return *this;
}

std::string FieldWriter::signed_with(std::string_view signature) && {
  const auto encoded = text::base64_encode(signature);
  std::string folded;
  auto column = signature_column_;
  for (std::string_view left = encoded; !left.empty();) {
    if (column >= width) {
      folded += fold;
      column = 1;
    }
    const auto piece = left.substr(0, width - column);
    folded += piece;
    column += piece.size();
    left.remove_prefix(piece.size());
  }
  text_.insert(signature_at_, folded);
  return std::move(text_) + "\r\n";
}

} // namespace mox::dkim
