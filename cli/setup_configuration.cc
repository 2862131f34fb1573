#include "cli/setup_configuration.h"

#include <algorithm>
#include <vector>

#include "cli/terminal_text.h"

namespace secondlook {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string_view without_blanks(std::string_view line) {
  const auto begin = line.find_first_not_of(' ');
  return begin == std::string_view::npos ? "" : line.substr(begin);
}

std::string quoted_list(const std::vector<std::string>& values) {
  std::string list = "[";
  for (const std::string& value : values)
    list += (list.size() > 1 ? ", " : "") + json_string(value);
  return list + "]";
}

// The lines of the reference, in which values are set without touching what is said about them.
class Form {
 public:
  explicit Form(std::string_view reference) : lines_(lines_of(reference)) {}

  // In the table that is opened by `header` ("[smtp]", "[[tenant]]").
  void set(std::string_view header, std::string_view name, const std::string& value) {
    if (std::string* line = find(header, name)) *line = with_value(*line, name, value);
  }
  void leave_out(std::string_view header, std::string_view name) {
    std::string* line = find(header, name);
    if (line == nullptr) return;
    const std::size_t indent = line->size() - without_blanks(*line).size();
    if ((*line)[indent] != '#') line->insert(indent, "#");
  }
  // What the reference says of its own values.
  void forget(std::string_view words) {
    for (std::string& line : lines_)
      if (const auto at = line.find(words); at != std::string::npos) {
        line.erase(at, words.size());
        return;
      }
    missing_ = words;
  }

  Result<std::string> text() const {
    if (!missing_.empty()) return internal("the reference configuration has no line: " + missing_);
    std::string text;
    for (const std::string& line : lines_) text += line + "\n";
    return text;
  }

 private:
  std::string* find(std::string_view header, std::string_view name) {
    bool inside = false;
    for (std::string& line : lines_) {
      std::string_view content = without_blanks(line);
      if (content.starts_with('[')) inside = content.starts_with(header);
      if (content.starts_with('#')) content.remove_prefix(1);
      if (inside && content.starts_with(std::string(name) + " = ")) return &line;
    }
    missing_ = std::string(header) + " " + std::string(name);
    return nullptr;
  }

  static std::string with_value(const std::string& line, std::string_view name,
                                const std::string& value) {
    const auto comment = line.find(" # ");
    std::string result(line.size() - without_blanks(line).size(), ' ');
    result += std::string(name) + " = " + value;
    if (comment == std::string::npos) return result;
    std::string said = line.substr(comment + 3);
    if (said.starts_with("example. ")) said.erase(0, 9);
    result.resize(std::max(result.size(), comment), ' ');
    return result + " # " + said;
  }

  std::vector<std::string> lines_;
  std::string missing_;
};

void fill_tenant(Form& form, const ConfigurationWish& wish) {
  constexpr std::string_view tenant = "[[tenant]]";
  constexpr std::string_view graph = "[tenant.graph]";
  const SetupAnswers& answers = wish.answers;
  form.forget(" The values below are an example.");
  form.set(tenant, "name", json_string(answers.name));
  form.set(tenant, "tenant_id", json_string(answers.tenant_id));
  form.set(tenant, "journal_addresses", quoted_list({wish.journal_address}));
  form.set(tenant, "domains", quoted_list(answers.domains));
  form.set(tenant, "report_senders", quoted_list({answers.ndr_mailbox}));
  form.set(tenant, "gateways", quoted_list(answers.gateways));
  form.set(graph, "client_id", json_string(answers.client_id));
  form.leave_out(graph, "client_secret_file");
  form.set(graph, "certificate_file",
           json_string(app_certificate_path(wish.directory, answers.name)));
  form.set(graph, "key_file", json_string(app_key_path(wish.directory, answers.name)));
}

}  // namespace

std::string tls_certificate_path(const std::string& directory) {
  return directory + "/tls.crt";
}
std::string tls_key_path(const std::string& directory) {
  return directory + "/tls.key";
}
std::string app_certificate_path(const std::string& directory, const std::string& name) {
  return directory + "/" + name + ".crt";
}
std::string app_key_path(const std::string& directory, const std::string& name) {
  return directory + "/" + name + ".key";
}

Result<std::string> fill_configuration(std::string_view reference, const ConfigurationWish& wish) {
  Form form(reference);
  form.set("[smtp]", "hostname", json_string(wish.answers.hostname));
  form.set("[smtp]", "tls_certificate_file", json_string(tls_certificate_path(wish.directory)));
  form.set("[smtp]", "tls_key_file", json_string(tls_key_path(wish.directory)));
  form.set("[smtp]", "require_tls", "true");
  form.set("[smtp]", "permitted_networks", R"(["exchange_online"])");
  if (!wish.clamav_database.empty())
    form.set("[analyzer]", "clamav_database", json_string(wish.clamav_database));
  form.set("[policy]", "protected_mailboxes", quoted_list({wish.answers.ndr_mailbox}));
  fill_tenant(form, wish);
  const auto text = form.text();
  if (!text) return text;
  return "# Written by `secondlook setup` on " + wish.written_on + " for " + wish.answers.name +
         ". It never writes over it.\n# It holds the journal address, a secret: keep it from other "
         "users.\n#\n" +
         *text;
}

}  // namespace secondlook
