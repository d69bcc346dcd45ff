// Checks ENVELOPE, BODY and BODYSTRUCTURE against the ABNF of RFC 9051 section 9, narrowed to what
// clients of IMAP4rev1 read too: no bytes above 127 outside literals, no NUL.
#pragma once

#include "text/ascii.h"

#include <cstddef>
#include <string_view>

namespace mox::test {

class ImapGrammar {
public:
  static bool is_envelope(std::string_view text) {
    ImapGrammar grammar(text);
    return grammar.envelope() && grammar.text_.empty();
  }

  static bool is_body(std::string_view text, bool extended) {
    ImapGrammar grammar(text);
    grammar.extended_ = extended;
    return grammar.body() && grammar.text_.empty();
  }

private:
  explicit ImapGrammar(std::string_view text) : text_(text) {}

  bool take(std::string_view expected) {
    if (!text_.starts_with(expected)) return false;
    text_.remove_prefix(expected.size());
    return true;
  }

  bool string() {
    if (take("\"")) return rest_of_quoted();
    return take("{") && rest_of_literal();
  }

  bool rest_of_quoted() {
    for (std::size_t i = 0; i < text_.size(); ++i) {
      const char c = text_[i];
      if (c == '"') {
        text_.remove_prefix(i + 1);
        return true;
      }
      const auto byte = static_cast<unsigned char>(c);
      if (byte == 0 || byte > 127 || c == '\r' || c == '\n') return false;
      if (c == '\\' && ++i < text_.size() && text_[i] != '"' && text_[i] != '\\') return false;
    }
    return false;
  }

  bool rest_of_literal() {
    const auto end = text_.find("}\r\n");
    if (end == std::string_view::npos) return false;
    const auto size = text::parse_number<std::size_t>(text_.substr(0, end));
    text_.remove_prefix(end + 3);
    if (!size || *size > text_.size()) return false;
    if (text_.substr(0, *size).find('\0') != std::string_view::npos) return false;
    text_.remove_prefix(*size);
    return true;
  }

  bool nstring() { return take("NIL") || string(); }

  bool number() {
    std::size_t digits = 0;
    while (digits < text_.size() && text::is_digit(text_[digits])) ++digits;
    text_.remove_prefix(digits);
    return digits > 0;
  }

  bool address() {
    return take("(") && nstring() && take(" ") && nstring() && take(" ") && nstring() &&
           take(" ") && nstring() && take(")");
  }

  bool addresses() {
    if (take("NIL")) return true;
    if (!take("(") || !address()) return false;
    while (text_.starts_with('('))
      if (!address()) return false;
    return take(")");
  }

  bool envelope() {
    if (!take("(") || !nstring() || !take(" ") || !nstring()) return false;
    for (int i = 0; i < 6; ++i)
      if (!take(" ") || !addresses()) return false;
    return take(" ") && nstring() && take(" ") && nstring() && take(")");
  }

  bool parameters() {
    if (take("NIL")) return true;
    if (!take("(")) return false;
    do {
      if (!string() || !take(" ") || !string()) return false;
    } while (take(" "));
    return take(")");
  }

  bool body() {
    if (++depth_ > 110 || !take("(")) return false;
    const bool is_right = text_.starts_with('(') ? multipart() : single();
    --depth_;
    return is_right && take(")");
  }

  bool multipart() {
    while (text_.starts_with('('))
      if (!body()) return false;
    if (!take(" ") || !string()) return false;
    return !extended_ || (take(" ") && parameters() && last_extensions());
  }

  bool single() {
    const bool is_text = text_.starts_with(R"("TEXT" )");
    const bool is_message =
        text_.starts_with(R"("MESSAGE" "RFC822")") || text_.starts_with(R"("MESSAGE" "GLOBAL")");
    if (!string() || !take(" ") || !string() || !take(" ") || !parameters()) return false;
    if (!take(" ") || !nstring() || !take(" ") || !nstring() || !take(" ") || !string())
      return false;
    if (!take(" ") || !number()) return false;
    if (is_message && !(take(" ") && envelope() && take(" ") && body())) return false;
    if ((is_message || is_text) && !(take(" ") && number())) return false;
    return !extended_ || (take(" ") && nstring() && last_extensions());
  }

  bool last_extensions() {
    return take(" ") && disposition() && take(" ") && languages() && take(" ") && nstring();
  }

  bool disposition() {
    if (take("NIL")) return true;
    return take("(") && string() && take(" ") && parameters() && take(")");
  }

  bool languages() {
    if (!take("(")) return nstring();
    do {
      if (!string()) return false;
    } while (take(" "));
    return take(")");
  }

  std::string_view text_;
  bool extended_ = false;
  int depth_ = 0;
};

} // namespace mox::test
