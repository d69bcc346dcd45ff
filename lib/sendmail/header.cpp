#include "sendmail/header.h"

#include "message/field.h"
#include "sendmail/address_text.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace mox::sendmail {

namespace {

using message::Field;
using message::Fields;

constexpr std::string_view resent = "Resent-";
constexpr std::array<std::string_view, 4> hidden{"Bcc", "Resent-Bcc", "Return-Path",
                                                 "Content-Length"};
constexpr std::array<std::string_view, 3> destinations{"To", "Cc", "Bcc"};
constexpr std::array<std::string_view, 3> origins{"From", "Sender", "Reply-To"};

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::any_of(names, [&](auto other) { return text::iequals(name, other); });
}

bool is_resent(const Field& field) {
  return text::istarts_with(field.name, resent);
}

// "To" of "To" and of "Resent-To".
std::string_view plain_name(const Field& field) {
  return is_resent(field) ? field.name.substr(resent.size()) : field.name;
}

// RFC 5322 section 3.6.3 wants an address in each, and programs that only use Bcc leave them empty.
bool is_empty_destination(const Field& field) {
  return is_one_of(plain_name(field), destinations) && text::trim(field.body).empty();
}

bool is_left_out(const Field& field) {
  return is_one_of(field.name, hidden) || is_empty_destination(field);
}

bool shows_destination(const Field& field) {
  return is_one_of(plain_name(field), destinations) && !is_left_out(field);
}

// The latest set of Resent fields: sets are put before older ones, each has a field once, and the
// servers that it passed put trace fields before it (RFC 5322 section 3.6.6).
std::vector<const Field*> latest_resending(const Fields& fields) {
  std::vector<const Field*> set;
  for (const Field& field : fields) {
    if (is_resent(field)) {
      const auto is_same = [&](const Field* other) {
        return text::iequals(other->name, field.name);
      };
      if (std::ranges::any_of(set, is_same)) break;
      set.push_back(&field);
    } else if (!set.empty() && text::iequals(field.name, "Received")) {
      break;
    }
  }
  return set;
}

bool has(std::span<const Field* const> set, std::string_view plain) {
  return std::ranges::any_of(
      set, [&](const Field* field) { return text::iequals(plain_name(*field), plain); });
}

class HeaderWriter {
public:
  HeaderWriter(std::string_view text, const HeaderRules& rules)
      : text_(text), rules_(rules), fields_(text), resending_(latest_resending(fields_)) {
    sent_again_ = rules.recipients_from_header && std::ranges::any_of(destinations, [&](auto name) {
                    return has(resending_, name);
                  });
  }

  Result<Header> write() && {
    for (const Field& field : fields_) {
      if (sent_again_ && &field == resending_.front()) complete_resending();
      MOX_TRY(add_recipients(field));
      if (!is_left_out(field)) write_field(field);
    }
    complete();
    header_.text += "\r\n";
    return std::move(header_);
  }

private:
  bool names_recipients(const Field& field) const {
    if (!rules_.recipients_from_header || !is_one_of(plain_name(field), destinations)) return false;
    if (!sent_again_) return !is_resent(field);
    return std::ranges::find(resending_, &field) != resending_.end();
  }

  Result<> add_recipients(const Field& field) {
    if (!names_recipients(field)) return ok();
    auto added = add_addresses(field.body, rules_.recipients, header_.recipients);
    if (added) return ok();
    return failure(added.error().kind, fmt::format("in {}: {}", field.name, added.error().text));
  }

  // What names without a domain stand for in the field, when they are to be completed.
  const BareNames* names_in(const Field& field) const {
    if (!rules_.complete_addresses) return nullptr;
    const auto name = plain_name(field);
    if (is_one_of(name, origins)) return &rules_.authors;
    return is_one_of(name, destinations) ? &rules_.recipients : nullptr;
  }

  void write_field(const Field& field) {
    if (const auto* names = names_in(field)) {
      if (const auto body = completed_addresses(field.body, *names)) return put(field.name, *body);
    }
    header_.text += text_.substr(field.offset, field.size);
  }

  // `body` begins with white space.
  void put(std::string_view name, std::string_view body) {
    header_.text.append(name).append(":").append(body).append("\r\n");
  }

  void put_author(std::string_view name) {
    put(name, ' ' + mailbox_text(rules_.full_name, rules_.author));
  }

  // RFC 5322 section 3.6.6: Resent-Date and Resent-From must stand in each set.
  void complete_resending() {
    if (!has(resending_, "Date")) put("Resent-Date", ' ' + rules_.date);
    if (!has(resending_, "From")) put_author("Resent-From");
    if (!has(resending_, "Message-ID")) put("Resent-Message-ID", ' ' + rules_.message_id);
  }

  void complete() {
    if (!fields_.find("Date")) put("Date", ' ' + rules_.date);
    if (!fields_.find("From")) put_author("From");
    if (!fields_.find("Message-ID")) put("Message-ID", ' ' + rules_.message_id);
    if (rules_.tls_not_required && !fields_.find("TLS-Required")) put("TLS-Required", " No");
    // RFC 5322 section 3.6.3 wants none, but some servers refuse a message that is to nobody.
    if (std::ranges::none_of(fields_, shows_destination)) put("To", " undisclosed-recipients:;");
  }

  std::string_view text_;
  const HeaderRules& rules_;
  Fields fields_;
  std::vector<const Field*> resending_;
  bool sent_again_ = false; // recipients come from resending_
  Header header_;
};

} // namespace

Result<Header> prepare_header(std::string_view fields, const HeaderRules& rules) {
  return HeaderWriter(fields, rules).write();
}

} // namespace mox::sendmail
