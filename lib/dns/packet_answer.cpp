#include "dns/packet_answer.h"

#include "dns/ldns_record.h"
#include "dns/packet_errors.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace mox::dns {

namespace {

constexpr std::size_t record_limit = 4096;

Rcode rcode_of(const ldns_pkt& packet) {
  const auto code = static_cast<unsigned>(ldns_pkt_get_rcode(&packet)) |
                    static_cast<unsigned>(ldns_pkt_edns_extended_rcode(&packet)) << 4U;
  return code <= static_cast<unsigned>(Rcode::refused) ? static_cast<Rcode>(code) : Rcode::other;
}

// RFC 2181 section 8: a TTL with its highest bit set is none.
std::chrono::seconds ttl_of(const ldns_rr* record) {
  const auto ttl = ldns_rr_ttl(record);
  constexpr auto greatest = static_cast<std::uint32_t>(std::numeric_limits<std::int32_t>::max());
  return std::chrono::seconds(ttl > greatest ? 0 : ttl);
}

// The records of the answer by their owners, so that a long chain costs no more than a short one.
class Answers {
public:
  explicit Answers(const ldns_pkt& packet) {
    const auto* list = ldns_pkt_answer(&packet);
    const auto count = std::min(list == nullptr ? 0 : ldns_rr_list_rr_count(list), record_limit);
    for (std::size_t i = 0; i < count; ++i) {
      const auto* record = ldns_rr_list_rr(list, i);
      if (ldns_rr_get_class(record) != LDNS_RR_CLASS_IN) continue;
      if (const auto owner = name_from_ldns(ldns_rr_owner(record)))
        by_owner_[*owner].push_back(record);
    }
  }

  std::vector<const ldns_rr*> find(const Name& owner, Type type) const {
    std::vector<const ldns_rr*> result;
    if (const auto found = by_owner_.find(owner); found != by_owner_.end())
      std::ranges::copy_if(found->second, std::back_inserter(result), [&](const auto* record) {
        return static_cast<Type>(ldns_rr_get_type(record)) == type;
      });
    return result;
  }

private:
  std::unordered_map<Name, std::vector<const ldns_rr*>> by_owner_;
};

// From the asked name along its aliases, to those records that were asked for. False for a chain
// that does not end.
bool follow(const Answers& answers, Type type, Response& response) {
  while (true) {
    const auto wanted = answers.find(response.name, type);
    for (const auto* record : wanted) {
      auto data = data_from_ldns(record);
      response.ttl = std::min(response.ttl, ttl_of(record));
      if (data)
        response.records.push_back({response.name, ttl_of(record), *std::move(data)});
      else
        ++response.unreadable;
    }
    if (!wanted.empty()) return true;
    const auto aliases = answers.find(response.name, Type::cname);
    if (aliases.empty()) return true;
    const auto data = data_from_ldns(aliases.front());
    if (!data || response.aliases.size() >= answer_alias_limit) return false;
    response.ttl = std::min(response.ttl, ttl_of(aliases.front()));
    response.aliases.push_back(response.name);
    response.name = std::get<Cname>(*data).target;
    if (std::ranges::find(response.aliases, response.name) != response.aliases.end()) return false;
  }
}

struct Authority {
  std::optional<std::chrono::seconds> negative_ttl;
  bool names_servers = false;
};

Authority read_authority(const ldns_pkt& packet, const Name& name) {
  Authority result;
  const auto* list = ldns_pkt_authority(&packet);
  const auto count = std::min(list == nullptr ? 0 : ldns_rr_list_rr_count(list), record_limit);
  for (std::size_t i = 0; i < count; ++i) {
    const auto* record = ldns_rr_list_rr(list, i);
    const auto type = ldns_rr_get_type(record);
    result.names_servers = result.names_servers || type == LDNS_RR_TYPE_NS;
    if (type != LDNS_RR_TYPE_SOA) continue;
    const auto owner = name_from_ldns(ldns_rr_owner(record));
    const auto data = data_from_ldns(record);
    if (owner && data && name.is_same_or_below(*owner))
      result.negative_ttl = std::min(ttl_of(record), std::get<Soa>(*data).minimum);
  }
  return result;
}

} // namespace

Result<Response, ResponseFault> read_answer(const ldns_pkt& packet, const Question& question) {
  Response response{.rcode = rcode_of(packet),
                    .truncated = ldns_pkt_tc(&packet),
                    .authentic = ldns_pkt_ad(&packet),
                    .name = question.name,
                    .ttl = std::chrono::seconds(std::numeric_limits<std::int32_t>::max())};
  response.extended_errors = read_extended_errors(packet);
  if (response.truncated) return response;
  if (!follow(Answers(packet), question.type, response)) return failure(ResponseFault::malformed);
  const auto authority = read_authority(packet, response.name);
  if (response.records.empty() && response.unreadable == 0) {
    response.negative_ttl = authority.negative_ttl;
    response.is_referral = response.rcode == Rcode::noerror && authority.names_servers &&
                           !authority.negative_ttl && !ldns_pkt_aa(&packet) &&
                           !ldns_pkt_ra(&packet);
  }
  return response;
}

} // namespace mox::dns
