// A store with something of everything, for a proof to find fault with.
#pragma once

#include "store/format.h"
#include "store/verify.h"
#include "store_fixture.h"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace mox::store::test {

inline std::string all_of(const Verification& verification) {
  std::string text;
  for (const auto& error : verification.errors) text += error + "\n";
  return text;
}

// Something of everything: UIDs 1 to 5, of which 4 is expunged, 5 is a large body, and 1 has a
// keyword of the side table; a copy of 1 and 2 in "to"; messages with their rows in the
// indexes and one that waits for them; a login, a credential, a
// subscription; login attempts of the account and of nobody.
struct Full : World {
  Full() {
    to = make("to");
    std::vector<std::string> keywords;
    for (int i = 0; i < 66; ++i) keywords.push_back(fmt::format("k{}", i));
    deliver(inbox, mail("1", "first"), {flag_seen, keywords});
    deliver(inbox, mail("2", "Re: first", "In-Reply-To: <1@x.example>\r\n"));
    deliver(inbox, mail("3", "third"));
    deliver(inbox, mail("4", "fourth"));
    REQUIRE(store->maintain());
    deliver(inbox, mail("5", "fifth", "", std::string(300'000, 'x')));
    change([&](Txn& transaction) { return transaction.copy(account, inbox, to, range(1, 2)); });
    const auto expunge = [&](Txn& transaction) {
      return transaction.expunge(account, inbox, range(4, 4), false);
    };
    expunged_at = change(expunge).modseq;
    change([&](Txn& transaction) { return transaction.add_login(account, "m@a.example"); });
    change([&](Txn& transaction) {
      return transaction.set_credential(account, {.name = "phone", .secret = "x"});
    });
    change([&](Txn& transaction) {
      return transaction.set_credential(account, {.kind = CredentialKind::public_key,
                                                  .name = "laptop",
                                                  .secret = std::string(32, 'k'),
                                                  .login = "m@a.example"});
    });
    for (const auto owner : {account, no_account}) {
      for (const auto* result : {"ok", "badpassword"}) {
        change([&](Txn& transaction) {
          return transaction.add_login_attempt(owner, {.login = "m@a.example", .result = result});
        });
      }
    }
    change([&](Txn& transaction) { return transaction.subscribe(account, "to"); });
    check_clean();
  }

  Key placement(Uid uid) const { return Key(account, Table::placement).mailbox(inbox).u32(uid); }

  Key content(std::uint64_t id) const { return Key(account, Table::content).u64(id); }

  MailboxId to{};
  Modseq expunged_at = 0;
};

using Rows = database::WriteTransaction;

} // namespace mox::store::test
