// What `doctor` asks a tenant and the service never does: what a token grants, what time it is
// there, and the few calls by which a probe makes a mail of its own and sees what becomes of it.
// Blocking; callable from several threads. Its requests stand outside the executor's limits.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph_client/mailbox_client.h"

namespace secondlook {

// A mail that a probe puts into a mailbox; nobody is sent anything.
struct NewMail {
  std::string message_id, subject, text;
  std::string to;  // address
  std::vector<std::string> categories;
  std::string flag = "notFlagged", importance = "normal";
};

struct CreatedMail {
  MailCopy copy;
  std::optional<bool> is_draft;  // as Graph says
};

// One answer as it came: what a probe of throttling looks at.
struct RawAnswer {
  int status = 0;  // 0: none
  std::string code;
  std::optional<std::string> retry_after;  // the field's text
};

struct TenantHealth {
  std::string sign_in_error;  // empty: a token was issued
  // "roles" of the token; nothing where it cannot be read.
  std::optional<std::vector<std::string>> roles;
  int directory_status = 0;    // of a small question to Graph; 0: no answer
  std::string directory_code;  // of a refusal
  // How far our clock is ahead of Graph's Date field, to the second.
  std::optional<std::chrono::seconds> ahead;
};

class TenantProbe {
 public:
  static Result<std::unique_ptr<TenantProbe>> make(GraphAccount account, HttpTransport& transport,
                                                   const Clock& clock, RandomSource& random);
  virtual ~TenantProbe() = default;

  virtual TenantHealth examine() = 0;
  virtual GraphResult<CreatedMail> create_mail(const std::string& user_id, WellKnownFolder folder,
                                               const NewMail& mail) = 0;
  // Graph's bare DELETE, whose destination Microsoft does not name. Only ever for a probe's mail.
  virtual GraphResult<bool> delete_plainly(const std::string& user_id,
                                           const std::string& copy_id) = 0;
  // Whether proxyAddresses holds the address in just this spelling.
  virtual GraphResult<bool> knows_address(std::string_view address) = 0;
  // So many searches of the mailbox at once, outside all limits.
  virtual std::vector<RawAnswer> burst(const std::string& user_id, unsigned requests) = 0;
};

}  // namespace secondlook
