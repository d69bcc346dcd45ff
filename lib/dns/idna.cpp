#include "dns/idna.h"

#include "text/utf8.h"

#include <idn2.h>

#include <memory>
#include <stdexcept>

namespace mox::dns {

namespace {

using Text = std::unique_ptr<char, decltype(&idn2_free)>;

constexpr int mapping = IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL;

struct Converted {
  int code;
  Text text;
};

template <class Convert> Converted run(Convert convert, const std::string& name, int flags) {
  char* text = nullptr;
  const int code = convert(name.c_str(), &text, flags);
  if (code == IDN2_MALLOC) throw std::bad_alloc();
  return {code, Text(text, idn2_free)};
}

} // namespace

Result<std::string> to_ascii(std::string_view name) {
  // libidn2 reads up to a NUL, and takes time for what cannot be a name anyway.
  if (name.find('\0') != std::string_view::npos)
    return failure(ErrorKind::invalid, "NUL in a domain name");
  if (name.size() > 1024) return failure(ErrorKind::invalid, "domain name too long");
  if (!text::is_utf8(name)) return failure(ErrorKind::invalid, "domain name is not UTF-8");
  const auto converted = run(idn2_to_ascii_8z, std::string(name), mapping);
  if (converted.code != IDN2_OK)
    return failure(ErrorKind::invalid, std::string("not an internationalised domain name: ") +
                                           idn2_strerror(converted.code));
  return std::string(converted.text.get());
}

std::optional<std::string> to_unicode(const std::string& label) {
  const auto converted = run(idn2_to_unicode_8z8z, label, 0);
  if (converted.code != IDN2_OK) return std::nullopt;
  std::string unicode(converted.text.get());
  // "xn--abc-" is "abc", and a capital hides in other forms: such labels are not what they show.
  const auto back = to_ascii(unicode);
  if (!back || *back != label || unicode == label) return std::nullopt;
  return unicode;
}

bool is_punycode_label(const std::string& label) {
  const auto code = run(idn2_to_unicode_8z8z, label, 0).code;
  return code != IDN2_PUNYCODE_BAD_INPUT && code != IDN2_PUNYCODE_BIG_OUTPUT &&
         code != IDN2_PUNYCODE_OVERFLOW && code != IDN2_ENCODING_ERROR;
}

} // namespace mox::dns
