#include "remediation/mailbox_probe.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace secondlook {
namespace {

using Kind = ProbeAnswer::Kind;
using Copies = std::vector<MailCopy>;
using std::chrono::milliseconds;

// Eight waits, 63 seconds in all.
constexpr std::array kWaits = {milliseconds(500),   milliseconds(500),  milliseconds(2000),
                               milliseconds(4000),  milliseconds(8000), milliseconds(12000),
                               milliseconds(16000), milliseconds(20000)};
constexpr unsigned kBurst = 8;
constexpr std::array kPlaces = {
    std::pair(WellKnownFolder::recoverable_deletions, "Recoverable Items/Deletions"),
    std::pair(WellKnownFolder::recoverable_purges, "Recoverable Items/Purges")};

std::string reason(const GraphError& error) {
  return error.code.empty() ? error.message : error.code;
}

class Probe {
 public:
  Probe(const ProbeWorld& world, const std::string& address, const std::string& user,
        const std::string& message_id)
      : world_(world), address_(address), user_(user), message_id_(message_id) {}

  ProbeReport run() {
    ask_spelling();
    name_folders();
    if (create()) go_through_life();
    world_.doing("removing the mail again");
    clean_up();
    throttle();
    return std::move(report_);
  }

 private:
  void answer(std::string question, Kind kind, std::string expected, std::string observed) {
    report_.answers.push_back(
        {std::move(question), kind, std::move(expected), std::move(observed)});
    world_.tell(report_.answers.back());
  }
  void answer(std::string question, bool as_expected, std::string expected, std::string observed) {
    answer(std::move(question), as_expected ? Kind::pass : Kind::differs, std::move(expected),
           std::move(observed));
  }
  void unknown(std::string question, std::string expected, const GraphError& error) {
    answer(std::move(question), Kind::unknown, std::move(expected), "refused: " + reason(error));
  }

  void ask_spelling() {
    world_.doing("asking whose the mailbox is");
    std::string upper = address_;
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return std::toupper(c); });
    const auto known = world_.tenant.knows_address(upper);
    const std::string expected = "an address is found in any spelling";
    if (known)
      answer("address_case", *known, expected, *known ? "in capitals, too" : "not in capitals");
    else
      unknown("address_case", expected, known.error());
  }

  void name_folders() {
    for (const auto& [folder, name] : kPlaces) {
      const std::string question =
          folder == WellKnownFolder::recoverable_purges ? "purges_by_name" : "recoverable_by_name";
      const std::string expected = std::string(name) + " is found by its well-known name";
      const auto id = world_.client.folder_id(user_, folder);
      const auto shown = id ? world_.client.folder_name(user_, *id) : GraphResult<std::string>("");
      if (id)
        answer(question, true, expected, "there, called \"" + (shown ? *shown : "") + "\"");
      else
        answer(question, false, expected, "refused: " + reason(id.error()));
    }
  }

  bool create() {
    world_.doing("creating a mail in the inbox");
    NewMail mail;
    mail.message_id = message_id_;
    mail.subject = "secondlook: a probe, which removes itself";
    mail.text =
        "`secondlook doctor --probe` made this mail to see how the mailbox behaves, and removes it "
        "within minutes. Nobody has to do anything about it.\r\n";
    mail.to = address_;
    mail.categories = {"secondlook probe"};
    mail.flag = "flagged";
    mail.importance = "high";
    created_at_ = world_.clock.steady();
    const auto created = world_.tenant.create_mail(user_, WellKnownFolder::inbox, mail);
    const std::string expected = "a mail with our Message-ID";
    if (!created) {
      answer("created", Kind::unknown, expected, "refused: " + reason(created.error()));
      return false;
    }
    first_ = created->copy;
    answer("created", first_.internet_message_id == message_id_, expected,
           "Message-ID " + first_.internet_message_id);
    const std::string no_draft = "no draft, as a delivered mail";
    if (created->is_draft)
      answer("draft", !*created->is_draft, no_draft, *created->is_draft ? "a draft" : "no draft");
    else
      answer("draft", Kind::unknown, no_draft, "Graph does not say");
    return true;
  }

  void go_through_life() {
    if (!find_it()) return;
    if (!move_out()) return;
    look_outside();
    if (!move_back()) return;
    delete_and_look();
    purge_and_look();
  }

  // Until the search by Message-ID shows it; the mail as found.
  bool find_it() {
    world_.doing("looking for it by its Message-ID");
    const std::string expected = "the search shows a new mail within a minute";
    for (std::size_t tries = 0;; ++tries) {
      const auto found = world_.client.find_copies(user_, message_id_);
      if (found && !found->empty()) {
        const std::chrono::duration<double> took = world_.clock.steady() - created_at_;
        before_ = found->front();
        answer("found_after", true, expected,
               std::to_string(std::chrono::round<milliseconds>(took).count()) + " ms, " +
                   std::to_string(tries + 1) + " searches");
        return true;
      }
      if (tries == kWaits.size() || !world_.pause(kWaits[tries])) {
        answer("found_after", found ? Kind::differs : Kind::unknown, expected,
               found ? "not found within a minute" : "refused: " + reason(found.error()));
        return false;
      }
    }
  }

  bool move_out() {
    world_.doing("moving it to Recoverable Items");
    const std::string expected = "the immutable id stays through a move";
    const auto moved =
        world_.client.move(user_, before_.id, WellKnownFolder::recoverable_deletions);
    if (!moved) {
      unknown("immutable_id", expected, moved.error());
      return false;
    }
    current_ = moved->id;
    const auto again = world_.client.get_copy(user_, before_.id);
    answer("immutable_id", moved->id == before_.id && again.has_value(), expected,
           std::string(moved->id == before_.id ? "the same id" : "another id") +
               ", the first one " + (again ? "is good" : "answers " + reason(again.error())));
    return true;
  }

  void look_outside() {
    const std::string outside = "the mailbox search does not show Recoverable Items";
    const auto everywhere = world_.client.find_copies(user_, message_id_);
    if (everywhere)
      answer("search_leaves_out_recoverable", everywhere->empty(), outside,
             everywhere->empty() ? "not shown" : "shown");
    else
      unknown("search_leaves_out_recoverable", outside, everywhere.error());
    const std::string there = "the folder's own search shows it";
    const auto found = wait_for(WellKnownFolder::recoverable_deletions);
    if (found)
      answer("recoverable_searchable", !found->empty(), there,
             found->empty() ? "not shown within a minute" : "shown");
    else
      unknown("recoverable_searchable", there, found.error());
  }

  bool move_back() {
    world_.doing("moving it back");
    const auto back = world_.client.move(user_, current_, WellKnownFolder::inbox);
    const std::string expected = "a copy comes back out of Recoverable Items";
    if (!back) {
      unknown("restored", expected, back.error());
      return false;
    }
    current_ = back->id;
    answer("restored", true, expected, "it came back");
    const auto now = world_.client.get_copy(user_, current_);
    if (!now) {
      unknown("properties_kept", "received time, read mark, flag, categories, importance",
              now.error());
      return true;
    }
    std::string changed;
    const auto compare = [&](bool same, const char* name) {
      if (!same) changed += std::string(changed.empty() ? "" : ", ") + name;
    };
    compare(now->received_at == before_.received_at, "receivedDateTime");
    compare(now->is_read == before_.is_read, "isRead");
    compare(now->flag == before_.flag, "flag");
    compare(now->categories == before_.categories, "categories");
    compare(now->importance == before_.importance, "importance");
    answer("properties_kept", changed.empty(),
           "received time, read mark, flag, categories, importance",
           changed.empty() ? "all as before" : "changed: " + changed);
    return true;
  }

  // Microsoft does not say where a bare DELETE puts a mail: no answer is wrong.
  void delete_and_look() {
    world_.doing("deleting it, to see where it goes");
    const std::string expected = "nothing is promised; the service never does it";
    const auto gone = world_.tenant.delete_plainly(user_, current_);
    if (!gone) return unknown("delete_goes_to", expected, gone.error());
    const auto deleted =
        world_.client.find_copies_in(user_, WellKnownFolder::deleted_items, message_id_);
    if (deleted && !deleted->empty()) {
      current_ = deleted->front().id;
      return answer("delete_goes_to", Kind::pass, expected, "Deleted Items");
    }
    const auto out = wait_for(WellKnownFolder::recoverable_deletions);
    if (out && !out->empty()) {
      current_ = out->front().id;
      return answer("delete_goes_to", Kind::pass, expected, "Recoverable Items/Deletions");
    }
    answer("delete_goes_to", Kind::unknown, expected, "seen in neither of its two places");
  }

  void purge_and_look() {
    world_.doing("purging it");
    const std::string expected = "permanentDelete puts it into Purges";
    const auto purged = world_.client.purge(user_, current_);
    if (!purged) return unknown("purge_goes_to", expected, purged.error());
    const auto there = wait_for(WellKnownFolder::recoverable_purges);
    if (!there) return unknown("purge_goes_to", expected, there.error());
    answer("purge_goes_to", there->empty() ? Kind::unknown : Kind::pass, expected,
           there->empty() ? "not seen there" : "Recoverable Items/Purges");
    const auto again = world_.client.get_copy(user_, current_);
    answer("id_after_purge", Kind::pass, "nothing is promised",
           again ? "the id is still good" : "the id answers " + reason(again.error()));
    if (there->empty()) return;
    const std::string comes_back = "a copy comes back out of Purges";
    const auto back = world_.client.move(user_, there->front().id, WellKnownFolder::inbox);
    if (!back)
      return answer("restored_from_purges", Kind::differs, comes_back,
                    "refused: " + reason(back.error()));
    answer("restored_from_purges", true, comes_back, "it came back");
  }

  // Searches of one folder until it shows the mail, with the patience of find_it.
  GraphResult<Copies> wait_for(WellKnownFolder folder) {
    for (std::size_t tries = 0;; ++tries) {
      auto found = world_.client.find_copies_in(user_, folder, message_id_);
      if (!found || !found->empty() || tries == kWaits.size() || !world_.pause(kWaits[tries]))
        return found;
    }
  }

  void purge_all(const GraphResult<Copies>& found, const std::string& place) {
    if (!found) {
      report_.left_behind.push_back(place + " could not be searched: " + reason(found.error()));
      return;
    }
    for (const MailCopy& copy : *found) {
      auto purged = world_.client.purge(user_, copy.id);
      if (!purged && purged.error().kind != GraphError::Kind::stale_id &&
          world_.pause(purged.error().retry_after.value_or(milliseconds(2000))))
        purged = world_.client.purge(user_, copy.id);
      if (!purged && purged.error().kind != GraphError::Kind::stale_id)
        report_.left_behind.push_back(place + ": " + reason(purged.error()));
    }
  }

  // A search that failed is no sign that nothing is there.
  GraphResult<Copies> search_surely(const std::function<GraphResult<Copies>()>& search) {
    auto found = search();
    for (int tries = 0; !found && tries < 3; ++tries) {
      (void)world_.pause(found.error().retry_after.value_or(milliseconds(2000)));
      found = search();
    }
    return found;
  }

  // A search may lag behind: what we know by its id is looked at as well.
  void purge_by_id(const std::string& id, const std::string& purges) {
    if (id.empty()) return;
    const auto copy = world_.client.get_copy(user_, id);
    if (copy && copy->parent_folder_id != purges)
      purge_all(Copies{*copy}, "the mailbox, by its id");
    if (!copy && copy.error().kind != GraphError::Kind::stale_id)
      report_.left_behind.push_back("its copy could not be looked at: " + reason(copy.error()));
  }

  // Looked for anew, not by what we remember: an answer that was lost may have taken effect.
  void clean_up() {
    purge_all(search_surely([&] { return world_.client.find_copies(user_, message_id_); }),
              "the mailbox");
    purge_all(search_surely([&] {
                return world_.client.find_copies_in(user_, WellKnownFolder::recoverable_deletions,
                                                    message_id_);
              }),
              "Recoverable Items/Deletions");
    const auto purges = world_.client.folder_id(user_, WellKnownFolder::recoverable_purges);
    purge_by_id(first_.id, purges ? *purges : "");
    if (current_ != first_.id) purge_by_id(current_, purges ? *purges : "");
  }

  void throttle() {
    world_.doing("asking eight things at once");
    const auto answers = world_.tenant.burst(user_, kBurst);
    const auto throttled = std::ranges::count(answers, 429, &RawAnswer::status);
    const auto good = std::ranges::count(answers, 200, &RawAnswer::status);
    answer("concurrency",
           good + throttled == static_cast<std::ptrdiff_t>(answers.size()) ? Kind::pass
                                                                           : Kind::unknown,
           "eight requests at once are answered or throttled (429)",
           std::to_string(good) + " answered, " + std::to_string(throttled) + " throttled");
    const auto first = std::ranges::find(answers, 429, &RawAnswer::status);
    const std::string form = "seconds, with or without a fraction, or a date";
    if (first == answers.end())
      return answer("retry_after", Kind::unknown, form, "nothing was throttled");
    const bool has_form = first->retry_after && !first->retry_after->empty();
    answer("retry_after", has_form, form, has_form ? *first->retry_after : "absent");
  }

  const ProbeWorld& world_;
  const std::string &address_, &user_, &message_id_;
  std::chrono::steady_clock::time_point created_at_;
  MailCopy first_, before_;  // as created; as first found
  std::string current_;
  ProbeReport report_;
};

}  // namespace

std::string_view name_of(ProbeAnswer::Kind kind) {
  switch (kind) {
    case Kind::pass: return "pass";
    case Kind::differs: return "differs";
    case Kind::unknown: return "unknown";
  }
  return "unknown";
}

ProbeReport probe_mailbox(const ProbeWorld& world, const std::string& address,
                          const std::string& user_id, const std::string& message_id) {
  return Probe(world, address, user_id, message_id).run();
}

}  // namespace secondlook
