// The operations, by family; see operation.h for how they are called.
#pragma once

#include "admin/operation.h"

namespace mox::admin {

// passwords.cpp
Result<std::string> set_account_password(Place& place, const Parameters& given,
                                         std::string_view input);
Result<std::string> password_add(Place& place, const Parameters& given, std::string_view input);
Result<std::string> password_list(Place& place, const Parameters& given, std::string_view input);
Result<std::string> password_rm(Place& place, const Parameters& given, std::string_view input);

// account.cpp
Result<std::string> account_list(Place& place, const Parameters& given, std::string_view input);
Result<std::string> account_addresses(Place& place, const Parameters& given,
                                      std::string_view input);
Result<std::string> account_add(Place& place, const Parameters& given, std::string_view input);
Result<std::string> account_rm(Place& place, const Parameters& given, std::string_view input);
Result<std::string> account_disable(Place& place, const Parameters& given, std::string_view input);
Result<std::string> account_enable(Place& place, const Parameters& given, std::string_view input);

// logins.cpp
Result<std::string> account_logins(Place& place, const Parameters& given, std::string_view input);

// address.cpp
Result<std::string> address_add(Place& place, const Parameters& given, std::string_view input);
Result<std::string> address_rm(Place& place, const Parameters& given, std::string_view input);
Result<std::string> address_account(Place& place, const Parameters& given, std::string_view input);

// domain.cpp
Result<std::string> domain_add(Place& place, const Parameters& given, std::string_view input);
Result<std::string> domain_rm(Place& place, const Parameters& given, std::string_view input);
Result<std::string> domain_disable(Place& place, const Parameters& given, std::string_view input);
Result<std::string> domain_enable(Place& place, const Parameters& given, std::string_view input);

// alias.cpp
Result<std::string> alias_list(Place& place, const Parameters& given, std::string_view input);
Result<std::string> alias_print(Place& place, const Parameters& given, std::string_view input);
Result<std::string> alias_add(Place& place, const Parameters& given, std::string_view input);
Result<std::string> alias_update(Place& place, const Parameters& given, std::string_view input);
Result<std::string> alias_rm(Place& place, const Parameters& given, std::string_view input);
Result<std::string> alias_add_addresses(Place& place, const Parameters& given,
                                        std::string_view input);
Result<std::string> alias_rm_addresses(Place& place, const Parameters& given,
                                       std::string_view input);

// key.cpp
Result<std::string> key_list(Place& place, const Parameters& given, std::string_view input);
Result<std::string> key_get(Place& place, const Parameters& given, std::string_view input);
Result<std::string> key_add(Place& place, const Parameters& given, std::string_view input);
Result<std::string> key_rm(Place& place, const Parameters& given, std::string_view input);

// loglevels.cpp
Result<std::string> log_levels(Place& place, const Parameters& given, std::string_view input);

} // namespace mox::admin
