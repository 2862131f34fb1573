#include "analyzer/message/html_text.h"

#include <catch2/catch.hpp>

#include "analyzer/message/html_entities.h"

using namespace secondlook;

namespace {

HtmlText render(std::string_view html) {
  return render_html(html, 4 << 20, 100'000);
}
std::string unreferenced(std::string_view text, ReferencePlace place = ReferencePlace::text) {
  std::string out;
  append_unreferenced(out, text, place);
  return out;
}

}  // namespace

TEST_CASE("what of the text for rules nobody sees is told") {
  const HtmlText html =
      render("<title>t</title>ca<span style='display:none'>xyz</span>rd<p hidden>gone</p><p>end");
  std::string unseen;
  for (const auto& [begin, end] : html.unseen_for_rules)
    unseen += html.for_rules.substr(begin, end - begin) + ";";
  CHECK(unseen == "t;xyz;gone;");
}

TEST_CASE("blocks and breaks end lines, blanks are one, cells are parted") {
  CHECK(render("<p>Dear  \n Ann,</p><div>pay<br>now</div><table><tr><td>a<td>b</table>").visible ==
        "Dear Ann,\npay\nnow\na b\n");
}

TEST_CASE("what cannot be seen is apart") {
  const HtmlText html = render(
      "a<span style='display:none'>b<i>c</i></span>d<p style=\"font-size:0px\">e"
      "<b style='font-size:14px'>f</b></p><div hidden>g</div><style>h</style><!-- i -->"
      "<span style='opacity: 0'>j</span><span style='mso-hide:all'>k</span>"
      "<div style='max-height:0;overflow:hidden'>l</div>m<title>n</title>");
  CHECK(html.visible == "ad\nf\nm");
  CHECK(html.hidden.find("bc") != std::string::npos);
  CHECK(html.hidden.find('e') != std::string::npos);
  CHECK(html.hidden.find('g') != std::string::npos);
}

TEST_CASE("characters without width do not break words") {
  CHECK(render("pay&#8203;pal&shy;.c\xE2\x80\x8Dom&nbsp;&nbsp;x").visible == "paypal.com x");
}

TEST_CASE("links of all kinds are found with their visible text") {
  using Kind = FoundLink::Kind;
  const HtmlText html = render(
      "<base href=http://b.example/><a href='http://a.example/?x=1&amp;y=2'>click <b>here</b></a>"
      "<form action=/post><input type=image src=i.png><button formaction=f></form>"
      "<map><area href=area></map><img src='cid:1'>"
      "<meta http-equiv=Refresh content=\"0; URL='http://r.example'\"><iframe src=frame></iframe>");
  REQUIRE(html.links.size() == 8);
  CHECK(html.base == "http://b.example/");
  CHECK(html.links[0].target == "http://a.example/?x=1&y=2");
  CHECK(html.links[0].text == "click here");
  CHECK(html.links[1].kind == Kind::form_action);
  CHECK(html.links[2].kind == Kind::image);
  CHECK(html.links[3].kind == Kind::form_action);
  CHECK(html.links[4].kind == Kind::area);
  CHECK(html.links[5].kind == Kind::image);
  CHECK(html.links[6].kind == Kind::meta_refresh);
  CHECK(html.links[6].target == "http://r.example");
  CHECK(html.links[7].kind == Kind::other);
}

TEST_CASE("what only Outlook shows is looked into for links") {
  const HtmlText html = render("<!--[if mso]><a href='http://o.example'>go</a><![endif]-->x");
  REQUIRE(html.links.size() == 1);
  CHECK(html.links[0].target == "http://o.example");
  CHECK(html.visible == "x");
}

TEST_CASE("character references are decoded as browsers do") {
  CHECK(unreferenced("&lt;&#x41;&#66;&amp;&euro;&colon;&sol;&NewLine;") == "<AB&\xE2\x82\xAC:/\n");
  CHECK(unreferenced("&ampx &notit; &unknown; &# &#x; &") == "&x \xC2\xACit; &unknown; &# &#x; &");
  CHECK(unreferenced("&#128;&#0;&#xD800;&#99999999999;") ==
        "\xE2\x82\xAC\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(unreferenced("?a=1&copy=2&amp;b", ReferencePlace::attribute) == "?a=1&copy=2&b");
  CHECK(unreferenced("&CounterClockwiseContourIntegral;") == "\xE2\x88\xB3");
}

TEST_CASE("fifty thousand nested blocks cost as many tokens, not more") {
  std::string html;
  for (int i = 0; i < 50'000; ++i) html += "<div style='color:red'>";
  html += "deep";
  for (int i = 0; i < 50'000; ++i) html += "</div>";
  const HtmlText rendered = render(html + "<p>after");
  CHECK(rendered.tokens == 100'003);
  CHECK(rendered.visible == "deep\nafter");
}

TEST_CASE("end tags without a start cost nothing and close nothing") {
  std::string html = "<span style='display:none'>";
  for (int i = 0; i < 50'000; ++i) html += "<b>";
  for (int i = 0; i < 50'000; ++i) html += "</i>";
  const HtmlText rendered = render(html + "hidden");
  CHECK(rendered.visible.empty());
  CHECK(rendered.hidden == "hidden");
}

TEST_CASE("links and text beyond the limits are cut and said so") {
  std::string html;
  for (int i = 0; i < 1000; ++i) html += "<a href=http://a.example/>t</a>";
  CHECK(render_html(html, 1 << 20, 100).links.size() == 100);
  CHECK(render_html(html, 1 << 20, 100).cut);
  CHECK(render_html(html, 50, 10'000).cut);
  CHECK_FALSE(render(html).cut);
}
