#include "store/proof_erasures.h"

#include <algorithm>
#include <limits>

namespace mox::store {

Erasures::Erasures(const ProofRows& rows) {
  const auto place_of = [](std::string_view key) {
    return std::pair{AccountId{key_u32(key, key_body + 4)}, MailboxId{key_u32(key, key_body + 8)}};
  };
  const auto add = [&](std::string_view key, Uid last) {
    erasures_[place_of(key)].push_back({key_u32(key, key_body + 12), last, key_u32(key, key_body)});
  };
  rows.each_record(
      no_account, Table::erasure, decode_erasure,
      [&](std::string_view key, const ErasureRecord& record) {
        if (record.whole_mailbox) {
          doomed_.insert(place_of(key));
        } else {
          add(key, record.last);
        }
      },
      // It may have been either, and may have had any end.
      [&](std::string_view key) {
        doomed_.insert(place_of(key));
        add(key, std::numeric_limits<Uid>::max());
      });
}

bool Erasures::is_doomed(AccountId account, MailboxId mailbox) const {
  return doomed_.contains({account, mailbox});
}

bool Erasures::is_scheduled(AccountId account, MailboxId mailbox, Uid uid,
                            std::int64_t removed) const {
  const auto place = erasures_.find({account, mailbox});
  return place != erasures_.end() &&
         std::ranges::any_of(place->second, [&](const Erasure& erasure) {
           return erasure.first <= uid && uid <= erasure.last && erasure.time >= removed;
         });
}

} // namespace mox::store
