// crash_images: makes crash images of a recorded program and runs a command on each. See README.md.
#include "crash/images.h"
#include "crash/run.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace mox;
using namespace mox::test;

constexpr const char* usage =
    "crash_images --log FILE --scratch FOLDER [--before FOLDER] [--after FOLDER] [--seed N]\n"
    "             [--images N] [--only N] -- COMMAND ...\n"
    "In COMMAND, {image} stands for the image's folder and {marks} for a file of the program's\n"
    "marks before the cut, one on a line. It exits 0 when the image is sound.\n";

struct Arguments {
  std::map<std::string, std::string> options;
  std::vector<std::string> command;

  std::string get(const std::string& name, const std::string& otherwise = {}) const {
    const auto found = options.find(name);
    return found == options.end() ? otherwise : found->second;
  }
};

Result<Arguments> parse(const std::vector<std::string>& words) {
  constexpr std::string_view known[] = {"--log",  "--scratch", "--before", "--after",
                                        "--seed", "--images",  "--only"};
  Arguments arguments;
  std::size_t at = 0;
  for (; at < words.size() && words[at] != "--"; at += 2) {
    if (std::ranges::find(known, words[at]) == std::end(known) || at + 1 == words.size()) {
      return failure(ErrorKind::invalid, usage);
    }
    arguments.options[words[at]] = words[at + 1];
  }
  if (at < words.size())
    arguments.command.assign(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
  if (arguments.command.empty() || arguments.get("--log").empty() ||
      arguments.get("--scratch").empty()) {
    return failure(ErrorKind::invalid, usage);
  }
  return arguments;
}

std::string replaced(std::string text, std::string_view name, const std::string& value) {
  for (auto at = text.find(name); at != std::string::npos;
       at = text.find(name, at + value.size())) {
    text.replace(at, name.size(), value);
  }
  return text;
}

std::string check_by_command(const Arguments& arguments, const Image& image) {
  const auto marks = image.folder.native() + ".marks";
  {
    std::ofstream file(marks);
    for (const auto& mark : image.marks) file << mark << '\n';
  }
  std::vector<std::string> words;
  for (const auto& word : arguments.command) {
    words.push_back(replaced(replaced(word, "{image}", image.folder.native()), "{marks}", marks));
  }
  const auto code = run_program(words);
  if (!code) return code.error().text;
  if (*code != 0) return fmt::format("the command exits with {}", *code);
  std::filesystem::remove(marks);
  return {};
}

Result<int> run(const Arguments& arguments) {
  std::optional<std::filesystem::path> before;
  if (const auto folder = arguments.get("--before"); !folder.empty()) before = folder;
  MOX_TRY_ASSIGN(recording, read_recording(arguments.get("--log"), before));
  if (const auto after = arguments.get("--after"); !after.empty()) {
    MOX_TRY(check_complete(recording, after));
  }
  Plan plan{.seed = std::strtoull(arguments.get("--seed", "1").c_str(), nullptr, 10),
            .images = std::strtoull(arguments.get("--images", "2000").c_str(), nullptr, 10),
            .only = {}};
  if (const auto only = arguments.get("--only"); !only.empty()) {
    plan.only = std::strtoull(only.c_str(), nullptr, 10);
    plan.images = std::max(plan.images, *plan.only + 1);
  }
  const auto check = [&](const Image& image) { return check_by_command(arguments, image); };
  MOX_TRY_ASSIGN(report, run_images(recording, plan, arguments.get("--scratch"), check));
  for (const auto& failed : report.failed) {
    fmt::print("{}: {}\n  {}\n", describe(failed.image), failed.text, failed.image.folder.native());
  }
  fmt::print("{} images of {} events, seed {}: {} aimed, {} with unsynced changes, {} failed\n",
             report.images, recording.events.size(), plan.seed, report.aimed, report.with_unsynced,
             report.failed.size());
  return report.failed.empty() ? 0 : 1;
}

} // namespace

int main(int count, char** words) {
  const auto arguments = parse({words + 1, words + count});
  const auto result = arguments ? run(*arguments) : Result<int>(failure(arguments.error()));
  if (result) return *result;
  std::fputs((result.error().text + "\n").c_str(), stderr);
  return 2;
}
