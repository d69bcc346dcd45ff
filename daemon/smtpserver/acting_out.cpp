// A test instance does on purpose what other servers do by accident.

#include "async/event.h"
#include "net/patient_wait.h"
#include "smtpserver/conversation.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace mox::smtpserver {

std::optional<Fault> Conversation::find_fault(Stage stage, const smtp::Path& from,
                                              std::span<const smtp::Path> to) const {
  if (options_.faults == nullptr) return std::nullopt;
  if (stage == Stage::mail)
    if (auto fault = fault_for(from.localpart, stage)) return fault;
  std::vector<std::string> addresses;
  for (const auto& recipient : to) {
    if (auto fault = fault_for(recipient.localpart, stage)) return fault;
    addresses.push_back(smtp::to_string(recipient));
  }
  return options_.faults->next(stage, smtp::to_string(from), addresses);
}

std::optional<Fault> Conversation::find_fault_of_data() const {
  if (options_.faults == nullptr) return std::nullopt;
  std::vector<smtp::Path> recipients;
  for (const auto& recipient : transaction_->recipients) recipients.push_back(recipient.path);
  return find_fault(Stage::data, transaction_->mail.from, recipients);
}

async::Task<Outcome> Conversation::act_out(std::optional<Fault> fault) {
  if (!fault) co_return Outcome();
  switch (fault->kind) {
  case Fault::Kind::reply:
    co_return fail(fault->code, 0, 0,
                   fault->text.empty() ? "failure asked for by a rule" : std::move(fault->text));
  case Fault::Kind::disconnect: co_return gone("end asked for");
  case Fault::Kind::timeout: co_return co_await hang();
  }
  std::unreachable();
}

// What was answered before goes out first. A peer that has had enough ends it.
async::Task<Outcome> Conversation::hang() {
  if (!output_.empty())
    if (auto flushed = co_await flush(); !flushed) co_return flushed;
  if (session_.parts.stopping.load()) co_return shutting_down();
  const auto until = session_.parts.clock.steady() + std::chrono::hours(1);
  async::Event nothing;
  net::PatientWait patience(session_.connection, nothing, session_.wake);
  const auto end = co_await patience.wait(until);
  if (end == net::PatientWait::End::stopping) co_return shutting_down();
  co_return gone("hang asked for");
}

} // namespace mox::smtpserver
