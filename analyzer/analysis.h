// From the bytes of one journal report (or mail) to its verdict. Pure but for the malware scanner:
// the same bytes, rules and context give the same verdict.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/documents/file_inspector.h"
#include "analyzer/malware/malware_client.h"
#include "analyzer/rule_engine/rule_engine.h"
#include "base/clock.h"
#include "schema/configuration.h"
#include "schema/history/history_snapshot.h"
#include "schema/verdict.h"

namespace secondlook {

class HostLists;      // analyzer/host_lists.h
class KnownBrands;    // analyzer/known_brands.h
class OperatorLists;  // analyzer/operator_lists.h

// What is known of a mail from outside the mail.
struct AnalysisContext {
  const TenantSettings* tenant = nullptr;  // null: the log names none that is configured, or a scan
  std::vector<std::string> own_domains;
  std::string mail_from;          // of the report, without angle brackets
  Timestamp received_at{};        // of the report
  bool judge_plain_mail = false;  // a scan: a mail without report is what was asked about
  const HistorySnapshot* history = nullptr;  // of correspondents; null: none is known
  const OperatorLists* lists = nullptr;      // null: there are none
  const HostLists* host_lists = nullptr;     // null: there are none
  std::vector<std::string_view> companions;  // other reports, whose mails may say the password
                                             // of what is attached
};

class Analysis {
 public:
  // `scanner` may be null (malware scanning off), `inspector` too (files are looked into here);
  // both must outlive this.
  Analysis(const LoadedRules& rules, const Thresholds& thresholds, MalwareScanner* scanner,
           FileInspector* inspector = nullptr);

  // Nothing that was not scanned to its end comes out as clean: then it is `unscanned`, with the
  // reason in `errors`. Of an encrypted original the report's decrypted copy is what gets scored;
  // its original is what the verdict names, since that is what lies in the mailboxes. A plain mail
  // that names recipients of the tenant is a `plain_copy`: scored, and never acted on by itself.
  Verdict analyze(std::string_view bytes, const AnalysisContext& context);

  // What rules take from now on; null: they are not measured. See RuleScanner::measure().
  void measure(RuleCosts* costs) { rules_.measure(costs); }

 private:
  struct Reading;
  void judge(Verdict& verdict, Reading& reading, const AnalysisContext& context);
  Verdict judge_one(const Verdict& identity, ParsedMessage& message, const Reading& reading,
                    const AnalysisContext& context);
  Result<void> scan_members(ParsedMessage& message, std::size_t index,
                            std::vector<std::string>& not_scanned);
  void scan_for_malware(ParsedMessage& message, std::vector<std::string>& not_scanned);

  RuleScanner rules_;
  std::string rule_set_;
  Thresholds thresholds_;
  MalwareScanner* scanner_;
  FileInspector* inspector_;
  std::shared_ptr<const KnownBrands> brands_;
};

}  // namespace secondlook
