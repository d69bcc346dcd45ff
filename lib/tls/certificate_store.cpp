#include "tls/certificate_store.h"

#include <map>
#include <string>
#include <utility>

namespace mox::tls {

struct CertificateStore::Table {
  std::vector<Certificate> all;
  std::map<std::string, std::size_t, std::less<>> by_name;

  explicit Table(std::vector<Certificate> certificates) : all(std::move(certificates)) {
    for (std::size_t i = 0; i < all.size(); ++i)
      for (const auto& name : all[i].names()) by_name.emplace(name, i);
  }

  std::optional<Certificate> find(std::string_view name) const {
    if (auto exact = by_name.find(name); exact != by_name.end()) return all[exact->second];
    const auto dot = name.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto wildcard = by_name.find("*" + std::string(name.substr(dot)));
    if (wildcard == by_name.end()) return std::nullopt;
    return all[wildcard->second];
  }
};

CertificateStore::CertificateStore(std::vector<Certificate> certificates)
    : table_(std::make_shared<const Table>(std::move(certificates))) {}

void CertificateStore::replace(std::vector<Certificate> certificates) {
  auto table = std::make_shared<const Table>(std::move(certificates));
  const std::scoped_lock lock(mutex_);
  table_.swap(table);
}

std::shared_ptr<const CertificateStore::Table> CertificateStore::table() const {
  const std::scoped_lock lock(mutex_);
  return table_;
}

std::optional<Certificate> CertificateStore::find(std::string_view server_name) const {
  const auto now = table();
  std::string name(server_name);
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  if (auto found = now->find(name)) return found;
  if (now->all.empty()) return std::nullopt;
  return now->all.front();
}

} // namespace mox::tls
