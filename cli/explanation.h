// What `explain` says of one recorded mail: facts as values, sentences in the asked language. Pure,
// but for what is handed in: the mail from the database, where its copies lie now from Graph.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/eop_words.h"
#include "cli/language.h"
#include "schema/store/search.h"

namespace secondlook {

// One copy as the service saw it (schema/control_message.h, `locate`); empty texts: not told.
struct CopySeen {
  std::string mailbox;
  std::string place;  // "inbox" "folder" "junk" "deleted_items" "recoverable" "purges" "nowhere"
                      // "no_mailbox" "unknown"; "as_delivered": the database knows of no move
  std::string folder, received_at, delivery, detail;
  std::optional<bool> read;
  bool others = false;  // another mail with the same Message-ID lies there
};
CopySeen read_copy_seen(std::string_view json);  // what is missing or odd reads as empty

// A command by hand, out of the audit: who asked for it, and the reason given.
struct HandCause {
  std::string who, reason;
};
using FindCommand = std::function<std::optional<HandCause>(std::int64_t row)>;

struct Mover {
  enum class Who {
    secondlook,
    microsoft,  // Exchange or Defender, by evidence that `because` names
    user,       // the user, or a rule of the mailbox, by evidence
    nobody,     // it lies where it was delivered
    unknown     // Graph keeps no record of who moved a mail
  };
  Who who = Who::unknown;
  std::string because;  // a sentence
  std::string at;       // RFC 3339, where we did it
};
std::string_view name_of(Mover::Who who);

struct CopyExplained {
  CopySeen seen;
  bool asked = false;  // Graph was asked just now; else the database alone speaks
  std::string where;   // a sentence
  Mover mover;
};

struct Explanation {
  FoundMessage message;
  std::vector<EopSentence> eop;
  std::vector<CopyExplained> copies;
  std::vector<std::string> advice;
};

// Empty `seen`: Graph could not be asked. `mailbox`: only that one, lower case; empty: all.
Explanation explain_message(FoundMessage message, const std::vector<CopySeen>& seen,
                            const std::string& mailbox, const FindCommand& find_command,
                            Language language);

// The strongest hits, worst first.
std::vector<RuleHit> strongest_hits(const Verdict& verdict, std::size_t most);

}  // namespace secondlook
