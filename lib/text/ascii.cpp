#include "text/ascii.h"

namespace mox::text {

std::string lower(std::string_view s) {
  std::string result(s);
  for (char& c : result) c = lower(c);
  return result;
}

std::string upper(std::string_view s) {
  std::string result(s);
  for (char& c : result) c = upper(c);
  return result;
}

} // namespace mox::text
