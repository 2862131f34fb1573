#include "analyzer/message/journal_envelope.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>
#include <utility>

#include "analyzer/message/addresses.h"
#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostNotes = 50;

void note(JournalEnvelope& envelope, std::string_view text) {
  if (envelope.notes.size() < kMostNotes) envelope.notes.emplace_back(text);
}

// Only LF ends a line: a lone CR, or what Unicode calls a line separator, stays inside it.
std::vector<std::string_view> lines_of(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    at = end + 1;
  }
  return lines;
}

struct LabelledLine {
  std::string label;  // lower case
  std::string_view value;
};

LabelledLine split_label(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 || is_space(line.front())) return {};
  return {to_ascii_lower(line.substr(0, colon)), trim(line.substr(colon + 1))};
}

bool is_recipient_label(std::string_view label) {
  return label == "to" || label == "cc" || label == "bcc" || label == "recipient";
}
// Managed folders' fields and those of the lawful-intercept variant: known, and not ours.
bool is_ignored_label(std::string_view label) {
  constexpr std::array<std::string_view, 10> kLabels = {"label",
                                                        "mailbox",
                                                        "sentutc",
                                                        "receivedutc",
                                                        "rule-names",
                                                        "received",
                                                        "mapi-message-class",
                                                        "original-authenticator",
                                                        "original-message-size",
                                                        "recipient-count"};
  return std::find(kLabels.begin(), kLabels.end(), label) != kLabels.end();
}

// The address of "a@b", "<a@b>", "Name <smtp:a@b>"; empty for "<>" and placeholders.
std::string address_of(std::string_view value) {
  value = trim(value);
  const bool quotes_close = std::ranges::count(value, '"') % 2 == 0;
  if (value.find('<') != value.npos || (quotes_close && value.find_first_of("\"(") != value.npos)) {
    const std::vector<Mailbox> mailboxes = parse_mailboxes(value);
    std::string address = mailboxes.empty() ? std::string() : mailboxes.front().address;
    if (starts_ignoring_case(address, "smtp:")) address.erase(0, 5);
    return address;
  }
  return value.find('@') != std::string_view::npos ? std::string(value) : std::string();
}

// Where ", Expanded: x" or ", Forwarded: x" begins; npos when it does not. A comma inside quotes is
// part of an address, unless the quotes never close.
std::size_t find_suffix(std::string_view value) {
  bool quoted = false;
  std::size_t inside_quotes = std::string_view::npos;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && quoted)
      ++i;
    else if (value[i] == '"')
      quoted = !quoted;
    else if (value[i] == ',' && (!quoted || inside_quotes == std::string_view::npos)) {
      const std::string_view rest = trim(value.substr(i + 1));
      if (!starts_ignoring_case(rest, "expanded:") && !starts_ignoring_case(rest, "forwarded:"))
        continue;
      if (!quoted) return i;
      inside_quotes = i;
    }
  }
  return quoted ? inside_quotes : std::string_view::npos;
}

class RecipientList {
 public:
  explicit RecipientList(JournalEnvelope& envelope) : envelope_(envelope) {}

  void add_line(std::string_view role, std::string_view value) {
    Recipient recipient;
    recipient.role = std::string(role);
    std::size_t suffix = find_suffix(value);
    recipient.address = address_of(value.substr(0, suffix));
    while (suffix != std::string_view::npos) {
      value = trim(value.substr(suffix + 1));
      suffix = find_suffix(value);
      const LabelledLine history = split_label(value.substr(0, suffix));
      std::string& from =
          history.label == "expanded" ? recipient.expanded_from : recipient.forwarded_from;
      if (from.empty()) from = address_of(history.value);
    }
    add(std::move(recipient));
  }

  void add(Recipient recipient) {
    if (recipient.address.empty()) {
      note(envelope_, "recipient without address skipped");
      return;
    }
    const std::string key = recipient.address + '\n' + recipient.role + '\n' +
                            recipient.expanded_from + '\n' + recipient.forwarded_from;
    if (seen_.insert(key).second) envelope_.recipients.push_back(std::move(recipient));
  }

 private:
  JournalEnvelope& envelope_;
  std::unordered_set<std::string> seen_;
};

// Where the parts of the text stand, found before anything in it is believed.
struct Layout {
  std::optional<std::size_t> subject, message_id;
  std::size_t behind_subject = 0;
  bool id_comes_first = false;

  // First line that may name a recipient.
  std::size_t recipients() const {
    return std::max(behind_subject, message_id ? *message_id + 1 : 0);
  }
};

// How many lines behind the Subject line at `at` are the subject's own.
std::size_t count_subject_lines(const std::vector<std::string_view>& lines, std::size_t at,
                                std::string_view original_subject) {
  const std::vector<std::string_view> own = lines_of(original_subject);
  if (own.size() < 2 || trim(own.front()) != split_label(lines[at]).value) return 0;
  std::size_t count = 0;
  while (count + 1 < own.size() && at + count + 1 < lines.size() &&
         trim(own[count + 1]) == trim(lines[at + count + 1])) {
    ++count;
  }
  return count;
}

// Nothing in front of the Subject can be invented, so a Message-Id there is the true one. Exchange
// writes it behind the subject: then the last one is, since the subject ends before it.
Layout lay_out(const std::vector<std::string_view>& lines, std::string_view original_subject) {
  Layout layout;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string label = split_label(lines[i]).label;
    if (label == "message-id" && !layout.id_comes_first) {
      layout.message_id = i;
      layout.id_comes_first = !layout.subject;
    }
    if (label != "subject" || layout.subject) continue;
    layout.subject = i;
    i += count_subject_lines(lines, i, original_subject);
    layout.behind_subject = i + 1;
  }
  // A subject that pretends to hold the very lines that follow it must not make them vanish.
  if (!layout.message_id && !original_subject.empty()) return lay_out(lines, {});
  return layout;
}

// With the Message-Id in front of the subject, only the original's own subject tells where the
// lines that its sender could invent end: it must be the one that stands here, to its last line.
bool subject_is_confirmed(const std::vector<std::string_view>& lines, const Layout& layout,
                          std::string_view original_subject) {
  const std::vector<std::string_view> own = lines_of(original_subject);
  std::string here(split_label(lines[*layout.subject]).value);
  std::string there(own.empty() ? std::string_view() : own.front());
  std::erase_if(here, is_space);
  std::erase_if(there, is_space);
  const std::size_t skipped = layout.behind_subject - *layout.subject;
  return here == there && skipped == std::max<std::size_t>(own.size(), 1);
}

std::string message_id_at(const std::vector<std::string_view>& lines, std::size_t at) {
  std::string id(split_label(lines[at]).value);
  for (++at; at < lines.size() && !lines[at].empty() && is_space(lines[at].front()); ++at) {
    if (!id.empty()) id += ' ';  // folded as in the original's header
    id += trim(lines[at]);
  }
  return equals_ignoring_case(id, "Unknown Message-ID") ? std::string() : id;
}

// Sender and On-Behalf-Of stand in front of everything that the sender could have written.
void read_head(const std::vector<std::string_view>& lines, std::size_t end,
               JournalEnvelope& envelope) {
  bool has_sender = false, has_on_behalf_of = false;
  for (std::size_t i = 0; i < end; ++i) {
    const LabelledLine line = split_label(lines[i]);
    if (line.label == "sender" && !std::exchange(has_sender, true)) {
      envelope.sender = address_of(line.value);
    } else if (line.label == "on-behalf-of" && !std::exchange(has_on_behalf_of, true)) {
      envelope.on_behalf_of = address_of(line.value);
    }
  }
  envelope.recognised = envelope.recognised || has_sender;
}

}  // namespace

JournalEnvelope parse_journal_envelope(std::string_view text, std::string_view original_subject) {
  JournalEnvelope envelope;
  const std::vector<std::string_view> lines = lines_of(text);
  const Layout layout = lay_out(lines, original_subject);
  const std::size_t head_end =
      std::min(layout.subject.value_or(lines.size()), layout.message_id.value_or(lines.size()));
  read_head(lines, head_end, envelope);
  if (layout.subject && layout.behind_subject > *layout.subject + 1) {
    note(envelope, "subject with line breaks");
  }
  if (layout.subject) envelope.subject = std::string(split_label(lines[*layout.subject]).value);
  envelope.recognised = envelope.recognised || layout.message_id.has_value();
  if (!envelope.recognised) return envelope;
  if (layout.message_id) envelope.message_id = message_id_at(lines, *layout.message_id);
  const bool subject_ends_last = !layout.message_id || layout.id_comes_first;
  if (layout.subject && subject_ends_last &&
      !subject_is_confirmed(lines, layout, original_subject)) {
    note(envelope, "recipients not trusted: the subject is not the original's");
    return envelope;
  }
  RecipientList recipients(envelope);
  for (std::size_t i = layout.recipients(); i < lines.size(); ++i) {
    const LabelledLine line = split_label(lines[i]);
    if (is_recipient_label(line.label)) {
      recipients.add_line(line.label, line.value);
    } else if (line.label.empty() ? !trim(lines[i]).empty() && !is_space(lines[i].front())
                                  : !is_ignored_label(line.label)) {
      note(envelope, "unknown line skipped");
    }
  }
  return envelope;
}

// Sender, Message-ID and the list, in this order. A sender's display name may hold line breaks and
// pretend to be the other two, so the last Message-ID counts, and of the lists the one behind it.
JournalEnvelope parse_exchange_2003_envelope(std::string_view text) {
  JournalEnvelope envelope;
  const std::vector<std::string_view> lines = lines_of(text);
  std::optional<std::size_t> message_id;
  std::size_t list_at = lines.size();  // none yet
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const LabelledLine line = split_label(lines[i]);
    if (line.label == "sender" && !envelope.recognised) {
      envelope.sender = address_of(line.value);
      envelope.recognised = true;
    } else if (line.label == "message-id") {
      message_id = i;
      list_at = lines.size();
    } else if (line.label == "recipients" && list_at == lines.size()) {
      list_at = i;
    }
  }
  envelope.recognised = envelope.recognised || message_id;
  if (message_id) envelope.message_id = message_id_at(lines, *message_id);
  if (!envelope.recognised || list_at == lines.size()) return envelope;
  std::string list(split_label(lines[list_at]).value);
  for (std::size_t i = list_at + 1; i < lines.size(); ++i) list.append(" ").append(trim(lines[i]));
  RecipientList recipients(envelope);
  for (Mailbox& mailbox : parse_mailboxes(list)) {
    Recipient recipient;
    recipient.role = "recipient";
    if (starts_ignoring_case(mailbox.address, "smtp:")) mailbox.address.erase(0, 5);
    if (mailbox.address.find('@') != std::string::npos) recipient.address = mailbox.address;
    recipients.add(std::move(recipient));
  }
  return envelope;
}

}  // namespace secondlook
