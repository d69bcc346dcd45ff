#include "support/transcript.h"

#include "async/sleep.h"
#include "support/sockets.h"
#include "support/transcript_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>

namespace mox::test {

namespace {

using Kind = TranscriptStep::Kind;

bool is_name(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

// The first connection may be called 1, or not at all.
std::string name_of(std::string_view name) {
  return name == "1" ? "" : std::string(name);
}

TranscriptStep directive(std::string_view line) {
  const auto space = line.find(' ');
  TranscriptStep step{.kind = Kind::direct, .text = std::string(line.substr(1, space - 1))};
  if (space != std::string_view::npos) step.arguments = line.substr(space + 1);
  return step;
}

std::optional<TranscriptStep> spoken(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto head = line.substr(0, colon);
  auto text = line.substr(colon + 1);
  if (text.starts_with(' ')) text.remove_prefix(1);
  if (!head.starts_with('C') && !head.starts_with('S')) return std::nullopt;
  auto kind = head.front() == 'C' ? Kind::say : Kind::expect;
  if (kind == Kind::expect && head.ends_with('+')) {
    kind = Kind::expect_some;
    head.remove_suffix(1);
  }
  head.remove_prefix(1);
  if (!is_name(head)) return std::nullopt;
  return TranscriptStep{
      .kind = kind, .connection = name_of(head), .text = std::string(text), .arguments = {}};
}

class Player {
public:
  Player(const Transcript& transcript, World& world) : transcript_(transcript), world_(world) {}

  async::Task<std::string> play() {
    for (; at_ < transcript_.steps.size(); ++at_) {
      const auto& step = transcript_.steps[at_];
      auto wrong = co_await take(step);
      if (!wrong.empty()) co_return fmt::format("{}:{}: {}", transcript_.name, step.line, wrong);
    }
    auto wrong = co_await check_silence();
    if (!wrong.empty()) wrong = fmt::format("{}: {}", transcript_.name, wrong);
    co_return wrong;
  }

private:
  static constexpr std::size_t max_line = 16U << 20U;

  struct Line {
    net::Connection connection;
    std::optional<std::string> pending; // read, and not yet matched
  };

  async::Task<std::string> take(const TranscriptStep& step) {
    switch (step.kind) {
    case Kind::say: co_return co_await say(step);
    case Kind::expect: co_return co_await expect(step);
    case Kind::expect_some: co_return co_await expect_some(step);
    case Kind::direct: co_return co_await direct(step);
    }
    co_return "";
  }

  Line& line(const std::string& name, std::string_view arguments = {}) {
    const auto found = lines_.find(name);
    if (found != lines_.end()) return found->second;
    return lines_.emplace(name, Line{world_.connect(name, arguments), {}}).first->second;
  }

  std::string bytes_of(const TranscriptStep& step) const {
    const auto from = static_cast<std::size_t>(&step - transcript_.steps.data());
    return transcript_bytes(step.text, values_, [&](std::size_t count) {
      std::size_t size = 0;
      for (auto i = from + 1; count > 0 && i < transcript_.steps.size(); ++i) {
        if (transcript_.steps[i].kind != Kind::say) continue;
        size += bytes_of(transcript_.steps[i]).size();
        --count;
      }
      return size;
    });
  }

  // This line and those right behind it on the same connection.
  async::Task<std::string> say(const TranscriptStep& step) {
    auto bytes = bytes_of(step);
    while (at_ + 1 < transcript_.steps.size()) {
      const auto& next = transcript_.steps[at_ + 1];
      if (next.kind != Kind::say || next.connection != step.connection) break;
      bytes += bytes_of(next);
      ++at_;
    }
    auto& to = line(step.connection);
    const auto written = co_await to.connection.write(bytes, soon());
    if (!written) co_return fmt::format("cannot be said: {}", written.error().text);
    co_return "";
  }

  async::Task<Result<std::string>> next(Line& from) {
    if (from.pending) co_return *std::exchange(from.pending, std::nullopt);
    const auto read = co_await from.connection.read_line(max_line, true, soon());
    if (read) co_return std::string(*read);
    const auto rest = from.connection.buffered();
    co_return failure(read.error().kind,
                      fmt::format("{}, after \"{}\"", read.error().text, transcript_shown(rest)));
  }

  async::Task<std::string> expect(const TranscriptStep& step) {
    const auto got = co_await next(line(step.connection));
    if (!got)
      co_return fmt::format("\n  expected \"{}\"\n  got an end: {}", step.text, got.error().text);
    if (transcript_matches(step.text, *got, values_)) co_return "";
    co_return fmt::format("\n  expected \"{}\"\n  got      \"{}\"", step.text,
                          transcript_shown(*got));
  }

  async::Task<std::string> expect_some(const TranscriptStep& step) {
    auto wrong = co_await expect(step);
    if (!wrong.empty()) co_return wrong;
    auto& from = line(step.connection);
    for (;;) {
      auto got = co_await next(from);
      if (!got) co_return fmt::format("got an end: {}", got.error().text);
      if (transcript_matches(step.text, *got, values_)) continue;
      from.pending = std::move(*got);
      co_return "";
    }
  }

  async::Task<std::string> direct(const TranscriptStep& step) {
    if (step.text == "connect") co_return connect(step.arguments);
    if (step.text == "later") {
      co_await turns();
      co_return "";
    }
    if (step.text == "differ") co_return differ(step.arguments);
    if (step.text == "close") {
      line(name_of(step.arguments)).connection.close();
      lines_.erase(name_of(step.arguments));
      co_return "";
    }
    if (step.text == "eof") co_return co_await expect_end(name_of(step.arguments));
    if (step.text == "tls") co_return co_await start_tls(name_of(step.arguments));
    if (step.text == "begun") co_return co_await expect_begun(step.arguments);
    const bool known = co_await world_.direct(step.text, step.arguments);
    if (known) co_return "";
    co_return fmt::format("nobody knows the directive @{}", step.text);
  }

  std::string connect(std::string_view arguments) {
    const auto space = arguments.find(' ');
    const auto name = name_of(arguments.substr(0, space));
    const auto words =
        space == std::string_view::npos ? std::string_view() : arguments.substr(space + 1);
    if (lines_.contains(name)) return "there is a connection of this name";
    line(name, words);
    return "";
  }

  std::string differ(std::string_view arguments) {
    const auto space = arguments.find(' ');
    const auto first = values_.find(std::string(arguments.substr(0, space)));
    const auto second = values_.find(std::string(arguments.substr(space + 1)));
    if (first == values_.end() || second == values_.end()) return "nothing was found of this name";
    return first->second == second->second ? "both are " + first->second : "";
  }

  // The server's turn, several times over.
  static async::Task<> turns() {
    for (int i = 0; i < 100; ++i) co_await async::yield();
  }

  async::Task<std::string> expect_end(const std::string& name) {
    auto& from = line(name);
    const auto got = co_await next(from);
    lines_.erase(name);
    if (got) co_return fmt::format("expected the end, got \"{}\"", transcript_shown(*got));
    if (got.error().kind == ErrorKind::closed) co_return "";
    co_return fmt::format("expected the end, got {}", got.error().text);
  }

  // What is here is looked at and left where it is.
  async::Task<std::string> expect_begun(std::string_view arguments) {
    const auto space = std::min(arguments.find(' '), arguments.size());
    auto want = arguments.substr(space);
    if (!want.empty()) want.remove_prefix(1);
    auto& from = line(name_of(arguments.substr(0, space))).connection;
    if (!want.empty()) {
      const auto begun = co_await from.wait_readable(soon());
      if (!begun) co_return begun.error().text;
      co_await turns();
    }
    const auto read = co_await from.read_some(max_line, in({}));
    const auto got = std::string(read ? *read : std::string_view());
    from.unread(got.size());
    if (got == want) co_return "";
    co_return fmt::format("expected \"{}\" so far, got \"{}\"", want, transcript_shown(got));
  }

  async::Task<std::string> start_tls(const std::string& name) {
    auto* const trust = world_.trust();
    if (trust == nullptr) co_return "nothing here speaks TLS";
    const auto started =
        co_await line(name).connection.start_tls_client(*trust, "mx.example", soon());
    if (!started) co_return started.error().text;
    co_return "";
  }

  // What has come by now and was not expected.
  async::Task<std::string> check_silence() {
    for (auto& [name, from] : lines_) {
      auto rest = from.pending.value_or("");
      if (rest.empty()) {
        const auto read = co_await from.connection.read_some(max_line, in({}));
        if (read) rest = *read;
      }
      if (!rest.empty())
        co_return fmt::format("connection \"{}\" said more: \"{}\"", name, transcript_shown(rest));
    }
    co_return "";
  }

  const Transcript& transcript_;
  World& world_;
  std::size_t at_ = 0;
  std::map<std::string, Line> lines_;
  TranscriptValues values_;
};

} // namespace

Transcript parse_transcript(std::string name, std::string_view text) {
  Transcript transcript{.name = std::move(name), .steps = {}};
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.starts_with('#')) continue;
    auto step = line.starts_with('@') ? std::optional(directive(line)) : spoken(line);
    if (!step) throw std::runtime_error(fmt::format("{}:{}: {}", transcript.name, number, line));
    step->line = number;
    transcript.steps.push_back(std::move(*step));
  }
  return transcript;
}

Transcript read_transcript(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.native());
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return parse_transcript(path.filename().native(), text);
}

std::vector<std::filesystem::path> transcripts_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".txt") paths.push_back(entry.path());
  std::ranges::sort(paths);
  return paths;
}

async::Task<std::string> play(const Transcript& transcript, World& world) {
  Player player(transcript, world);
  co_return co_await player.play();
}

} // namespace mox::test
