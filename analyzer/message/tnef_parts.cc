#include "analyzer/message/tnef_parts.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "analyzer/message/ascii.h"
#include "analyzer/message/charset.h"
#include "analyzer/message/tnef_reader.h"

namespace secondlook {
namespace {

bool calls_itself_tnef(const MessagePart& part) {
  return part.content_type == "application/ms-tnef" ||
         part.content_type == "application/vnd.ms-tnef" ||
         equals_ignoring_case(part.file_name, "winmail.dat");
}

// A file's name alone, whatever path somebody put in front of it.
std::string base_name(const std::string& name) {
  const std::size_t slash = name.find_last_of("/\\");
  return slash == std::string::npos ? name : name.substr(slash + 1);
}

class PartMaker {
 public:
  PartMaker(std::string path, std::size_t most_parts, std::size_t& room)
      : path_(std::move(path)), most_parts_(most_parts), room_(room) {}

  void add(const TnefMessage& tnef) {
    for (const TnefBody& body : tnef.bodies) add_body(body.text, body.is_html);
    for (const TnefAttachment& attachment : tnef.attachments) add_attachment(attachment);
    for (const TnefMessage& embedded : tnef.embedded) {
      add_body(embedded.subject, false);
      add(embedded);
    }
  }

  std::vector<MessagePart> parts;
  bool cut = false;

 private:
  MessagePart* next(std::size_t size) {
    cut = cut || parts.size() >= most_parts_ || size > room_;
    if (cut) return nullptr;
    room_ -= size;
    MessagePart& part = parts.emplace_back();
    part.path = path_ + ".tnef." + std::to_string(parts.size());
    part.source = PartSource::tnef;
    return &part;
  }

  void add_body(const std::string& text, bool is_html) {
    if (text.empty()) return;
    MessagePart* part = next(text.size());
    if (part == nullptr) return;
    part->content_type = is_html ? "text/html" : "text/plain";
    part->charset = "utf-8";
    part->content = text;
    part->text = with_unix_line_ends(text);
  }

  void add_attachment(const TnefAttachment& attachment) {
    MessagePart* part = next(attachment.data.size());
    if (part == nullptr) return;
    part->content_type = to_ascii_lower(attachment.mime_type);
    if (part->content_type.find('/') == std::string::npos)
      part->content_type = "application/octet-stream";
    part->disposition = "attachment";
    part->file_name = base_name(attachment.name);
    part->content = std::string(attachment.data);
    if (part->content_type.starts_with("text/"))
      part->text = with_unix_line_ends(to_utf8(part->content, ""));
  }

  std::string path_;
  std::size_t most_parts_;
  std::size_t& room_;
};

}  // namespace

void add_tnef_parts(ParsedMessage& message, const MessageLimits& limits, std::size_t& room) {
  TnefLimits tnef_limits;
  tnef_limits.most_attachments = limits.most_parts;
  tnef_limits.most_text_bytes = limits.most_text_bytes;
  std::vector<MessagePart> added;
  for (const MessagePart& part : message.parts) {
    if (!is_tnef(part.content)) {
      if (calls_itself_tnef(part) && !part.is_multipart)
        message.errors.push_back("part " + part.path + ": TNEF without its signature");
      continue;
    }
    const TnefMessage tnef = read_tnef(part.content, tnef_limits);
    for (const std::string& error : tnef.errors)
      message.errors.push_back("part " + part.path + ": " + error);
    PartMaker maker(part.path, limits.most_parts - std::min(limits.most_parts, added.size()), room);
    maker.add(tnef);
    if (maker.cut) message.errors.push_back("part " + part.path + ": TNEF: parts cut");
    std::ranges::move(maker.parts, std::back_inserter(added));
  }
  std::ranges::move(added, std::back_inserter(message.parts));
}

}  // namespace secondlook
