#include "remediation/control_server.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/log.h"
#include "base/system_error.h"
#include "base/unix_socket.h"
#include "remediation/peer_rights.h"
#include "schema/frame.h"

namespace secondlook {
namespace {

constexpr std::chrono::milliseconds kRequestTimeout{10'000};

Result<void> limit_sending(int connection) {
  const timeval limit{10, 0};
  if (::setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0)
    return last_system_error("send timeout");
  return {};
}

Result<ControlRequest> receive_request(int connection) {
  FrameReader frames(kLargestControlFrame);
  const auto frame = receive_frame(connection, frames, kRequestTimeout);
  if (!frame) return frame.error();
  if (frame->type != static_cast<std::uint8_t>(ControlFrame::request))
    return malformed("the first frame is no request");
  return parse_control_request(frame->payload);
}

Result<void> check_rights(const ControlRequest& request, const PeerCredentials& peer) {
  const Rights rights = control_rights(peer);
  if (rights == Rights::act || (rights == Rights::read && is_for_readers(request))) return {};
  return forbidden("user " + name_of_user(peer.user) + " may not ask for " + request.command +
                   (rights == Rights::read ? ": not in group secondlook-operators"
                                           : ": neither in secondlook-readers nor -operators"));
}

}  // namespace

ControlServer::ControlServer(FileDescriptor listening, const ControlContext& context,
                             const StopEvent& stop)
    : listening_(std::move(listening)), context_(context), stop_(stop) {}

Result<void> ControlServer::start() {
  const int flags = ::fcntl(listening_.number(), F_GETFL);
  if (flags < 0 || ::fcntl(listening_.number(), F_SETFL, flags | O_NONBLOCK) != 0)
    return last_system_error("control socket");
  for (unsigned i = 0; i < kThreads; ++i) threads_.emplace_back([this] { work(); });
  return {};
}

void ControlServer::work() {
  for (;;) {
    const auto woken = stop_.wait(listening_.number(), std::chrono::milliseconds(-1));
    if (!woken || *woken == StopEvent::Woken::stopped) return;
    // Another thread may have been quicker: then there is nothing to accept.
    auto connection = accept_unix_connection(listening_.number());
    if (connection) serve(std::move(*connection));
    if (!connection && connection.error().kind != Error::Kind::temporary) {
      log_error("control socket", {{"error", connection.error().message}});
      return;
    }
  }
}

void ControlServer::serve(FileDescriptor connection) {
  const auto peer = peer_credentials(connection.number());
  if (peer) serve(std::move(connection), *peer);
}

void ControlServer::serve(FileDescriptor connection, const PeerCredentials& peer) {
  if (!limit_sending(connection.number())) return;
  const auto done = answer(connection.number(), peer);
  const auto type = done ? ControlFrame::done : ControlFrame::failed;
  const auto sent = send_frame(connection.number(), static_cast<std::uint8_t>(type),
                               done ? *done : failure_to_json(done.error()));
  if (!sent) log_debug("operator went away", {{"error", sent.error().message}});
}

Result<std::string> ControlServer::answer(int connection, const PeerCredentials& peer) {
  // A silent peer must not delay the end of the process.
  const auto woken = stop_.wait(connection, kRequestTimeout);
  if (!woken) return woken.error();
  if (*woken != StopEvent::Woken::readable) return temporary("no request came, or we are stopping");
  const auto request = receive_request(connection);
  if (!request) return request.error();
  const ItemSink sink = [&](std::string_view json) {
    return send_frame(connection, static_cast<std::uint8_t>(ControlFrame::item), json);
  };
  const ItemSink progress = [&](std::string_view json) {
    return send_frame(connection, static_cast<std::uint8_t>(ControlFrame::progress), json);
  };
  return answer_peer(
      {*request, name_of_user(peer.user), person_of(peer, request->login), sink, progress}, peer);
}

Result<std::string> ControlServer::answer_peer(const ControlCall& call,
                                               const PeerCredentials& peer) {
  const auto allowed = check_rights(call.request, peer);
  if (allowed) return answer_command(context_, call);
  const std::string& reason = allowed.error().message;
  log_warning("control request refused", {{"reason", reason}});
  if (auto noted = refusals_.add(context_, call, peer.user, reason); !noted)
    log_error("audit", {{"error", noted.error().message}});
  return allowed.error();
}

}  // namespace secondlook
