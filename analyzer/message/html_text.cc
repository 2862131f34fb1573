#include "analyzer/message/html_text.h"

#include <algorithm>
#include <optional>

#include "analyzer/message/ascii.h"
#include "analyzer/message/html_entities.h"
#include "analyzer/message/html_rule_text.h"
#include "analyzer/message/html_style.h"
#include "analyzer/message/html_tokenizer.h"
#include "analyzer/message/visible_text.h"

namespace secondlook {
namespace {

constexpr std::size_t kDeepestElement = 4096;
constexpr std::size_t kFurthestEndTag = 100;
constexpr std::size_t kLongestLinkText = 2000;

// The address in "5; url=http://..." (HTML, shared declarative refresh steps).
std::string_view refresh_target(std::string_view content) {
  for (std::size_t at = 0; at + 3 < content.size(); ++at) {
    if (!starts_ignoring_case(content.substr(at), "url")) continue;
    std::string_view rest = trim(content.substr(at + 3));
    if (!rest.starts_with('=')) continue;
    rest = trim(rest.substr(1));
    const char quote = rest.empty() ? ' ' : rest.front();
    if (quote == '"' || quote == '\'') {
      rest.remove_prefix(1);
      rest = rest.substr(0, rest.find(quote));
    }
    return rest;
  }
  return {};
}

// In one pass, however often it stands there.
void replace_all(std::string& text, std::string_view what, std::string_view by) {
  std::size_t found = text.find(what);
  if (found == std::string::npos) return;
  std::string replaced;
  std::size_t from = 0;
  for (; found != std::string::npos; found = text.find(what, from)) {
    replaced.append(text, from, found - from);
    replaced += by;
    from = found + what.size();
  }
  text = replaced.append(text, from);
}

class HtmlRenderer {
 public:
  HtmlRenderer(std::size_t most_text, std::size_t most_links)
      : most_text_(most_text),
        most_links_(most_links),
        visible_(result_.visible),
        outside_(result_.outside_links),
        hidden_(result_.hidden),
        rules_(result_.for_rules) {}

  HtmlText render(std::string_view html) {
    read(html, Comments::look_into);
    return std::move(result_);
  }

 private:
  enum class Comments { look_into, skip };
  struct Element {
    std::string name;
    HtmlElement kind;
    bool hidden = false;
    bool zero_font = false;
  };

  void read(std::string_view html, Comments comments) {
    HtmlTokenizer tokenizer(html);
    HtmlToken token;
    while (!result_.cut && tokenizer.next(token)) {
      ++result_.tokens;
      switch (token.kind) {
        case HtmlToken::Kind::text: add_text(token.text); break;
        case HtmlToken::Kind::raw_text: add_raw_text(token); break;
        case HtmlToken::Kind::start_tag: start(token); break;
        case HtmlToken::Kind::end_tag: end(token); break;
        case HtmlToken::Kind::comment:
          if (comments == Comments::look_into) read_conditional(token.text);
          break;
      }
    }
  }

  // <!--[if mso]> ... <![endif]--> is shown by Outlook for Windows: its links count.
  void read_conditional(std::string_view comment) {
    if (!starts_ignoring_case(trim(comment), "[if")) return;
    const std::size_t start = comment.find('>');
    if (start == std::string_view::npos) return;
    const std::size_t depth = open_.size(), beyond = beyond_;
    push({"!conditional", {}, true, false});
    in_comment_ = true;
    read(comment.substr(start + 1), Comments::skip);
    in_comment_ = false;
    open_.resize(std::min(open_.size(), depth));
    beyond_ = beyond;
    link_.reset();
  }

  void add_text(std::string_view source) {
    decode_text(source);
    const std::size_t begin = result_.for_rules.size();
    if (!in_comment_) add_text_for_rules(source);
    if (is_hidden()) {
      note_unseen(begin);
      hidden_.add(decoded_);
    } else {
      visible_.add(decoded_);
      if (link_)
        add_link_text();
      else
        outside_.add(decoded_);
    }
    result_.cut = result_.cut || result_.for_rules.size() > most_text_ ||
                  result_.visible.size() > most_text_ || result_.hidden.size() > most_text_;
  }

  void decode_text(std::string_view source) {
    decoded_.clear();
    append_unreferenced(decoded_, source, ReferencePlace::text);
  }

  // decoded_ is what `source` says. SpamAssassin takes two things before it decodes: &nbsp; is a
  // blank like others, curly quotes (not as references) are straight.
  void add_text_for_rules(std::string_view source) {
    if (source.find("&nbsp;") == source.npos && source.find("\xE2\x80\x9C") == source.npos &&
        source.find("\xE2\x80\x9D") == source.npos) {
      return rules_.add(decoded_);
    }
    std::string simpler(source);
    replace_all(simpler, "&nbsp;", " ");
    replace_all(simpler, "\xE2\x80\x9C", "\"");
    replace_all(simpler, "\xE2\x80\x9D", "\"");
    std::string text;
    append_unreferenced(text, simpler, ReferencePlace::text);
    rules_.add(text);
  }

  void add_link_text() {
    std::string& text = result_.links[*link_].text;
    if (text.size() < kLongestLinkText) {
      VisibleText(text).add(std::string_view(decoded_).substr(0, kLongestLinkText - text.size()));
    }
  }

  void add_raw_text(const HtmlToken& token) {
    if (token.name == "textarea" || token.name == "plaintext" || token.name == "xmp") {
      add_text(token.text);
    } else if (!in_comment_ && token.name != "script" && token.name != "style") {
      decode_text(token.text);
      const std::size_t begin = result_.for_rules.size();
      add_text_for_rules(token.text);
      note_unseen(begin);  // a title
    }
  }

  void note_unseen(std::size_t begin) {
    auto& unseen = result_.unseen_for_rules;
    const std::size_t end = result_.for_rules.size();
    if (begin == end) return;
    if (!unseen.empty() && unseen.back().second == begin)
      unseen.back().second = end;
    else
      unseen.emplace_back(begin, end);
  }

  void start(const HtmlToken& token) {
    const bool block = token.element.has(HtmlTrait::block);
    if (!open_.empty()) {
      const Element& top = open_.back();
      const bool repeats =
          top.kind.has(HtmlTrait::closes_itself) && top.kind.number == token.element.number;
      if (repeats || (block && top.name == "p")) open_.pop_back();
    }
    if (block)
      end_line();
    else if (token.name == "td" || token.name == "th")
      add_blank();
    add_gap_for_rules(token.element);
    find_links(token);
    if (!token.element.has(HtmlTrait::no_end)) open(token);
  }

  void open(const HtmlToken& token) {
    Element element{token.name, token.element, is_hidden_by_element(), has_zero_font()};
    if (token.attribute("hidden") != nullptr) element.hidden = true;
    if (token.name == "template" || token.name == "datalist") element.hidden = true;
    if (const HtmlAttribute* style = token.attribute("style")) {
      const StyleFacts facts = read_style(decode(style->value));
      element.hidden = element.hidden || facts.hidden;
      if (facts.font_size == StyleFacts::FontSize::zero) element.zero_font = true;
      if (facts.font_size == StyleFacts::FontSize::shown) element.zero_font = false;
    }
    push(std::move(element));
  }

  void push(Element element) {
    if (open_.size() < kDeepestElement)
      open_.push_back(std::move(element));
    else
      ++beyond_;
  }

  void end(const HtmlToken& token) {
    const std::string& name = token.name;
    if (name == "a") link_.reset();
    if (token.element.has(HtmlTrait::block)) end_line();
    add_gap_for_rules(token.element);
    if (beyond_ > 0) {
      --beyond_;
      return;
    }
    const std::size_t lowest = open_.size() - std::min(open_.size(), kFurthestEndTag);
    for (std::size_t i = open_.size(); i-- > lowest;) {
      if (open_[i].name == "!conditional") return;
      if (open_[i].name == name) {
        open_.resize(i);
        return;
      }
    }
  }

  void find_links(const HtmlToken& token) {
    using Kind = FoundLink::Kind;
    const std::string& name = token.name;
    if (name == "a") {
      link_.reset();
      if (add_link(token, "href", Kind::href) || add_link(token, "xlink:href", Kind::href)) {
        link_ = result_.links.size() - 1;
      }
    } else if (name == "area") {
      add_link(token, "href", Kind::area);
    } else if (name == "form") {
      add_link(token, "action", Kind::form_action);
    } else if (name == "img" || name == "input" || name == "image") {
      add_link(token, "src", Kind::image) || add_link(token, "xlink:href", Kind::image);
    } else if (name == "base") {
      const HtmlAttribute* href = token.attribute("href");
      if (href != nullptr && result_.base.empty()) result_.base = decode(href->value);
    } else if (name == "meta") {
      add_refresh(token);
    } else {
      for (const std::string_view key : {"href", "src", "data", "background", "action"}) {
        add_link(token, key, Kind::other);
      }
    }
    add_link(token, "formaction", Kind::form_action);
  }

  void add_refresh(const HtmlToken& token) {
    const HtmlAttribute* kind = token.attribute("http-equiv");
    const HtmlAttribute* content = token.attribute("content");
    if (kind == nullptr || content == nullptr) return;
    if (!equals_ignoring_case(trim(kind->value), "refresh")) return;
    const std::string decoded = decode(content->value);
    add_target(std::string(refresh_target(decoded)), FoundLink::Kind::meta_refresh);
  }

  bool add_link(const HtmlToken& token, std::string_view attribute, FoundLink::Kind kind) {
    const HtmlAttribute* found = token.attribute(attribute);
    return found != nullptr && add_target(decode(found->value), kind);
  }
  bool add_target(std::string target, FoundLink::Kind kind) {
    if (target.empty()) return false;
    if (result_.links.size() >= most_links_) {
      result_.cut = true;
      return false;
    }
    result_.links.push_back({std::move(target), {}, kind});
    return true;
  }

  void end_line() {
    visible_.end_line();
    outside_.end_line();
    hidden_.end_line();
  }
  void add_gap_for_rules(const HtmlElement& element) {
    if (!in_comment_) rules_.add_gap(element);
  }
  void add_blank() {
    visible_.add(" ");
    outside_.add(" ");
  }

  static std::string decode(std::string_view value) {
    std::string text;
    append_unreferenced(text, value, ReferencePlace::attribute);
    return text;
  }
  bool is_hidden_by_element() const { return !open_.empty() && open_.back().hidden; }
  bool has_zero_font() const { return !open_.empty() && open_.back().zero_font; }
  bool is_hidden() const { return is_hidden_by_element() || has_zero_font(); }

  const std::size_t most_text_, most_links_;
  HtmlText result_;
  VisibleText visible_, outside_, hidden_;
  HtmlRuleText rules_;
  std::vector<Element> open_;
  bool in_comment_ = false;          // one that Outlook looks into
  std::size_t beyond_ = 0;           // open elements deeper than kDeepestElement
  std::optional<std::size_t> link_;  // the <a> we are in, into links
  std::string decoded_;
};

}  // namespace

HtmlText render_html(std::string_view html, std::size_t most_text, std::size_t most_links) {
  return HtmlRenderer(most_text, most_links).render(html);
}

}  // namespace secondlook
