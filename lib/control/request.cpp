#include "control/request.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::control {

namespace {

bool is_command(std::string_view command) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == ' ';
  };
  return !command.empty() && command.size() <= max_command &&
         std::ranges::all_of(command, is_letter) && command.front() != ' ' &&
         command.back() != ' ' && !command.contains("  ");
}

Result<> check_command(std::string_view command) {
  if (is_command(command)) return ok();
  return failure(ErrorKind::invalid, "a command must be words of a-z, 0-9 and -");
}

} // namespace

Result<std::string> print_request(const Request& request) {
  MOX_TRY(check_command(request.command));
  std::string frames;
  append_frame(frames, FrameType::command, request.command);
  for (std::string_view parameter : request.parameters) {
    for (; parameter.size() > max_payload; parameter.remove_prefix(max_payload))
      append_frame(frames, FrameType::parameter_part, parameter.substr(0, max_payload));
    append_frame(frames, FrameType::parameter, parameter);
  }
  append_frame(frames, FrameType::go);
  return frames;
}

Result<bool> RequestParser::add(FrameType type, std::string_view payload) {
  if ((type == FrameType::command) == begun_)
    return failure(ErrorKind::invalid,
                   describe(type) + (begun_ ? " within a request" : " where a command begins"));
  switch (type) {
  case FrameType::command: MOX_TRY(begin(payload)); return false;
  case FrameType::parameter_part: MOX_TRY(add_parameter(payload, false)); return false;
  case FrameType::parameter: MOX_TRY(add_parameter(payload, true)); return false;
  case FrameType::go:
    if (!in_parameter_) return true;
    return failure(ErrorKind::invalid, "the last parameter is not complete");
  default: return failure(ErrorKind::invalid, describe(type) + " within a request");
  }
}

Result<> RequestParser::begin(std::string_view command) {
  MOX_TRY(check_command(command));
  request_.command = command;
  begun_ = true;
  return ok();
}

Result<> RequestParser::add_parameter(std::string_view part, bool last) {
  bytes_ += part.size();
  if (bytes_ > limits_.bytes)
    return failure(ErrorKind::invalid,
                   fmt::format("the parameters of \"{}\" have more than {} bytes", request_.command,
                               limits_.bytes));
  if (!in_parameter_) {
    if (request_.parameters.size() == limits_.count)
      return failure(ErrorKind::invalid, fmt::format("\"{}\" has more than {} parameters",
                                                     request_.command, limits_.count));
    request_.parameters.emplace_back();
  }
  request_.parameters.back() += part;
  in_parameter_ = !last;
  return ok();
}

} // namespace mox::control
