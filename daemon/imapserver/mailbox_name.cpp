#include "imapserver/mailbox_name.h"

#include "imap/mailbox_name.h"

namespace mox::imapserver {

std::expected<std::string, Failure> mailbox_name(std::string_view wire) {
  auto name = imap::decode_mailbox(wire, imap::NameForm::mutf7);
  if (!name) return no("CANNOT", name.error().text);
  return std::move(*name);
}

std::expected<store::Mailbox, Failure> find_mailbox(const store::Snapshot& snapshot,
                                                    store::AccountId account, std::string_view wire,
                                                    std::string_view code) {
  auto name = mailbox_name(wire);
  if (!name) return std::unexpected(std::move(name).error());
  auto mailbox = snapshot.find_mailbox(account, *name);
  if (!mailbox) return no(std::string(code), "no such mailbox");
  return std::move(*mailbox);
}

std::unexpected<Failure> store_failure(const Error& error, std::string_view missing) {
  switch (error.kind) {
  case ErrorKind::not_found: return no(std::string(missing), error.text);
  case ErrorKind::exists: return no("ALREADYEXISTS", error.text);
  case ErrorKind::full: return no("OVERQUOTA", error.text);
  case ErrorKind::refused:
  case ErrorKind::invalid:
  case ErrorKind::unsupported: return no("CANNOT", error.text);
  default: break;
  }
  auto failed = no("SERVERBUG", "the change could not be made, try again later");
  failed.error()->detail = error.text;
  return failed;
}

std::unexpected<Failure> read_failure(const Error& error) {
  if (error.kind == ErrorKind::refused) return no("CANNOT", error.text);
  const bool lost = error.kind == ErrorKind::corrupt || error.kind == ErrorKind::not_found;
  auto failed = no(lost ? "CORRUPTION" : "SERVERBUG", "some messages could not be read");
  failed.error()->detail = error.text;
  return failed;
}

} // namespace mox::imapserver
