#include "analyzer/documents/calendar_document.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "analyzer/documents/embedded_file.h"
#include "analyzer/message/ascii.h"
#include "analyzer/message/body_decoder.h"
#include "analyzer/message/calendar_text.h"
#include "analyzer/message/charset.h"
#include "analyzer/message/html_text.h"
#include "analyzer/message/links.h"
#include "analyzer/message/url.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostBytes = 16 << 20;
constexpr std::size_t kMostLines = 50'000;
constexpr std::size_t kMostFiles = 20;
constexpr std::size_t kMostText = 1 << 20;  // rendered, of one value

// What calendars show of an event. Those of time zones and programs' own marks are not among them.
constexpr std::array<std::string_view, 12> kShown = {
    "URL",      "DESCRIPTION", "X-ALT-DESC",          "STYLED-DESCRIPTION",
    "LOCATION", "SUMMARY",     "CONFERENCE",          "COMMENT",
    "CONTACT",  "IMAGE",       "X-GOOGLE-CONFERENCE", "SOURCE"};

constexpr std::array<std::string_view, 18> kMeetingHosts = {"teams.microsoft.com",
                                                            "teams.live.com",
                                                            "teams.microsoft.us",
                                                            "dialin.teams.microsoft.com",
                                                            "aka.ms",
                                                            "meet.google.com",
                                                            "tel.meet",
                                                            "calendar.google.com",
                                                            "support.google.com",
                                                            "meet.goto.com",
                                                            "gotomeet.me",
                                                            "whereby.com",
                                                            "meet.jit.si",
                                                            "app.chime.aws",
                                                            "support.zoom.us",
                                                            "support.microsoft.com",
                                                            "meetings.ringcentral.com",
                                                            "meet.lync.com"};
constexpr std::array<std::string_view, 4> kMeetingDomains = {".zoom.us", ".webex.com",
                                                             ".zoomgov.com", ".bluejeans.com"};

bool is_meeting_host(std::string_view host) {
  return std::ranges::find(kMeetingHosts, host) != kMeetingHosts.end() ||
         std::ranges::any_of(kMeetingDomains, [&](std::string_view domain) {
           return host.ends_with(domain) || host == domain.substr(1);
         });
}

bool is_shown(std::string_view name) {
  return std::ranges::find(kShown, name) != kShown.end() || name.starts_with("X-MICROSOFT-");
}

bool is_html_value(const CalendarLine& line) {
  return equals_ignoring_case(line.parameter("FMTTYPE"), "text/html") || line.name == "X-ALT-DESC";
}

std::string_view address_in(std::string_view value) {
  return starts_ignoring_case(value, "mailto:") ? value.substr(7) : value;
}

class CalendarInspection {
 public:
  explicit CalendarInspection(DocumentFindings& findings) : findings_(findings) {}

  void read(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      if (++lines_ > kMostLines)
        return findings_.add_unseen("only " + std::to_string(kMostLines) + " lines looked at");
      take(parse_calendar_line(text.substr(at, end - at)));
      at = end + 1;
    }
  }

 private:
  void take(const CalendarLine& line) {
    if (line.name == "METHOD") findings_.add_fact("calendar_invite", line.value);
    if (line.name == "ORGANIZER") findings_.add_fact("calendar_organizer", address_in(line.value));
    if (line.name == "ATTACH") return take_attachment(line);
    if (!is_shown(line.name)) return;
    if (line.name == "URL" || equals_ignoring_case(line.parameter("VALUE"), "URI"))
      return add_link(line.value);
    if (const std::string_view page = line.parameter("ALTREP"); !page.empty()) add_link(page);
    const std::string text = unescape_calendar_text(line.value);
    if (is_html_value(line)) {
      const HtmlText html = render_html(text, kMostText, DocumentFindings::kMostUrls);
      if (html.cut) findings_.add_unseen("a description in HTML was cut");
      for (const HtmlLink& link : html.links)
        if (link.kind != FoundLink::Kind::image) add_link(link.target);
      add_links_of(html.outside_links);
    } else {
      add_links_of(text);
    }
  }

  void add_links_of(std::string_view text) {
    std::vector<FoundLink> found;
    find_plain_links(text, {}, DocumentFindings::kMostUrls, found);
    for (const FoundLink& link : found) add_link(link.link.url);
  }

  void add_link(std::string_view written) {
    const auto url = resolve_url(written);
    if (!url || url->host.empty()) return;
    findings_.add_url(written);
    findings_.add_fact(is_meeting_host(url->host) ? "calendar_meeting" : "calendar_link",
                       url->host);
  }

  void take_attachment(const CalendarLine& line) {
    const bool is_inline = equals_ignoring_case(line.parameter("ENCODING"), "BASE64") ||
                           equals_ignoring_case(line.parameter("VALUE"), "BINARY");
    if (is_inline) return take_file(line, decode_base64(line.value));
    const std::size_t comma = line.value.find(',');
    if (starts_ignoring_case(line.value, "data:") && comma != line.value.npos)
      return take_file(line, decode_base64(line.value.substr(comma + 1)));
    add_link(line.value);
  }

  void take_file(const CalendarLine& line, const std::string& content) {
    if (++files_ > kMostFiles)
      return findings_.add_unseen("only " + std::to_string(kMostFiles) + " files in it looked at");
    std::string name;
    for (const char* parameter : {"FILENAME", "X-FILENAME", "X-ORACLE-FILENAME"})
      if (name.empty()) name = line.parameter(parameter);
    findings_.add_fact("calendar_attachment", name);
    inspect_embedded_file(content, name, findings_);
  }

  DocumentFindings& findings_;
  std::size_t lines_ = 0, files_ = 0;
};

std::string in_utf8(std::string_view content) {
  if (content.starts_with("\xFF\xFE")) return to_utf8(content.substr(2), "utf-16le");
  if (content.starts_with("\xFE\xFF")) return to_utf8(content.substr(2), "utf-16be");
  return std::string(content);
}

}  // namespace

bool is_calendar(std::string_view type, std::string_view name) {
  if (type == "text/calendar") return true;
  const std::string lower = to_ascii_lower(name);
  for (const std::string_view ending : {".ics", ".ical", ".ifb", ".vcs"})
    if (lower.ends_with(ending)) return true;
  return false;
}

void inspect_calendar(std::string_view content, DocumentFindings& findings) {
  if (content.size() > kMostBytes)
    findings.add_unseen("only the first " + std::to_string(kMostBytes >> 20U) + " MiB looked at");
  const std::string text = unfold_calendar(in_utf8(content.substr(0, kMostBytes)));
  CalendarInspection(findings).read(to_utf8(text, ""));
}

}  // namespace secondlook
