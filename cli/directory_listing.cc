#include "cli/directory_listing.h"

#include <nlohmann/json.hpp>

#include "cli/terminal_text.h"

namespace secondlook {
namespace {

using nlohmann::json;

std::string text(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return "";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

std::string joined(const json& object, const char* name) {
  std::string all;
  const auto found = object.find(name);
  if (found == object.end() || !found->is_array()) return all;
  for (const json& one : *found)
    if (one.is_string()) all += (all.empty() ? "" : " ") + one.get<std::string>();
  return all;
}

// Of what Graph alone told, nothing but the mailbox is known.
std::string kind_of(const json& item) {
  const std::string kind = text(item, "kind");
  return kind.empty() ? text(item, "source") : kind;
}

std::string mailbox_of(const json& item) {
  const std::string mailbox = text(item, "mailbox");
  const std::string mail = text(item, "mail");
  const bool is_from_graph = text(item, "source") == "graph";
  return mailbox.empty() || (is_from_graph && !mail.empty()) ? mail : mailbox;
}

}  // namespace

DirectoryListing::DirectoryListing(const Console& console, Form form)
    : console_(console),
      form_(form),
      table_({{"ADDRESS"}, {"TENANT"}, {"KIND"}, {"MAILBOX"}, {"TREATMENT"}, {"BECAUSE", true}}) {
  if (form_ == Form::csv)
    console_.out << "tenant,address,kind,mailbox,treatment,because,display_name,addresses\r\n";
}

void DirectoryListing::add(std::string_view item) {
  ++size_;
  if (form_ == Form::json) {
    console_.out << json_text(item) << '\n';
    return;
  }
  const json read = json::parse(item, nullptr, false);
  if (!read.is_object()) return;
  if (form_ == Form::table) {
    table_.add({text(read, "address"), text(read, "tenant"), kind_of(read), mailbox_of(read),
                text(read, "treatment"), text(read, "because")});
    return;
  }
  const std::string fields[] = {text(read, "address"),    kind_of(read),
                                mailbox_of(read),         text(read, "treatment"),
                                text(read, "because"),    text(read, "display_name"),
                                joined(read, "addresses")};
  console_.out << csv_field(text(read, "tenant"));
  for (const std::string& field : fields) console_.out << ',' << csv_field(field);
  console_.out << "\r\n";
}

void DirectoryListing::finish() {
  if (!table_.empty()) table_.print(console_.out, console_.width);
}

}  // namespace secondlook
