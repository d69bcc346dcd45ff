// A spool in a folder of its own, and messages for it.
#pragma once

#include "sendmail/spool.h"
#include "support/catch.h"
#include "support/fake_random.h"
#include "support/temporary_folder.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace mox::test {

inline address::Path path_of(std::string_view text) {
  return address::parse_path(text).value();
}

inline sendmail::Source source_of(std::string text) {
  return [text = std::move(text), at = std::size_t(0)](std::span<char> into) mutable {
    const auto count = std::min(into.size(), text.size() - at);
    std::copy_n(text.data() + at, count, into.data());
    at += count;
    return Result<std::size_t>(count);
  };
}

class SpoolWorld {
public:
  static constexpr std::int64_t start = 1767225600; // of the fake clock

  std::string put(const std::string& message, std::vector<std::string> recipients = {"b@x.example"},
                  std::int64_t now = start) {
    return put(spool, message, std::move(recipients), now);
  }

  std::string put(const sendmail::Spool& into, const std::string& message,
                  std::vector<std::string> recipients = {"b@x.example"}, std::int64_t now = start) {
    sendmail::Envelope envelope{.sender = path_of("a@x.example")};
    for (const auto& recipient : recipients) envelope.recipients.push_back(path_of(recipient));
    return into.put(envelope, message.size(), source_of(message), now, random).value();
  }

  std::vector<std::string> names() const {
    auto names = file_names(spool.path());
    std::ranges::sort(names);
    return names;
  }

  static std::vector<std::string> file_names(const std::filesystem::path& path) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path))
      names.push_back(entry.path().filename());
    return names;
  }

  TemporaryFolder folder;
  FakeRandom random;
  sendmail::Spool spool = sendmail::Spool::own_folder(folder / "state" / "spool").value();
};

inline std::string message_of(const sendmail::SpoolClaim& claim, std::size_t piece = 7) {
  std::string text;
  std::string buffer(piece, '\0');
  for (;;) {
    const auto count = claim.read(text.size(), buffer).value();
    if (count == 0) return text;
    text += buffer.substr(0, count);
  }
}

} // namespace mox::test
