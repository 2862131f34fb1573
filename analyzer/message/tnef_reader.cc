#include "analyzer/message/tnef_reader.h"

#include <algorithm>
#include <cstdint>

#include "analyzer/message/byte_cursor.h"
#include "analyzer/message/charset.h"
#include "analyzer/message/code_page.h"
#include "analyzer/message/mapi_properties.h"
#include "analyzer/message/rtf_compression.h"
#include "analyzer/message/rtf_text.h"

namespace secondlook {
namespace {

using namespace std::string_view_literals;

constexpr auto kSignature = "\x78\x9F\x3E\x22"sv;
constexpr auto kMessageInterface = "\x07\x03\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46"sv;  // IID_IMessage
constexpr std::size_t kInterfaceId = 16, kMostErrors = 20;

// Attributes (MS-OXTNEF 2.1.2): number and type as they stand in the stream.
enum Attribute : std::uint32_t {
  kOemCodePage = 0x00069007,
  kSubject = 0x00018004,
  kBody = 0x0002800C,
  kMessageProperties = 0x00069003,
  kAttachmentBegins = 0x00069002,
  kAttachmentData = 0x0006800F,
  kAttachmentTitle = 0x00018010,
  kAttachmentProperties = 0x00069005
};

// A text whose charset is known only when everything was read.
struct RawText {
  std::string_view bytes;
  std::uint16_t type = mapi_type::kString8;
};

struct RawAttachment {
  RawText title, long_name, short_name, display_name, mime_type;
  std::vector<std::string_view> data;  // several, where two fields hold it and differ
  std::vector<std::string_view> messages;
};

std::uint32_t number_of(const MapiProperty& property) {
  return ByteCursor(property.value).take_32();
}

std::uint16_t checksum_of(std::string_view data) {
  std::uint16_t sum = 0;
  for (const char c : data) sum = static_cast<std::uint16_t>(sum + static_cast<unsigned char>(c));
  return sum;
}

class TnefReader {
 public:
  TnefReader(const TnefLimits& limits, std::size_t room, unsigned levels_left)
      : limits_(limits), room_(room), levels_left_(levels_left) {}

  TnefMessage read(std::string_view bytes) {
    ByteCursor cursor(bytes);
    if (cursor.take(kSignature.size()) != kSignature) note("no signature");
    cursor.skip(2);  // a key that nobody uses
    while (cursor.left() > 0) read_attribute(cursor);
    if (cursor.failed()) note("ends early");
    fill_bodies();
    for (const RawAttachment& attachment : attachments_) fill_attachment(attachment);
    return std::move(message_);
  }
  std::size_t room() const { return room_; }

 private:
  void note(std::string_view error) {
    std::string text = "TNEF: " + std::string(error);
    if (message_.errors.size() < kMostErrors &&
        std::ranges::find(message_.errors, text) == message_.errors.end())
      message_.errors.push_back(std::move(text));
  }

  // Level, attribute, length, data, checksum. Of one that is cut what is there is read.
  void read_attribute(ByteCursor& cursor) {
    cursor.take_8();
    const std::uint32_t attribute = cursor.take_32();
    const std::size_t length = cursor.take_32();
    if (cursor.failed()) return;
    if (length > cursor.left()) note("ends early");
    const std::string_view data = cursor.take(std::min(length, cursor.left()));
    take_attribute(attribute, data);
    if (cursor.left() > 0 && cursor.take_16() != checksum_of(data)) note("wrong checksum");
  }

  void take_attribute(std::uint32_t attribute, std::string_view data) {
    switch (attribute) {
      case kOemCodePage: code_page_ = ByteCursor(data).take_32(); break;
      case kSubject: subject_ = {data, mapi_type::kString8}; break;
      case kBody: texts_.push_back({data, mapi_type::kString8}); break;
      case kMessageProperties: take_message_properties(data); break;
      case kAttachmentBegins: begin_attachment(); break;
      case kAttachmentData: attachment().data.push_back(data); break;
      case kAttachmentTitle: attachment().title = {data, mapi_type::kString8}; break;
      case kAttachmentProperties: take_attachment_properties(data); break;
      default: break;
    }
  }

  std::vector<MapiProperty> properties_of(std::string_view data) {
    std::vector<MapiProperty> properties;
    if (auto read = read_mapi_properties(data, properties); !read)
      note(std::string_view(read.error().message).substr(6));  // its own "TNEF: "
    return properties;
  }

  void take_message_properties(std::string_view data) {
    for (const MapiProperty& property : properties_of(data)) {
      switch (property.id) {
        case mapi_property::kSubject: subject_ = {property.value, property.type}; break;
        case mapi_property::kBody: texts_.push_back({property.value, property.type}); break;
        case mapi_property::kHtml: htmls_.push_back({property.value, property.type}); break;
        case mapi_property::kRtfCompressed: rtfs_.push_back(property.value); break;
        case mapi_property::kCodePage: code_page_ = number_of(property); break;
        case mapi_property::kInternetCodePage: html_code_page_ = number_of(property); break;
        default: break;
      }
    }
  }

  void take_attachment_properties(std::string_view data) {
    RawAttachment& into = attachment();
    for (const MapiProperty& property : properties_of(data)) {
      const RawText text{property.value, property.type};
      switch (property.id) {
        case mapi_property::kAttachLongFileName: into.long_name = text; break;
        case mapi_property::kAttachFileName: into.short_name = text; break;
        case mapi_property::kDisplayName: into.display_name = text; break;
        case mapi_property::kAttachMimeTag: into.mime_type = text; break;
        case mapi_property::kAttachData: take_attached(property, into); break;
        default: break;
      }
    }
  }

  // An object's data stands behind the name of its interface; a message's is TNEF again.
  static void take_attached(const MapiProperty& property, RawAttachment& into) {
    std::string_view data = property.value;
    if (property.type == mapi_type::kObject) {
      const bool is_message = data.starts_with(kMessageInterface);
      data.remove_prefix(std::min(kInterfaceId, data.size()));
      if (is_message) return into.messages.push_back(data);
    }
    if (std::ranges::find(into.data, data) == into.data.end()) into.data.push_back(data);
  }

  void begin_attachment() {
    if (attachments_.size() < limits_.most_attachments)
      attachments_.emplace_back();
    else
      note("attachments cut");
  }
  RawAttachment& attachment() {
    if (attachments_.empty()) attachments_.emplace_back();
    return attachments_.back();
  }

  std::string text_of(const RawText& raw, unsigned code_page) const {
    const bool is_unicode = raw.type == mapi_type::kUnicode;
    std::string text =
        to_utf8(raw.bytes, is_unicode ? "utf-16le" : charset_of_code_page(code_page));
    text.resize(std::min(text.find('\0'), text.size()));  // texts end with NUL, or run on behind it
    return text;
  }

  void add_body(std::string text, bool is_html) {
    if (text.empty()) return;
    if (text.size() > room_) {
      note("text cut");
      while (room_ > 0 && (static_cast<unsigned char>(text[room_]) & 0xC0U) == 0x80U) --room_;
      text.resize(room_);
    }
    room_ -= text.size();
    const auto same = [&](const TnefBody& body) { return body.text == text; };
    if (std::ranges::none_of(message_.bodies, same))
      message_.bodies.push_back({std::move(text), is_html});
  }

  // Not more is decoded than there is room for, whatever a stream of thousands of bodies says.
  void fill_bodies() {
    message_.subject = text_of(subject_, code_page_);
    for (const RawText& text : texts_) add_text(text, code_page_, false);
    for (const RawText& html : htmls_)
      add_text(html, html_code_page_ != 0 ? html_code_page_ : code_page_, true);
    for (const std::string_view compressed : rtfs_) {
      const DecompressedRtf rtf = decompress_rtf(compressed, 4 * room_);
      RtfText text = read_rtf(rtf.rtf, room_);
      if (rtf.damaged || text.cut) note("damaged RTF");
      add_body(std::move(text.text), text.is_html);
      if (room_ == 0) break;
    }
  }
  void add_text(RawText raw, unsigned code_page, bool is_html) {
    if (raw.bytes.size() > 2 * room_ + 2) {
      note("text cut");
      raw.bytes = raw.bytes.substr(0, 2 * room_ + 2);
    }
    add_body(text_of(raw, code_page), is_html);
  }

  void fill_attachment(const RawAttachment& raw) {
    TnefAttachment attachment;
    for (const RawText* name : {&raw.long_name, &raw.title, &raw.short_name, &raw.display_name})
      if (attachment.name.empty()) attachment.name = text_of(*name, code_page_);
    attachment.mime_type = text_of(raw.mime_type, code_page_);
    for (const std::string_view data : raw.data) {
      if (is_tnef(data)) note("TNEF attached to TNEF");
      attachment.data = data;
      message_.attachments.push_back(attachment);
    }
    for (const std::string_view message : raw.messages) add_embedded(message);
  }

  void add_embedded(std::string_view bytes) {
    if (levels_left_ == 0) return note("a message embedded too deep");
    TnefReader reader(limits_, room_, levels_left_ - 1);
    message_.embedded.push_back(reader.read(bytes));
    room_ = reader.room();
    for (const std::string& error : message_.embedded.back().errors)
      note(std::string_view(error).substr(6));
  }

  const TnefLimits& limits_;
  std::size_t room_;  // bytes of text that may still come
  unsigned levels_left_;
  TnefMessage message_;
  unsigned code_page_ = 0, html_code_page_ = 0;
  RawText subject_;
  std::vector<RawText> texts_, htmls_;
  std::vector<std::string_view> rtfs_;
  std::vector<RawAttachment> attachments_;
};

}  // namespace

bool is_tnef(std::string_view content) {
  return content.starts_with(kSignature);
}

TnefMessage read_tnef(std::string_view bytes, const TnefLimits& limits) {
  return TnefReader(limits, limits.most_text_bytes, 1).read(bytes);
}

}  // namespace secondlook
