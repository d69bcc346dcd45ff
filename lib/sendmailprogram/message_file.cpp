#include "sendmailprogram/message_file.h"

#include "file/file.h"

namespace mox::sendmailprogram {

Result<MessageFile> MessageFile::make(const std::vector<std::filesystem::path>& folders) {
  Error first{ErrorKind::not_found, "there is no folder for temporary files"};
  bool is_first = true;
  for (const auto& folder : folders) {
    auto made = file::unnamed(folder);
    if (made) return MessageFile(*std::move(made));
    if (is_first) first = std::move(made).error();
    is_first = false;
  }
  return std::unexpected(std::move(first));
}

Result<> MessageFile::append(std::string_view bytes) {
  MOX_TRY(file::write_at(file_, size_, bytes));
  size_ += bytes.size();
  return ok();
}

Result<std::size_t> MessageFile::read(std::uint64_t offset, std::span<char> into) const {
  return file::read_at(file_, offset, into);
}

sendmail::Source MessageFile::source() const {
  return [this, offset = std::uint64_t(0)](std::span<char> into) mutable -> Result<std::size_t> {
    MOX_TRY_ASSIGN(count, read(offset, into));
    offset += count;
    return count;
  };
}

} // namespace mox::sendmailprogram
