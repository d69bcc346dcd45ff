// Runs a fuzz target on every file of the folders and files given, without libFuzzer: so that what
// once failed is tested with every compiler. Then on the same inputs cut short, which costs little.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::filesystem::path> files_of(const std::filesystem::path& path) {
  if (std::filesystem::is_regular_file(path)) return {path};
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

std::vector<std::uint8_t> content_of(const std::filesystem::path& path) {
  std::ifstream file;
  file.exceptions(std::ios::badbit);
  file.open(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Copies the input to memory of exactly its size, so that a sanitizer sees a read beyond its end.
void run(const std::vector<std::uint8_t>& input, std::size_t size) {
  const std::vector<std::uint8_t> exact(input.begin(),
                                        input.begin() + static_cast<std::ptrdiff_t>(size));
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

// The input whole, and its beginnings: at most 64 of them.
void replay(const std::filesystem::path& path) {
  const auto input = content_of(path);
  run(input, input.size());
  const auto step = std::max<std::size_t>(1, input.size() / 64);
  for (std::size_t size = 0; size < input.size(); size += step) run(input, size);
}

} // namespace

int main(int argc, char** argv) {
  std::size_t count = 0;
  try {
    for (int i = 1; i < argc; ++i)
      for (const auto& path : files_of(argv[i])) {
        std::fprintf(stderr, "%s\n", path.c_str());
        replay(path);
        ++count;
      }
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "replay: %s\n", exception.what());
    return 1;
  }
  if (count == 0)
    std::fprintf(stderr, "replay: no input: a fuzz target needs seeds in corpus/<name>\n");
  return count == 0 ? 1 : 0;
}
