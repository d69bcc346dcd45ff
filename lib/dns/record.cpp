#include "dns/record.h"

#include "dns/zone_text.h"
#include "text/ascii.h"
#include "text/base64.h"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <utility>

namespace mox::dns {

namespace {

constexpr std::array<std::pair<Type, std::string_view>, 10> type_names{{
    {Type::a, "A"},
    {Type::ns, "NS"},
    {Type::cname, "CNAME"},
    {Type::soa, "SOA"},
    {Type::ptr, "PTR"},
    {Type::mx, "MX"},
    {Type::txt, "TXT"},
    {Type::aaaa, "AAAA"},
    {Type::srv, "SRV"},
    {Type::tlsa, "TLSA"},
}};

struct TypeOf {
  Type operator()(const A& /*data*/) const { return Type::a; }

  Type operator()(const Aaaa& /*data*/) const { return Type::aaaa; }

  Type operator()(const Ns& /*data*/) const { return Type::ns; }

  Type operator()(const Cname& /*data*/) const { return Type::cname; }

  Type operator()(const Soa& /*data*/) const { return Type::soa; }

  Type operator()(const Ptr& /*data*/) const { return Type::ptr; }

  Type operator()(const Mx& /*data*/) const { return Type::mx; }

  Type operator()(const Txt& /*data*/) const { return Type::txt; }

  Type operator()(const Srv& /*data*/) const { return Type::srv; }

  Type operator()(const Tlsa& /*data*/) const { return Type::tlsa; }
};

struct Writer {
  std::string operator()(const A& a) const { return address(AF_INET, a.address.data()); }

  std::string operator()(const Aaaa& aaaa) const { return address(AF_INET6, aaaa.address.data()); }

  std::string operator()(const Ns& ns) const { return zone_text(ns.host); }

  std::string operator()(const Cname& cname) const { return zone_text(cname.target); }

  std::string operator()(const Ptr& ptr) const { return zone_text(ptr.host); }

  std::string operator()(const Txt& txt) const { return zone_text_strings(txt.text); }

  // What is not kept, refresh, retry and expire, is zero.
  std::string operator()(const Soa& soa) const {
    return fmt::format("{} {} {} 0 0 0 {}", zone_text(soa.primary), zone_text(soa.mailbox),
                       soa.serial, soa.minimum.count());
  }

  std::string operator()(const Mx& mx) const {
    return fmt::format("{} {}", mx.preference, zone_text(mx.host));
  }

  std::string operator()(const Srv& srv) const {
    return fmt::format("{} {} {} {}", srv.priority, srv.weight, srv.port, zone_text(srv.host));
  }

  std::string operator()(const Tlsa& tlsa) const {
    return fmt::format("{} {} {} {}", tlsa.usage, tlsa.selector, tlsa.matching_type,
                       text::hex_encode(tlsa.data));
  }

  static std::string address(int family, const std::uint8_t* bytes) {
    char text[INET6_ADDRSTRLEN] = {};
    inet_ntop(family, bytes, text, sizeof text);
    return text;
  }
};

} // namespace

Type type_of(const Data& data) {
  return std::visit(TypeOf{}, data);
}

std::string_view to_string(Type type) {
  for (const auto& [value, name] : type_names)
    if (value == type) return name;
  return "?";
}

Result<Type> parse_type(std::string_view text) {
  for (const auto& [value, name] : type_names)
    if (text::iequals(name, text)) return value;
  return failure(ErrorKind::invalid, fmt::format("not a type of record known here: {:.20}", text));
}

std::string to_string(const Data& data) {
  return std::visit(Writer{}, data);
}

} // namespace mox::dns
