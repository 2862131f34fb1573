// The control socket's server with a real executor behind it, asked as a peer asks.
#pragma once

#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/unix_socket.h"
#include "remediation/control_server.h"
#include "remediation/executor.h"
#include "schema/frame.h"
#include "tests/remediation/scene.h"

namespace secondlook {

struct ControlAnswer {
  std::vector<nlohmann::json> items, progress;
  nlohmann::json done;
  std::string failure;
};

// A whole service without sockets' names: a real executor, and the control server on a pair.
struct ControlledService {
  ControlledService()
      : queue(scene.store, clock), executor(context, queue), stop(value_of(StopEvent::make())) {
    configuration.paths.database = scene.directory.file("detections.db");
    executor.start(2);
    runner.start();
  }

  ControlAnswer ask(const ControlRequest& request) { return ask_bytes(to_json(request)); }

  ControlAnswer ask_bytes(const std::string& payload) {
    return ask_bytes(payload, {0, ::geteuid(), ::getegid()});
  }

  ControlAnswer ask_bytes(const std::string& payload, const PeerCredentials& peer) {
    ControlServer server(FileDescriptor(),
                         {scene.store, configuration, scene.tenants, queue, reception, released,
                          runner, clock, "seccomp", std::chrono::seconds(20)},
                         stop);
    auto ends = value_of(make_socket_pair());
    REQUIRE(send_frame(ends.first.number(), 1, payload).has_value());
    server.serve(std::move(ends.second), peer);
    ControlAnswer answer;
    FrameReader frames(kLargestControlFrame);
    for (;;) {
      const Frame frame =
          value_of(receive_frame(ends.first.number(), frames, std::chrono::seconds(20)));
      if (frame.type == static_cast<std::uint8_t>(ControlFrame::failed))
        answer.failure = parse_failure(frame.payload).message;
      if (frame.type == static_cast<std::uint8_t>(ControlFrame::done))
        answer.done = nlohmann::json::parse(frame.payload);
      if (frame.type == static_cast<std::uint8_t>(ControlFrame::progress)) {
        answer.progress.push_back(nlohmann::json::parse(frame.payload));
        continue;
      }
      if (frame.type != static_cast<std::uint8_t>(ControlFrame::item)) return answer;
      answer.items.push_back(nlohmann::json::parse(frame.payload));
    }
  }

  std::vector<AuditRow> audit_rows() {
    return value_of(scene.store.with([](Store& store) { return store.audit_after(0, 1000); }));
  }

  // A mail to Ann and Bob, in their inboxes, judged as said.
  void receive(Disposition disposition) {
    MailCopy copy = scene.copy();
    copy.received_at = format_rfc3339(scene.clock.now());
    ids = {scene.mailbox.deliver("ann@acme.example", copy),
           scene.mailbox.deliver("bob@acme.example", copy)};
    scene.record(scene.verdict(disposition, {"ann@acme.example", "bob@acme.example"}));
  }

  ControlRequest request(const std::string& command) const {
    ControlRequest asked;
    asked.command = command;
    asked.select.expression = {"id:1"};
    asked.action = "recoverable";
    return asked;
  }

  Scene scene;
  SystemClock clock;
  StepContext context{scene.store, scene.tenants, clock, scene.random};
  StepQueue queue;
  Executor executor;
  StopEvent stop;
  ReceptionState reception;
  Configuration configuration;
  ReleasedMails released{scene.directory.file("released_mails")};
  CommandRunner runner{scene.store, scene.tenants, queue, released, clock};
  std::vector<std::string> ids;
};

}  // namespace secondlook
