// Retract and restore as they stand in the database: what was selected, how far it is planned, and
// what became of it, so that a restart in the middle goes on where the last transaction ended.
//
//   awaiting_approval ─▶ planning ─▶ under_way ─▶ done
//           └─▶ rejected, expired
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "schema/verdict.h"

namespace secondlook {

enum class HandCommandState {
  awaiting_approval,  // a second person has to agree (expires_at)
  planning,           // selected messages are left whose steps are not written yet
  under_way,          // every step is written, some have not ended
  done,
  rejected,
  expired
};
std::string_view name_of(HandCommandState state);
std::optional<HandCommandState> parse_hand_command_state(std::string_view name);
bool is_over(HandCommandState state);

struct HandCommand {
  std::int64_t id = 0;  // of its row in the audit
  std::string name;     // "retract" or "restore"
  HandCommandState state = HandCommandState::planning;
  std::string person;   // who asked, for the question whether another one approves
  std::string request;  // control_message.h, JSON
  Timestamp asked_at{};
  std::optional<Timestamp> expires_at;  // of the wait for approval
  std::uint64_t messages = 0;           // selected
  std::uint64_t copies = 0;             // counted when it was asked; 0: was not
  std::uint64_t skipped = 0;            // messages that could not be planned
  std::string failure;                  // beside the steps; empty: none
  std::uint64_t unplanned = 0;          // read only: messages left

  std::string cause() const { return name + " " + std::to_string(id); }  // of its steps
};

// What planning by hand has to know of a message.
struct AddressedMessage {
  std::int64_t id = 0;
  std::string tenant;
  std::string sender;     // header From, lower case
  std::string direction;  // "inbound" "outbound" "internal"
  std::vector<Recipient> recipients;
};

}  // namespace secondlook
