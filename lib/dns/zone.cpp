#include "dns/zone.h"

#include "dns/ldns_record.h"
#include "dns/zone_entry.h"
#include "dns/zone_text.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace mox::dns {

namespace {

constexpr std::uint32_t default_ttl = 3600;
constexpr std::chrono::milliseconds delay_limit{60'000};

constexpr std::array<std::pair<std::string_view, Zone::Fault>, 4> fault_words{{
    {"bogus", Zone::Fault::bogus},
    {"servfail", Zone::Fault::servfail},
    {"refused", Zone::Fault::refused},
    {"timeout", Zone::Fault::timeout},
}};

// The first word, which is taken off.
std::string_view take_word(std::string_view& text) {
  text = text::trim(text);
  const auto word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  text = text::trim(text);
  return word;
}

Name wildcard(const Name& above) {
  const auto text = above.empty() ? "*" : "*." + above.ascii();
  // Too long when `above` is of the greatest length: then there is no such name.
  return parse_name(text, {.any_printable = true}).value_or(Name());
}

} // namespace

class ZoneReader {
public:
  Result<Zone> read(std::string_view text) {
    if (text.size() > zone_text_limit)
      return failure(ErrorKind::invalid, "a zone file of more than 16 MiB");
    ZoneEntries entries(text);
    while (true) {
      MOX_TRY_ASSIGN(entry, entries.next());
      if (!entry) return std::move(zone_);
      line_ = entry->line;
      MOX_TRY(entry->is_mark ? read_mark(entry->text) : read_entry(entry->text));
    }
  }

private:
  std::unexpected<Error> bad(std::string_view why) const {
    return failure(ErrorKind::invalid, fmt::format("line {}: {}", line_, why));
  }

  Result<> read_entry(const std::string& text) {
    if (text.starts_with('$')) return read_directive(text);
    ldns_rr* made = nullptr;
    ldns_rdf* previous = previous_.release();
    const auto status = ldns_rr_new_frm_str(&made, text.c_str(), ttl_, origin_.get(), &previous);
    previous_.reset(previous);
    if (status != LDNS_STATUS_OK)
      return bad(fmt::format("not a record ({}): {:.60}", ldns_get_errorstr_by_id(status), text));
    const LdnsRecord record(made);
    return add(record.get());
  }

  Result<> add(const ldns_rr* record) {
    const auto owner = name_from_ldns(ldns_rr_owner(record));
    if (!owner) return bad("an owner with a dot within a label, or with what is not printable");
    MOX_TRY_ASSIGN(at, make_node(*owner, true));
    if (++zone_.record_count_ > zone_names_limit) return bad("too many records");
    if (!is_known_type(ldns_rr_get_type(record))) return ok();
    auto data = data_from_ldns(record);
    if (!data)
      return bad("a record that is not of class IN, or has a name with what is not printable");
    at->records.push_back({*owner, std::chrono::seconds(ldns_rr_ttl(record)), *std::move(data)});
    return ok();
  }

  Result<> read_directive(std::string_view text) {
    const auto word = take_word(text);
    const auto value = take_word(text);
    if (!text.empty() || value.empty()) return bad(fmt::format("{:.20} needs one value", word));
    if (text::iequals(word, "$ORIGIN")) {
      MOX_TRY_ASSIGN(origin, absolute(value));
      origin_ = std::move(origin);
      return ok();
    }
    if (text::iequals(word, "$TTL")) {
      const char* end = nullptr;
      const std::string period(value);
      ttl_ = ldns_str2period(period.c_str(), &end);
      return end != nullptr && *end == '\0' ? ok() : bad("$TTL needs a number of seconds");
    }
    return bad(fmt::format("{:.20} is not allowed here", word));
  }

  // A name as it stands in the text.
  Result<LdnsData> absolute(std::string_view text) const {
    if (text == "@") return LdnsData(ldns_rdf_clone(origin_.get()));
    const std::string name(text);
    ldns_rdf* made = nullptr;
    if (ldns_str2rdf_dname(&made, name.c_str()) != LDNS_STATUS_OK)
      return bad(fmt::format("not a domain name: {:.60}", text));
    LdnsData data(made);
    if (ldns_dname_str_absolute(name.c_str())) return data;
    if (ldns_dname_cat(data.get(), origin_.get()) != LDNS_STATUS_OK)
      return bad(fmt::format("not a domain name: {:.60}", text));
    return data;
  }

  Result<Name> name(std::string_view text) const {
    MOX_TRY_ASSIGN(data, absolute(text));
    auto read = name_from_ldns(data.get());
    if (!read) return bad(fmt::format("a name that cannot be asked for: {:.60}", text));
    return *std::move(read);
  }

  Result<> read_mark(std::string_view text) {
    const auto word = take_word(text);
    if (word == "secure" || word == "insecure") {
      MOX_TRY_ASSIGN(above, text.empty() ? Result<Name>(Name()) : name(take_word(text)));
      MOX_TRY_ASSIGN(at, make_node(above, false));
      at->secure = word == "secure";
      return text.empty() ? ok() : bad("a mark with a word too many");
    }
    if (word == "slow") return read_slow(text);
    for (const auto& [fault_word, fault] : fault_words)
      if (fault_word == word) return read_fault(fault, text);
    return bad(fmt::format("not a mark: {:.20}; there are secure, insecure, bogus, servfail, "
                           "refused, timeout, slow",
                           word));
  }

  Result<> read_fault(Zone::Fault fault, std::string_view text) {
    if (text.empty()) return bad("the mark needs a name");
    MOX_TRY_ASSIGN(marked, name(take_word(text)));
    Zone::Mark mark{fault, std::nullopt};
    if (!text.empty()) {
      const auto type = parse_type(text);
      if (!type) return bad(type.error().text);
      mark.type = *type;
    }
    MOX_TRY_ASSIGN(at, make_node(marked, false));
    at->marks.push_back(mark);
    return ok();
  }

  Result<> read_slow(std::string_view text) {
    const auto milliseconds = text::parse_number<std::uint32_t>(take_word(text));
    if (!milliseconds || std::chrono::milliseconds(*milliseconds) > delay_limit || text.empty())
      return bad("slow needs a number of milliseconds, at most 60000, and a name");
    MOX_TRY_ASSIGN(marked, name(take_word(text)));
    MOX_TRY_ASSIGN(at, make_node(marked, false));
    at->delay = std::chrono::milliseconds(*milliseconds);
    return ok();
  }

  // With those above it, which exist when it does.
  Result<Zone::Node*> make_node(const Name& at, bool exists) {
    for (auto above = at; exists && !above.empty(); above = above.parent()) {
      auto& node = zone_.nodes_[above];
      if (node.exists) break; // then so do all above
      node.exists = true;
    }
    auto& node = zone_.nodes_[at];
    if (zone_.nodes_.size() > zone_names_limit) return bad("too many names");
    node.exists = node.exists || exists;
    return &node;
  }

  Zone zone_;
  std::size_t line_ = 0;
  std::uint32_t ttl_ = default_ttl;
  LdnsData origin_ = name_to_ldns(Name());
  LdnsData previous_;
};

Result<Zone> parse_zone(std::string_view text) {
  return ZoneReader().read(text);
}

const Zone::Node* Zone::node(const Name& name) const {
  const auto found = nodes_.find(name);
  return found == nodes_.end() ? nullptr : &found->second;
}

// RFC 4592 section 3.3.1: of the nearest name above that exists.
const Zone::Node* Zone::wildcard_for(const Name& name) const {
  auto above = name.parent();
  while (!above.empty()) {
    const auto* there = node(above);
    if (there != nullptr && there->exists) break;
    above = above.parent();
  }
  const auto source = wildcard(above);
  return source.empty() ? nullptr : node(source);
}

bool Zone::is_secure(Name name) const {
  while (true) {
    const auto* there = node(name);
    if (there != nullptr && there->secure) return *there->secure;
    if (name.empty()) return false;
    name = name.parent();
  }
}

std::chrono::seconds Zone::negative_ttl(Name name) const {
  for (; true; name = name.parent()) {
    if (const auto* there = node(name); there != nullptr) {
      for (const auto& record : there->records)
        if (const auto* soa = std::get_if<Soa>(&record.data))
          return std::min(soa->minimum, record.ttl); // RFC 2308 section 5
    }
    if (name.empty()) return Found().negative_ttl;
  }
}

Zone::Found Zone::find(const Name& name, Type type) const {
  Found found;
  found.secure = is_secure(name);
  const auto* own = node(name);
  const bool exists = own != nullptr && own->exists;
  const auto* source = exists ? own : wildcard_for(name);
  for (const auto* marked : {own, source}) {
    if (marked == nullptr) continue;
    found.delay = std::max(found.delay, marked->delay);
    for (const auto& mark : marked->marks)
      if (!mark.type || *mark.type == type) found.fault = mark.fault;
  }
  found.exists = exists || (source != nullptr && source->exists);
  if (found.fault != Fault::none) return found;
  const auto collect = [&](Type wanted) {
    for (const auto& record : source->records)
      if (type_of(record.data) == wanted) found.records.push_back({name, record.ttl, record.data});
  };
  if (source != nullptr) collect(type);
  if (source != nullptr && found.records.empty() && type != Type::cname) {
    collect(Type::cname);
    found.is_alias = !found.records.empty();
    if (found.is_alias) found.records.resize(1);
  }
  if (found.records.empty()) found.negative_ttl = negative_ttl(name);
  return found;
}

} // namespace mox::dns
