#include <algorithm>
#include <charconv>

#include "notify/alerts/alert_messages.h"
#include "notify/alerts/alert_sender.h"

namespace secondlook {
namespace {

constexpr std::chrono::seconds kLongestWait{3600};

// RFC 9110 10.2.3: seconds, or a date, which is passed over: our own backoff is as good.
std::optional<std::chrono::seconds> retry_after_of(const HttpResponse& answer) {
  const auto found = answer.headers.find("retry-after");
  if (found == answer.headers.end()) return std::nullopt;
  std::int64_t seconds = 0;
  const std::string& text = found->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end == text.data() || seconds < 0) return std::nullopt;
  return std::min(std::chrono::seconds(seconds), kLongestWait);
}

class WebhookSender final : public AlertSender {
 public:
  WebhookSender(const AlertChannel& channel, ChannelSecrets secrets, HttpTransport& transport)
      : kind_(channel.kind), secrets_(std::move(secrets)), transport_(transport) {}

  SendOutcome send(const Alert& alert, Timestamp now) override {
    const auto answer = transport_.send(request_for(alert, now));
    // The transport's words may hold the URL, which is a secret.
    if (!answer) return {SendOutcome::Kind::later, "no answer", std::nullopt};
    if (answer->status >= 200 && answer->status < 300) return {};
    const bool is_patient = answer->status == 408 || answer->status == 425 ||
                            answer->status == 429 || answer->status >= 500;
    return {is_patient ? SendOutcome::Kind::later : SendOutcome::Kind::refused,
            "HTTP status " + std::to_string(answer->status), retry_after_of(*answer)};
  }

 private:
  std::string body_of(const Alert& alert) const {
    switch (kind_) {
      case AlertChannelKind::teams: return teams_message(alert);
      case AlertChannelKind::slack: return slack_message(alert);
      default: return json_message(alert);
    }
  }

  HttpRequest request_for(const Alert& alert, Timestamp now) const {
    HttpRequest request;
    request.method = "POST";
    request.url = secrets_.url.reveal();
    request.body = body_of(alert);
    request.content_type = "application/json; charset=utf-8";
    request.timeout = std::chrono::milliseconds(10'000);
    request.headers = {{"Idempotency-Key", alert.key}, {"User-Agent", "secondlook"}};
    if (!secrets_.hmac_key.empty()) {
      const std::string time =
          std::to_string(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
      request.headers.emplace_back("X-Secondlook-Timestamp", time);
      request.headers.emplace_back("X-Secondlook-Signature",
                                   json_signature(secrets_.hmac_key, time, request.body));
    }
    // A kept connection that died meanwhile would be a failure, and alerts are seldom.
    request.new_connection = true;
    return request;
  }

  AlertChannelKind kind_;
  ChannelSecrets secrets_;
  HttpTransport& transport_;
};

}  // namespace

Result<ChannelSecrets> read_channel_secrets(const AlertChannel& channel) {
  ChannelSecrets secrets;
  const std::pair<const std::string&, Secret&> files[] = {
      {channel.url_file, secrets.url},
      {channel.hmac_key_file, secrets.hmac_key},
      {channel.password_file, secrets.password}};
  for (const auto& [file, secret] : files) {
    if (file.empty()) continue;
    auto read = read_secret_file(file);
    if (!read) return within("alert channel " + channel.name, read.error());
    if (read->empty())
      return malformed("alert channel " + channel.name + ": " + file + " is empty");
    secret = std::move(*read);
  }
  if (!channel.url_file.empty() && !is_loopback_or_https(secrets.url.reveal()))
    return malformed("alert channel " + channel.name + ": the URL in " + channel.url_file +
                     " must begin with https://; plain http:// is for loopback addresses only");
  return secrets;
}

std::unique_ptr<AlertSender> make_webhook_sender(const AlertChannel& channel,
                                                 ChannelSecrets secrets, HttpTransport& transport) {
  return std::make_unique<WebhookSender>(channel, std::move(secrets), transport);
}

}  // namespace secondlook
