// Verdicts to test with: one with every field set, and short ones that differ where a test says.
#pragma once

#include <string>

#include "schema/verdict.h"
#include "schema/verdict_protocol.h"

namespace secondlook {

inline constexpr const char* kSampleLog = "6d1c8a4e-2f0b-4c55-9a51-0f6f7f6b9e01";

inline Verdict full_verdict() {
  Verdict verdict;
  verdict.disposition = Disposition::malicious;
  verdict.score = 12.5;
  verdict.scores = {{"malicious", 12.5}, {"spam", 15.0}};
  verdict.hits = {{"CREDENTIAL_PHRASE",
                   8,
                   Disposition::malicious,
                   "asks for a password",
                   {{"body", 17, "verify your password"}}},
                  {"LINK_MISMATCH", 4.5, Disposition::malicious, "", {}}};
  verdict.attributes = {"encrypted_attachment", "new_sender"};
  verdict.rule_set = "a1b2";
  verdict.errors = {"links: cut at 1000"};
  verdict.parts = {3, 4};
  verdict.message_id = "<invoice-1@shop.example>";
  verdict.digest = std::string(64, 'd');
  verdict.sender = "Billing@Pay.Shop.Example";
  verdict.sender_name = "Shop Billing";
  verdict.from_domain = "pay.shop.example";
  verdict.reply_to = "answers@elsewhere.example";
  verdict.envelope_sender = "bounce@mailer.example";
  verdict.subject = "\xE5\x8F\xA3\xE5\xBA\xA7\xE3\x81\xAE\xE7\xA2\xBA\xE8\xAA\x8D Invoice";
  verdict.sent_at = "2026-11-22T09:00:00Z";
  verdict.size = 20'480;
  verdict.direction = "inbound";
  verdict.network_message_id = "00000000-1111-2222-3333-444444444444";
  verdict.connecting_ip = "192.0.2.7";
  verdict.helo = "mail.mailer.example";
  verdict.tls_version = "TLSv1.3";
  verdict.x_mailer = "PHPMailer 5";
  verdict.authentication = {"fail", "fail", "fail", {{"pass", "mailer.example", "s1"}}};
  verdict.eop = {5, 3, "SPM", "PHSH"};
  verdict.recipients = {{"Anna@Corp.Example", "to", "", ""},
                        {"ben@corp.example", "bcc", "all@corp.example", "old@corp.example"}};
  verdict.links = {{"https://login.evil.example/a?b", "login.evil.example", "Sign in"}};
  verdict.link_sites = {"evil.example"};
  verdict.attachments = {
      {"Invoice 7.zip", "application/zip", "application/zip", 999, std::string(64, 'a'), true, ""}};
  return verdict;
}

inline VerdictStamp stamp_of(std::uint64_t sequence, std::uint32_t revision = 0) {
  VerdictStamp stamp;
  stamp.log = kSampleLog;
  stamp.sequence = sequence;
  stamp.crc = static_cast<std::uint32_t>(sequence * 7919);
  stamp.revision = revision;
  stamp.tenant = "corp";
  stamp.received_at = Timestamp(std::chrono::seconds(1'795'000'000 + sequence));
  stamp.peer = "198.51.100.9";
  stamp.mail_from = "journal@outlook.example";
  stamp.tls_version = "TLSv1.3";
  return stamp;
}

}  // namespace secondlook
