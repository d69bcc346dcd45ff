// A message on its way, in a file without a name: it goes with the process, whatever happens.
#pragma once

#include "file/descriptor.h"
#include "result/result.h"
#include "sendmail/message.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::sendmailprogram {

class MessageFile {
public:
  // In the first of the folders that lets us.
  static Result<MessageFile> make(const std::vector<std::filesystem::path>& folders);

  Result<> append(std::string_view bytes);

  std::uint64_t size() const { return size_; }

  // From `offset` on; 0 at the end.
  Result<std::size_t> read(std::uint64_t offset, std::span<char> into) const;

  // From the beginning, once. The file must outlive it.
  sendmail::Source source() const;

private:
  explicit MessageFile(file::Descriptor file) : file_(std::move(file)) {}

  file::Descriptor file_;
  std::uint64_t size_ = 0;
};

} // namespace mox::sendmailprogram
