#include "dns/name.h"

#include "dns/idna.h"
#include "text/ascii.h"

#include <algorithm>
#include <ranges>

namespace mox::dns {

namespace {

constexpr std::string_view a_label_prefix = "xn--"; // RFC 5890 section 2.3.2.1

std::unexpected<Error> bad(const char* why) {
  return failure(ErrorKind::invalid, std::string("domain name ") + why);
}

// RFC 1123 section 2.1: let-dig [ *( let-dig / "-" ) let-dig ]; underscores where a rule allows
// them.
Result<> check_label(std::string_view label, NameRules rules) {
  if (label.empty()) return bad("has an empty label");
  if (label.size() > label_limit) return bad("has a label of more than 63 bytes");
  if (rules.any_printable) {
    if (!std::ranges::all_of(label, text::is_printable))
      return bad("has a character that is not allowed");
    return ok();
  }
  if (label.front() == '-' || label.back() == '-')
    return bad("has a label with a hyphen at its start or end");
  for (const char c : label)
    if (!text::is_alnum(c) && c != '-' && !(c == '_' && rules.underscore))
      return bad("has a character that is not allowed");
  if (label.starts_with(a_label_prefix) && !is_punycode_label(std::string(label)))
    return bad("has a malformed A-label");
  return ok();
}

} // namespace

Result<Name> parse_name(std::string_view text, NameRules rules) {
  if (rules.trailing_dot && text.size() > 1 && text.ends_with('.')) text.remove_suffix(1);
  Name name;
  if (text::is_ascii(text)) {
    if (text.size() > name_limit) return bad("longer than 253 bytes");
    name.ascii_ = text::lower(text);
  } else if (rules.any_printable) {
    return bad("has a character that is not allowed");
  } else {
    MOX_TRY_ASSIGN(ascii, to_ascii(text));
    // A full stop of another script has become a trailing dot.
    if (rules.trailing_dot && ascii.size() > 1 && ascii.ends_with('.')) ascii.pop_back();
    if (ascii.size() > name_limit) return bad("longer than 253 bytes");
    name.ascii_ = text::lower(ascii);
  }
  if (name.ascii_.empty()) return bad("has an empty label");
  for (const auto label : std::views::split(name.ascii_, '.'))
    MOX_TRY(check_label(std::string_view(label), rules));
  return name;
}

std::string Name::unicode() const {
  if (!is_internationalised()) return ascii_;
  std::string result;
  for (const auto part : std::views::split(ascii_, '.')) {
    const std::string_view label(part);
    if (!result.empty()) result += '.';
    const auto unicode =
        label.starts_with(a_label_prefix) ? to_unicode(std::string(label)) : std::nullopt;
    result += unicode ? std::string_view(*unicode) : label;
  }
  // Labels that are right one by one may not be so together: one that had to stay an A-label, or
  // those of both directions of writing.
  const auto back = to_ascii(result);
  return back && *back == ascii_ ? result : ascii_;
}

bool Name::is_internationalised() const {
  return ascii_.starts_with(a_label_prefix) || ascii_.find(".xn--") != std::string::npos;
}

std::size_t Name::label_count() const {
  return empty() ? 0 : static_cast<std::size_t>(std::ranges::count(ascii_, '.')) + 1;
}

Name Name::parent() const {
  Name result;
  if (const auto dot = ascii_.find('.'); dot != std::string::npos)
    result.ascii_ = ascii_.substr(dot + 1);
  return result;
}

bool Name::is_below(const Name& other) const {
  if (other.empty()) return !empty();
  const auto& below = ascii_;
  const auto& above = other.ascii_;
  return below.size() > above.size() && below.ends_with(above) &&
         below[below.size() - above.size() - 1] == '.';
}

} // namespace mox::dns
