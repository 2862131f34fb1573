#include "cli/setup_answers.h"

#include <algorithm>
#include <string_view>

#include "schema/cidr_networks.h"

namespace secondlook {
namespace {

std::string lower(std::string text) {
  for (char& letter : text)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return text;
}

bool is_label_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
}

// Everything that is written goes into TOML and PowerShell between quotes: only what needs no
// escape is taken. An internationalised domain is given in its xn-- form, as Exchange Online knows
// it.
bool is_domain(std::string_view text) {
  if (text.size() > 253 || text.find('.') == std::string_view::npos) return false;
  std::size_t length = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && text[at] != '.') {
      if (!is_label_letter(text[at])) return false;
      ++length;
      continue;
    }
    if (length == 0 || length > 63 || text[at - length] == '-' || text[at - 1] == '-') return false;
    length = 0;
  }
  return true;
}

bool is_guid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool hyphen = at == 8 || at == 13 || at == 18 || at == 23;
    const char letter = text[at];
    if (hyphen ? letter != '-'
               : !((letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f')))
      return false;
  }
  return true;
}

bool is_address(std::string_view text) {
  const auto at = text.find('@');
  if (at == 0 || at > 64 || at == std::string_view::npos) return false;
  const auto local = text.substr(0, at);
  return std::all_of(local.begin(), local.end(),
                     [](char letter) {
                       return is_label_letter(letter) || letter == '.' || letter == '_' ||
                              letter == '+';
                     }) &&
         is_domain(text.substr(at + 1));
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 40 && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), is_label_letter);
}

struct Question {
  std::string_view flag, text, expected;
  bool (*is_right)(std::string_view);
};

constexpr Question kTenantId = {"tenant-id", "Tenant id (GUID, Entra admin centre, Overview)",
                                "a GUID like 5b2d9c70-41fe-4a86-b3a7-8d0e6f1c2b94", &is_guid};
constexpr Question kDomains = {"domain", "Accepted domains, all of them, with blanks between",
                               "a domain like contoso.com, in its xn-- form where it has one",
                               &is_domain};
constexpr Question kHostname = {"hostname",
                                "Name of this machine in public DNS, for journal reports alone",
                                "a host name like journal.contoso.com", &is_domain};
constexpr Question kClientId = {"client-id", "Client id of the app (GUID; empty: registered later)",
                                "a GUID", &is_guid};
constexpr Question kNdrMailbox = {"ndr-mailbox", "Mailbox for reports that could not be delivered",
                                  "an address", &is_address};
constexpr Question kName = {"name", "Name of the tenant here", "letters, digits and hyphens",
                            &is_name};

Error wrong(const Question& question, const std::string& value) {
  return malformed("--" + std::string(question.flag) + ": \"" + value + "\" is not " +
                   std::string(question.expected));
}

Result<std::vector<std::string>> checked(const Question& question,
                                         std::vector<std::string> values) {
  for (std::string& value : values) {
    value = lower(value);
    if (!question.is_right(value)) return wrong(question, value);
  }
  return values;
}

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  for (const char letter : line + " ") {
    if (letter != ' ' && letter != '\t' && letter != ',' && letter != '\r') {
      word += letter;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  return words;
}

// Flag, else the answer on a terminal, else `otherwise`; an answer that is wrong is asked for anew.
class Interview {
 public:
  Interview(const Arguments& arguments, const Console& console)
      : arguments_(arguments), console_(console) {}

  Result<std::vector<std::string>> ask(const Question& question, const std::string& otherwise,
                                       bool may_be_empty) const {
    if (arguments_.has(question.flag)) return checked(question, arguments_.values(question.flag));
    if (!console_.in_is_terminal || arguments_.has("yes")) {
      if (!otherwise.empty()) return checked(question, {otherwise});
      if (may_be_empty) return std::vector<std::string>{};
      return malformed("--" + std::string(question.flag) +
                       " is needed: " + std::string(question.expected));
    }
    return ask_on_terminal(question, otherwise, may_be_empty);
  }

  Result<std::string> ask_one(const Question& question, const std::string& otherwise = "",
                              bool may_be_empty = false) const {
    const auto values = ask(question, otherwise, may_be_empty);
    if (!values) return values.error();
    return values->empty() ? std::string() : values->front();
  }

 private:
  Result<std::vector<std::string>> ask_on_terminal(const Question& question,
                                                   const std::string& otherwise,
                                                   bool may_be_empty) const {
    for (;;) {
      console_.err << question.text << (otherwise.empty() ? "" : " [" + otherwise + "]") << ": "
                   << std::flush;
      std::string line;
      if (!std::getline(console_.in, line))
        return malformed("--" + std::string(question.flag) +
                         " is needed: the questions were not "
                         "answered");
      auto words = words_of(line);
      if (words.empty() && !otherwise.empty()) words = {otherwise};
      if (words.empty() && may_be_empty) return words;
      auto answer = words.empty() ? Result<std::vector<std::string>>(wrong(question, line))
                                  : checked(question, std::move(words));
      if (answer) return answer;
      console_.err << answer.error().message << '\n';
    }
  }

  const Arguments& arguments_;
  const Console& console_;
};

bool belongs_to_microsoft(const std::string& domain) {
  return domain.ends_with(".onmicrosoft.com");
}

// The domain that people know the organisation by.
std::string first_own(const std::vector<std::string>& domains) {
  const auto own = std::find_if_not(domains.begin(), domains.end(), &belongs_to_microsoft);
  return own == domains.end() ? domains.front() : *own;
}

Result<void> check_together(const SetupAnswers& answers) {
  for (const std::string& domain : answers.domains)
    if (answers.hostname == domain)
      return malformed(
          "--hostname: " + domain +
          " is an accepted domain, whose mail stays inside Exchange Online; the journal "
          "host needs a name of its own, e.g. journal." +
          domain);
  const auto gateways = CidrNetworks::parse(answers.gateways);
  return gateways ? Result<void>() : Result<void>(within("--gateway", gateways.error()));
}

}  // namespace

std::vector<OptionRule> answer_options() {
  return {{"tenant-id", true},    {"domain", true, true}, {"hostname", true},
          {"client-id", true},    {"ndr-mailbox", true},  {"name", true},
          {"gateway", true, true}};
}

bool has_answers(const Arguments& arguments) {
  const auto options = answer_options();
  return std::any_of(options.begin(), options.end(),
                     [&](const OptionRule& option) { return arguments.has(option.name); });
}

Result<SetupAnswers> collect_answers(const Arguments& arguments, const Console& console) {
  const Interview interview(arguments, console);
  SetupAnswers answers;
  const auto tenant_id = interview.ask_one(kTenantId);
  if (!tenant_id) return tenant_id.error();
  answers.tenant_id = *tenant_id;
  const auto domains = interview.ask(kDomains, "", false);
  if (!domains) return domains.error();
  answers.domains = *domains;
  const std::string own = first_own(answers.domains);
  const auto hostname = interview.ask_one(kHostname);
  if (!hostname) return hostname.error();
  answers.hostname = *hostname;
  const auto client_id = interview.ask_one(kClientId, "", true);
  if (!client_id) return client_id.error();
  answers.client_id = *client_id;
  const auto ndr_mailbox = interview.ask_one(kNdrMailbox, "journal-ndr@" + own);
  if (!ndr_mailbox) return ndr_mailbox.error();
  answers.ndr_mailbox = *ndr_mailbox;
  const auto name = interview.ask_one(kName, own.substr(0, own.find('.')));
  if (!name) return name.error();
  answers.name = *name;
  answers.gateways = arguments.values("gateway");
  if (const auto fits = check_together(answers); !fits) return fits.error();
  return answers;
}

}  // namespace secondlook
