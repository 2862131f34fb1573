#include "tests/support/mail_layout.h"

#include <stdexcept>

namespace secondlook::test {
namespace {

struct Link {
  std::string_view before, words, url, after;
  bool is_picture = false;
};

// The first "[words](URL)" of a line; without one, `words` is empty.
Link first_link(std::string_view line) {
  for (std::size_t open = line.find('['); open != line.npos; open = line.find('[', open + 1)) {
    const std::size_t close = line.find("](", open);
    const std::size_t end = close == line.npos ? close : line.find(')', close);
    if (end == line.npos) break;
    const bool is_picture = open > 0 && line[open - 1] == '!';
    return {line.substr(0, open - (is_picture ? 1 : 0)), line.substr(open + 1, close - open - 1),
            line.substr(close + 2, end - close - 2), line.substr(end + 1), is_picture};
  }
  return {line, {}, {}, {}};
}

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    if (c == '&')
      html += "&amp;";
    else if (c == '<')
      html += "&lt;";
    else if (c == '>')
      html += "&gt;";
    else
      html += c;
  }
  return html;
}

std::string html_line(std::string_view line) {
  const Link link = first_link(line);
  if (link.words.empty()) return escaped(line);
  const std::string url = escaped(link.url);
  const std::string made =
      link.is_picture ? "<img src=\"" + url + "\" alt=\"" + escaped(link.words) +
                            "\" width=\"180\" style=\"display:block;border:0\">"
                      : "<a href=\"" + url + "\" target=\"_blank\" style=\"color:#0066c0\">" +
                            escaped(link.words) + "</a>";
  return escaped(link.before) + made + html_line(link.after);
}

std::string button(std::string_view line) {
  const Link link = first_link(line);
  return "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\"><tr><td "
         "bgcolor=\"#e47911\" style=\"border-radius:4px;padding:12px 32px\"><a href=\"" +
         escaped(link.url) + "\" style=\"color:#ffffff;text-decoration:none;font-weight:bold\">" +
         escaped(link.words) + "</a></td></tr></table>";
}

// Hands each line of `text` to `take`, without its end.
template <typename Take>
void each_line(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
    take(line);
  }
}

std::string paragraphs(std::string_view text, std::string_view open, std::string_view close) {
  std::string html;
  bool inside = false;
  each_line(text, [&](std::string_view line) {
    const bool is_button = line.starts_with("> [");
    if (inside && (line.empty() || is_button)) html += std::string(close) + "\n", inside = false;
    if (is_button) html += button(line) + "\n";
    if (line.empty() || is_button) return;
    html += inside ? "<br>\n" : std::string(open);
    html += html_line(line), inside = true;
  });
  return html + (inside ? std::string(close) + "\n" : "");
}

std::string in_table(std::string_view text) {
  return "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" "
         "bgcolor=\"#f2f2f2\"><tr><td align=\"center\">\n<table role=\"presentation\" "
         "width=\"600\" "
         "cellpadding=\"0\" cellspacing=\"0\" bgcolor=\"#ffffff\"><tr><td "
         "style=\"padding:24px;font-family:Meiryo,sans-serif;font-size:14px;color:#333333\">\n" +
         paragraphs(text, "<p style=\"margin:0 0 16px\">", "</p>") +
         "</td></tr></table>\n</td></tr></table>\n";
}

std::string mailer_page(std::string_view text, std::string_view host) {
  const std::string preview(text.substr(0, text.find('\n')));
  return "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" "
         "\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n<html lang=\"ja\"><head>"
         "<meta name=\"viewport\" content=\"width=device-width\"><style>@media "
         "(max-width:600px){table{width:100%!important}}</style></head>\n<body style=\"margin:0\">"
         "<div style=\"display:none;max-height:0;overflow:hidden\">" +
         escaped(preview) + "</div>\n" + in_table(text) + "<img src=\"https://" +
         std::string(host) +
         "/o/5f1c9a72e0b84d36?u=88213907\" width=\"1\" height=\"1\" alt=\"\"></body></html>\n";
}

std::string outlook_page(std::string_view text) {
  return "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\" "
         "xmlns:w=\"urn:schemas-microsoft-com:office:word\" "
         "xmlns=\"http://www.w3.org/TR/REC-html40\"><head><meta name=Generator "
         "content=\"Microsoft Word 15 (filtered medium)\"><style><!--\np.MsoNormal "
         "{margin:0mm;font-size:10.5pt;font-family:\"Yu Gothic\";}\n--></style></head>\n<body "
         "lang=JA "
         "link=\"#0563C1\"><div class=WordSection1>\n" +
         paragraphs(text, "<p class=MsoNormal><span lang=JA>",
                    "<o:p></o:p></span></p>\n<p class=MsoNormal><o:p>&nbsp;</o:p></p>") +
         "</div></body></html>\n";
}

}  // namespace

std::string laid_out(std::string_view text, std::string_view layout, std::string_view host) {
  if (layout == "mailer") return mailer_page(text, host);
  if (layout == "outlook") return outlook_page(text);
  if (layout != "table") throw std::runtime_error("no such layout: " + std::string(layout));
  return "<html><body>\n" + in_table(text) + "</body></html>\n";
}

std::string as_plain_text(std::string_view text) {
  std::string plain;
  each_line(text, [&](std::string_view line) {
    if (line.starts_with("> [")) line.remove_prefix(2);
    for (Link link = first_link(line);; link = first_link(link.after)) {
      plain += link.before;
      if (link.words.empty()) break;
      if (!link.is_picture) plain += std::string(link.words) + "\n" + std::string(link.url) + "\n";
    }
    plain += "\n";
  });
  return plain;
}

std::string quoted_printable(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string lines;
  std::size_t column = 0;
  for (const char c : bytes) {
    if (c == '\n') {
      lines += c, column = 0;
      continue;
    }
    const bool stands = c >= '!' && c <= '~' && c != '=';
    if (column + (stands ? 1 : 3) > 75) lines += "=\n", column = 0;
    column += stands ? 1 : 3;
    if (stands) {
      lines += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      lines += {'=', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return lines;
}

}  // namespace secondlook::test
