#include "notify/service_numbers.h"

#include <cstring>

#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "base/file_descriptor.h"
#include "base/system_error.h"
#include "schema/control_message.h"
#include "schema/frame.h"

namespace secondlook {
namespace {

using nlohmann::json;

std::string text(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::uint64_t number(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

bool flag(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

template <typename Take>
void for_each(const json& object, const char* name, Take take) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_array()) return;
  for (const json& one : *found)
    if (one.is_object()) take(one);
}

ServiceNumbers::Graph graph_in(const json& one) {
  return {text(one, "tenant"),
          number(one, "sent"),
          number(one, "throttled"),
          number(one, "failed"),
          number(one, "denied"),
          number(one, "sign_in_failed"),
          number(one, "refused_here"),
          number(one, "in_flight"),
          number(one, "may_be_in_flight"),
          number(one, "paused_mailboxes"),
          flag(one, "paused"),
          flag(one, "circuit_open")};
}

// The kernel waits so long for room in the listener's queue, too: a process that hangs fills it.
Result<FileDescriptor> connect_within(const std::string& path, std::chrono::milliseconds patience) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.size() >= sizeof name.sun_path) return malformed("socket path too long: " + path);
  std::memcpy(name.sun_path, path.data(), path.size());
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return last_system_error("socket");
  const timeval limit{patience.count() / 1000, patience.count() % 1000 * 1000};
  if (::setsockopt(socket.number(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0)
    return last_system_error("send timeout");
  if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0)
    return last_system_error("connect to " + path);
  return socket;
}

}  // namespace

Result<ServiceNumbers> parse_service_numbers(std::string_view content) {
  const json answer = json::parse(content, nullptr, false);
  if (!answer.is_object()) return malformed("the service's answer is no JSON object");
  ServiceNumbers numbers;
  numbers.recorded = number(answer, "recorded");
  numbers.analyzer_connected = flag(answer, "analyzer_connected");
  numbers.brake_engaged = flag(answer, "brake_engaged");
  for_each(answer, "tenants", [&](const json& one) {
    numbers.tenants.push_back({text(one, "name"), flag(one, "enforce"),
                               parse_rfc3339(text(one, "certificate_expires_at")),
                               parse_rfc3339(text(one, "directory_synced_at"))});
  });
  for_each(answer, "graph", [&](const json& one) { numbers.graph.push_back(graph_in(one)); });
  for_each(answer, "verdicts", [&](const json& one) {
    numbers.verdicts.push_back(
        {text(one, "tenant"), text(one, "disposition"), number(one, "count")});
  });
  return numbers;
}

Result<ServiceNumbers> ask_service_numbers(const std::string& control_socket,
                                           std::chrono::milliseconds patience) {
  const auto connection = connect_within(control_socket, patience);
  if (!connection) return connection.error();
  ControlRequest request;
  request.command = "metrics";
  const int socket = connection->number();
  if (auto sent =
          send_frame(socket, static_cast<std::uint8_t>(ControlFrame::request), to_json(request));
      !sent)
    return sent.error();
  FrameReader reader(kLargestControlFrame);
  const auto frame = receive_frame(socket, reader, patience);
  if (!frame) return frame.error();
  if (frame->type == static_cast<std::uint8_t>(ControlFrame::failed))
    return parse_failure(frame->payload);
  if (frame->type != static_cast<std::uint8_t>(ControlFrame::done))
    return internal("the service sent an unknown frame");
  return parse_service_numbers(frame->payload);
}

}  // namespace secondlook
