#include "config/field.h"

#include <algorithm>

namespace mox::config {

const Field* Structure::find(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, &Field::name);
  return found == fields.end() ? nullptr : &*found;
}

} // namespace mox::config
