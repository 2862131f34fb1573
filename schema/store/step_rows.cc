#include "schema/store/step_rows.h"

#include <nlohmann/json.hpp>

#include "schema/json_reader.h"
#include "schema/store/sqlite_store.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongText = 4096;

// The columns in the order that step_of() reads.
std::string select_steps(std::string_view condition) {
  return std::string(
             "SELECT id, message, tenant, mailbox, copy, restores, undoes, action, cause, state, "
             "detail, planned_at, begun_at, finished_at, next_try_at, undo_until, tries, user_id, "
             "copy_id, destination_copy_id, pre_image, first_try_at, verified_at FROM steps ")
      .append(condition);
}

std::string one_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string pre_image_to_json(const std::optional<PreImage>& before) {
  if (!before) return {};
  return one_line({{"folder_id", before->folder_id},
                   {"folder_name", before->folder_name},
                   {"is_read", before->is_read},
                   {"categories", before->categories},
                   {"flag", before->flag},
                   {"importance", before->importance}});
}

Result<PreImage> pre_image_from_json(std::string_view json) {
  auto document = JsonDocument::parse(json, "pre-image");
  if (!document) return document.error();
  JsonReader reader = document->root();
  PreImage image{reader.text("folder_id", kLongText),
                 reader.text("folder_name", kLongText),
                 reader.flag("is_read"),
                 reader.texts("categories", 1000, kLongText),
                 reader.text("flag", kLongText),
                 reader.text("importance", kLongText)};
  if (auto whole = document->finish(); !whole) return whole.error();
  return image;
}

Result<Step> step_of(const Statement& row) {
  Step step;
  step.id = row.integer(0);
  step.message = row.integer(1);
  step.tenant = row.text(2);
  step.mailbox = row.text(3);
  step.copy = static_cast<std::uint32_t>(row.integer(4));
  step.restores = row.flag(5);
  step.undoes = row.maybe_integer(6);
  step.cause = row.text(8);
  step.detail = row.text(10);
  step.planned_at = row.time(11);
  step.begun_at = row.maybe_time(12);
  step.finished_at = row.maybe_time(13);
  step.next_try_at = row.maybe_time(14);
  step.undo_until = row.maybe_time(15);
  step.tries = static_cast<std::uint32_t>(row.integer(16));
  step.user_id = row.text(17);
  step.copy_id = row.text(18);
  step.destination_copy_id = row.text(19);
  step.first_try_at = row.maybe_time(21);
  step.verified_at = row.maybe_time(22);
  const auto action = parse_action(row.text(7));
  const auto state = parse_step_state(row.text(9));
  if (!action || !state)
    return internal("database: step " + std::to_string(step.id) +
                    " has an unknown action or state");
  step.action = *action;
  step.state = *state;
  if (const std::string image = row.text(20); !image.empty()) {
    auto before = pre_image_from_json(image);
    if (!before) return before.error();
    step.before = std::move(*before);
  }
  return step;
}

Result<std::vector<Step>> steps_from(Result<Statement> rows) {
  if (!rows) return rows.error();
  std::vector<Step> steps;
  for (;;) {
    const auto row = rows->next();
    if (!row) return row.error();
    if (!*row) return steps;
    auto step = step_of(*rows);
    if (!step) return step.error();
    steps.push_back(std::move(*step));
  }
}

Result<std::optional<Timestamp>> time_from(const Result<std::optional<std::int64_t>>& time) {
  if (!time) return time.error();
  if (!*time) return std::optional<Timestamp>();
  return std::optional(Timestamp(std::chrono::microseconds(**time)));
}

}  // namespace

std::string texts_to_json(const std::vector<std::string>& texts) {
  return one_line(Json(texts));
}

Result<std::vector<std::string>> texts_from_json(std::string_view json) {
  auto document = JsonDocument::parse("{\"texts\":" + std::string(json) + "}", "list of texts");
  if (!document) return document.error();
  auto texts = document->root().texts("texts", 1'000'000, kLongText);
  if (auto whole = document->finish(); !whole) return whole.error();
  return texts;
}

Result<std::vector<Step>> read_steps_of(Connection& connection, MessageRowId message) {
  return steps_from(connection.query(select_steps("WHERE message = ? ORDER BY id"), message));
}

Result<StepId> SqliteStore::add_step(const Step& step) {
  const auto added = connection_->run(
      "INSERT INTO steps (message, tenant, mailbox, copy, restores, undoes, action, cause, state, "
      "detail, planned_at, begun_at, finished_at, next_try_at, undo_until, tries, user_id, "
      "copy_id, destination_copy_id, pre_image, first_try_at, verified_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      step.message, step.tenant, step.mailbox, step.copy, step.restores, step.undoes,
      name_of(step.action), step.cause, name_of(step.state), step.detail, step.planned_at,
      step.begun_at, step.finished_at, step.next_try_at, step.undo_until, step.tries, step.user_id,
      step.copy_id, step.destination_copy_id, pre_image_to_json(step.before), step.first_try_at,
      step.verified_at);
  if (!added) return within("add step", added.error());
  return connection_->last_row_id();
}

Result<void> SqliteStore::update_step(const Step& step) {
  const auto changed = connection_->run(
      "UPDATE steps SET tenant = ?, restores = ?, undoes = ?, action = ?, state = ?, detail = ?, "
      "planned_at = ?, begun_at = ?, finished_at = ?, next_try_at = ?, undo_until = ?, tries = ?, "
      "user_id = ?, copy_id = ?, destination_copy_id = ?, pre_image = ?, first_try_at = ?, "
      "verified_at = ? WHERE id = ?",
      step.tenant, step.restores, step.undoes, name_of(step.action), name_of(step.state),
      step.detail, step.planned_at, step.begun_at, step.finished_at, step.next_try_at,
      step.undo_until, step.tries, step.user_id, step.copy_id, step.destination_copy_id,
      pre_image_to_json(step.before), step.first_try_at, step.verified_at, step.id);
  if (!changed) return within("update step", changed.error());
  if (*changed == 0) return not_found("there is no step " + std::to_string(step.id));
  return {};
}

Result<std::optional<Step>> SqliteStore::step(StepId id) {
  auto steps = steps_from(connection_->query(select_steps("WHERE id = ?"), id));
  if (!steps) return steps.error();
  if (steps->empty()) return std::optional<Step>();
  return std::optional<Step>(std::move(steps->front()));
}

Result<std::vector<Step>> SqliteStore::steps_of(MessageRowId message) {
  return read_steps_of(*connection_, message);
}

// As two look-ups by index: one condition with OR reads all steps of the message.
Result<std::vector<Step>> SqliteStore::steps_beside(const Step& step) {
  return steps_from(connection_->query(
      select_steps("WHERE id IN (SELECT id FROM steps WHERE mailbox = ? AND message = ? UNION "
                   "SELECT id FROM steps WHERE user_id = ? AND user_id <> '' AND message = ?) "
                   "ORDER BY id"),
      step.mailbox, step.message, step.user_id, step.message));
}

Result<std::vector<Step>> SqliteStore::due_steps(Timestamp now, std::size_t limit) {
  return steps_from(connection_->query(
      select_steps("WHERE state = 'planned' AND coalesce(next_try_at, planned_at) <= ? "
                   "ORDER BY cause = 'automatic' DESC, id DESC LIMIT ?"),
      now, limit));
}

Result<std::optional<Timestamp>> SqliteStore::next_due_at() {
  return time_from(
      connection_->integer("SELECT min(coalesce(next_try_at, planned_at)) FROM steps "
                           "INDEXED BY steps_due WHERE state = 'planned'"));
}

Result<std::vector<Step>> SqliteStore::steps_to_look_at(Timestamp now, std::size_t limit) {
  return steps_from(connection_->query(
      select_steps("INDEXED BY steps_to_look_at WHERE state IN ('removed', 'not_delivered') "
                   "AND next_try_at IS NOT NULL AND next_try_at <= ? ORDER BY next_try_at LIMIT ?"),
      now, limit));
}

Result<std::optional<Timestamp>> SqliteStore::next_look_at() {
  return time_from(connection_->integer(
      "SELECT min(next_try_at) FROM steps INDEXED BY steps_to_look_at "
      "WHERE state IN ('removed', 'not_delivered') AND next_try_at IS NOT NULL"));
}

Result<std::vector<Step>> SqliteStore::steps_in_state(StepState state) {
  return steps_from(
      connection_->query(select_steps("WHERE state = ? ORDER BY id"), name_of(state)));
}

}  // namespace secondlook
