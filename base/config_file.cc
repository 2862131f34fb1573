#include "base/config_file.h"

#include <algorithm>
#include <set>
#include <sstream>

#include <toml++/toml.h>

#include "base/file_descriptor.h"

namespace secondlook {
namespace {

constexpr std::size_t kLargestFile = 1 << 20;

struct Complaint {
  std::size_t line;
  std::string text;
};

}  // namespace

struct ConfigFile::Document {
  std::string path;
  toml::table content;
  std::vector<Complaint> complaints;
  std::vector<std::shared_ptr<ConfigTable::State>> read_tables;
};

struct ConfigTable::State {
  std::shared_ptr<ConfigFile::Document> document;
  const toml::table* table = nullptr;  // null: the table is absent, all defaults apply
  std::string name;                    // dotted, for complaints: "tenant.graph"
  std::set<std::string, std::less<>> asked;

  const toml::node* find(std::string_view key) {
    asked.emplace(key);
    return table == nullptr ? nullptr : table->get(key);
  }
  void complain(const toml::node* at, std::string_view key, std::string_view what) {
    const std::string full = name.empty() ? std::string(key) : name + "." + std::string(key);
    const std::size_t line = at != nullptr      ? at->source().begin.line
                             : table != nullptr ? table->source().begin.line
                                                : 0;
    document->complaints.push_back({line, full + ": " + std::string(what)});
  }
  ConfigTable child(std::string_view key, const toml::table* content) {
    ConfigTable result;
    result.state_ = std::make_shared<State>();
    result.state_->document = document;
    result.state_->table = content;
    result.state_->name = name.empty() ? std::string(key) : name + "." + std::string(key);
    document->read_tables.push_back(result.state_);
    return result;
  }
};

std::string ConfigTable::text(std::string_view name, std::string fallback) {
  const toml::node* node = state_->find(name);
  if (node == nullptr) return fallback;
  if (const auto value = node->value_exact<std::string>()) return *value;
  state_->complain(node, name, "must be a text in quotes");
  return fallback;
}

bool ConfigTable::flag(std::string_view name, bool fallback) {
  const toml::node* node = state_->find(name);
  if (node == nullptr) return fallback;
  if (const auto value = node->value_exact<bool>()) return *value;
  state_->complain(node, name, "must be true or false");
  return fallback;
}

std::int64_t ConfigTable::integer(std::string_view name, std::int64_t fallback, std::int64_t least,
                                  std::int64_t most) {
  const toml::node* node = state_->find(name);
  if (node == nullptr) return fallback;
  const auto value = node->value_exact<std::int64_t>();
  if (value && *value >= least && *value <= most) return *value;
  state_->complain(
      node, name,
      "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return fallback;
}

double ConfigTable::number(std::string_view name, double fallback, double least, double most) {
  const toml::node* node = state_->find(name);
  if (node == nullptr) return fallback;
  const auto value = node->value<double>();
  if (node->is_number() && value && *value >= least && *value <= most) return *value;
  std::ostringstream range;
  range << "must be a number from " << least << " to " << most;
  state_->complain(node, name, range.str());
  return fallback;
}

std::vector<std::string> ConfigTable::texts(std::string_view name,
                                            std::vector<std::string> fallback) {
  const toml::node* node = state_->find(name);
  if (node == nullptr) return fallback;
  const toml::array* array = node->as_array();
  std::vector<std::string> values;
  if (array != nullptr)
    for (const toml::node& element : *array)
      if (const auto value = element.value_exact<std::string>()) values.push_back(*value);
  if (array != nullptr && values.size() == array->size()) return values;
  state_->complain(node, name, "must be a list of texts: [\"...\", \"...\"]");
  return fallback;
}

std::string ConfigTable::choice(std::string_view name, std::vector<std::string_view> choices,
                                std::string fallback) {
  const std::string value = text(name, fallback);
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) return value;
  std::string list;
  for (const std::string_view each : choices)
    list.append(list.empty() ? "" : ", ").append("\"").append(each).append("\"");
  complain(name, "must be one of " + list);
  return fallback;
}

bool ConfigTable::has(std::string_view name) const {
  return state_->table != nullptr && state_->table->contains(name);
}

ConfigTable ConfigTable::table(std::string_view name) {
  const toml::node* node = state_->find(name);
  if (node != nullptr && !node->is_table()) state_->complain(node, name, "must be a table");
  return state_->child(name, node == nullptr ? nullptr : node->as_table());
}

std::vector<ConfigTable> ConfigTable::tables(std::string_view name) {
  std::vector<ConfigTable> result;
  const toml::node* node = state_->find(name);
  if (node == nullptr) return result;
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    state_->complain(node, name, "must be written [[" + std::string(name) + "]]");
    return result;
  }
  for (const toml::node& element : *array) {
    if (element.is_table())
      result.push_back(state_->child(name, element.as_table()));
    else
      state_->complain(&element, name, "must be written [[" + std::string(name) + "]]");
  }
  return result;
}

void ConfigTable::complain(std::string_view name, std::string_view what) {
  state_->complain(state_->find(name), name, what);
}

std::string ConfigTable::place() const {
  const std::size_t line = state_->table == nullptr ? 0 : state_->table->source().begin.line;
  return state_->document->path + ":" + std::to_string(line);
}

Result<ConfigFile> ConfigFile::open(const std::string& path) {
  auto content = read_file(path, kLargestFile);
  if (!content) return within("configuration", content.error());
  return parse(*content, path);
}

Result<ConfigFile> ConfigFile::parse(std::string_view content, const std::string& path) {
  ConfigFile file;
  file.document_ = std::make_shared<Document>();
  file.document_->path = path;
  try {
    file.document_->content = toml::parse(content, path);
  } catch (const toml::parse_error& error) {
    std::ostringstream text;
    text << path << ":" << error.source().begin.line << ":" << error.source().begin.column << ": "
         << error.description();
    return malformed(text.str());
  }
  return file;
}

ConfigTable ConfigFile::root() {
  ConfigTable table;
  table.state_ = std::make_shared<ConfigTable::State>();
  table.state_->document = document_;
  table.state_->table = &document_->content;
  document_->read_tables.push_back(table.state_);
  return table;
}

Result<void> ConfigFile::finish() {
  std::vector<Complaint> complaints = std::move(document_->complaints);
  for (const auto& table : document_->read_tables) {
    if (table->table == nullptr) continue;
    for (const auto& [key, node] : *table->table) {
      if (table->asked.contains(key.str())) continue;
      const std::string prefix = table->name.empty() ? "" : table->name + ".";
      complaints.push_back(
          {node.source().begin.line, prefix + std::string(key.str()) + ": unknown name"});
    }
  }
  document_->read_tables.clear();  // breaks the cycle document -> table -> document
  if (complaints.empty()) return {};
  std::stable_sort(complaints.begin(), complaints.end(),
                   [](const Complaint& a, const Complaint& b) { return a.line < b.line; });
  std::string text;
  for (const Complaint& complaint : complaints) {
    if (!text.empty()) text += '\n';
    text += document_->path + ":" + std::to_string(complaint.line) + ": " + complaint.text;
  }
  return malformed(text);
}

}  // namespace secondlook
