// Microsoft Graph as a few plain sentences about one tenant: find the user, find the copies, read
// one, move one, purge one. Blocking; callable from several threads. Every call sends
// Prefer: IdType="ImmutableId". Facts and sources: the folder's README.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "graph_client/graph_credential.h"
#include "graph_client/graph_load.h"
#include "graph_client/http_transport.h"

namespace secondlook {

// graph_client knows no configuration file: the caller hands it these.
struct GraphAccount {
  std::string tenant_id;
  std::string client_id;  // empty: the machine's system-assigned identity
  std::string login_url;  // "https://login.microsoftonline.com", no trailing slash
  std::string graph_url;  // "https://graph.microsoft.com", without "/v1.0"
  std::string scope;      // empty: graph_url + "/.default"
  GraphCredential credential;
  bool has_permanent_delete = true;  // global cloud only
  unsigned requests_per_mailbox = 3;
  unsigned requests_in_flight = 32;
};

// What went wrong, as the executor has to know it (microsoft_graph fact sheet 1.11). The message of
// an error says code, request-id and our client-request-id, never a token or mail content.
struct GraphError {
  enum class Kind {
    throttled,            // 429, 503 with Retry-After: `retry_after` says how long
    temporary,            // 5xx, timeout, connection lost: a write may have taken effect
    stale_id,             // 404 ErrorItemNotFound: search again
    no_such_mailbox,      // 404 ErrorInvalidUser, ResourceNotFound
    unsupported_mailbox,  // MailboxNotEnabledForRESTAPI and relatives
    forbidden,            // 403
    conflict,             // 409, 412
    quota,                // 507
    refused               // 400 and all others: our request is at fault, do not repeat
  };
  Kind kind = Kind::refused;
  int status = 0;        // 0: no answer
  bool was_sent = true;  // false: it never reached Graph (no token, our own limits): no effect
  std::string code, message;
  std::optional<std::chrono::milliseconds> retry_after;
  std::string claims;  // of a 401: JSON that the next token request has to carry; else empty
};

// A value or a GraphError.
template <typename Value>
class [[nodiscard]] GraphResult {
 public:
  GraphResult(Value value) : value_(std::move(value)) {}
  GraphResult(GraphError error) : error_(std::move(error)) {}
  bool has_value() const { return value_.has_value(); }
  explicit operator bool() const { return has_value(); }
  Value& operator*() { return *value_; }
  const Value& operator*() const { return *value_; }
  Value* operator->() { return &*value_; }
  const Value* operator->() const { return &*value_; }
  const GraphError& error() const { return error_; }

 private:
  std::optional<Value> value_;
  GraphError error_;
};

struct GraphUser {
  std::string id;  // object id: used in every later path
  std::string mail, user_principal_name;
  std::vector<std::string> addresses;  // proxyAddresses without "smtp:", lower case
};

struct MailCopy {
  std::string id;  // immutable
  std::string parent_folder_id;
  std::string internet_message_id, subject, sender;
  std::string network_message_id;    // from internetMessageHeaders; empty when absent
  std::string sent_at, received_at;  // RFC 3339
  std::uint64_t size = 0;            // PR_MESSAGE_SIZE when Graph gave it, else 0
  bool is_read = false;
  bool is_read_receipt_requested = false;
  std::vector<std::string> categories;
  std::string flag, importance;  // "notFlagged", "normal"
  // X-Microsoft-Antispam-Mailbox-Delivery, Exchange's note of where it put the copy and why
  // ("ucf:0;jmr:0;dest:J;OFR:SpamFilterAuthJ;"); empty when absent.
  std::string delivery;
};

// Well-known names, valid in every locale (fact sheet 1.2).
enum class WellKnownFolder {
  inbox,
  junk_email,
  deleted_items,
  recoverable_deletions,
  recoverable_purges
};

// What a mail without a Message-ID is looked for by. An empty sender or subject is not asked for.
struct MailTraits {
  std::string sender;   // address of the From field
  std::string subject;  // as Graph shows it: decoded, white space folded
  Timestamp received_from, received_until;
};

class MailboxClient {
 public:
  static Result<std::unique_ptr<MailboxClient>> make(GraphAccount account, HttpTransport& transport,
                                                     const Clock& clock, RandomSource& random);
  virtual ~MailboxClient() = default;

  // How Graph has been doing, at this moment.
  virtual GraphLoad load() const { return {}; }

  // By any of its addresses (proxyAddresses); nothing when no user has it. Found ones are cached
  // for an hour, absent ones for five minutes.
  virtual GraphResult<std::optional<GraphUser>> find_user(std::string_view address) = 0;
  // All copies with that Message-ID in the mailbox (Deleted Items included), every page of it.
  virtual GraphResult<std::vector<MailCopy>> find_copies(const std::string& user_id,
                                                         std::string_view message_id) = 0;
  // The same in one folder; Recoverable Items are outside the mailbox search.
  virtual GraphResult<std::vector<MailCopy>> find_copies_in(const std::string& user_id,
                                                            WellKnownFolder folder,
                                                            std::string_view message_id) = 0;
  // Whatever looks like it, in the mailbox or in one folder; who asks must look closer.
  virtual GraphResult<std::vector<MailCopy>> find_copies_like(const std::string& user_id,
                                                              std::optional<WellKnownFolder> folder,
                                                              const MailTraits& traits) = 0;
  virtual GraphResult<MailCopy> get_copy(const std::string& user_id,
                                         const std::string& copy_id) = 0;
  // Folder's object id, and its display name from an id; both cached per user.
  virtual GraphResult<std::string> folder_id(const std::string& user_id,
                                             WellKnownFolder folder) = 0;
  virtual GraphResult<std::string> folder_name(const std::string& user_id,
                                               const std::string& folder_id) = 0;
  // Asked anew each time: before a copy is put elsewhere because its folder is gone.
  virtual GraphResult<bool> folder_exists(const std::string& user_id,
                                          const std::string& folder_id) = 0;
  // Moves; the answer is the copy at its destination (its id may differ). Not idempotent: after
  // `temporary` the caller searches before it repeats.
  virtual GraphResult<MailCopy> move(const std::string& user_id, const std::string& copy_id,
                                     WellKnownFolder destination) = 0;
  virtual GraphResult<MailCopy> move_to_folder(const std::string& user_id,
                                               const std::string& copy_id,
                                               const std::string& folder_id) = 0;
  // permanentDelete, or a move to Purges where the cloud lacks it.
  virtual GraphResult<bool> purge(const std::string& user_id, const std::string& copy_id) = 0;
  // Takes back read-receipt requests (0x0C06, 0x0029), so that removal does not tell the sender.
  virtual GraphResult<bool> suppress_receipts(const std::string& user_id,
                                              const std::string& copy_id) = 0;
  // Puts properties back after a restore.
  struct Properties {
    bool is_read = false;
    std::vector<std::string> categories;
    std::string flag, importance;
  };
  virtual GraphResult<MailCopy> set_properties(const std::string& user_id,
                                               const std::string& copy_id,
                                               const Properties& properties) = 0;
};

}  // namespace secondlook
