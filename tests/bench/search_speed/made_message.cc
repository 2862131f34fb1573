#include "tests/bench/search_speed/made_message.h"

#include <array>
#include <cmath>
#include <string>

namespace secondlook {
namespace {

constexpr std::chrono::milliseconds kBetween{864};
const Timestamp kFirst{std::chrono::seconds(1'780'000'000)};

// splitmix64; the seed is mixed too, so that every number gives a stream of its own.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(mixed(seed)) {}
  std::uint64_t next() { return mixed(state_ += 0x9E3779B97F4A7C15ULL); }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  bool percent(std::uint64_t share) { return below(100) < share; }
  // 0 … count-1, the lower the more often: about as 1 / rank.
  std::uint64_t skewed(std::uint64_t count) {
    const double unit = static_cast<double>(next() >> 11U) * 0x1.0p-53;
    return static_cast<std::uint64_t>(std::pow(static_cast<double>(count), unit)) - 1;
  }
  std::string hex(std::size_t digits) {
    std::string text;
    while (text.size() < digits) text += "0123456789abcdef"[below(16)];
    return text;
  }

 private:
  static std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ value >> 30U) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ value >> 27U) * 0x94D049BB133111EBULL;
    return value ^ value >> 31U;
  }

  std::uint64_t state_;
};

std::string word(std::uint64_t rank) {
  constexpr std::array kSyllables = {"ba",  "ren", "tos", "ki", "lum", "ve", "dor", "mi",
                                     "sal", "nu",  "pex", "go", "rit", "ha", "zen", "fol"};
  Dice dice(rank + 77);
  std::string text;
  for (std::uint64_t left = 2 + dice.below(3); left > 0; --left)
    text += kSyllables[dice.below(kSyllables.size())];
  return text;
}

// A character of the 800 most used, by code point: good enough for an index that sets each apart.
std::string kanji(std::uint64_t rank) {
  const std::uint32_t code = 0x4E00 + static_cast<std::uint32_t>(rank * 7);
  return {static_cast<char>(0xE0 | code >> 12U), static_cast<char>(0x80 | (code >> 6U & 0x3FU)),
          static_cast<char>(0x80 | (code & 0x3FU))};
}

std::string subject(Dice& dice) {
  std::string text;
  if (dice.percent(30)) {
    for (std::uint64_t left = 8 + dice.below(14); left > 0; --left) text += kanji(dice.skewed(800));
    return text;
  }
  for (std::uint64_t left = 3 + dice.below(6); left > 0; --left)
    text += word(dice.skewed(20'000)) + (left > 1 ? " " : "");
  return text;
}

std::string user(std::uint64_t rank) {
  return word(rank % 3000) + "." + word(rank / 7 + 5000) + "@contoso.example";
}

std::string host(std::uint64_t rank) {
  return word(rank) + std::to_string(rank) + (rank % 3 == 0 ? ".example.jp" : ".example.com");
}

std::string address_at_ip(std::uint64_t rank) {
  return "203." + std::to_string(rank / 65'536 % 256) + "." + std::to_string(rank / 256 % 256) +
         "." + std::to_string(rank % 256);
}

void add_links(Dice& dice, Verdict& verdict) {
  if (dice.percent(40)) return;
  for (std::uint64_t left = 1 + dice.below(5); left > 0; --left) {
    const std::string where = "www." + host(dice.skewed(50'000));
    verdict.links.push_back(
        {"https://" + where + "/" + dice.hex(12), where, word(dice.below(900))});
  }
}

void add_attachment(Dice& dice, Verdict& verdict) {
  if (!dice.percent(15)) return;
  Attachment file;
  file.name = word(dice.skewed(5000)) + "_" + std::to_string(dice.below(1000)) + ".pdf";
  file.declared_type = file.detected_type = "application/pdf";
  file.size = 20'000 + dice.below(500'000);
  file.sha256 = dice.hex(64);
  verdict.attachments.push_back(std::move(file));
}

Disposition disposition(Dice& dice) {
  const std::uint64_t per_mille = dice.below(1000);
  if (per_mille < 3) return Disposition::malicious;
  if (per_mille < 10) return Disposition::suspicious;
  return per_mille < 30 ? Disposition::spam : Disposition::clean;
}

void add_hits(Dice& dice, Verdict& verdict) {
  const bool is_clean = verdict.disposition == Disposition::clean;
  std::uint64_t left = is_clean ? dice.below(3) : 3 + dice.below(4);
  for (; left > 0; --left) {
    const std::string name = "RULE_" + std::to_string(dice.skewed(400));
    verdict.hits.push_back({name,
                            is_clean ? 0.5 : 2.5,
                            Disposition::suspicious,
                            "What the rule " + name + " says of a mail",
                            {{"body", dice.below(9000), word(dice.below(20'000))}}});
  }
  verdict.score = is_clean ? 0 : 7.5;
  verdict.scores = {{"suspicious", is_clean ? 0.5 : 7.5}, {"spam", is_clean ? 0.5 : 7.5}};
}

void add_envelope(Dice& dice, Verdict& verdict) {
  const std::string domain = host(dice.skewed(20'000));
  const std::string local = word(dice.skewed(40));
  verdict.sender = local + "@" + domain;
  verdict.sender_name = word(dice.below(900)) + " " + word(dice.below(900));
  verdict.from_domain = domain;
  if (dice.percent(10)) verdict.reply_to = "reply." + verdict.sender;
  verdict.envelope_sender = "bounce+" + dice.hex(8) + "@" + domain;
  for (std::uint64_t left = dice.percent(80) ? 1 : 2 + dice.below(4); left > 0; --left)
    verdict.recipients.push_back({user(dice.skewed(5000)), "to", "", ""});
  const std::uint64_t way = dice.below(10);
  verdict.direction = way < 7 ? "inbound" : way < 9 ? "outbound" : "internal";
  verdict.connecting_ip = address_at_ip(dice.skewed(30'000));
  verdict.helo = "mail." + domain;
  verdict.tls_version = "TLSv1.3";
  verdict.authentication = {"pass", "pass", "pass", {{"pass", domain, "s1"}}};
}

}  // namespace

Timestamp made_time(std::uint64_t number) {
  return kFirst + static_cast<std::int64_t>(number) * kBetween;
}

RecordedReport made_message(std::uint64_t number) {
  Dice dice(number);
  RecordedReport report;
  Verdict& verdict = report.verdict;
  verdict.disposition = disposition(dice);
  add_envelope(dice, verdict);
  verdict.subject = subject(dice);
  add_links(dice, verdict);
  add_attachment(dice, verdict);
  add_hits(dice, verdict);
  if (dice.percent(5)) verdict.attributes.push_back("new_sender");
  verdict.rule_set = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  verdict.message_id = "<" + dice.hex(24) + "@" + verdict.from_domain + ">";
  verdict.network_message_id =
      dice.hex(8) + "-" + dice.hex(4) + "-" + dice.hex(4) + "-" + dice.hex(4) + "-" + dice.hex(12);
  verdict.digest = dice.hex(64);
  verdict.size = 8000 + dice.below(60'000);
  verdict.parts = {3, 3};
  verdict.sent_at = format_rfc3339(made_time(number));
  report.stamp.log = "00000000-0000-4000-8000-000000000001";
  report.stamp.sequence = number;
  report.stamp.crc = static_cast<std::uint32_t>(dice.next());
  report.stamp.tenant = "contoso";
  report.stamp.received_at = made_time(number);
  report.stamp.peer = "198.51.100.7:25001";
  report.stamp.mail_from = "journal@contoso.example";
  report.stamp.tls_version = "TLSv1.3";
  return report;
}

Step made_step(MessageRowId message, const RecordedReport& report) {
  Step step;
  step.message = message;
  step.tenant = "contoso";
  step.mailbox = report.verdict.recipients.front().address;
  step.action = Action::junk;
  step.cause = "automatic";
  step.state = report.stamp.sequence % 9 == 0 ? StepState::not_found : StepState::removed;
  step.planned_at = report.stamp.received_at;
  step.begun_at = step.finished_at = report.stamp.received_at + std::chrono::seconds(1);
  step.tries = 1;
  return step;
}

}  // namespace secondlook
