// The field Host (RFC 9110 section 7.2). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mox::http {

//   Host = uri-host [ ":" port ]
//
// The name or address, in lower case, without port and the brackets of IPv6; nothing when it is
// malformed.
std::optional<std::string> host_name(std::string_view host);

// Whether that name is one of this machine whatever DNS says: "localhost" and names below it (RFC
// 6761 section 6.3), or an IP address. Any other name may be one that a web site has pointed here,
// to have a browser talk to this server as if it were the site (DNS rebinding).
bool is_safe_host(std::string_view name);

} // namespace mox::http
