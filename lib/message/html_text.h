// The text of an HTML document, for previews and for search. Pure.
//
// Not an HTML parser: a tokenizer that is bounded, takes everything, and is right for what mail
// has.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mox::message {

// Fed with UTF-8, cut anywhere. Block elements begin a line, what is in a blockquote has lines that
// begin with "> ", white space collapses; script, style, svg, title and the like are left out;
// character references are replaced.
class HtmlText {
public:
  // Adds to `text`.
  void feed(std::string_view html, std::string& text);
  void finish(std::string& text);

private:
  enum class State : std::uint8_t { text, tag, comment, reference };

  void text_character(char c, std::string& text);
  void text_bytes(std::string_view bytes, std::string& text);
  void tag_character(char c, std::string& text);
  void end_tag(std::string& text);
  void end_reference(std::string& text, bool closed);
  void break_line(std::string& text);

  State state_ = State::text;
  std::string held_; // name of the tag, or of the reference
  bool name_done_ = false;
  char quote_ = 0;          // inside an attribute value
  bool value_next_ = false; // after "=" in a tag
  std::string skipping_;    // element whose content is left out
  unsigned dashes_ = 0;     // in a comment
  unsigned quotes_ = 0;     // blockquotes around
  bool space_ = false;      // white space came since the last character
  bool line_empty_ = true;
};

} // namespace mox::message
