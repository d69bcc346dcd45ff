// Comments and folding white space (RFC 5322 section 3.2.2), quoted strings (section 3.2.4). Pure.
#pragma once

#include <string>
#include <string_view>

namespace mox::message {

// CFWS = *([FWS] comment) [FWS]
// Takes it off the front of `text`. Comments may nest; one without end goes to the end of `text`.
// With `comment`, the content of the last one, without its quoting, is put there.
void skip_cfws(std::string_view& text, std::string* comment = nullptr);

// quoted-string = DQUOTE *([FWS] qcontent) [FWS] DQUOTE
// Takes one off the front of `text`, which begins with DQUOTE; one without end goes to the end of
// `text`. Returns what is between the quotes, still quoted.
std::string_view take_quoted(std::string_view& text);

// Adds the content of a quoted string to `to`: backslashes and line ends removed.
void append_unquoted(std::string& to, std::string_view quoted);

} // namespace mox::message
