#include "sasl/channel_bindings.h"

#include <array>
#include <string>

namespace mox::sasl {

namespace {

struct Row {
  std::string_view type;
  std::optional<std::string> ChannelBindings::* data;
};

// In the order of preference.
constexpr std::array<Row, 3> rows = {{
    {"tls-exporter", &ChannelBindings::tls_exporter},
    {"tls-unique", &ChannelBindings::tls_unique},
    {"tls-server-end-point", &ChannelBindings::tls_server_end_point},
}};

} // namespace

std::optional<Binding> find_binding(const ChannelBindings& bindings, std::string_view type) {
  for (const auto& row : rows)
    if (const auto& data = bindings.*row.data; row.type == type && data)
      return Binding{row.type, *data};
  return std::nullopt;
}

std::optional<Binding> preferred_binding(const ChannelBindings& bindings) {
  for (const auto& row : rows)
    if (const auto& data = bindings.*row.data) return Binding{row.type, *data};
  return std::nullopt;
}

} // namespace mox::sasl
