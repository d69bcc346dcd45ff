#include "publicsuffix/publicsuffix.h"

#include <cstdio>
#include <libpsl.h>

namespace mox::publicsuffix {

namespace {

// `name` without its first labels, so that `size` bytes of text are left.
dns::Name cut(dns::Name name, std::size_t size) {
  while (name.ascii().size() > size) name = name.parent();
  return name;
}

} // namespace

void List::Free::operator()(psl_ctx_st* list) const {
  psl_free(list);
}

List List::built_in() {
  return {};
}

Result<List> List::parse(std::string text) {
  // A stream over memory: no file is touched.
  std::FILE* const stream = text.empty() ? nullptr : ::fmemopen(text.data(), text.size(), "r");
  List list;
  if (stream != nullptr) {
    list.own_.reset(psl_load_fp(stream));
    std::fclose(stream);
  }
  if (!list.own_ || psl_suffix_count(list.own_.get()) == 0)
    return failure(ErrorKind::invalid, "the list of public suffixes has no rules");
  return list;
}

const psl_ctx_st* List::list() const {
  return own_ ? own_.get() : psl_builtin();
}

bool List::is_public_suffix(const dns::Name& name) const {
  return !name.empty() && psl_is_public_suffix(list(), name.ascii().c_str()) != 0;
}

dns::Name List::public_suffix(const dns::Name& name) const {
  if (name.empty()) return name;
  const char* const suffix = psl_unregistrable_domain(list(), name.ascii().c_str());
  return suffix == nullptr ? dns::Name() : cut(name, std::string_view(suffix).size());
}

std::optional<dns::Name> List::registrable(const dns::Name& name) const {
  if (name.empty()) return std::nullopt;
  const char* const domain = psl_registrable_domain(list(), name.ascii().c_str());
  if (domain == nullptr) return std::nullopt;
  return cut(name, std::string_view(domain).size());
}

dns::Name List::organizational(const dns::Name& name) const {
  return registrable(name).value_or(name);
}

} // namespace mox::publicsuffix
