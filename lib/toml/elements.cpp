#include "toml/alignment.h"
#include "toml/items.h"
#include "toml/rewrite.h"
#include "toml/source.h"
#include "toml/splice.h"

#include <utility>

namespace mox::toml {

namespace {

// The elements of a container in brackets.
std::string with_items(std::string_view text, const Array& before, const Array& after) {
  const auto old = split(text);
  auto list = old;
  list.items.clear();
  std::string comment; // above an element that is gone, for more than that one
  for (const auto& step : align(before, after)) {
    Item item{.placed = false};
    if (step.before) item = old.items[*step.before];
    if (!step.after) {
      const auto next = *step.before + 1;
      const bool shared = next < old.items.size() &&
                          old.items[next].gap.find('#') == std::string::npos &&
                          item.rest.ends_with('\n');
      if (shared && comment.empty()) comment = item.gap;
      if (!shared) comment.clear();
      continue;
    }
    if (!step.stays) item.value = print(after[*step.after]);
    if (item.placed && !comment.empty()) item.gap = std::exchange(comment, {});
    list.items.push_back(std::move(item));
  }
  arrange(list, old);
  return join(list);
}

// An array of tables, each below a header [[path]] of its own.
class Elements {
public:
  Elements(std::string_view text, PathView path) : source_(scan(text)), path_(path) {
    for (std::size_t i = 1; i < source_.sections.size(); ++i) {
      const auto& section = source_.sections[i];
      if (!starts_with(section.path, path)) continue;
      if (section.path.size() == path.size()) elements_.emplace_back();
      if (!elements_.empty()) elements_.back().push_back(i);
    }
  }

  std::size_t count() const { return elements_.size(); }

  std::string text(const Array& before, const Array& after) && {
    go_before(elements_.front());
    for (const auto& step : align(before, after)) {
      if (step.before) go_before(elements_[*step.before]);
      if (step.after && !step.stays) add(std::get<Table>(after[*step.after].data));
      if (step.before && !step.stays) remove(elements_[*step.before]);
      if (step.stays) go_behind(elements_[*step.before]);
    }
    return apply(source_.text, std::move(splices_));
  }

private:
  void go_before(const std::vector<std::size_t>& sections) {
    at_ = source_.sections[sections.front()].lines.lead;
    is_behind_ = false;
  }

  void go_behind(const std::vector<std::size_t>& sections) {
    at_ = source_.end_of(sections.back());
    is_behind_ = true;
  }

  void add(const Table& element) {
    const auto layout = source_.layout(elements_.front().front());
    auto text = print_element(path_, element, layout);
    text = is_behind_ ? end_line(layout) + text : text + layout.between;
    splices_.push_back({.span = {at_, at_}, .text = std::move(text)});
  }

  // Between an element that stays, or was added behind it, and the next.
  std::string end_line(const Layout& layout) const {
    const bool added = !splices_.empty() && splices_.back().span.begin == at_;
    const bool ended = added || source_.text[at_ - 1] == '\n';
    return ended ? layout.between : layout.newline + layout.between;
  }

  void remove(const std::vector<std::size_t>& sections) {
    for (const auto i : sections) {
      const Span lines{source_.sections[i].lines.lead, source_.end_of(i)};
      splices_.push_back({.span = with_blank_lines(source_.text, lines)});
    }
  }

  Source source_;
  PathView path_;
  std::vector<std::vector<std::size_t>> elements_; // the sections of each
  std::vector<Splice> splices_;
  std::size_t at_ = 0;     // where the next element is added
  bool is_behind_ = false; // behind an element, not before one
};

} // namespace

std::string with_elements(std::string_view text, PathView path, const Array& before,
                          const Array& after) {
  const auto source = scan(text);
  if (const auto span = source.find_value(path)) {
    auto changed = with_items(part(text, *span), before, after);
    return apply(text, {{.span = *span, .text = std::move(changed)}});
  }
  Elements elements(text, path);
  if (elements.count() == before.size() && is_array_of_tables({.data = after}))
    return std::move(elements).text(before, after);
  return with_value(without(text, path), path, {.data = after});
}

} // namespace mox::toml
