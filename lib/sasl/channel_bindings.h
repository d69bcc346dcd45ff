// Channel bindings by the names that SCRAM gives them (RFC 5802 section 6). Pure.
#pragma once

#include "channelbinding/channel_bindings.h"

#include <optional>
#include <string_view>

namespace mox::sasl {

using ChannelBindings = channelbinding::ChannelBindings;

// The views are into the bindings.
struct Binding {
  std::string_view type; // "tls-exporter"
  std::string_view data;
};

// Nothing when the connection has none of this type, or nobody knows the type. Case matters.
std::optional<Binding> find_binding(const ChannelBindings& bindings, std::string_view type);

// What a client uses: tls-exporter with TLS 1.3 (RFC 9266 section 3), else tls-unique (RFC 5802
// section 6), else what depends on the certificate alone.
std::optional<Binding> preferred_binding(const ChannelBindings& bindings);

} // namespace mox::sasl
