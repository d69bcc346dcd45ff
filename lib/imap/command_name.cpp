#include "imap/command.h"

namespace mox::imap {

namespace {

template <class... Visitors> struct Overloaded : Visitors... {
  using Visitors::operator()...;
};

} // namespace

std::string_view command_name(const CommandBody& body) {
  using Name = std::string_view;
  return std::visit(
      Overloaded{
          [](const Capability&) -> Name { return "CAPABILITY"; },
          [](const Noop&) -> Name { return "NOOP"; },
          [](const Logout&) -> Name { return "LOGOUT"; },
          [](const Id&) -> Name { return "ID"; },
          [](const StartTls&) -> Name { return "STARTTLS"; },
          [](const Authenticate&) -> Name { return "AUTHENTICATE"; },
          [](const Login&) -> Name { return "LOGIN"; },
          [](const Enable&) -> Name { return "ENABLE"; },
          [](const Select& select) -> Name { return select.read_only ? "EXAMINE" : "SELECT"; },
          [](const Create&) -> Name { return "CREATE"; },
          [](const Delete&) -> Name { return "DELETE"; },
          [](const Rename&) -> Name { return "RENAME"; },
          [](const Subscribe&) -> Name { return "SUBSCRIBE"; },
          [](const Unsubscribe&) -> Name { return "UNSUBSCRIBE"; },
          [](const List&) -> Name { return "LIST"; },
          [](const Lsub&) -> Name { return "LSUB"; },
          [](const Namespace&) -> Name { return "NAMESPACE"; },
          [](const Status&) -> Name { return "STATUS"; },
          [](const Append&) -> Name { return "APPEND"; },
          [](const Idle&) -> Name { return "IDLE"; },
          [](const GetQuotaRoot&) -> Name { return "GETQUOTAROOT"; },
          [](const GetQuota&) -> Name { return "GETQUOTA"; },
          [](const Compress&) -> Name { return "COMPRESS"; },
          [](const Check&) -> Name { return "CHECK"; },
          [](const Close&) -> Name { return "CLOSE"; },
          [](const Unselect&) -> Name { return "UNSELECT"; },
          [](const Expunge& expunge) -> Name { return expunge.uids ? "UID EXPUNGE" : "EXPUNGE"; },
          [](const Search& search) -> Name { return search.by_uid ? "UID SEARCH" : "SEARCH"; },
          [](const Fetch& fetch) -> Name { return fetch.by_uid ? "UID FETCH" : "FETCH"; },
          [](const Store& store) -> Name { return store.by_uid ? "UID STORE" : "STORE"; },
          [](const Copy& copy) -> Name { return copy.by_uid ? "UID COPY" : "COPY"; },
          [](const Move& move) -> Name { return move.by_uid ? "UID MOVE" : "MOVE"; },
          [](const Replace& replace) -> Name { return replace.by_uid ? "UID REPLACE" : "REPLACE"; },
      },
      body);
}

} // namespace mox::imap
