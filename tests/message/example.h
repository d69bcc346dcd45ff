// Files of the shared vectors, as messages.
#pragma once

#include "support/catch.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::test {

inline void note_missing(const std::string& path) {
  const char* const ci = std::getenv("CI");
  if (ci != nullptr && std::string_view(ci) == "true") FAIL("missing vectors: " << path);
  WARN("skipped, missing vectors: " << path);
}

// Nothing, after a warning, when the file is not there; with CI=true that fails the test.
inline std::optional<std::string> read_example(const std::string& name) {
  const auto path = std::string(MOX_SHARED_VECTORS) + "/" + name;
  std::ifstream file(path, std::ios::binary);
  if (file) return std::string(std::istreambuf_iterator<char>(file), {});
  note_missing(path);
  return std::nullopt;
}

// All messages under the folder `mime`, by path.
inline std::vector<std::filesystem::path> example_messages() {
  const std::filesystem::path folder = std::string(MOX_SHARED_VECTORS) + "/mime";
  std::vector<std::filesystem::path> found;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(folder, error), end; at != end; ++at) {
    const auto& path = at->path();
    const bool is_cpython = path.filename().string().starts_with("msg_");
    if (path.extension() == ".eml" || is_cpython) found.push_back(path);
  }
  if (found.empty()) note_missing(folder.string());
  return found;
}

// Line ends become CRLF, as mail has them.
inline std::string with_crlf(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) result += '\r';
    result += text[i];
  }
  return result;
}

// The messages of an mbox file, without their "From " lines and the empty line that ends each,
// which the file may lack.
inline std::vector<std::string> messages_of_mbox(std::string_view mbox) {
  std::vector<std::string> messages;
  while (mbox.starts_with("From ")) {
    mbox.remove_prefix(mbox.find('\n') + 1);
    const auto end = mbox.find("\n\nFrom ");
    const bool is_last = end == std::string_view::npos;
    messages.push_back(with_crlf(is_last ? mbox : mbox.substr(0, end + 1)));
    mbox.remove_prefix(is_last ? mbox.size() : end + 2);
  }
  return messages;
}

} // namespace mox::test
