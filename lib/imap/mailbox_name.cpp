#include "imap/mailbox_name.h"

#include "imap/mutf7.h"
#include "text/ascii.h"
#include "text/utf8.h"

namespace mox::imap {

namespace {

constexpr std::string_view stored_inbox = "Inbox";
constexpr std::string_view wire_inbox = "INBOX";

Result<std::string> refused(std::string_view why) {
  return failure(ErrorKind::invalid, "mailbox name " + std::string(why));
}

bool is_control(char32_t c) {
  return c <= 0x1f || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029;
}

bool has_control(std::string_view name) {
  while (!name.empty())
    if (is_control(text::next_utf8(name))) return true;
  return false;
}

// Why one level of a name cannot be; "" when it can.
std::string_view bad_level(std::string_view level) {
  if (level.empty()) return "has an empty level";
  if (level == "." || level == "..") return "has a level . or ..";
  return {};
}

std::string_view bad_levels(std::string_view name) {
  for (;;) {
    const auto slash = name.find('/');
    const auto why = bad_level(name.substr(0, slash));
    if (!why.empty() || slash == std::string_view::npos) return why;
    name.remove_prefix(slash + 1);
  }
}

// Puts `spelling` in place of the first level when that is INBOX in any case.
void spell_inbox(std::string& name, std::string_view spelling) {
  if (!text::istarts_with(name, wire_inbox)) return;
  if (name.size() > wire_inbox.size() && name[wire_inbox.size()] != '/') return;
  name.replace(0, spelling.size(), spelling);
}

std::string nfc(std::string_view name) {
  return text::is_ascii(name) ? std::string(name) : text::nfc(name);
}

} // namespace

Result<std::string> normalise_mailbox(std::string_view name) {
  if (name.empty()) return refused("is empty");
  // Checked before it is normalised, too: that is where the work is.
  if (name.size() > max_mailbox_name) return refused("is too long");
  if (!text::is_utf8(name)) return refused("is not UTF-8");
  auto normal = nfc(name);
  if (normal.size() > max_mailbox_name) return refused("is too long");
  if (has_control(normal)) return refused("has a control character");
  if (normal.starts_with('#')) return refused("begins with #");
  if (const auto why = bad_levels(normal); !why.empty()) return refused(why);
  spell_inbox(normal, stored_inbox);
  return normal;
}

Result<std::string> decode_mailbox(std::string_view wire, NameForm form) {
  if (form == NameForm::utf8) return normalise_mailbox(wire);
  MOX_TRY_ASSIGN(name, mutf7_decode(wire));
  return normalise_mailbox(name);
}

std::string decode_pattern(std::string_view wire, NameForm form) {
  if (form == NameForm::mutf7)
    if (const auto decoded = mutf7_decode(wire)) return nfc(*decoded);
  return text::is_utf8(wire) ? nfc(wire) : std::string(wire);
}

std::string encode_mailbox(std::string_view name, NameForm form) {
  std::string wire(name);
  spell_inbox(wire, wire_inbox);
  return form == NameForm::utf8 ? wire : mutf7_encode(wire);
}

} // namespace mox::imap
