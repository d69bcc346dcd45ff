#include "sasl/verifier.h"

#include "text/ascii.h"
#include "text/base64.h"

#include <argon2.h>
#include <fmt/format.h>

#include <cstdint>
#include <new>
#include <sys/mman.h>
#include <utility>

namespace mox::sasl {

namespace {

constexpr std::size_t verifier_limit = 256;
constexpr std::uint32_t memory_limit_kib = 1'048'576;
constexpr std::uint32_t passes_limit = 100;
constexpr std::uint32_t lanes_limit = 64;

// Takes what stands before `end`, and `end`; all of it when `end` is not there.
std::string_view take_until(std::string_view& text, char end) {
  const auto at = text.find(end);
  const auto taken = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return taken;
}

// "m=19456": a number that a check may cost; else 0.
std::uint32_t parse_cost(std::string_view text, std::string_view name, std::uint32_t limit) {
  if (!text.starts_with(name)) return 0;
  const auto number = text::parse_number<std::uint32_t>(text.substr(name.size()));
  return number && *number <= limit ? *number : 0;
}

Result<std::string> decode(std::string_view unpadded) {
  std::string padded(unpadded);
  while (padded.size() % 4 != 0) padded.push_back('=');
  return text::base64_decode(padded);
}

std::string encode(std::string_view bytes) {
  auto text = text::base64_encode(bytes);
  while (text.ends_with('=')) text.pop_back();
  return text;
}

// The heap would keep the memory of a check for the next one, once for each thread of the pool:
// malloc takes from the system directly only what is larger than any such block that it was given
// back before. Large pages spare the thousands of faults that fresh memory costs otherwise.
int take_memory(std::uint8_t** memory, std::size_t size) {
  void* const taken =
      ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (taken == MAP_FAILED) return ARGON2_MEMORY_ALLOCATION_ERROR;
  ::madvise(taken, size, MADV_HUGEPAGE); // it goes without, more slowly
  *memory = static_cast<std::uint8_t*>(taken);
  return ARGON2_OK;
}

void give_memory_back(std::uint8_t* memory, std::size_t size) {
  ::munmap(memory, size);
}

// For libargon2, which takes all that it only reads as if it would write.
std::uint8_t* bytes_of(std::string_view text) {
  void* const bytes = const_cast<char*>(text.data());
  return static_cast<std::uint8_t*>(bytes);
}

} // namespace

std::optional<Verifier> parse_verifier(std::string_view text) {
  constexpr std::string_view kind = "$argon2id$v=19$"; // libargon2 writes no other version
  if (text.size() >= verifier_limit || !text.starts_with(kind)) return std::nullopt;
  text.remove_prefix(kind.size());
  auto costs = take_until(text, '$');
  const auto memory = parse_cost(take_until(costs, ','), "m=", memory_limit_kib);
  const auto passes = parse_cost(take_until(costs, ','), "t=", passes_limit);
  const auto lanes = parse_cost(costs, "p=", lanes_limit);
  if (memory == 0 || passes == 0 || lanes == 0) return std::nullopt;
  const bool padded = text.find('=') != std::string_view::npos;
  auto salt = decode(take_until(text, '$'));
  auto hash = decode(text);
  if (padded || !salt || !hash) return std::nullopt;
  return Verifier{.cost = {.memory_kib = memory, .passes = passes, .lanes = lanes},
                  .salt = std::move(*salt),
                  .hash = std::move(*hash)};
}

std::string to_string(const Verifier& verifier) {
  const auto& cost = verifier.cost;
  return fmt::format("$argon2id$v=19$m={},t={},p={}${}${}", cost.memory_kib, cost.passes,
                     cost.lanes, encode(verifier.salt), encode(verifier.hash));
}

Result<std::string> argon2id(std::string_view password, const Verifier& how, std::size_t size) {
  std::string hash(size, '\0');
  argon2_context context{};
  context.out = bytes_of(hash);
  context.outlen = static_cast<std::uint32_t>(size);
  context.pwd = bytes_of(password);
  context.pwdlen = static_cast<std::uint32_t>(password.size());
  context.salt = bytes_of(how.salt);
  context.saltlen = static_cast<std::uint32_t>(how.salt.size());
  context.t_cost = how.cost.passes;
  context.m_cost = how.cost.memory_kib;
  context.lanes = how.cost.lanes;
  context.threads = how.cost.lanes;
  context.version = ARGON2_VERSION_13;
  context.allocate_cbk = take_memory;
  context.free_cbk = give_memory_back;
  const int code = ::argon2id_ctx(&context);
  if (code == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  if (code != ARGON2_OK) return failure(ErrorKind::invalid, ::argon2_error_message(code));
  return hash;
}

} // namespace mox::sasl
