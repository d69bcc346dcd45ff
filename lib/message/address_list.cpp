#include "message/address_list.h"

#include "message/cfws.h"
#include "text/ascii.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace mox::message {

namespace {

// A word or a run of dots, as it stands in the text.
struct Word {
  std::string_view text;
  bool is_quoted = false;
  bool after_space = false; // or after a comment

  bool begins_with_dot() const { return !is_quoted && text.starts_with('.'); }

  bool ends_with_dot() const { return !is_quoted && text.ends_with('.'); }
};

// Without NUL, which has no meaning, and which IMAP cannot show.
void append_clean(std::string& to, std::string_view text) {
  for (const char c : text)
    if (c != '\0') to += c;
}

void append_word(std::string& to, const Word& word) {
  if (word.is_quoted)
    append_unquoted(to, word.text);
  else
    append_clean(to, word.text);
}

// Leaves what may stand in an atom by RFC 5322, in obsolete syntax (dots), by RFC 6532 (bytes above
// 127) and against all rules.
bool ends_word(char c) {
  return text::is_space(c) || std::string_view("\"(),:;<>@").find(c) != std::string_view::npos;
}

// address-list = (address *("," address)) / obs-addr-list
// address      = mailbox / group
// mailbox      = name-addr / addr-spec
// group        = display-name ":" [group-list] ";" [CFWS]
//
// Reads words until a character says what they were: ":" a group's name, "<" a display name, "@" a
// localpart.
class AddressReader {
public:
  AddressReader(std::string_view text, AddressList& list) : text_(text), list_(list) {}

  void read() {
    while (list_.entries.size() < max_addresses && read_one()) {
    }
    if (list_.entries.size() >= max_addresses) list_.malformed = true;
    flush_words();
    end_group();
  }

private:
  bool read_one() {
    const auto before = text_.size();
    skip_cfws(text_, &comment_);
    if (text_.empty()) return false;
    const bool after_space = text_.size() != before;
    const char c = text_.front();
    switch (c) {
    case ',':
      text_.remove_prefix(1);
      flush_words();
      return true;
    case ';':
      text_.remove_prefix(1);
      flush_words();
      end_group();
      return true;
    case ':':
      text_.remove_prefix(1);
      begin_group();
      return true;
    case '<':
      text_.remove_prefix(1);
      angle_address();
      return true;
    case '@':
      text_.remove_prefix(1);
      bare_address();
      return true;
    case '>':
    case ')':
      text_.remove_prefix(1);
      list_.malformed = true;
      return true;
    case '"': words_.push_back({take_quoted(text_), true, after_space}); return true;
    default: words_.push_back({take_word(), false, after_space}); return true;
    }
  }

  std::string_view take_word() {
    std::size_t length = 0;
    while (length < text_.size() && !ends_word(text_[length])) ++length;
    const auto word = text_.substr(0, length);
    text_.remove_prefix(length);
    return word;
  }

  // Words one after the other, one space where there was white space.
  std::string phrase(std::size_t count) const {
    std::string result;
    for (std::size_t i = 0; i < count; ++i) {
      if (words_[i].after_space && !result.empty()) result += ' ';
      append_word(result, words_[i]);
    }
    return result;
  }

  // obs-local-part = word *("." word): the last words that dots hold together.
  std::size_t localpart_begin() const {
    std::size_t i = words_.size() - 1;
    while (i > 0 &&
           (!words_[i].after_space || words_[i].begins_with_dot() || words_[i - 1].ends_with_dot()))
      --i;
    return i;
  }

  void add(ListEntry entry) {
    if (entry.name.empty()) entry.name = std::move(comment_);
    comment_.clear();
    words_.clear();
    list_.entries.push_back(std::move(entry));
  }

  // Words without an address: kept as a localpart, so that nothing is hidden.
  void flush_words() {
    if (words_.empty()) return comment_.clear();
    list_.malformed = true;
    ListEntry entry;
    entry.localpart = phrase(words_.size());
    add(std::move(entry));
  }

  void begin_group() {
    if (in_group_) list_.malformed = true;
    end_group();
    ListEntry entry{.kind = ListEntry::Kind::group_begin, .name = phrase(words_.size())};
    add(std::move(entry));
    in_group_ = true;
  }

  void end_group() {
    if (!std::exchange(in_group_, false)) return;
    list_.entries.push_back({.kind = ListEntry::Kind::group_end});
  }

  // angle-addr = [CFWS] "<" addr-spec ">" [CFWS] / obs-angle-addr
  // obs-angle-addr = [CFWS] "<" obs-route addr-spec ">" [CFWS]
  void angle_address() {
    ListEntry entry;
    entry.name = phrase(words_.size());
    std::string content;
    auto at = std::string::npos; // of the last "@" outside quotes
    const auto stop = [&] { return text_.empty() || text_.front() == '>'; };
    for (skip_cfws(text_, &comment_); !stop(); skip_cfws(text_, &comment_)) {
      const char c = text_.front();
      if (c == '"') {
        append_unquoted(content, take_quoted(text_));
        continue;
      }
      const bool is_route = content.starts_with('@');
      if (c == ',' && !is_route) break;
      text_.remove_prefix(1);
      if (c == ':' && is_route) {
        entry.route = std::exchange(content, {});
        at = std::string::npos;
        continue;
      }
      if (c == '@') at = content.size();
      append_clean(content, {&c, 1});
    }
    if (text_.starts_with('>'))
      text_.remove_prefix(1);
    else
      list_.malformed = true;
    entry.localpart = content.substr(0, at);
    if (at != std::string::npos) entry.domain = content.substr(at + 1);
    if (entry.domain.empty() && !content.empty()) list_.malformed = true;
    skip_to_next();
    add(std::move(entry));
  }

  // addr-spec = local-part "@" domain
  void bare_address() {
    ListEntry entry;
    if (words_.empty()) {
      list_.malformed = true;
    } else {
      const auto begin = localpart_begin();
      entry.name = phrase(begin);
      if (begin > 0) list_.malformed = true;
      for (auto i = begin; i < words_.size(); ++i) append_word(entry.localpart, words_[i]);
    }
    entry.domain = take_domain();
    if (entry.domain.empty()) list_.malformed = true;
    skip_to_next();
    add(std::move(entry));
  }

  // domain = dot-atom / domain-literal / obs-domain
  // obs-domain = atom *("." atom)
  std::string take_domain() {
    std::string domain;
    while (true) {
      const auto before = text_.size();
      skip_cfws(text_, &comment_);
      if (text_.empty()) return domain;
      const bool after_space = text_.size() != before && !domain.empty();
      if (after_space && !domain.ends_with('.') && text_.front() != '.') return domain;
      if (text_.front() == '[') {
        append_clean(domain, take_literal());
      } else if (ends_word(text_.front())) {
        return domain;
      } else {
        append_clean(domain, take_word());
      }
    }
  }

  // domain-literal = [CFWS] "[" *([FWS] dtext) [FWS] "]" [CFWS]
  std::string_view take_literal() {
    const auto end = std::min(text_.find_first_of("]\r\n,;"), text_.size());
    const bool closed = end < text_.size() && text_[end] == ']';
    if (!closed) list_.malformed = true;
    const auto literal = text_.substr(0, closed ? end + 1 : end);
    text_.remove_prefix(literal.size());
    return literal;
  }

  // What stands between an address and the next comma is not part of anything, but for comments.
  void skip_to_next() {
    while (true) {
      skip_cfws(text_, &comment_);
      if (text_.empty() || text_.front() == ',' || text_.front() == ';') return;
      list_.malformed = true;
      if (text_.front() == '"')
        take_quoted(text_);
      else
        text_.remove_prefix(1);
    }
  }

  std::string_view text_;
  AddressList& list_;
  std::vector<Word> words_;
  std::string comment_;
  bool in_group_ = false;
};

} // namespace

std::string AddressList::first_address() const {
  for (const ListEntry& entry : entries)
    if (entry.kind == ListEntry::Kind::mailbox && !entry.domain.empty())
      return entry.localpart + "@" + entry.domain;
  return {};
}

AddressList parse_address_list(std::string_view body) {
  AddressList list;
  parse_address_list(body, list);
  return list;
}

void parse_address_list(std::string_view body, AddressList& list) {
  AddressReader(body, list).read();
}

} // namespace mox::message
