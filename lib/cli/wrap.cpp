#include "cli/wrap.h"

#include <algorithm>

namespace mox::cli {

std::string wrapped(std::string_view text, std::size_t width) {
  std::string result;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(end);
    while (line.size() > width && line[0] != ' ') {
      auto space = line.rfind(' ', width);
      if (space == std::string_view::npos) space = line.find(' ', width);
      if (space == std::string_view::npos) break;
      result.append(line.substr(0, space)).append("\n");
      line.remove_prefix(space + 1);
    }
    result += line;
    if (!text.empty()) {
      result += '\n';
      text.remove_prefix(1);
    }
  }
  return result;
}

} // namespace mox::cli
