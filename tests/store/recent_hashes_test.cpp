#include "store/recent_hashes.h"
#include "support/catch.h"

using mox::store::AccountId;
using mox::store::RecentHashes;

TEST_CASE("recent hashes: everything may be there until the first is forgotten") {
  RecentHashes hashes;
  CHECK(hashes.may_have(AccountId{1}, 5));
  hashes.forget_old();
  CHECK_FALSE(hashes.may_have(AccountId{1}, 5));
}

TEST_CASE("recent hashes: what is added stays for one turn at least") {
  RecentHashes hashes;
  hashes.forget_old();
  hashes.add(AccountId{1}, 5);
  CHECK(hashes.may_have(AccountId{1}, 5));
  CHECK_FALSE(hashes.may_have(AccountId{2}, 5));
  CHECK_FALSE(hashes.may_have(AccountId{1}, 6));
  hashes.forget_old();
  CHECK(hashes.may_have(AccountId{1}, 5));
  hashes.turn();
  hashes.add(AccountId{1}, 6);
  hashes.turn(); // a round that failed comes again
  CHECK(hashes.may_have(AccountId{1}, 5));
  hashes.add(AccountId{1}, 7);
  hashes.forget_old();
  CHECK_FALSE(hashes.may_have(AccountId{1}, 5));
  CHECK_FALSE(hashes.may_have(AccountId{1}, 6));
  CHECK(hashes.may_have(AccountId{1}, 7));
}
