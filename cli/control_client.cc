#include "cli/control_client.h"

#include <nlohmann/json.hpp>
#include <pwd.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/unix_socket.h"
#include "cli/argument_reader.h"
#include "cli/child_process.h"
#include "schema/frame.h"

namespace secondlook {
namespace {

using Outcome = ServiceAnswer::Outcome;

ServiceAnswer no_answer(Error error) {
  return {Outcome::unreachable, "", within("the service cannot be reached", std::move(error))};
}

std::string text(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

ServiceAnswer ask_service(const std::string& control_socket, const ControlRequest& request,
                          const std::function<void(std::string_view json)>& item,
                          std::chrono::milliseconds patience,
                          const std::function<void(std::string_view json)>& progress) {
  const auto connection = connect_to_unix_socket(control_socket);
  if (!connection) return no_answer(connection.error());
  const int socket = connection->number();
  if (auto sent =
          send_frame(socket, static_cast<std::uint8_t>(ControlFrame::request), to_json(request));
      !sent)
    return no_answer(sent.error());
  for (FrameReader reader(kLargestControlFrame);;) {
    const auto frame = receive_frame(socket, reader, patience);
    if (!frame) return no_answer(frame.error());
    switch (static_cast<ControlFrame>(frame->type)) {
      case ControlFrame::item: item(frame->payload); break;
      case ControlFrame::progress: progress(frame->payload); break;
      case ControlFrame::done: return {Outcome::done, frame->payload, {}};
      case ControlFrame::failed: return {Outcome::failed, "", parse_failure(frame->payload)};
      default: return no_answer(internal("it sent an unknown frame"));
    }
  }
}

int report_answer(const Console& console, const ServiceAnswer& answer) {
  switch (answer.outcome) {
    case Outcome::done: return exit_done;
    case Outcome::failed: return report_error(console, answer.error);
    case Outcome::unreachable: return unreachable(console, answer.error.message);
  }
  return exit_findings;
}

std::string login_name() {
  const auto content = read_file("/proc/self/loginuid", 64);
  const auto user = content ? parse_number(*content) : std::nullopt;
  if (!user || *user >= UINT32_MAX) return current_user_name();  // -1: nobody logged in
  const passwd* entry = ::getpwuid(static_cast<uid_t>(*user));
  return entry == nullptr ? "uid " + *content : entry->pw_name;
}

CopyItem read_copy_item(std::string_view content) {
  const auto json = nlohmann::json::parse(content, nullptr, false);
  if (!json.is_object()) return {};
  const auto id = json.find("id");
  return {id != json.end() && id->is_number_integer() ? id->get<std::int64_t>() : 0,
          text(json, "mailbox"),
          text(json, "action"),
          text(json, "state"),
          text(json, "folder_before"),
          text(json, "at"),
          text(json, "undo_until"),
          text(json, "detail")};
}

}  // namespace secondlook
