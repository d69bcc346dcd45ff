// Writes a header field that is a list of tags, folded. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mox::dkim {

class FieldWriter {
public:
  // "DKIM-Signature".
  explicit FieldWriter(std::string_view name);

  FieldWriter& tag(std::string_view name, std::string_view value);
  // With colons; folded only behind them, if `fold`.
  FieldWriter& list(std::string_view name, const std::vector<std::string>& elements, bool fold);
  // "b=", whose value comes later, by signed_with(). Once.
  FieldWriter& signature();

  // So far, without a line end.
  const std::string& text() const { return text_; }

  // The whole field, with its line end. `signature` is in bytes.
  std::string signed_with(std::string_view signature) &&;

private:
  void add(std::string_view word, bool may_fold);
  void break_line();

  std::string text_;
  std::size_t column_ = 0;
  bool first_ = true;
  // Where the signature goes.
  std::size_t signature_at_ = 0;
  std::size_t signature_column_ = 0;
};

} // namespace mox::dkim
