#include "spf/macro.h"

#include "result/result.h"
#include "text/ascii.h"

#include <algorithm>

namespace mox::spf {

namespace {

// Digits beyond this are more parts than a name has.
constexpr std::uint32_t keep_limit = 1'000'000;

class Reader {
public:
  Reader(std::string_view text, MacroPlace place) : text_(text), place_(place) {}

  Parsed<MacroString> read() {
    MacroString result;
    result.text = text_;
    while (at_ < text_.size()) {
      if (text_[at_] == '%') {
        MOX_TRY(expand(result));
      } else {
        if (!may_stand(text_[at_])) return syntax_error(at_, "a character that may not stand here");
        literal(result) += text_[at_++];
        macro_last_ = false;
      }
    }
    if (place_ == MacroPlace::domain && !ends_in_name())
      return syntax_error(0, "no domain: it must end in a dot and a top-level name, or in a macro");
    return result;
  }

private:
  static std::string& literal(MacroString& to) {
    if (to.parts.empty() || !std::holds_alternative<std::string>(to.parts.back()))
      to.parts.emplace_back(std::string());
    return std::get<std::string>(to.parts.back());
  }

  // macro-literal = %x21-24 / %x26-7E
  // explain-string = *( macro-string / SP )
  bool may_stand(char c) const {
    return (c > 0x20 && c <= 0x7e) || (c == ' ' && place_ == MacroPlace::explanation);
  }

  // macro-expand = ( "%{" macro-letter transformers *delimiter "}" ) / "%%" / "%_" / "%-"
  Parsed<void> expand(MacroString& to) {
    const auto begin = at_++;
    const char kind = at_ < text_.size() ? text_[at_++] : '\0';
    macro_last_ = true;
    switch (kind) {
    case '%': literal(to) += '%'; return {};
    case '_': literal(to) += ' '; return {};
    case '-': literal(to) += "%20"; return {};
    case '{': return macro(to, begin);
    default: return syntax_error(begin, "\"%\" must be followed by \"{\", \"%\", \"_\" or \"-\"");
    }
  }

  Parsed<void> macro(MacroString& to, std::size_t begin) {
    Macro macro;
    const char letter = next();
    macro.letter = text::lower(letter);
    macro.escaped = text::is_upper(letter);
    if (macro.letter == '\0' || std::string_view("slodiphcrtv").find(macro.letter) == npos)
      return syntax_error(begin, "no such macro");
    if (place_ != MacroPlace::explanation && std::string_view("crt").find(macro.letter) != npos)
      return syntax_error(begin, "a macro for explanations only");
    MOX_TRY(transform(macro, begin));
    to.parts.emplace_back(std::move(macro));
    return {};
  }

  // transformers = *DIGIT [ "r" ]
  // delimiter    = "." / "-" / "+" / "," / "/" / "_" / "="
  Parsed<void> transform(Macro& macro, std::size_t begin) {
    const bool digits = at_ < text_.size() && text::is_digit(text_[at_]);
    while (at_ < text_.size() && text::is_digit(text_[at_]))
      macro.keep = std::min<std::uint32_t>(
          macro.keep * 10 + static_cast<std::uint32_t>(text_[at_++] - '0'), keep_limit);
    // RFC 7208 section 7.3: the number must not be zero.
    if (digits && macro.keep == 0) return syntax_error(begin, "a macro that keeps no part");
    if (at_ < text_.size() && text::lower(text_[at_]) == 'r') {
      macro.reversed = true;
      ++at_;
    }
    while (at_ < text_.size() && std::string_view(".-+,/_=").find(text_[at_]) != npos) {
      if (macro.delimiters.find(text_[at_]) == std::string::npos) macro.delimiters += text_[at_];
      ++at_;
    }
    if (next() != '}') return syntax_error(begin, "a macro that does not end as it must");
    return {};
  }

  // domain-end = ( "." toplabel [ "." ] ) / macro-expand
  // toplabel   = ( *alphanum ALPHA *alphanum ) /
  //              ( 1*alphanum "-" *( alphanum / "-" ) alphanum )
  bool ends_in_name() const {
    if (text_.empty()) return false;
    if (macro_last_) return true;
    auto text = text_;
    if (text.ends_with('.')) text.remove_suffix(1);
    const auto dot = text.rfind('.');
    if (dot == npos) return false;
    const auto label = text.substr(dot + 1);
    if (label.empty() || !text::is_alnum(label.front()) || !text::is_alnum(label.back()))
      return false;
    return std::ranges::all_of(label, [](char c) { return text::is_alnum(c) || c == '-'; }) &&
           !std::ranges::all_of(label, text::is_digit);
  }

  char next() { return at_ < text_.size() ? text_[at_++] : '\0'; }

  static constexpr auto npos = std::string_view::npos;

  std::string_view text_;
  MacroPlace place_;
  std::size_t at_ = 0;
  bool macro_last_ = false;
};

} // namespace

bool MacroString::uses(char letter) const {
  return std::ranges::any_of(parts, [&](const auto& part) {
    const auto* macro = std::get_if<Macro>(&part);
    return macro != nullptr && macro->letter == letter;
  });
}

Parsed<MacroString> parse_macros(std::string_view text, MacroPlace place) {
  return Reader(text, place).read();
}

} // namespace mox::spf
