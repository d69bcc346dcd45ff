#include "dns/ldns_record.h"

#include <algorithm>
#include <new>
#include <ranges>
#include <span>
#include <string>

namespace mox::dns {

namespace {

// The field's own bytes.
std::string_view bytes_of(const ldns_rdf* field) {
  if (field == nullptr || ldns_rdf_size(field) == 0) return {};
  return {reinterpret_cast<const char*>(ldns_rdf_data(field)), ldns_rdf_size(field)};
}

// The fields of a record, one by one; what is missing makes `good` false.
class Fields {
public:
  explicit Fields(const ldns_rr* record) : record_(record) {}

  std::string_view bytes() {
    const auto* field = next();
    return bytes_of(field);
  }

  template <class Number> Number number() {
    const auto field = bytes();
    if (field.size() != sizeof(Number)) return fail<Number>();
    std::uint64_t value = 0;
    for (const char c : field) value = value << 8 | static_cast<unsigned char>(c);
    return static_cast<Number>(value);
  }

  Name name() {
    const auto* field = next();
    const auto read = field != nullptr ? name_from_ldns(field) : std::nullopt;
    return read ? *read : fail<Name>();
  }

  template <std::size_t size> std::array<std::uint8_t, size> address() {
    const auto field = bytes();
    if (field.size() != size) return fail<std::array<std::uint8_t, size>>();
    std::array<std::uint8_t, size> result{};
    std::ranges::transform(field, result.begin(),
                           [](char c) { return static_cast<std::uint8_t>(c); });
    return result;
  }

  void skip() { next(); }

  bool more() const { return at_ < ldns_rr_rd_count(record_); }

  bool good() const { return good_; }

private:
  const ldns_rdf* next() {
    const auto* field = more() ? ldns_rr_rdf(record_, at_++) : nullptr;
    good_ = good_ && field != nullptr;
    return field;
  }

  template <class T> T fail() {
    good_ = false;
    return {};
  }

  const ldns_rr* record_;
  std::size_t at_ = 0;
  bool good_ = true;
};

// RFC 1035 section 3.3.14: one or more strings, each with its length before it.
Txt read_txt(Fields& fields) {
  Txt txt;
  while (fields.more()) {
    const auto field = fields.bytes();
    if (!field.empty()) txt.text += field.substr(1);
  }
  return txt;
}

Soa read_soa(Fields& fields) {
  Soa soa;
  soa.primary = fields.name();
  soa.mailbox = fields.name();
  soa.serial = fields.number<std::uint32_t>();
  for (int i = 0; i < 3; ++i) fields.skip();
  soa.minimum = std::chrono::seconds(fields.number<std::uint32_t>());
  return soa;
}

Mx read_mx(Fields& fields) {
  Mx mx;
  mx.preference = fields.number<std::uint16_t>();
  mx.host = fields.name();
  return mx;
}

Srv read_srv(Fields& fields) {
  Srv srv;
  srv.priority = fields.number<std::uint16_t>();
  srv.weight = fields.number<std::uint16_t>();
  srv.port = fields.number<std::uint16_t>();
  srv.host = fields.name();
  return srv;
}

Tlsa read_tlsa(Fields& fields) {
  Tlsa tlsa;
  tlsa.usage = fields.number<std::uint8_t>();
  tlsa.selector = fields.number<std::uint8_t>();
  tlsa.matching_type = fields.number<std::uint8_t>();
  tlsa.data = fields.more() ? std::string(fields.bytes()) : std::string();
  return tlsa;
}

std::optional<Data> read(Fields& fields, Type type) {
  switch (type) {
  case Type::a: return A{fields.address<4>()};
  case Type::aaaa: return Aaaa{fields.address<16>()};
  case Type::ns: return Ns{fields.name()};
  case Type::cname: return Cname{fields.name()};
  case Type::ptr: return Ptr{fields.name()};
  case Type::soa: return read_soa(fields);
  case Type::mx: return read_mx(fields);
  case Type::txt: return read_txt(fields);
  case Type::srv: return read_srv(fields);
  case Type::tlsa: return read_tlsa(fields);
  }
  return std::nullopt;
}

} // namespace

bool is_known_type(ldns_rr_type type) {
  return to_string(static_cast<Type>(type)) != "?";
}

std::optional<Name> name_from_ldns(const ldns_rdf* data) {
  auto wire = bytes_of(data);
  std::string text;
  while (!wire.empty() && wire.front() != '\0') {
    const auto size = static_cast<unsigned char>(wire.front());
    if (size > label_limit || wire.size() < 1U + size) return std::nullopt;
    const auto label = wire.substr(1, size);
    if (label.find('.') != std::string_view::npos) return std::nullopt;
    if (!text.empty()) text += '.';
    text += label;
    wire.remove_prefix(1U + size);
  }
  if (wire.empty()) return std::nullopt;
  if (text.empty()) return Name();
  auto name = parse_name(text, {.any_printable = true});
  return name ? std::optional(*std::move(name)) : std::nullopt;
}

LdnsData name_to_ldns(const Name& name) {
  std::string wire;
  if (!name.empty()) {
    for (const auto part : std::views::split(name.ascii(), '.')) {
      const std::string_view label(part);
      wire += static_cast<char>(label.size());
      wire += label;
    }
  }
  wire += '\0';
  auto* data = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, wire.size(), wire.data());
  if (data == nullptr) throw std::bad_alloc();
  return LdnsData(data);
}

std::optional<Data> data_from_ldns(const ldns_rr* record) {
  const auto type = ldns_rr_get_type(record);
  if (!is_known_type(type) || ldns_rr_get_class(record) != LDNS_RR_CLASS_IN) return std::nullopt;
  Fields fields(record);
  auto data = read(fields, static_cast<Type>(type));
  return fields.good() ? std::move(data) : std::nullopt;
}

} // namespace mox::dns
