// A request on its way through the API, and what answers it.
#pragma once

#include "async/task.h"
#include "http/message.h"
#include "localapi/answer.h"
#include "localapi/api.h"
#include "localapi/parameters.h"
#include "service/service.h"

#include <string>
#include <string_view>
#include <vector>

namespace mox::localapi {

// Stands for an id: the newest message that fits the parameters.
constexpr std::string_view latest = "latest";

struct Call {
  const Options& options;
  service::Session& session;
  const http::Request& request;
  std::vector<std::string> segments; // that the path has for "{…}"
  Parameters parameters;
};

// One for each line of the table in api.cpp.
async::Task<Answer> show_page(Call& call);
async::Task<Answer> show_info(Call& call);
async::Task<Answer> reset(Call& call);
async::Task<Answer> list_messages(Call& call);
async::Task<Answer> delete_messages(Call& call);
async::Task<Answer> wait_for_message(Call& call);
async::Task<Answer> show_message(Call& call);
async::Task<Answer> delete_message(Call& call);
async::Task<Answer> send_raw(Call& call);
async::Task<Answer> send_part(Call& call);
async::Task<Answer> send_text(Call& call);
async::Task<Answer> send_html(Call& call);
async::Task<Answer> show_faults(Call& call);
async::Task<Answer> set_faults(Call& call);
async::Task<Answer> clear_faults(Call& call);

} // namespace mox::localapi
