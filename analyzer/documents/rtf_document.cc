#include "analyzer/documents/rtf_document.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/documents/field_code.h"
#include "analyzer/documents/office_relations.h"
#include "analyzer/documents/ole1_object.h"
#include "analyzer/message/ascii.h"
#include "analyzer/message/charset.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostBytes = 64 << 20, kLongestText = 8192, kMostGroups = 1 << 20;
constexpr std::size_t kMostObjects = 500;

// What the text of a group is. Others than these say nothing, but what stands in them may: readers
// skip only destinations that they do not know, and they know more than we.
enum class Destination : unsigned char { other, object_data, object_class, template_name, field };

Destination destination_of(std::string_view word) {
  if (word == "objdata") return Destination::object_data;
  if (word == "objclass") return Destination::object_class;
  if (word == "template") return Destination::template_name;
  if (word == "fldinst") return Destination::field;
  return Destination::other;
}

struct Group {
  Destination destination = Destination::other;
  bool begins_here = false;
};

class RtfInspection {
 public:
  RtfInspection(std::string_view rtf, OfficeInspection& inspection)
      : rtf_(rtf.substr(0, kMostBytes)), inspection_(inspection), findings_(inspection.findings()) {
    if (rtf.size() > kMostBytes)
      findings_.add_unseen("only the first " + std::to_string(kMostBytes >> 20U) +
                           " MiB looked at");
  }

  void inspect() {
    while (at_ < rtf_.size()) {
      const char c = rtf_[at_++];
      if (c == '{')
        open_group();
      else if (c == '}')
        close_group();
      else if (c == '\\')
        take_control();
      else
        take_character(c);
    }
    while (!groups_.empty()) close_group();
    finish();
  }

 private:
  void open_group() {
    starred_ = false;
    if (groups_.size() >= kMostGroups) return findings_.add_unseen("groups nested too deep");
    groups_.push_back(group_);
    group_.begins_here = false;
  }

  void close_group() {
    starred_ = false;
    finish();
    if (groups_.empty()) return;
    group_ = groups_.back();
    groups_.pop_back();
  }

  void take_control() {
    if (at_ >= rtf_.size()) return;
    if (is_letter(rtf_[at_])) return take_word();
    const char c = rtf_[at_++];
    if (c == '*')
      starred_ = true;
    else if (c == '\'')
      take_escape();
    else
      take_character(c);
  }

  void take_word() {
    const std::size_t from = at_;
    while (at_ < rtf_.size() && is_letter(rtf_[at_])) ++at_;
    const std::string_view word = rtf_.substr(from, at_ - from);
    const bool is_negative = rtf_.substr(at_).starts_with('-');
    if (is_negative) ++at_;
    std::int64_t number = 0;
    for (; at_ < rtf_.size() && is_digit(rtf_[at_]); ++at_)
      number = std::min<std::int64_t>(number * 10 + (rtf_[at_] - '0'), 0x7FFFFFFF);
    if (at_ < rtf_.size() && rtf_[at_] == ' ') ++at_;
    if (word == "bin") return take_binary(is_negative ? 0 : static_cast<std::size_t>(number));
    if (word == "u") return take_unicode(is_negative ? -number : number);
    if (word == "uc")
      fallback_length_ = static_cast<std::size_t>(std::min<std::int64_t>(number, 100));
    take_destination(word);
  }

  void take_destination(std::string_view word) {
    const bool was_starred = std::exchange(starred_, false);
    const Destination found = destination_of(word);
    if (found == Destination::other) {
      // Digits in {\*\unknown 12} are none of the object around it.
      if (was_starred && !group_.begins_here) group_.destination = Destination::other;
      return;
    }
    // Within an object's digits it begins no second object.
    if (found == Destination::object_data && group_.destination == found) return;
    finish();
    group_ = {found, true};
  }

  void take_binary(std::size_t length) {
    const std::string_view bytes = rtf_.substr(at_, length);
    at_ += bytes.size();
    if (group_.destination == Destination::object_data) object_ += bytes;
  }

  void take_unicode(std::int64_t number) {
    std::string text;
    append_utf8(text, static_cast<std::uint16_t>(number));
    for (const char c : text) add_text(c);
    for (std::size_t i = 0; i < fallback_length_ && at_ < rtf_.size(); ++i, ++at_)
      if (rtf_[at_] == '\\' || rtf_[at_] == '{' || rtf_[at_] == '}') break;
  }

  // \'41 is a letter in texts; between the digits of an object Word forgets half a byte over it.
  void take_escape() {
    const int high = at_ + 1 < rtf_.size() ? hex_digit(rtf_[at_]) : -1;
    const int low = high >= 0 ? hex_digit(rtf_[at_ + 1]) : -1;
    if (low < 0) return;
    at_ += 2;
    half_byte_ = -1;
    if (group_.destination != Destination::object_data)
      add_text(static_cast<char>(high * 16 + low));
  }

  void take_character(char c) {
    if (group_.destination != Destination::object_data) return add_text(c);
    const int digit = hex_digit(c);
    if (digit < 0) return;
    if (half_byte_ >= 0) object_ += static_cast<char>(half_byte_ * 16 + digit);
    half_byte_ = half_byte_ >= 0 ? -1 : digit;
  }

  void add_text(char c) {
    if (group_.destination == Destination::other || c == '\r' || c == '\n') return;
    if (text_.size() < kLongestText) text_ += c;
  }

  // At the end of a destination: of the group in which it began.
  void finish() {
    if (!group_.begins_here) return;
    group_.begins_here = false;
    const std::string text = std::exchange(text_, {});
    switch (group_.destination) {
      case Destination::object_data: return finish_object();
      case Destination::object_class:
        if (is_equation_name(trim(text))) findings_.add_fact("equation_object", trim(text));
        return;
      case Destination::template_name: return finish_template(text);
      case Destination::field: inspect_field_code(text, findings_); return;
      case Destination::other: return;
    }
  }

  void finish_object() {
    const std::string object = std::exchange(object_, {});
    half_byte_ = -1;
    if (object.empty()) return;
    if (++objects_ > kMostObjects)
      return findings_.add_unseen("only " + std::to_string(kMostObjects) + " objects looked at");
    if (inspection_.may_read(object.size())) inspect_ole1_object(object, inspection_);
  }

  void finish_template(std::string_view target) {
    const TargetPlace place = place_of_target(target);
    if (place == TargetPlace::local) return;
    findings_.add_fact(fact_of_template(target), target);
    findings_.add_url(trim(target));
  }

  std::string_view rtf_;
  OfficeInspection& inspection_;
  DocumentFindings& findings_;
  std::size_t at_ = 0;
  std::vector<Group> groups_;
  Group group_;
  bool starred_ = false;
  std::size_t fallback_length_ = 1, objects_ = 0;
  std::string object_, text_;
  int half_byte_ = -1;
};

}  // namespace

void inspect_rtf_document(std::string_view rtf, OfficeInspection& inspection) {
  RtfInspection(rtf, inspection).inspect();
}

}  // namespace secondlook
