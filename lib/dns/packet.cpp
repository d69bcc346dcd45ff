#include "dns/packet.h"

#include "dns/ldns_record.h"
#include "dns/packet_answer.h"
#include "text/ascii.h"

#include <cstddef>
#include <utility>

namespace mox::dns {

namespace {

constexpr std::size_t header_size = 12;
constexpr std::uint16_t recursion_desired = 0x0100;
constexpr std::uint16_t authentic_data = 0x0020;
constexpr std::uint16_t is_response = 0x8000;
constexpr std::uint16_t opcode_mask = 0x7800;
constexpr std::uint16_t rcode_mask = 0x000f;
constexpr std::uint16_t class_in = 1;
constexpr std::uint16_t opt_type = 41; // RFC 6891 section 6.1.2
constexpr std::uint16_t dnssec_ok = 0x8000;

void append_number(std::string& to, std::uint16_t number) {
  to += static_cast<char>(number >> 8U);
  to += static_cast<char>(number & 0xffU);
}

std::uint16_t number_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[at]) << 8U |
                                    static_cast<unsigned char>(bytes[at + 1]));
}

// Of a query of ours: the name, its type and class.
std::string_view question_of(std::string_view query) {
  std::size_t end = header_size;
  while (query[end] != '\0') end += 1U + static_cast<unsigned char>(query[end]);
  return query.substr(header_size, end + 1 + 4 - header_size);
}

bool belongs_to(std::string_view bytes, std::string_view query) {
  if (bytes.size() < header_size || number_at(bytes, 0) != number_at(query, 0)) return false;
  const auto flags = number_at(bytes, 2);
  if ((flags & is_response) == 0 || (flags & opcode_mask) != 0) return false;
  const auto questions = number_at(bytes, 4);
  // RFC 6891 section 7: who does not know EDNS may not even repeat the question.
  const bool understood = (flags & rcode_mask) != std::to_underlying(Rcode::formerr);
  if (questions == 0) return !understood;
  return questions == 1 &&
         text::iequals(bytes.substr(header_size, question_of(query).size()), question_of(query));
}

} // namespace

std::string make_query(const Question& question, QueryOptions options) {
  std::string query;
  append_number(query, options.id);
  append_number(query, recursion_desired | authentic_data);
  append_number(query, 1); // questions
  append_number(query, 0);
  append_number(query, 0);
  append_number(query, options.edns ? 1 : 0);
  const auto name = name_to_ldns(question.name);
  query.append(reinterpret_cast<const char*>(ldns_rdf_data(name.get())), ldns_rdf_size(name.get()));
  append_number(query, std::to_underlying(question.type));
  append_number(query, class_in);
  if (!options.edns) return query;
  query += '\0'; // owned by the root
  append_number(query, opt_type);
  append_number(query, datagram_limit);
  append_number(query, 0); // extended rcode, version
  append_number(query, dnssec_ok);
  append_number(query, 0); // no options
  return query;
}

Result<Response, ResponseFault> parse_response(std::string_view bytes, std::string_view query,
                                               const Question& question) {
  if (!belongs_to(bytes, query)) return failure(ResponseFault::foreign);
  return parse_trusted_response(bytes, question);
}

Result<Response, ResponseFault> parse_trusted_response(std::string_view bytes,
                                                       const Question& question) {
  if (bytes.size() > packet_limit) return failure(ResponseFault::malformed);
  ldns_pkt* made = nullptr;
  const auto status =
      ldns_wire2pkt(&made, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (status != LDNS_STATUS_OK) {
    // The header alone says that there is more over TCP; servers cut the rest anywhere.
    Response cut{.truncated = true, .name = question.name};
    constexpr std::uint16_t truncated = 0x0200;
    if (bytes.size() >= header_size && (number_at(bytes, 2) & truncated) != 0) return cut;
    return failure(ResponseFault::malformed);
  }
  const LdnsPacket packet(made);
  return read_answer(*packet, question);
}

} // namespace mox::dns
