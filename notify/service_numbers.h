// What remediation alone knows, asked of its control socket (`metrics`, schema/control_message.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace secondlook {

struct ServiceNumbers {
  struct Tenant {
    std::string name;
    bool enforce = false;
    std::optional<Timestamp> certificate_expires_at;  // of its app; nothing: another credential
    std::optional<Timestamp> directory_synced_at;
  };
  struct Graph {
    std::string tenant;
    std::uint64_t sent = 0, throttled = 0, failed = 0, denied = 0, sign_in_failed = 0,
                  refused_here = 0;
    std::uint64_t in_flight = 0, may_be_in_flight = 0, paused_mailboxes = 0;
    bool paused = false, circuit_open = false;
  };
  struct Verdicts {
    std::string tenant, disposition;
    std::uint64_t count = 0;
  };
  std::uint64_t recorded = 0;
  bool analyzer_connected = false;
  bool brake_engaged = false;
  std::vector<Tenant> tenants;
  std::vector<Graph> graph;
  std::vector<Verdicts> verdicts;
};

// What is missing reads as zero.
Result<ServiceNumbers> parse_service_numbers(std::string_view json);

// One connection, one question. `patience` bounds each of: connecting, asking, the answer.
Result<ServiceNumbers> ask_service_numbers(const std::string& control_socket,
                                           std::chrono::milliseconds patience);

}  // namespace secondlook
