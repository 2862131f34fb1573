// One channel as something that an alert is handed to. The blocking step between outbox and
// network.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "graph_client/http_transport.h"
#include "schema/alert_settings.h"
#include "schema/store/alerts/alert_value.h"

namespace secondlook {

struct SendOutcome {
  enum class Kind {
    delivered,
    later,   // no answer, or one that asks for patience
    refused  // the receiver understood and does not want it: unlikely to change by itself
  };
  Kind kind = Kind::delivered;
  std::string error;  // for log and `alerts list`: no secret, no URL, no mail content
  std::optional<std::chrono::seconds> retry_after;
};

class AlertSender {
 public:
  virtual ~AlertSender() = default;
  // At most about half a minute. One thread at a time.
  virtual SendOutcome send(const Alert& alert, Timestamp now) = 0;
};

// What a channel needs of its surroundings. `transport` is used by webhooks and must outlive the
// sender.
struct ChannelSecrets {
  Secret url, hmac_key, password;
};
// Reads the files that the channel names. malformed: a URL that is neither https:// nor http:// on
// loopback; forbidden: a file that others may read.
Result<ChannelSecrets> read_channel_secrets(const AlertChannel& channel);

std::unique_ptr<AlertSender> make_webhook_sender(const AlertChannel& channel,
                                                 ChannelSecrets secrets, HttpTransport& transport);
// hostname: this machine's, for HOSTNAME and EHLO.
std::unique_ptr<AlertSender> make_syslog_sender(const AlertChannel& channel, std::string hostname);
std::unique_ptr<AlertSender> make_smtp_sender(const AlertChannel& channel, Secret password,
                                              std::string hostname);

}  // namespace secondlook
