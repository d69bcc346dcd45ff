#include "dkimverify/keys.h"

#include "async/gate.h"

#include <exception>
#include <utility>

namespace mox::dkimverify {

namespace {

async::Task<> keep_key(resolver::Resolver& resolver, dns::Name name, SteadyTime deadline,
                       KeyCache* cache, dkim::KeyAnswer& into) {
  into = co_await find_key(resolver, std::move(name), deadline, cache);
}

} // namespace

dkim::KeyAnswer KeyCache::judge(const std::vector<std::string>& texts, bool authentic) {
  std::string together;
  for (const auto& text : texts) together.append(text).push_back('\0');
  auto found = answers_.find(together);
  if (found == answers_.end()) {
    if (answers_.size() >= limit_ && !order_.empty()) {
      answers_.erase(order_.front());
      order_.pop_front();
    }
    found = answers_.emplace(together, dkim::judge_key_records(texts, authentic)).first;
    order_.push_back(std::move(together));
  }
  auto answer = found->second;
  answer.authentic = authentic;
  return answer;
}

async::Task<dkim::KeyAnswer> find_key(resolver::Resolver& resolver, dns::Name name,
                                      SteadyTime deadline, KeyCache* cache) {
  const auto found = co_await resolver::lookup_txt(resolver, std::move(name), deadline);
  if (!found && found.error().absent())
    co_return dkim::no_key(found.error().text, found.error().authentic);
  if (!found) co_return dkim::unknown_key(found.error().text);
  if (cache != nullptr) co_return cache->judge(found->values, found->authentic);
  co_return dkim::judge_key_records(found->values, found->authentic);
}

async::Task<dkim::KeyAnswers> find_keys(async::Executor executor, resolver::Resolver& resolver,
                                        std::vector<dns::Name> names, SteadyTime deadline,
                                        KeyCache* cache) {
  dkim::KeyAnswers answers; // its elements stay where they are
  std::exception_ptr exception;
  async::Gate gate(executor, [&](const std::exception_ptr& left) { exception = left; });
  for (const auto& name : names)
    gate.spawn(keep_key(resolver, name, deadline, cache, answers[name]));
  co_await gate.close();
  if (exception) std::rethrow_exception(exception);
  co_return answers;
}

} // namespace mox::dkimverify
