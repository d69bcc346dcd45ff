#include "crash/content.h"

#include <algorithm>

namespace mox::test {

Content::Page& Content::own(std::size_t index) {
  auto& page = pages_.at(index);
  if (!page)
    page = std::make_shared<Page>(Page{});
  else if (page.use_count() > 1)
    page = std::make_shared<Page>(*page);
  return *page;
}

void Content::write(std::uint64_t offset, std::string_view bytes) {
  if (bytes.empty()) return;
  if (offset + bytes.size() > size_) resize(offset + bytes.size());
  while (!bytes.empty()) {
    const auto begin = offset % page_size;
    const auto part = bytes.substr(0, page_size - begin);
    const bool zeros = part.find_first_not_of('\0') == std::string_view::npos;
    if (!zeros || pages_[offset / page_size])
      part.copy(own(offset / page_size).data() + begin, part.size());
    bytes.remove_prefix(part.size());
    offset += part.size();
  }
}

void Content::resize(std::uint64_t size) {
  pages_.resize((size + page_size - 1) / page_size);
  if (size < size_ && size % page_size != 0 && pages_.back()) {
    auto& last = own(pages_.size() - 1);
    std::fill(last.begin() + static_cast<std::ptrdiff_t>(size % page_size), last.end(), '\0');
  }
  size_ = size;
}

void Content::each_part(
    const std::function<void(std::uint64_t offset, std::string_view)>& visit) const {
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    const std::uint64_t offset = i * page_size;
    if (!pages_[i]) continue;
    visit(offset,
          std::string_view(pages_[i]->data(), std::min<std::uint64_t>(page_size, size_ - offset)));
  }
}

std::string Content::text() const {
  std::string result(size_, '\0');
  each_part([&](std::uint64_t offset, std::string_view bytes) {
    bytes.copy(result.data() + offset, bytes.size());
  });
  return result;
}

} // namespace mox::test
