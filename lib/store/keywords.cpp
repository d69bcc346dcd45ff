#include "store/keywords.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::store {

namespace {

Result<std::uint16_t> new_keyword(Txn::State& state, AccountId account, std::string_view name) {
  MOX_TRY_ASSIGN(record, state.account(account));
  if (record.keywords >= max_keywords) {
    return failure(ErrorKind::full,
                   fmt::format("the account has {} keywords, which is the limit", max_keywords));
  }
  const auto number = record.keywords++;
  state.put(account, record);
  state.db.put(Key(account, Table::keyword).u16(number), name);
  state.db.put(name_key(account, Table::keyword_name, name), encode_u32(number));
  return number;
}

} // namespace

Result<KeywordSet> number_keywords(Txn::State& state, AccountId account,
                                   std::span<const std::string> names, bool make) {
  KeywordSet set;
  for (const auto& name : names) {
    if (name.empty() || name.size() > max_keyword_size) {
      return failure(ErrorKind::invalid,
                     fmt::format("a keyword may have up to {} bytes", max_keyword_size));
    }
    if (const auto row = state.db.get(name_key(account, Table::keyword_name, name))) {
      set.insert(static_cast<std::uint16_t>(decode_u32(*row)));
    } else if (make) {
      MOX_TRY_ASSIGN(number, new_keyword(state, account, name));
      set.insert(number);
    }
  }
  return set;
}

bool add_keywords(Mailbox& mailbox, const KeywordSet& set) {
  auto& list = mailbox.keywords; // sorted
  const auto before = list.size();
  const auto add = [&](std::uint16_t number) {
    const auto at = std::ranges::lower_bound(list, number);
    if (at == list.end() || *at != number) list.insert(at, number);
  };
  for (std::uint16_t number = 0; number < 64; ++number) {
    if ((set.bits >> number & 1U) != 0) add(number);
  }
  for (const auto number : set.more) add(number);
  return list.size() != before;
}

} // namespace mox::store
