#include "schema/store/hand_commands.h"

#include <array>

#include "schema/store/recording.h"
#include "schema/store/sqlite_store.h"

namespace secondlook {
namespace {

constexpr std::array kStates = {HandCommandState::awaiting_approval, HandCommandState::planning,
                                HandCommandState::under_way,         HandCommandState::done,
                                HandCommandState::rejected,          HandCommandState::expired};

std::string select_commands(std::string_view condition) {
  return std::string(
             "SELECT id, name, state, person, request, asked_at, expires_at, messages, copies, "
             "skipped, failure, (SELECT count(*) FROM hand_command_messages WHERE command = c.id) "
             "FROM hand_commands AS c ")
      .append(condition);
}

std::uint64_t count(const Statement& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}

HandCommand command_of(const Statement& row) {
  HandCommand command;
  command.id = row.integer(0);
  command.name = row.text(1);
  command.state = parse_hand_command_state(row.text(2)).value_or(HandCommandState::done);
  command.person = row.text(3);
  command.request = row.text(4);
  command.asked_at = row.time(5);
  command.expires_at = row.maybe_time(6);
  command.messages = count(row, 7);
  command.copies = count(row, 8);
  command.skipped = count(row, 9);
  command.failure = row.text(10);
  command.unplanned = count(row, 11);
  return command;
}

Result<std::vector<HandCommand>> commands_from(Result<Statement> statement) {
  std::vector<HandCommand> commands;
  auto read = for_each_row(std::move(statement),
                           [&](const Statement& row) { commands.push_back(command_of(row)); });
  if (!read) return within("commands", read.error());
  return commands;
}

}  // namespace

std::string_view name_of(HandCommandState state) {
  switch (state) {
    case HandCommandState::awaiting_approval: return "awaiting_approval";
    case HandCommandState::planning: return "planning";
    case HandCommandState::under_way: return "under_way";
    case HandCommandState::done: return "done";
    case HandCommandState::rejected: return "rejected";
    case HandCommandState::expired: return "expired";
  }
  return "done";
}

std::optional<HandCommandState> parse_hand_command_state(std::string_view name) {
  for (const HandCommandState state : kStates)
    if (name == name_of(state)) return state;
  return std::nullopt;
}

bool is_over(HandCommandState state) {
  return state == HandCommandState::done || state == HandCommandState::rejected ||
         state == HandCommandState::expired;
}

Result<void> SqliteStore::add_hand_command(const HandCommand& command,
                                           const std::vector<MessageRowId>& messages) {
  const auto added = connection_->run(
      "INSERT INTO hand_commands (id, name, state, person, request, asked_at, expires_at, "
      "messages, "
      "copies) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      command.id, command.name, name_of(command.state), command.person, command.request,
      command.asked_at, command.expires_at, messages.size(), command.copies);
  if (!added) return within("add command", added.error());
  for (const MessageRowId message : messages) {
    const auto selected = connection_->run(
        "INSERT INTO hand_command_messages (command, message) VALUES (?, ?)", command.id, message);
    if (!selected) return within("add command", selected.error());
  }
  return {};
}

Result<std::optional<HandCommand>> SqliteStore::hand_command(std::int64_t id) {
  auto found = commands_from(connection_->query(select_commands("WHERE id = ?"), id));
  if (!found) return found.error();
  if (found->empty()) return std::optional<HandCommand>();
  return std::optional(std::move(found->front()));
}

Result<std::vector<HandCommand>> SqliteStore::open_hand_commands() {
  return commands_from(connection_->query(select_commands(
      "WHERE state IN ('awaiting_approval', 'planning', 'under_way') ORDER BY id")));
}

Result<void> SqliteStore::update_hand_command(const HandCommand& command) {
  const auto changed =
      connection_->run("UPDATE hand_commands SET state = ?, skipped = ?, failure = ? WHERE id = ?",
                       name_of(command.state), command.skipped, command.failure, command.id);
  if (!changed) return within("update command", changed.error());
  if (*changed == 0) return not_found("there is no command " + std::to_string(command.id));
  if (!is_over(command.state)) return {};
  const auto rest =
      connection_->run("DELETE FROM hand_command_messages WHERE command = ?", command.id);
  return rest ? Result<void>() : within("update command", rest.error());
}

Result<std::vector<MessageRowId>> SqliteStore::take_unplanned(std::int64_t command,
                                                              std::size_t most) {
  std::vector<MessageRowId> messages;
  auto read =
      for_each_row(connection_->query("SELECT message FROM hand_command_messages WHERE command = ? "
                                      "ORDER BY message DESC LIMIT ?",
                                      command, most),
                   [&](const Statement& row) { messages.push_back(row.integer(0)); });
  if (!read) return within("selected messages", read.error());
  for (const MessageRowId message : messages) {
    const auto taken = connection_->run(
        "DELETE FROM hand_command_messages WHERE command = ? AND message = ?", command, message);
    if (!taken) return within("selected messages", taken.error());
  }
  return messages;
}

Result<void> SqliteStore::note_withdrawal(std::int64_t command, StepId step) {
  const auto noted = connection_->run(
      "INSERT OR IGNORE INTO hand_command_withdrawals (command, step) VALUES (?, ?)", command,
      step);
  return noted ? Result<void>() : within("withdrawal", noted.error());
}

Result<std::vector<StepId>> SqliteStore::steps_of_hand_command(const HandCommand& command,
                                                               StepId above, std::size_t most) {
  std::vector<StepId> steps;
  const auto add = [&](const Statement& row) { steps.push_back(row.integer(0)); };
  auto read = for_each_row(
      connection_->query("SELECT id FROM steps WHERE cause = ? AND cause <> 'automatic' AND id > ? "
                         "ORDER BY id LIMIT ?",
                         command.cause(), above, most),
      add);
  if (!read) return within("steps of a command", read.error());
  return steps;
}

Result<std::uint64_t> SqliteStore::copies_retracted(const std::string& person, Timestamp since) {
  const auto copies = connection_->integer(
      "SELECT sum(copies) FROM hand_commands WHERE person = ? AND asked_at >= ? AND "
      "name = 'retract' AND expires_at IS NULL",
      person, since);
  if (!copies) return within("retracted copies", copies.error());
  return static_cast<std::uint64_t>(copies->value_or(0));
}

Result<std::vector<StepId>> SqliteStore::withdrawals_of(std::int64_t command) {
  std::vector<StepId> steps;
  auto read = for_each_row(
      connection_->query("SELECT step FROM hand_command_withdrawals WHERE command = ?", command),
      [&](const Statement& row) { steps.push_back(row.integer(0)); });
  if (!read) return within("withdrawals", read.error());
  return steps;
}

Result<bool> SqliteStore::has_open_steps(const HandCommand& command) {
  const auto open = connection_->integer(
      "SELECT 1 FROM steps WHERE cause = ? AND cause <> 'automatic' "
      "AND state IN ('planned', 'held_by_brake', 'begun') LIMIT 1",
      command.cause());
  if (!open) return within("open steps", open.error());
  return open->has_value();
}

Result<std::map<std::string, std::uint64_t>> SqliteStore::step_states_of(
    const HandCommand& command) {
  std::map<std::string, std::uint64_t> states;
  const auto add = [&](const Statement& row) { states[row.text(0)] += count(row, 1); };
  auto read = for_each_row(connection_->query("SELECT state, count(*) FROM steps WHERE cause = ? "
                                              "AND cause <> 'automatic' GROUP BY state",
                                              command.cause()),
                           add);
  if (read)
    read = for_each_row(
        connection_->query("SELECT state, count(*) FROM hand_command_withdrawals "
                           "JOIN steps ON steps.id = step WHERE command = ? GROUP BY state",
                           command.id),
        add);
  if (!read) return within("steps of a command", read.error());
  return states;
}

Result<std::optional<AddressedMessage>> SqliteStore::addressed_message(MessageRowId message) {
  std::optional<AddressedMessage> found;
  auto read = for_each_row(
      connection_->query("SELECT id, tenant, sender_key, direction FROM messages WHERE id = ?",
                         message),
      [&](const Statement& row) {
        found = AddressedMessage{row.integer(0), row.text(1), row.text(2), row.text(3), {}};
      });
  if (!read) return within("message", read.error());
  if (!found) return found;
  auto recipients = read_recipients(*connection_, message);
  if (!recipients) return within("message", recipients.error());
  found->recipients = std::move(*recipients);
  return found;
}

}  // namespace secondlook
