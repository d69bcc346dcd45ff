#include "json/parse.h"

#include <boost/json/parse.hpp>

#include <string>

namespace mox::json {

Result<Value> parse(std::string_view text, const Limits& limits) {
  if (text.size() > limits.size) return failure(ErrorKind::invalid, "JSON text is too large");
  boost::json::parse_options options;
  options.max_depth = limits.depth;
  boost::json::error_code error;
  auto value = boost::json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return failure(ErrorKind::invalid, "malformed JSON: " + error.message());
  return value;
}

} // namespace mox::json
