// Changes to the text of a document that leave everything else as it is: comments, blank lines,
// order, spelling. Pure.
#pragma once

#include "toml/document.h"
#include "toml/path.h"

#include <expected>
#include <string>
#include <string_view>

namespace mox::toml {

// Every change is made in the text, which is then parsed and compared with the tree that was meant.
// Where these differ, or the change is refused, the text stays as it was, and the problem names
// the line and says what to change by hand, with the new value.
//
// A path has at least one key. It cannot lead into the elements of an array: set the whole array,
// of which only those elements change in the text that are not the same.
class Editor {
public:
  static std::expected<Editor, Problem> open(std::string text);

  const std::string& text() const { return text_; }

  const Table& document() const { return document_; }

  // The value at `path`, whether one stands there or not. Missing tables around it are made, in the
  // spelling of their neighbours. Of a table and an array that are there, only what differs is
  // changed; a new one in a table that is there is written in braces.
  std::expected<void, Problem> set(const Path& path, const Value& value);

  // A table where nothing is yet, in the spelling of its neighbours: with a header of its own, or
  // with dots, or in braces.
  std::expected<void, Problem> add_table(const Path& path, const Table& members);

  // A value, or a table and all below it, with the comment lines directly above. A table around
  // that would be gone with it stays, empty.
  std::expected<void, Problem> remove(const Path& path);

private:
  Editor(std::string text, Table document)
      : text_(std::move(text)), document_(std::move(document)) {}

  std::expected<void, Problem> adopt(std::string text, const Table& wanted, Problem otherwise);

  std::string text_;
  Table document_;
};

} // namespace mox::toml
