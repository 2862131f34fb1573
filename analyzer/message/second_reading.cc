#include "analyzer/message/second_reading.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <map>

#include <mimetic/mimetic.h>

#include "analyzer/message/ascii.h"
#include "analyzer/message/body_decoder.h"
#include "analyzer/message/byte_set.h"
#include "analyzer/message/header_block.h"

namespace secondlook {
namespace {

// Copies what is wanted out of mimetic's tree, without recursion of our own.
SecondReading collect(mimetic::MimeEntity& root, LeafFields fields) {
  SecondReading reading;
  std::vector<mimetic::MimeEntity*> waiting = {&root};
  while (!waiting.empty()) {
    mimetic::MimeEntity& entity = *waiting.back();
    waiting.pop_back();
    ++reading.entities;
    const mimetic::MimeEntityList& parts = entity.body().parts();
    if (!parts.empty()) {
      waiting.insert(waiting.end(), parts.rbegin(), parts.rend());
      continue;
    }
    SecondLeaf leaf;
    for (const mimetic::Field& field : entity.header()) {
      const mimetic::istring& name = field.name();
      const bool is_content = starts_ignoring_case({name.data(), name.size()}, "Content-");
      if (!is_content && fields == LeafFields::content) continue;
      leaf.fields.emplace_back(std::string(name.data(), name.size()), field.value());
    }
    leaf.body = std::move(static_cast<std::string&>(entity.body()));
    reading.leaves.push_back(std::move(leaf));
  }
  return reading;
}

bool is_clean_line(std::string_view line) {
  return line.find('\r') == line.npos && line.find('\0') == line.npos;
}

// A line that begins a field in every reader's eyes.
bool begins_field(std::string_view line) {
  constexpr ByteSet kName("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
  const std::size_t end = kName.find_outside(line);
  return end > 0 && end < line.size() && line[end] == ':' && is_clean_line(line);
}

// Goes on with a field in every reader's eyes: a line of blanks alone ends the header for some.
bool continues_field(std::string_view line) {
  return !line.empty() && (line[0] == ' ' || line[0] == '\t') && !trim(line).empty() &&
         is_clean_line(line);
}

// Most of a header are signatures and traces, which mimetic makes objects of, one by one. The
// message without them: the first field, those that say what a part is, and the body stay. Nothing
// where a line of the header is no whole part of a field to every reader, or ends otherwise than
// the first.
std::optional<std::string> without_plain_fields(std::string_view bytes) {
  std::string rest;
  rest.reserve(bytes.size());
  bool is_kept = true;
  std::size_t end_size = 0;  // of a line's end
  for (std::size_t at = 0; at < bytes.size();) {
    const Line line = line_at(bytes, at);
    if (line.text.empty()) return rest.append(bytes, at);
    const std::size_t this_end = line.next - at - line.text.size();
    const bool is_first = end_size == 0;
    if (is_first) end_size = this_end;
    if (this_end != end_size) return std::nullopt;
    if (begins_field(line.text))
      is_kept = is_first || starts_ignoring_case(line.text, "Content-") ||
                starts_ignoring_case(line.text, "MIME-");
    else if (is_first || !continues_field(line.text))
      return std::nullopt;
    if (is_kept) rest.append(bytes, at, line.next - at);
    at = line.next;
  }
  return std::nullopt;  // no end of the header
}

// Sum of the squares of the long runs of lines that could be one folded field.
double folding_work(std::string_view bytes) {
  constexpr std::size_t kShortRun = 64 << 10;
  double work = 0;
  std::size_t run_start = 0;
  for (std::size_t at = 0; at <= bytes.size();) {
    const bool ends = at == bytes.size();
    const bool folded = !ends && (bytes[at] == ' ' || bytes[at] == '\t');
    if (!folded) {
      const auto run = static_cast<double>(at - run_start);
      if (at - run_start > kShortRun) work += run * run;
      run_start = at;
    }
    if (ends) break;
    at = line_at(bytes, at).next;
  }
  return work;
}

std::size_t count_of(std::string_view bytes, std::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = bytes.find(word); at != std::string_view::npos;
       at = bytes.find(word, at + word.size())) {
    ++count;
  }
  return count;
}

// How often a part could open another inside itself: "rfc822" and "multipart/", in any case.
std::size_t count_of_containers(std::string_view bytes) {
  std::size_t count = 0;
  for (std::size_t at = bytes.find("822"); at != std::string_view::npos;
       at = bytes.find("822", at + 3)) {
    if (at >= 3 && equals_ignoring_case(bytes.substr(at - 3, 3), "rfc")) ++count;
  }
  constexpr std::string_view kWord = "multipart";
  for (std::size_t at = bytes.find('/'); at != std::string_view::npos;
       at = bytes.find('/', at + 1)) {
    std::size_t end = at;
    while (end > 0 && is_space(bytes[end - 1]) && at - end < 100) --end;
    if (end < kWord.size()) continue;
    if (equals_ignoring_case(bytes.substr(end - kWord.size(), kWord.size()), kWord)) ++count;
  }
  return count;
}

// Without blank lines around it, and without lines at its end that look like boundaries: where an
// inner multipart was never closed (bounces cut the mail they return), mimetic leaves the outer
// boundary in the last text.
std::string_view trimmed_lines(std::string_view body) {
  body = trim(body);
  while (true) {
    const std::size_t last = body.rfind('\n') + 1;  // 0 when it is the only line
    if (!body.substr(last).starts_with("--")) return body;
    body = trim(body.substr(0, last));
  }
}

// What two readings of one part have in common: everything but line ends.
struct LeafKey {
  std::string media_type;
  TransferEncoding encoding = TransferEncoding::identity;
  std::size_t size = 0;
  std::size_t hash = 0;

  auto operator<=>(const LeafKey&) const = default;
};

LeafKey key_of(std::string_view content_type, std::string_view encoding, std::string_view body) {
  std::string media_type = parse_content_field(content_type).value;
  if (media_type.find('/') == std::string::npos) media_type = "text/plain";
  std::string text;
  const bool no_parts = media_type.starts_with("multipart/");  // see same_leaf()
  for (const char c : no_parts ? std::string_view("-") : trimmed_lines(body)) {
    if (c != '\r') text += c;
  }
  return {std::move(media_type), transfer_encoding_named(encoding), text.size(),
          std::hash<std::string_view>{}(text)};
}

LeafKey key_of(const SecondLeaf& leaf) {
  return key_of(leaf.field("Content-Type"), leaf.field("Content-Transfer-Encoding"), leaf.body);
}
LeafKey key_of(const MimeTree& tree, const MimeNode& node) {
  const RawField* type = tree.find_field(node, "Content-Type");
  return key_of(type != nullptr ? type->value : node.content_type.value, node.transfer_encoding,
                node.body);
}

// The common case, without copies: leaf by leaf the same fields and bytes.
bool same_leaf(const MimeNode& node, const SecondLeaf& leaf) {
  const std::string type = parse_content_field(leaf.field("Content-Type")).value;
  const bool same_type = type == node.content_type.value || type.find('/') == std::string::npos;
  // A multipart without parts: mimetic drops its text, which is a preamble.
  if (same_type && type.starts_with("multipart/")) return true;
  if (!same_type || trimmed_lines(node.body) != trimmed_lines(leaf.body)) return false;
  return transfer_encoding_named(node.transfer_encoding) ==
         transfer_encoding_named(leaf.field("Content-Transfer-Encoding"));
}

}  // namespace

std::string_view SecondLeaf::field(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (equals_ignoring_case(key, name)) return value;
  }
  return {};
}

std::optional<std::string> refusal_of_second_reading(std::string_view bytes) {
  constexpr std::size_t kHarmless = 1 << 20;
  constexpr std::size_t kMostContainers = 5'000;  // 177 bytes of stack each in mimetic
  constexpr std::size_t kMostDashes = 300'000;    // each could begin a part of 900 bytes
  constexpr double kMostWork = 1.2e12;            // one line of 1.1 MB, about 0.2 s
  if (bytes.size() <= kHarmless) return std::nullopt;
  if (count_of_containers(bytes) > kMostContainers) return "too many containers";
  if (count_of(bytes, "--") > kMostDashes) return "too many possible boundaries";
  if (folding_work(bytes) > kMostWork) return "header lines too long";
  return std::nullopt;
}

Result<SecondReading> read_with_mimetic(std::string_view bytes, LeafFields fields) {
  try {
    bytes.remove_prefix(start_of_message(bytes));  // mimetic would take all of it for a body
    constexpr std::size_t kMostCopied = 1 << 20;
    std::optional<std::string> shorter;
    if (fields == LeafFields::content && bytes.size() <= kMostCopied)
      shorter = without_plain_fields(bytes);
    if (shorter) bytes = *shorter;
    mimetic::MimeEntity root;
    root.load(bytes.data(), bytes.data() + bytes.size(), mimetic::imPreamble | mimetic::imEpilogue);
    return collect(root, fields);
  } catch (const std::exception& error) {
    return malformed(std::string("mimetic: ") + error.what());
  }
}

Disagreement compare_readings(const MimeTree& tree, const SecondReading& reading) {
  std::vector<std::size_t> leaves;
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    if (!tree.nodes[i].has_children) leaves.push_back(i);
  }
  Disagreement disagreement;
  if (leaves.size() == reading.leaves.size() &&
      std::equal(leaves.begin(), leaves.end(), reading.leaves.begin(),
                 [&](std::size_t node, const SecondLeaf& leaf) {
                   return same_leaf(tree.nodes[node], leaf);
                 })) {
    return disagreement;
  }
  std::multimap<LeafKey, std::size_t> unmatched;
  for (std::size_t i = 0; i < reading.leaves.size(); ++i) {
    unmatched.emplace(key_of(reading.leaves[i]), i);
  }
  for (const std::size_t node : leaves) {
    const auto match = unmatched.find(key_of(tree, tree.nodes[node]));
    if (match != unmatched.end()) {
      unmatched.erase(match);
    } else if (!trimmed_lines(tree.nodes[node].body).empty()) {
      disagreement.reader_only.push_back(node);
    }
  }
  for (const auto& [key, leaf] : unmatched) {
    if (key.size > 0) disagreement.mimetic_only.push_back(leaf);
  }
  std::sort(disagreement.mimetic_only.begin(), disagreement.mimetic_only.end());
  return disagreement;
}

}  // namespace secondlook
