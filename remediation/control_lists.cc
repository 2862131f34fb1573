// The operators' lists: entries put and removed, told to the analyzer, and delivered mail that one
// is about judged once more.
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "remediation/control_commands.h"
#include "remediation/directory/protected_people.h"
#include "remediation/list_files.h"
#include "remediation/list_keeper.h"
#include "schema/store/search.h"

namespace secondlook {
namespace {

using nlohmann::json;

constexpr std::size_t kMostJudgedAgainByEntry = 1000;
constexpr std::chrono::days kLongestAllowed{366};

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Mail of the last rescan_hours that the entry is about, as far as the search knows it.
Result<std::size_t> judge_again(const ControlContext& context, const ListEntry& entry) {
  const auto hours = context.configuration.analyzer.rescan_hours;
  const std::string term = search_term(entry);
  if (hours == 0 || term.empty()) return std::size_t{0};
  auto reading = Store::open_read_only(context.configuration.paths.database);
  if (!reading) return reading.error();
  const Timestamp now = context.clock.now();
  auto query = parse_search({term, "after:" + std::to_string(hours) + "h"}, now);
  if (!query) return query.error();
  query->include_all = true;
  query->limit = kMostJudgedAgainByEntry;
  std::vector<MessageRowId> found;
  const auto searched = search(**reading, *query, [&](const FoundMessage& message) {
    found.push_back(message.id);
    return true;
  });
  if (!searched) return searched.error();
  auto asked = context.store.in_transaction([&](Store& store) -> Result<void> {
    for (const MessageRowId id : found)
      if (auto one = store.revisions().ask_message(id, "list entry " + entry.key()); !one)
        return one;
    return {};
  });
  if (!asked) return asked.error();
  return found.size();
}

Result<std::string> tell(const ControlContext& context, const ControlCall& call, std::int64_t row,
                         const ListEntry& entry) {
  if (context.lists == nullptr) return internal("no lists are kept");
  // The lists first: who is asked for must not be judged by the old ones.
  if (auto renewed = context.lists->renew(); !renewed) return renewed.error();
  const auto again = judge_again(context, entry);
  context.lists->tell();
  if (!again) return again.error();
  const std::string done = dump({{"entry", to_line(entry)}, {"judged_again", *again}});
  if (auto noted = audit_outcome(context, call, row, done); !noted) return noted.error();
  return done;
}

}  // namespace

namespace {

// An entry of a file is changed in the file, which would bring it back.
Result<void> check_no_file_has_it(const ControlContext& context, const ListEntry& entry) {
  const auto all = context.store.with([](Store& store) { return store.lists().all(); });
  if (!all) return all.error();
  for (const StoredListEntry& stored : *all)
    if (const std::string path = file_that_added(stored.added_by);
        stored.entry.key() == entry.key() && !path.empty())
      return forbidden("\"" + entry.key() + "\" stands in " + path +
                       ": change it there, then `systemctl reload secondlook`");
  return {};
}

Result<void> check_no_group_has_it(const ControlContext& context, const ListEntry& entry) {
  const auto all = context.store.with([](Store& store) { return store.lists().all(); });
  if (!all) return all.error();
  for (const StoredListEntry& stored : *all)
    if (stored.entry.key() == entry.key() && is_of_directory(stored.added_by))
      return forbidden("\"" + entry.key() + "\" comes from the directory (" + stored.entry.note +
                       "): who leaves the group goes with the next reading, "
                       "`secondlook directory sync`");
  return {};
}

}  // namespace

Result<std::string> answer_lists_add(const ControlContext& context, const ControlCall& call) {
  const auto entry = parse_list_entry(call.request.content);
  if (!entry) return entry.error();
  const Timestamp now = context.clock.now();
  if (entry->until && *entry->until <= now) return malformed("its end has passed already");
  if (entry->kind == ListKind::allow && *entry->until > now + kLongestAllowed)
    return malformed("an allow entry may last a year at most");
  if (auto free = check_no_file_has_it(context, *entry); !free) return free.error();
  const auto row = audit(context, call);
  if (!row) return row.error();
  auto put = context.store.in_transaction(
      [&](Store& store) { return store.lists().put(*entry, now, who_asks(call)); });
  if (!put) return put.error();
  log_warning("list entry added", {{"entry", entry->key()}, {"by", call.who}});
  return tell(context, call, *row, *entry);
}

Result<std::string> answer_lists_remove(const ControlContext& context, const ControlCall& call) {
  // The name of a vip and the end of an allow entry are not needed to find it.
  std::string line = call.request.content;
  auto entry = parse_list_entry(line);
  if (!entry) entry = parse_list_entry(line + " until 2000-01-01");
  if (!entry) entry = parse_list_entry(line + " x");
  if (!entry) return parse_list_entry(line).error();
  if (auto free = check_no_file_has_it(context, *entry); !free) return free.error();
  if (auto free = check_no_group_has_it(context, *entry); !free) return free.error();
  const auto row = audit(context, call);
  if (!row) return row.error();
  const auto removed = context.store.in_transaction(
      [&](Store& store) { return store.lists().remove(entry->key()); });
  if (!removed) return removed.error();
  if (!*removed) return not_found("there is no entry \"" + entry->key() + "\"");
  log_warning("list entry removed", {{"entry", entry->key()}, {"by", call.who}});
  return tell(context, call, *row, *entry);
}

}  // namespace secondlook
