// Between A-labels and U-labels (RFC 5890 section 2.3.2.1), by libidn2. Pure.
#pragma once

#include "result/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace mox::dns {

// A whole name in UTF-8, mapped as UTS #46 says (non-transitional), to lower-case ASCII. The result
// may still hold characters that do not belong into a name, and labels that are too long.
Result<std::string> to_ascii(std::string_view name);

// The label as Unicode, when `label`, a lower-case "xn--" label, is the one right form of that.
std::optional<std::string> to_unicode(const std::string& label);

// What follows "xn--" decodes to something, be it allowed or not.
bool is_punycode_label(const std::string& label);

} // namespace mox::dns
