// The control socket: the operator's tool asks, remediation answers. Frames (schema/frame.h) whose
// payload is one JSON object. The tool sends one `request`; remediation answers any number of
// `item` and `progress` frames as work goes on, then one `done` or one `failed`, and closes.
//
// Requests ("command", then its members):
//   status                                            -> done {mode, reports, recorded, lag, brake
//                                                        {engaged, because, since, held}, tenants,
//                                                        malware_scanning, steps {state: n},
//                                                        exposure {hours, copies, p50, p95, p99:
//                                                        seconds}, ...}
//   metrics                                           -> done {recorded, durable, brake_engaged,
//   tenants [],
//                                                        graph [], verdicts []}: the numbers that
//                                                        secondlook-notify serves
//   retract {select, action, reason, dry_run}         -> item per copy, done {command, copies,
//                                                        states, waiting}
//   restore {select, reason, false_positive, dry_run} -> the same
//   follow  {of}: a retract or restore, by its number -> the same
//   approve {of, decision: "approve" | "reject",       -> done {command, state, copies}
//            reason}
//   resume  {decision: "apply" | "drop" | ""}         -> done {released, dropped}
//   accept_rules {rule_set, reason}                   -> done {accepted}
//   alerts_test {content: a channel's name}            -> done {audit: its row, channel}
//   lists_add {content: an entry, reason}             -> done {entry, judged_again}
//   lists_remove {content: its beginning, reason}     -> the same
//   history_import {tenant, content: CSV, line: of its -> done {tenant, rows, delivered,
//   with_strangers,
//                   first record in the file, reason:     counted}
//                   the file's name, decision:
//                   "day_first" | "", dry_run}
//   history_show {address, tenant}                    -> done {tenant, warm, warm_from, mails,
//   keys, address,
//                                                        sender, domain}
//   locate {of: a message, select.mailboxes,          -> item per copy {mailbox, place: "inbox"
//           or select.message_id and mailboxes}          "folder" "junk" "deleted_items"
//           "recoverable"
//                                                        "purges" "nowhere" "no_mailbox" "unknown",
//                                                        folder, read, received_at, delivery,
//                                                        others, detail}; done {mailboxes,
//                                                        left_out}
//   tenant_check {tenant}                             -> item per tenant {tenant, mode,
//   sign_in_error,
//                                                        roles, needed, missing, beyond,
//                                                        directory_status, directory_code,
//                                                        ahead_seconds}; done {tenants}
//   probe {address: a mailbox, tenant}                -> item per question {question, answer:
//   "pass"
//                                                        "differs" "unknown", expected, observed};
//                                                        progress {doing}; done {message_id, pass,
//                                                        differs, unknown, left_behind []}
//   directory_show {address, tenant}                  -> item per tenant that knows it; without an
//                                                        address: per object known; done {found}
//   directory_sync {tenant, whole, dry_run,           -> dry run: item per difference {tenant,
//                   accept_shrinking}                    difference, address, detail}; item per
//                                                        tenant {tenant, whole, added, changed,
//                                                        removed, users, ..., error}; done {synced,
//                                                        failed}
//   directory_import {tenant, content: CSV, dry_run}  -> done {tenant, overrides}
//   directory_export {tenant}                         -> item per override {tenant, address,
//                                                        setting, note}, done
// select: {expression: ["from:a@b.example", ...], message_id, mailboxes: [...], all_tenants,
//          last_id: only messages up to this id, so that what was previewed is what is done}
// item: {id, mailbox, action, state, folder_before, at, undo_until, detail}
// A retract that waits for a second person is done with {command, state: "awaiting_approval",
// messages, copies, expires_at}, and no item.
// progress: {command, messages, planned (of those), copies (known so far), ended (of those)}
// failed: {kind: "temporary" ..., message}
// Readers may ask status, dry runs of retract and restore, follow, history_show, directory_show,
// directory_export, tenant_check, and locate of a recorded message in its recipients' mailboxes:
// who is asked "where is my mail" has to answer, and learns no more than `show` tells of removed
// copies. It costs Graph some eight requests a mailbox, twenty mailboxes at most, one such request
// at a time. The rest needs the operators' group: locate by a Message-ID that was never recorded,
// too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace secondlook {

enum class ControlFrame : std::uint8_t {
  request = 1,
  item = 2,
  done = 3,
  failed = 4,
  progress = 5
};

inline constexpr std::size_t kLargestControlFrame = 1 << 20;

struct CopySelection {
  std::vector<std::string> expression;  // search terms as on the command line
  std::string message_id;               // empty: any
  std::vector<std::string> mailboxes;   // empty: every recipient's
  bool all_tenants = false;
  std::optional<std::int64_t> last_id;
};

struct ControlRequest {
  std::string command;
  CopySelection select;
  std::string action;  // retract --to
  std::string reason;
  std::string login;  // the login user as the tool knows it; audited beside the
                      // socket's peer credentials
  bool dry_run = false;
  bool false_positive = false;
  std::string decision;            // resume, approve
  std::string address;             // directory_show
  std::string rule_set;            // accept_rules: the hash
  std::optional<std::int64_t> of;  // follow, approve: the command's row in the audit
  std::string tenant;              // directory_*: empty: all
  std::string content;             // directory_import, history_import, lists_*
  std::uint64_t line = 0;          // history_import
  bool whole = false;              // directory_sync
  bool accept_shrinking = false;
};

std::string to_json(const ControlRequest& request);
Result<ControlRequest> parse_control_request(std::string_view json);
std::string failure_to_json(const Error& error);
Error parse_failure(std::string_view json);

}  // namespace secondlook
