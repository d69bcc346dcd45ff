#include "authres/authres.h"
#include "message/cfws.h"
#include "text/ascii.h"

#include <algorithm>

namespace mox::authres {

namespace {

constexpr std::size_t size_limit = 65'536;
constexpr std::size_t method_limit = 100;
constexpr std::size_t property_limit = 1'000;

std::unexpected<Error> bad(const char* why) {
  return failure(ErrorKind::invalid, std::string("Authentication-Results ") + why);
}

bool is_name_char(char c) {
  return text::is_alnum(c) || c == '-' || c == '_';
}

class Reader {
public:
  explicit Reader(std::string_view body) : rest_(body) {}

  Result<Results> read() {
    skip(nullptr);
    if (rest_.empty()) return bad("is empty");
    if (!method_begins()) read_server();
    while (next_part()) {
      if (method_begins()) {
        MOX_TRY(read_method());
      } else {
        skip_part(); // "none", or nothing that is known
      }
    }
    if (results_.server.empty() && results_.methods.empty()) return bad("names no server");
    return std::move(results_);
  }

private:
  // A fold in a comment is a space of it.
  void skip(std::string* comment) {
    message::skip_cfws(rest_, comment);
    if (comment != nullptr) std::ranges::replace(*comment, '\t', ' ');
  }

  // method [ "/" version ] "=": looks, and takes nothing.
  bool method_begins() const {
    auto rest = rest_;
    const auto name = take_name(rest);
    message::skip_cfws(rest);
    if (name.empty()) return false;
    if (rest.starts_with('/')) {
      rest.remove_prefix(1);
      message::skip_cfws(rest);
      if (take_name(rest).empty()) return false;
      message::skip_cfws(rest);
    }
    return rest.starts_with('=');
  }

  static std::string_view take_name(std::string_view& text) {
    const auto* const end = std::ranges::find_if_not(text, is_name_char);
    const auto name = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(name.size());
    return name;
  }

  // authserv-id [ CFWS authres-version ]
  void read_server() {
    results_.server = value(";( \t\r\n");
    skip(&results_.comment);
    auto rest = rest_;
    if (const auto version = text::parse_number<unsigned>(take_name(rest))) {
      results_.version = *version;
      rest_ = rest;
    }
    skip(&results_.comment);
    // What else stands there, such as the "from" of some, is nothing that is known.
    while (!rest_.empty() && !rest_.starts_with(';')) {
      skip_word();
      skip(nullptr);
    }
  }

  // Behind the semicolons that may be missing or many: true while something is there.
  bool next_part() {
    skip(nullptr);
    while (rest_.starts_with(';')) {
      rest_.remove_prefix(1);
      skip(nullptr);
    }
    return !rest_.empty();
  }

  void skip_part() {
    while (!rest_.empty() && !rest_.starts_with(';')) {
      skip_word();
      skip(nullptr);
    }
  }

  // At least one byte of what is no white space and no comment.
  void skip_word() {
    if (rest_.starts_with('"')) {
      message::take_quoted(rest_);
      return;
    }
    rest_.remove_prefix(1);
    rest_.remove_prefix(std::min(rest_.find_first_of(";( \t\r\n\""), rest_.size()));
  }

  Result<> read_method() {
    if (results_.methods.size() == method_limit) return bad("has more than 100 results");
    Method method;
    method.name = text::lower(take_name(rest_));
    skip(nullptr);
    if (rest_.starts_with('/')) {
      rest_.remove_prefix(1);
      skip(nullptr);
      method.version = text::parse_number<unsigned>(take_name(rest_)).value_or(0);
      skip(nullptr);
    }
    rest_.remove_prefix(1); // "="
    skip(&method.comment);
    method.result = text::lower(value(";( \t\r\n"));
    skip(&method.comment);
    while (!rest_.empty() && !rest_.starts_with(';')) MOX_TRY(read_property(method));
    results_.methods.push_back(std::move(method));
    return ok();
  }

  // reasonspec = "reason" [CFWS] "=" [CFWS] value
  // propspec   = ptype [CFWS] "." [CFWS] property [CFWS] "=" pvalue
  Result<> read_property(Method& method) {
    Property property;
    property.name = take_name(rest_);
    skip(nullptr);
    if (rest_.starts_with('.')) {
      rest_.remove_prefix(1);
      skip(nullptr);
      property.type = std::move(property.name);
      property.name = take_name(rest_);
      skip(nullptr);
    }
    if (!rest_.starts_with('=') || property.name.empty()) {
      if (!rest_.empty() && !rest_.starts_with(';')) skip_word();
      skip(nullptr);
      return ok();
    }
    rest_.remove_prefix(1);
    skip(nullptr);
    property.value = value("; \t\r\n");
    skip(&property.comment);
    if (property.type.empty() && text::iequals(property.name, "reason")) {
      method.reason = std::move(property.value);
      if (method.comment.empty()) method.comment = std::move(property.comment);
      return ok();
    }
    if (++properties_ > property_limit) return bad("has more than 1000 properties");
    method.properties.push_back(std::move(property));
    return ok();
  }

  // A quoted string, or what stands there up to one of `ends`; a localpart in quotes with a domain
  // behind it too.
  std::string value(std::string_view ends) {
    std::string value;
    if (rest_.starts_with('"')) {
      const auto begin = rest_;
      const auto quoted = message::take_quoted(rest_);
      if (!rest_.starts_with('@')) {
        message::append_unquoted(value, quoted);
        return value;
      }
      value = begin.substr(0, begin.size() - rest_.size());
    }
    const auto word = rest_.substr(0, std::min(rest_.find_first_of(ends), rest_.size()));
    rest_.remove_prefix(word.size());
    value += word;
    std::erase(value, '\0');
    return value;
  }

  std::string_view rest_;
  Results results_;
  std::size_t properties_ = 0;
};

} // namespace

Result<Results> parse(std::string_view body) {
  if (body.size() > size_limit) return bad("is longer than 64 KiB");
  return Reader(body).read();
}

} // namespace mox::authres
