#include <algorithm>

#include "schema/json_line.h"
#include "schema/verdict.h"

namespace secondlook {
namespace {

using Bounds = VerdictBounds;

// What is left out of an object that would be too large for a frame; each level includes those
// before it.
enum class Cut { nothing, evidence, links_and_attachments, recipient_notes };

// Writes the members of the header's Verdict, in its order.
class VerdictWriter {
 public:
  VerdictWriter(const Verdict& verdict, Cut cut) : verdict_(verdict), cut_(cut) {}

  std::string write() {
    json_.open_object();
    json_.name("version").number(Verdict::kVersion);
    line("message_id", verdict_.message_id);
    json_.name("disposition").text(name_of(verdict_.disposition), Bounds::kName);
    json_.name("score").number(verdict_.score);
    add_scores();
    list("hits", verdict_.hits, Bounds::kHits, [&](const RuleHit& hit) { add_hit(hit); });
    list("attributes", verdict_.attributes, Bounds::kAttributes,
         [&](const std::string& attribute) { json_.text(attribute, Bounds::kName); });
    add_parts();
    const bool shows_lists = cut_ < Cut::links_and_attachments;
    list("links", verdict_.links, shows_lists ? Bounds::kLinks : 0,
         [&](const Link& link) { add_link(link); });
    list("link_sites", verdict_.link_sites, shows_lists ? Bounds::kLinkSites : 0,
         [&](const std::string& site) { json_.text(site, Bounds::kName); });
    list("attachments", verdict_.attachments, shows_lists ? Bounds::kAttachments : 0,
         [&](const Attachment& attachment) { add_attachment(attachment); });
    add_errors();
    fact("rule_set", verdict_.rule_set);
    fact("signatures", verdict_.signatures);
    add_original_message();
    list("recipients", verdict_.recipients, verdict_.recipients.size(),
         [&](const Recipient& recipient) { add_recipient(recipient); });
    list("reported", verdict_.reported, Bounds::kReported,
         [&](const std::string& id) { json_.text(id, Bounds::kLine); });
    add_reduced_mail();
    json_.close_object();
    return json_.take();
  }

 private:
  void line(std::string_view name, std::string_view text) {
    json_.name(name).text_or_null(text, Bounds::kLine);
  }
  void fact(std::string_view name, std::string_view text) {
    json_.name(name).text_or_null(text, Bounds::kName);
  }
  void level(std::string_view name, const std::optional<int>& value) {
    json_.name(name);
    value ? json_.number(*value) : json_.null();
  }

  // At most the first `most` of them.
  template <typename Items, typename Add>
  void list(std::string_view name, const Items& items, std::size_t most, Add add) {
    json_.name(name).open_list();
    for (std::size_t i = 0; i < std::min(items.size(), most); ++i) add(items[i]);
    json_.close_list();
  }

  void add_scores() {
    json_.name("scores").open_object();
    for (const auto& [name, score] : verdict_.scores)
      if (parse_disposition(name)) json_.name(name).number(score);
    json_.close_object();
  }

  void add_hit(const RuleHit& hit) {
    json_.open_object();
    json_.name("rule").text(hit.rule, Bounds::kName);
    json_.name("score").number(hit.score);
    json_.name("disposition").text(name_of(hit.disposition), Bounds::kName);
    json_.name("description").text_or_null(hit.description, Bounds::kRemark);
    list("evidence", hit.evidence, cut_ >= Cut::evidence ? 0 : Bounds::kEvidence,
         [&](const Evidence& evidence) {
           json_.open_object();
           json_.name("where").text(evidence.where, Bounds::kName);
           json_.name("offset").number(evidence.offset);
           json_.name("text").text(evidence.text, Bounds::kExcerpt);
           json_.close_object();
         });
    json_.close_object();
  }

  void add_parts() {
    json_.name("parts").open_object();
    json_.name("reader").number(std::uint64_t{verdict_.parts.reader});
    json_.name("mimetic").number(std::uint64_t{verdict_.parts.mimetic});
    json_.close_object();
  }

  void add_link(const Link& link) {
    json_.open_object();
    json_.name("url").text(link.url, Bounds::kUrl);
    fact("host", link.host);
    json_.name("text").text_or_null(link.text, Bounds::kExcerpt);
    json_.close_object();
  }

  void add_attachment(const Attachment& attachment) {
    json_.open_object();
    fact("name", attachment.name);
    fact("declared_type", attachment.declared_type);
    fact("detected_type", attachment.detected_type);
    json_.name("size").number(attachment.size);
    fact("sha256", attachment.sha256);
    json_.name("encrypted").truth(attachment.encrypted);
    fact("malware", attachment.malware);
    json_.close_object();
  }

  void add_errors() {
    const bool is_cut = cut_ != Cut::nothing;
    json_.name("errors").open_list();
    const std::size_t most = Bounds::kErrors - (is_cut ? 1 : 0);
    for (std::size_t i = 0; i < std::min(verdict_.errors.size(), most); ++i)
      json_.text(verdict_.errors[i], Bounds::kRemark);
    if (is_cut)
      json_.text("the verdict was too large: evidence and lists were cut", Bounds::kRemark);
    json_.close_list();
  }

  void add_original_message() {
    line("digest", verdict_.digest);
    line("sender", verdict_.sender);
    line("sender_name", verdict_.sender_name);
    line("from_domain", verdict_.from_domain);
    line("reply_to", verdict_.reply_to);
    line("envelope_sender", verdict_.envelope_sender);
    line("subject", verdict_.subject);
    line("sent_at", verdict_.sent_at);
    json_.name("size").number(verdict_.size);
    line("direction", verdict_.direction);
    line("network_message_id", verdict_.network_message_id);
    line("connecting_ip", verdict_.connecting_ip);
    line("helo", verdict_.helo);
    line("tls_version", verdict_.tls_version);
    line("x_mailer", verdict_.x_mailer);
    add_authentication(verdict_.authentication);
    add_eop(verdict_.eop);
  }

  void add_authentication(const AuthenticationFacts& facts) {
    json_.name("authentication").open_object();
    fact("spf", facts.spf);
    fact("dmarc", facts.dmarc);
    fact("compauth", facts.compauth);
    list("dkim", facts.dkim, Bounds::kDkim, [&](const DkimResult& result) {
      json_.open_object();
      fact("result", result.result);
      fact("domain", result.domain);
      fact("selector", result.selector);
      json_.close_object();
    });
    json_.close_object();
  }

  void add_eop(const EopFacts& facts) {
    json_.name("eop").open_object();
    level("scl", facts.scl);
    level("bcl", facts.bcl);
    fact("sfv", facts.sfv);
    fact("category", facts.category);
    json_.close_object();
  }

  void add_recipient(const Recipient& recipient) {
    const std::size_t note = cut_ >= Cut::recipient_notes ? 0 : Bounds::kLine;
    json_.open_object();
    json_.name("address").text(recipient.address, Bounds::kLine);
    fact("role", recipient.role);
    json_.name("expanded_from").text_or_null(recipient.expanded_from, note);
    json_.name("forwarded_from").text_or_null(recipient.forwarded_from, note);
    json_.close_object();
  }

  void add_reduced_mail() {
    const std::size_t size = verdict_.reduced_mail.size();
    if (cut_ != Cut::nothing || size == 0 || size > Bounds::kReducedMail) return;
    json_.name("reduced_mail").text(verdict_.reduced_mail, Bounds::kReducedMail);
  }

  const Verdict& verdict_;
  const Cut cut_;
  JsonLine json_;
};

}  // namespace

std::string to_json(const Verdict& verdict) {
  std::string json = VerdictWriter(verdict, Cut::nothing).write();
  for (const Cut cut : {Cut::evidence, Cut::links_and_attachments, Cut::recipient_notes})
    if (json.size() > VerdictBounds::kWholeObject) json = VerdictWriter(verdict, cut).write();
  return json;
}

}  // namespace secondlook
