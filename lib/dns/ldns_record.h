// Between ldns and our own names and records. Pure; for dns alone.
#pragma once

#include "dns/ldns.h"
#include "dns/record.h"

#include <memory>
#include <optional>

namespace mox::dns {

struct LdnsFree {
  void operator()(ldns_rdf* data) const { ldns_rdf_deep_free(data); }

  void operator()(ldns_rr* record) const { ldns_rr_free(record); }

  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
};

using LdnsData = std::unique_ptr<ldns_rdf, LdnsFree>;
using LdnsRecord = std::unique_ptr<ldns_rr, LdnsFree>;
using LdnsPacket = std::unique_ptr<ldns_pkt, LdnsFree>;

// A name of the wire, uncompressed. Nothing when a label has a dot or what is not printable: Name
// cannot hold it. Never null for ldns, but for no memory.
std::optional<Name> name_from_ldns(const ldns_rdf* data);
LdnsData name_to_ldns(const Name& name);

// Nothing for a type that is not in Type, and for content that cannot be read.
std::optional<Data> data_from_ldns(const ldns_rr* record);

bool is_known_type(ldns_rr_type type);

} // namespace mox::dns
