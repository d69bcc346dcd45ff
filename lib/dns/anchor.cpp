#include "dns/anchor.h"

#include "dns/ldns_record.h"
#include "dns/zone_entry.h"

#include <fmt/format.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <utility>

namespace mox::dns {

namespace {

struct Free {
  void operator()(char* text) const { std::free(text); }
};

using LdnsText = std::unique_ptr<char, Free>;

constexpr std::string_view root_text =
    ". DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
    ". DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16\n";

bool is_anchor_key(const ldns_rr* record) {
  constexpr std::uint16_t zone_key = 0x0100;
  constexpr std::uint16_t entry_point = 0x0001; // RFC 4034 section 2.1.1
  constexpr std::uint16_t revoked = 0x0080;     // RFC 5011 section 7
  const auto* field = ldns_rr_dnskey_flags(record);
  if (field == nullptr) return false;
  const auto flags = ldns_rdf2native_int16(field);
  return (flags & zone_key) != 0 && (flags & entry_point) != 0 && (flags & revoked) == 0;
}

LdnsRecord ds_of(const ldns_rr* record) {
  const auto type = ldns_rr_get_type(record);
  if (type == LDNS_RR_TYPE_DS) return LdnsRecord(ldns_rr_clone(record));
  if (type != LDNS_RR_TYPE_DNSKEY || !is_anchor_key(record)) return nullptr;
  return LdnsRecord(ldns_key_rr2ds(record, LDNS_SHA256));
}

std::optional<Anchor> anchor_of(const ldns_rr* record) {
  const auto ds = ds_of(record);
  if (!ds || ldns_rr_rd_count(ds.get()) == 0) return std::nullopt;
  const auto zone = name_from_ldns(ldns_rr_owner(ds.get()));
  if (!zone) return std::nullopt;
  ldns_rr_set_ttl(ds.get(), 0);
  const LdnsText text(ldns_rr2str(ds.get()));
  if (!text) throw std::bad_alloc();
  std::string line(text.get());
  if (line.ends_with('\n')) line.pop_back();
  return Anchor{*zone, ldns_rdf2native_int16(ldns_rr_rdf(ds.get(), 0)), std::move(line)};
}

} // namespace

Result<std::vector<Anchor>> parse_anchors(std::string_view text) {
  if (text.size() > anchor_text_limit)
    return failure(ErrorKind::invalid, "trust anchors of more than 64 KiB");
  std::vector<Anchor> anchors;
  ZoneEntries entries(text);
  while (true) {
    MOX_TRY_ASSIGN(entry, entries.next());
    if (!entry) break;
    if (entry->is_mark || entry->text.starts_with('$')) continue;
    ldns_rr* made = nullptr;
    const auto status = ldns_rr_new_frm_str(&made, entry->text.c_str(), 0, nullptr, nullptr);
    if (status != LDNS_STATUS_OK)
      return failure(ErrorKind::invalid, fmt::format("line {}: not a DS or DNSKEY record ({})",
                                                     entry->line, ldns_get_errorstr_by_id(status)));
    const LdnsRecord record(made);
    if (auto anchor = anchor_of(record.get())) anchors.push_back(*std::move(anchor));
  }
  if (anchors.empty()) return failure(ErrorKind::invalid, "no DS record, and no DNSKEY for keys");
  return anchors;
}

const std::vector<Anchor>& root_anchors() {
  static const std::vector<Anchor> anchors = [] {
    auto parsed = parse_anchors(root_text);
    if (!parsed) throw std::logic_error("root anchors: " + parsed.error().text);
    return *std::move(parsed);
  }();
  return anchors;
}

} // namespace mox::dns
