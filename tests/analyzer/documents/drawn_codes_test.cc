#include "analyzer/documents/drawn_codes.h"

#include <catch2/catch.hpp>

#include "analyzer/documents/inspect_documents.h"
#include "tests/support/archive_writer.h"
#include "tests/support/drawn_picture.h"

using namespace secondlook;
using namespace secondlook::test;

namespace {

const std::string kUrl = "https://evil.example/login?m=alice@contoso.example";
using Texts = std::vector<std::string>;

// A pixel a module.
const GreyPicture& code() {
  static const GreyPicture drawn = draw_qr_code(kUrl, 1);
  return drawn;
}

bool is_dark(int x, int y) {
  return y < code().height && code().grey[static_cast<std::size_t>(y * code().width + x)] < 128;
}

DocumentFindings in_html(const std::string& html) {
  DocumentFindings findings;
  if (may_hold_codes_in_html(html)) look_for_codes_in_html(html, findings);
  return findings;
}

DocumentFindings in_text(const std::string& text) {
  DocumentFindings findings;
  if (may_hold_codes_in_text(text)) look_for_codes_in_text(text, findings);
  return findings;
}

// Of a text for each module.
template <typename Module>
std::string drawn(Module module, const std::string& row_start, const std::string& row_end,
                  int step = 1) {
  std::string text;
  for (int y = 0; y < code().height; y += step) {
    text += row_start;
    for (int x = 0; x < code().width; ++x) text += module(x, y);
    text += row_end;
  }
  return text;
}

std::string half_blocks(bool inverse = false, const std::string& row_end = "\n") {
  return drawn(
      [&](int x, int y) -> std::string {
        const bool upper = is_dark(x, y) != inverse, lower = is_dark(x, y + 1) != inverse;
        return upper && lower ? "█" : upper ? "▀" : lower ? "▄" : " ";
      },
      "", row_end, 2);
}

std::string two_texts(const std::string& dark, const std::string& light,
                      const std::string& row_end = "\n") {
  return drawn([&](int x, int y) { return is_dark(x, y) ? dark : light; }, "", row_end);
}

std::string table(const std::string& dark, const std::string& light) {
  return "<table cellspacing=0 cellpadding=0>" +
         drawn([&](int x, int y) { return is_dark(x, y) ? dark : light; }, "<tr>", "</tr>\n") +
         "</table>";
}

// Equal neighbours as one cell that says how wide it is.
template <typename Cell>
std::string joined_table(Cell cell) {
  std::string text = "<TABLE>";
  for (int y = 0; y < code().height; ++y) {
    text += "<TR>";
    for (int x = 0, from = 0; x < code().width; from = x) {
      while (x < code().width && is_dark(x, y) == is_dark(from, y)) ++x;
      text += cell(x - from, is_dark(from, y));
    }
  }
  return text + "</TABLE>";
}

}  // namespace

TEST_CASE("a code of block characters is read, dark and light, half and whole") {
  for (const std::string& text :
       {half_blocks(), half_blocks(true), two_texts("██", "  "), two_texts("█", " "),
        two_texts("⬛", "⬜"), two_texts("█", "\u00A0"), two_texts("　", "■"),
        "Scan this:\n\n" + half_blocks() + "\n\nRegards\n", half_blocks(false, "\r\n"),
        two_texts("██", "  ", "\n\n")}) {
    const auto found = in_text(text);
    INFO(text);
    CHECK(found.qr_urls() == Texts{kUrl});
    CHECK(found.holds("qr_code_drawn"));
  }
}

TEST_CASE("a page shows such a code preformatted, with breaks, in rows of a table, by references") {
  for (const std::string& html :
       {"<p>Scan:</p><pre style='font-size:4px'>" + half_blocks() + "</pre>",
        "<div>" + two_texts("██", "&nbsp;&nbsp;", "<br>\r\n") + "</div>",
        "<style>p{white-space:pre}</style><p>" + half_blocks() + "</p>",
        "<table>" +
            drawn([](int x, int y) { return is_dark(x, y) ? "<td>⬛</td>" : "<td>⬜</td>"; }, "<tr>",
                  "</tr>") +
            "</table>",
        drawn([](int x, int y) { return is_dark(x, y) ? "&#9608;&#x2588;" : "&nbsp;&nbsp;"; },
              "<div>", "</div>")}) {
    const auto found = in_html(html);
    INFO(html.substr(0, 80));
    CHECK(found.qr_urls() == Texts{kUrl});
  }
}

TEST_CASE("a code of coloured cells is read, whatever says the colour") {
  for (const std::string& html :
       {table("<td bgcolor=#000000 width=4 height=4></td>",
              "<td bgcolor=white width=4 height=4></td>"),
        table("<td style='background-color:#102030'>&nbsp;</td>", "<td></td>"),
        table("<td style=\"padding:0;background: rgb(0, 0, 0) none\"></td>", "<td></td>"),
        table("<th bgcolor=navy>", "<th>"),
        table("<td bgcolor=white></td>", "<td bgcolor=black></td>"),
        "<table><tr><td><img src=x>" + table("<td bgcolor=black></td>", "<td></td>") +
            "</table>"}) {
    const auto found = in_html(html);
    INFO(html.substr(0, 120));
    CHECK(found.qr_urls() == Texts{kUrl});
    CHECK(found.holds("qr_code_drawn"));
  }
}

TEST_CASE("cells that are joined are told by their span or their width") {
  const auto color = [](bool dark) -> std::string {
    return dark ? " bgcolor=black>" : " bgcolor=#fff>";
  };
  CHECK(in_html(joined_table([&](int steps, bool dark) {
          return "<TD colspan=" + std::to_string(steps) + color(dark);
        })).qr_urls() == Texts{kUrl});
  CHECK(in_html(joined_table([&](int steps, bool dark) {
          return "<td style='width:" + std::to_string(3 * steps) + "px'" + color(dark);
        })).qr_urls() == Texts{kUrl});
}

TEST_CASE("a code of an SVG's rectangles is read") {
  const std::string rects = drawn(
      [](int x, int y) -> std::string {
        if (!is_dark(x, y)) return "";
        return "<rect x=\"" + std::to_string(10 * x) + "\" y=\"" + std::to_string(10 * y) +
               "\" width=\"10\" height=\"10\"/>";
      },
      "", "");
  const std::string svg =
      "<svg xmlns='http://www.w3.org/2000/svg'><g fill='#000'>" + rects + "</g></svg>";
  CHECK(in_html(svg).qr_urls() == Texts{kUrl});
  CHECK(in_html("<img src=\"data:image/svg+xml;base64," + in_base64(svg) + "\">").qr_urls() ==
        Texts{kUrl});
  CHECK(inspect_document(svg, "image/svg+xml", "code.svg").qr_urls() == Texts{kUrl});
}

TEST_CASE("a picture in a data: URL is looked at") {
  const std::string encoded = in_base64(as_png(draw_qr_code(kUrl)));
  std::string one_line = encoded;
  std::erase_if(one_line, [](char c) { return c == '\r' || c == '\n'; });
  std::string escaped;
  for (const char c : one_line) c == '+' ? escaped += "%2B" : escaped += c;
  for (const std::string& html :
       {"<img src=\"data:image/png;base64," + encoded + "\">",
        "<img src=DATA:;base64," + one_line + ">",
        "<img src='data:image/png;base64," + escaped + "'>",
        "<img src='d&#97;ta:image/png;base64," + one_line + "'>",
        "<td background='data:image/png;base64," + one_line + "'>",
        "<div style=\"background:url(data:image/png;base64," + one_line + ")\">",
        "<div style=\"background:url(&quot;data:image/png;base64," + one_line + "&quot;)\">",
        "<style>.a{background:url('data:image/png;base64," + one_line + "')}</style>"}) {
    INFO(html.substr(0, 60));
    CHECK(in_html(html).qr_urls() == Texts{kUrl});
    CHECK(inspect_document(html, "text/html", "a.html").qr_urls() == Texts{kUrl});
  }
}

TEST_CASE("a body's code becomes a link of the mail, its scripts no facts of a page") {
  const std::string html = "<script>x</script>" + table("<td bgcolor=black></td>", "<td></td>");
  const std::string mail =
      "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; "
      "boundary=b\r\n\r\n"
      "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n--b\r\nContent-Type: "
      "text/html\r\n\r\n" +
      html + "\r\n--b--\r\n";
  ParsedMessage message = parse_message(mail);
  CHECK(look_into_attachments(message, false).empty());
  REQUIRE(message.document_facts.size() == 2);
  CHECK(message.document_facts[0].where == "part 1.2");
  CHECK(message.document_facts[0].fact == "qr_code");
  CHECK(message.links.back().kind == FoundLink::Kind::qr_code);
  CHECK(message.links.back().link.host == "evil.example");
}

TEST_CASE("ordinary tables, lines and boxes cost no look") {
  std::string newsletter = "<table>";
  for (int i = 0; i < 400; ++i)
    newsletter +=
        "<tr><td bgcolor=#eee><p>News</p></td><td width=10>&#8226; x</td><td><img></td></tr>";
  CHECK_FALSE(may_hold_codes_in_html(newsletter + "</table>"));
  CHECK_FALSE(may_hold_codes_in_text("Total\n──────\n█████ 50 %\n"));
  CHECK(in_text(std::string(200, ' ') + two_texts("█ x", "  x")).facts().empty());
  std::string bars;
  for (int i = 0; i < 30; ++i) bars += "██████████████████████████\n";
  CHECK(in_text(bars).facts().empty());
  CHECK(in_html(table("<td bgcolor=red></td>", "<td bgcolor=red></td>")).facts().empty());
}

TEST_CASE("what lies beyond a bound is said") {
  std::string many;
  for (int i = 0; i < 12; ++i) many += half_blocks() + "\nand\n";
  CHECK(in_text(many).unseen().size() == 1);
  std::string cells = "<table><tr>";
  for (int i = 0; i < 100'001; ++i) cells += "<td></td>";
  CHECK(in_html(cells).unseen().size() == 1);
  std::string heap = "<svg><rect width=1 height=1 />";
  for (int i = 0; i < 200; ++i) heap += "<rect width=100 height=100 />";
  CHECK(in_html(heap).unseen().size() == 1);
  InspectionAllowance allowance;
  allowance.pictures = 0;
  DocumentFindings findings(allowance);
  look_for_codes_in_text(half_blocks(), findings);
  CHECK(findings.unseen().size() == 1);
  CHECK(findings.qr_urls().empty());
}
