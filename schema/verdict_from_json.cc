#include <limits>

#include "schema/json_reader.h"
#include "schema/verdict.h"

namespace secondlook {
namespace {

using Bounds = VerdictBounds;

constexpr std::uint64_t kMostBytes = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t kMostParts = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kHashText = 128;

Disposition read_disposition(JsonReader& reader) {
  const std::string name = reader.text("disposition", Bounds::kName);
  const auto disposition = parse_disposition(name);
  if (!disposition) reader.complain("disposition", "is unknown");
  return disposition.value_or(Disposition::unscanned);
}

RuleHit read_hit(JsonReader reader) {
  RuleHit hit;
  hit.rule = reader.text("rule", Bounds::kName, TextKind::name);
  if (hit.rule.empty()) reader.complain("rule", "is missing");
  hit.score = reader.number("score");
  hit.disposition = read_disposition(reader);
  hit.description = reader.text("description", Bounds::kRemark);
  for (JsonReader& each : reader.objects("evidence", Bounds::kEvidence))
    hit.evidence.push_back({each.text("where", Bounds::kName), each.whole("offset", kMostBytes),
                            each.text("text", Bounds::kExcerpt)});
  return hit;
}

Recipient read_recipient(JsonReader reader) {
  return {reader.text("address", Bounds::kLine), reader.text("role", Bounds::kName, TextKind::name),
          reader.text("expanded_from", Bounds::kLine),
          reader.text("forwarded_from", Bounds::kLine)};
}

Link read_link(JsonReader reader) {
  return {reader.text("url", Bounds::kUrl), reader.text("host", Bounds::kName),
          reader.text("text", Bounds::kExcerpt)};
}

Attachment read_attachment(JsonReader reader) {
  return {reader.text("name", Bounds::kName),
          reader.text("declared_type", Bounds::kName),
          reader.text("detected_type", Bounds::kName),
          reader.whole("size", kMostBytes),
          reader.text("sha256", kHashText, TextKind::name),
          reader.flag("encrypted"),
          reader.text("malware", Bounds::kName)};
}

AuthenticationFacts read_authentication(JsonReader reader) {
  AuthenticationFacts facts;
  facts.spf = reader.text("spf", Bounds::kName);
  facts.dmarc = reader.text("dmarc", Bounds::kName);
  facts.compauth = reader.text("compauth", Bounds::kName);
  for (JsonReader& each : reader.objects("dkim", Bounds::kDkim))
    facts.dkim.push_back({each.text("result", Bounds::kName), each.text("domain", Bounds::kName),
                          each.text("selector", Bounds::kName)});
  return facts;
}

std::optional<int> read_level(JsonReader& reader, std::string_view name) {
  const auto level = reader.signed_whole(name, -1000, 1000);
  return level ? std::optional(static_cast<int>(*level)) : std::nullopt;
}

EopFacts read_eop(JsonReader reader) {
  return {read_level(reader, "scl"), read_level(reader, "bcl"), reader.text("sfv", Bounds::kName),
          reader.text("category", Bounds::kName)};
}

void read_judgement(JsonReader& reader, Verdict& verdict) {
  verdict.disposition = read_disposition(reader);
  verdict.score = reader.number("score");
  JsonReader scores = reader.object("scores");
  for (const std::string& name : scores.names(16)) {
    if (!parse_disposition(name)) scores.complain("", "names an unknown disposition");
    verdict.scores[name] = scores.number(name);
  }
  for (JsonReader& each : reader.objects("hits", Bounds::kHits))
    verdict.hits.push_back(read_hit(each));
  verdict.attributes =
      reader.texts("attributes", Bounds::kAttributes, Bounds::kName, TextKind::name);
  verdict.rule_set = reader.text("rule_set", Bounds::kName, TextKind::name);
  verdict.signatures = reader.text("signatures", Bounds::kName, TextKind::name);
  verdict.errors = reader.texts("errors", Bounds::kErrors, Bounds::kRemark);
  JsonReader parts = reader.object("parts");
  verdict.parts.reader = static_cast<std::uint32_t>(parts.whole("reader", kMostParts));
  verdict.parts.mimetic = static_cast<std::uint32_t>(parts.whole("mimetic", kMostParts));
}

void read_original_message(JsonReader& reader, Verdict& verdict) {
  const auto line = [&](std::string_view name) { return reader.text(name, Bounds::kLine); };
  verdict.message_id = line("message_id");
  verdict.digest = reader.text("digest", kHashText, TextKind::name);
  verdict.sender = line("sender");
  verdict.sender_name = line("sender_name");
  verdict.from_domain = line("from_domain");
  verdict.reply_to = line("reply_to");
  verdict.envelope_sender = line("envelope_sender");
  verdict.subject = line("subject");
  verdict.sent_at = line("sent_at");
  verdict.size = reader.whole("size", kMostBytes);
  verdict.direction = reader.text("direction", Bounds::kName, TextKind::name);
  verdict.network_message_id = line("network_message_id");
  verdict.connecting_ip = line("connecting_ip");
  verdict.helo = line("helo");
  verdict.tls_version = line("tls_version");
  verdict.x_mailer = line("x_mailer");
  verdict.authentication = read_authentication(reader.object("authentication"));
  verdict.eop = read_eop(reader.object("eop"));
}

void read_lists(JsonReader& reader, Verdict& verdict) {
  for (JsonReader& each : reader.objects("recipients", Bounds::kRecipients))
    verdict.recipients.push_back(read_recipient(each));
  for (JsonReader& each : reader.objects("links", Bounds::kLinks))
    verdict.links.push_back(read_link(each));
  verdict.link_sites = reader.texts("link_sites", Bounds::kLinkSites, Bounds::kName);
  for (JsonReader& each : reader.objects("attachments", Bounds::kAttachments))
    verdict.attachments.push_back(read_attachment(each));
  verdict.reported = reader.texts("reported", Bounds::kReported, Bounds::kLine);
}

}  // namespace

Result<Verdict> parse_verdict(std::string_view json) {
  auto document = JsonDocument::parse(json, "verdict");
  if (!document) return document.error();
  JsonReader reader = document->root();
  const auto version = reader.whole("version", 1000);
  if (version != Verdict::kVersion)
    return malformed("verdict: version " + std::to_string(version) + " is not understood");
  Verdict verdict;
  read_judgement(reader, verdict);
  read_original_message(reader, verdict);
  read_lists(reader, verdict);
  verdict.reduced_mail = reader.text("reduced_mail", Bounds::kReducedMail, TextKind::name);
  if (auto whole = document->finish(); !whole) return whole.error();
  return verdict;
}

}  // namespace secondlook
