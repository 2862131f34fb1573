#include <nlohmann/json.hpp>

#include "schema/utf8_text.h"
#include "schema/verdict.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;  // members in the order of the header
using Bounds = VerdictBounds;

// What is left out of an object that would be too large for a frame; each level includes those
// before it.
enum class Cut { nothing, evidence, links_and_attachments, recipient_notes };

Json text_or_null(std::string_view text, std::size_t most_bytes) {
  if (text.empty()) return nullptr;
  return bounded_utf8(text, most_bytes);
}

template <typename Items, typename Convert>
Json list_of(const Items& items, std::size_t most, Convert convert) {
  Json list = Json::array();
  for (const auto& item : items) {
    if (list.size() == most) break;
    list.push_back(convert(item));
  }
  return list;
}

Json texts_of(const std::vector<std::string>& texts, std::size_t most, std::size_t most_bytes) {
  return list_of(texts, most,
                 [&](const std::string& text) { return Json(bounded_utf8(text, most_bytes)); });
}

Json evidence_of(const RuleHit& hit, Cut cut) {
  return list_of(hit.evidence, cut >= Cut::evidence ? 0 : Bounds::kEvidence,
                 [](const Evidence& evidence) {
                   return Json{{"where", bounded_utf8(evidence.where, Bounds::kName)},
                               {"offset", evidence.offset},
                               {"text", bounded_utf8(evidence.text, Bounds::kExcerpt)}};
                 });
}

Json hits_of(const Verdict& verdict, Cut cut) {
  return list_of(verdict.hits, Bounds::kHits, [&](const RuleHit& hit) {
    return Json{{"rule", bounded_utf8(hit.rule, Bounds::kName)},
                {"score", hit.score},
                {"disposition", name_of(hit.disposition)},
                {"description", text_or_null(hit.description, Bounds::kRemark)},
                {"evidence", evidence_of(hit, cut)}};
  });
}

Json recipients_of(const Verdict& verdict, Cut cut) {
  const std::size_t note = cut >= Cut::recipient_notes ? 0 : Bounds::kLine;
  return list_of(verdict.recipients, verdict.recipients.size(), [&](const Recipient& recipient) {
    return Json{{"address", bounded_utf8(recipient.address, Bounds::kLine)},
                {"role", text_or_null(recipient.role, Bounds::kName)},
                {"expanded_from", text_or_null(recipient.expanded_from, note)},
                {"forwarded_from", text_or_null(recipient.forwarded_from, note)}};
  });
}

Json links_of(const Verdict& verdict, Cut cut) {
  return list_of(verdict.links, cut >= Cut::links_and_attachments ? 0 : Bounds::kLinks,
                 [](const Link& link) {
                   return Json{{"url", bounded_utf8(link.url, Bounds::kUrl)},
                               {"host", text_or_null(link.host, Bounds::kName)},
                               {"text", text_or_null(link.text, Bounds::kExcerpt)}};
                 });
}

Json attachments_of(const Verdict& verdict, Cut cut) {
  return list_of(verdict.attachments, cut >= Cut::links_and_attachments ? 0 : Bounds::kAttachments,
                 [](const Attachment& attachment) {
                   return Json{
                       {"name", text_or_null(attachment.name, Bounds::kName)},
                       {"declared_type", text_or_null(attachment.declared_type, Bounds::kName)},
                       {"detected_type", text_or_null(attachment.detected_type, Bounds::kName)},
                       {"size", attachment.size},
                       {"sha256", text_or_null(attachment.sha256, Bounds::kName)},
                       {"encrypted", attachment.encrypted},
                       {"malware", text_or_null(attachment.malware, Bounds::kName)}};
                 });
}

Json authentication_of(const AuthenticationFacts& facts) {
  const auto dkim = [](const DkimResult& result) {
    return Json{{"result", text_or_null(result.result, Bounds::kName)},
                {"domain", text_or_null(result.domain, Bounds::kName)},
                {"selector", text_or_null(result.selector, Bounds::kName)}};
  };
  return {{"spf", text_or_null(facts.spf, Bounds::kName)},
          {"dmarc", text_or_null(facts.dmarc, Bounds::kName)},
          {"compauth", text_or_null(facts.compauth, Bounds::kName)},
          {"dkim", list_of(facts.dkim, Bounds::kDkim, dkim)}};
}

Json eop_of(const EopFacts& facts) {
  const auto level = [](const std::optional<int>& value) {
    return value ? Json(*value) : Json(nullptr);
  };
  return {{"scl", level(facts.scl)},
          {"bcl", level(facts.bcl)},
          {"sfv", text_or_null(facts.sfv, Bounds::kName)},
          {"category", text_or_null(facts.category, Bounds::kName)}};
}

Json errors_of(const Verdict& verdict, Cut cut) {
  const bool noted = cut != Cut::nothing;
  Json errors = texts_of(verdict.errors, Bounds::kErrors - (noted ? 1 : 0), Bounds::kRemark);
  if (noted) errors.push_back("the verdict was too large: evidence and lists were cut");
  return errors;
}

void add_original_message(Json& json, const Verdict& verdict) {
  const auto line = [&](const char* name, const std::string& text) {
    json[name] = text_or_null(text, Bounds::kLine);
  };
  line("digest", verdict.digest);
  line("sender", verdict.sender);
  line("sender_name", verdict.sender_name);
  line("from_domain", verdict.from_domain);
  line("reply_to", verdict.reply_to);
  line("envelope_sender", verdict.envelope_sender);
  line("subject", verdict.subject);
  line("sent_at", verdict.sent_at);
  json["size"] = verdict.size;
  line("direction", verdict.direction);
  line("network_message_id", verdict.network_message_id);
  line("connecting_ip", verdict.connecting_ip);
  line("helo", verdict.helo);
  line("tls_version", verdict.tls_version);
  line("x_mailer", verdict.x_mailer);
  json["authentication"] = authentication_of(verdict.authentication);
  json["eop"] = eop_of(verdict.eop);
}

std::string to_json(const Verdict& verdict, Cut cut) {
  Json json;
  json["version"] = Verdict::kVersion;
  json["message_id"] = text_or_null(verdict.message_id, Bounds::kLine);
  json["disposition"] = name_of(verdict.disposition);
  json["score"] = verdict.score;
  json["scores"] = Json::object();
  for (const auto& [name, score] : verdict.scores)
    if (parse_disposition(name)) json["scores"][name] = score;
  json["hits"] = hits_of(verdict, cut);
  json["attributes"] = texts_of(verdict.attributes, Bounds::kAttributes, Bounds::kName);
  json["parts"] = {{"reader", verdict.parts.reader}, {"mimetic", verdict.parts.mimetic}};
  json["links"] = links_of(verdict, cut);
  json["attachments"] = attachments_of(verdict, cut);
  json["errors"] = errors_of(verdict, cut);
  json["rule_set"] = text_or_null(verdict.rule_set, Bounds::kName);
  add_original_message(json, verdict);
  json["recipients"] = recipients_of(verdict, cut);
  const bool is_kept = cut == Cut::nothing && !verdict.reduced_mail.empty() &&
                       verdict.reduced_mail.size() <= Bounds::kReducedMail;
  if (is_kept) json["reduced_mail"] = verdict.reduced_mail;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string to_json(const Verdict& verdict) {
  std::string json = to_json(verdict, Cut::nothing);
  for (const Cut cut : {Cut::evidence, Cut::links_and_attachments, Cut::recipient_notes})
    if (json.size() > VerdictBounds::kWholeObject) json = to_json(verdict, cut);
  return json;
}

}  // namespace secondlook
