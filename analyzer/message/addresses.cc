#include "analyzer/message/addresses.h"

#include "analyzer/message/ascii.h"
#include "analyzer/message/header_decoder.h"

namespace secondlook {
namespace {

class MailboxReader {
 public:
  MailboxReader(std::string_view text, std::string_view charset)
      : text_(text), charset_(charset), last_angle_(text.rfind('>')) {}

  std::vector<Mailbox> read() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        take_quoted();
      } else if (c == '(') {
        take_comment();
      } else if (c == '<') {
        take_angle_address();
      } else if (c == ',' || c == ';') {
        ++at_;
        finish_mailbox();
      } else if (c == ':' && written_.find('@') == std::string::npos && !has_angle_) {
        ++at_;
        clear();  // a group's name
      } else {
        ++at_;
        phrase_ += c;
        written_ += c;
      }
    }
    finish_mailbox();
    return std::move(mailboxes_);
  }

 private:
  // The phrase gets the content, the address as written keeps the quotes ("a,b"@c).
  void take_quoted() {
    written_ += '"';
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      written_ += text_[at_];
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) written_ += text_[++at_];
      phrase_ += text_[at_];
    }
    ++at_;
    written_ += '"';
  }

  void take_comment() {
    int depth = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\\' && at_ + 1 < text_.size()) {
        comment_ += text_[++at_];
      } else if (c == '(') {
        if (depth++ > 0) comment_ += c;
      } else if (c == ')') {
        if (--depth == 0) break;
        comment_ += c;
      } else {
        comment_ += c;
      }
    }
    ++at_;
    phrase_ += ' ';
  }

  // <@route:local@domain>; without a closing bracket it ends with the mailbox.
  void take_angle_address() {
    const bool closes = last_angle_ != std::string_view::npos && at_ < last_angle_;
    std::string address;
    bool quoted = false;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') quoted = !quoted;
      if (!quoted && (c == '>' || (!closes && (c == ',' || c == ';')))) break;
      if (c == '<' && !quoted)
        address.clear();
      else if (quoted || !is_space(c))
        address += c;
    }
    if (at_ < text_.size() && text_[at_] == '>') ++at_;
    const std::size_t route = address.starts_with('@') ? address.find(':') : std::string::npos;
    if (route != std::string::npos) address.erase(0, route + 1);
    if (!has_angle_) angle_address_ = std::move(address);  // the first one is what clients show
    has_angle_ = true;
  }

  void finish_mailbox() {
    Mailbox mailbox;
    if (has_angle_) {
      mailbox.address = angle_address_;
      mailbox.display_name = decode_header(phrase_, charset_);
    } else if (written_.find('@') != std::string::npos) {
      mailbox.address = without_blanks(written_);
    } else {
      mailbox.display_name = decode_header(phrase_, charset_);
    }
    if (mailbox.display_name.empty()) mailbox.display_name = decode_header(comment_, charset_);
    if (!mailbox.address.empty() || !mailbox.display_name.empty()) {
      mailboxes_.push_back(std::move(mailbox));
    }
    clear();
  }

  static std::string without_blanks(std::string_view written) {
    std::string address;
    bool quoted = false;
    for (const char c : written) {
      if (c == '"') quoted = !quoted;
      if (quoted || !is_space(c)) address += c;
    }
    return address;
  }

  void clear() {
    phrase_.clear();
    written_.clear();
    comment_.clear();
    angle_address_.clear();
    has_angle_ = false;
  }

  std::string_view text_, charset_;
  std::size_t last_angle_;
  std::size_t at_ = 0;
  std::string phrase_;   // words and the content of quoted strings
  std::string written_;  // the same as it stands, comments dropped
  std::string comment_, angle_address_;
  bool has_angle_ = false;
  std::vector<Mailbox> mailboxes_;
};

}  // namespace

std::vector<Mailbox> parse_mailboxes(std::string_view raw, std::string_view charset_of_bare_bytes) {
  return MailboxReader(raw, charset_of_bare_bytes).read();
}

}  // namespace secondlook
