#include "analyzer/message/mime_reader.h"

#include <algorithm>

#include "analyzer/message/ascii.h"
#include "analyzer/message/body_decoder.h"
#include "analyzer/message/header_block.h"

namespace secondlook {
namespace {

// A part that is still open: its body runs on until a boundary of an enclosing part.
struct OpenPart {
  std::uint32_t node = 0;
  std::size_t body_start = 0;
  std::string_view boundary;  // of a multipart that may still have parts; else empty
};

struct EncodedMessage {
  std::uint32_t node = 0;
  TransferEncoding encoding = TransferEncoding::identity;
};

class MimeReader {
 public:
  MimeReader(const MessageLimits& limits, NestedMessages nested)
      : limits_(limits), nested_(nested) {}

  MimeTree read(std::string_view bytes) {
    read_source(bytes, MimeNode::kNoParent);
    for (std::size_t i = 0; i < encoded_.size(); ++i) read_encoded(encoded_[i]);
    return std::move(tree_);
  }

 private:
  struct Delimiter {
    std::size_t open_index = 0;  // into open_
    bool closes = false;
  };

  void read_source(std::string_view bytes, std::uint32_t parent) {
    bytes_ = bytes;
    open_.clear();
    boundaries_ = 0;
    std::size_t at = open_part(start_of_message(bytes), parent);
    while (at < bytes.size() && boundaries_ > 0) {
      const Line line = line_at(bytes, at);
      const bool dashes = line.text.size() > 2 && line.text[0] == '-' && line.text[1] == '-';
      const std::size_t start = at;
      at = line.next;
      if (!dashes) continue;
      const auto delimiter = find_delimiter(line.text);
      if (delimiter.open_index == open_.size()) continue;
      if (!delimiter.closes && tree_.nodes.size() >= limits_.most_parts) {
        note("parts cut after " + std::to_string(limits_.most_parts));
        break;
      }
      close_parts_above(delimiter.open_index, start);
      if (delimiter.closes) {
        open_.back().boundary = {};
        --boundaries_;
      } else {
        at = open_part(at, open_.back().node);
      }
    }
    close_all(bytes.size());
  }

  // Reads headers from `at` and opens the part; goes on into nested messages. Returns where the
  // innermost body starts.
  std::size_t open_part(std::size_t at, std::uint32_t parent) {
    while (true) {
      const std::uint32_t node = add_node(parent);
      const auto is_delimiter = [&](std::string_view line) {
        return line.starts_with("--") && find_delimiter(line).open_index < open_.size();
      };
      tree_.nodes[node].first_field = tree_.fields.size();
      const HeaderBlock block = read_header_block(bytes_, at, limits_, tree_.fields, is_delimiter);
      tree_.nodes[node].field_count = tree_.fields.size() - tree_.nodes[node].first_field;
      if (block.cut) note("header of part " + tree_.nodes[node].path + " cut");
      if (block.junk_lines > 0) note("no header field: a line of part " + tree_.nodes[node].path);
      at = block.end;
      read_content_fields(tree_.nodes[node]);
      open_.push_back({node, at, boundary_of(tree_.nodes[node])});
      if (!open_.back().boundary.empty()) ++boundaries_;
      if (!enters(node)) return at;
      parent = node;
    }
  }

  std::uint32_t add_node(std::uint32_t parent) {
    MimeNode node;
    node.parent = parent;
    node.path = "1";
    if (parent != MimeNode::kNoParent) {
      MimeNode& above = tree_.nodes[parent];
      above.has_children = true;
      children_.resize(tree_.nodes.size());
      node.depth = above.depth + 1;
      node.path = above.path + "." + std::to_string(++children_[parent]);
    }
    tree_.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(tree_.nodes.size() - 1);
  }

  void read_content_fields(MimeNode& node) {
    if (const RawField* type = tree_.find_field(node, "Content-Type")) {
      node.content_type = parse_content_field(type->value);
    }
    if (const RawField* encoding = tree_.find_field(node, "Content-Transfer-Encoding")) {
      node.transfer_encoding = std::string(encoding->value);
    }
    if (node.content_type.value.find('/') == std::string::npos) {
      const bool in_digest = node.parent != MimeNode::kNoParent &&
                             tree_.nodes[node.parent].content_type.value == "multipart/digest";
      node.content_type.value = in_digest ? "message/rfc822" : "text/plain";  // RFC 2046 §5.1.5
    }
  }

  std::string_view boundary_of(const MimeNode& node) {
    if (!node.content_type.value.starts_with("multipart/")) return {};
    // The string lives in the node; a vector that grows moves the node, so a copy is kept.
    std::string_view boundary = node.content_type.parameter("boundary");
    while (boundary.ends_with(' ') || boundary.ends_with('\t')) boundary.remove_suffix(1);
    if (boundary.empty()) return {};
    if (node.depth >= limits_.deepest_nesting) {
      note("nesting cut at depth " + std::to_string(limits_.deepest_nesting));
      return {};
    }
    return *boundary_texts_.emplace_back(std::make_unique<std::string>(boundary));
  }

  // Whether the part is a message whose header follows at once.
  bool enters(std::uint32_t index) {
    MimeNode& node = tree_.nodes[index];
    const std::string& type = node.content_type.value;
    if (type != "message/rfc822" && type != "message/global" && type != "message/news")
      return false;
    if (nested_ == NestedMessages::leave_closed) return false;
    if (node.depth >= limits_.deepest_nesting || tree_.nodes.size() >= limits_.most_parts) {
      note("nested message of part " + node.path + " not entered");
      return false;
    }
    const TransferEncoding encoding = transfer_encoding_named(node.transfer_encoding);
    if (encoding != TransferEncoding::identity) {
      encoded_.push_back({index, encoding});
      return false;
    }
    node.is_message = true;
    return true;
  }

  // Innermost first. Behind the boundary only blanks may stand, so that no boundary is taken for
  // another that it begins with (RFC 2046 §5.1.1).
  Delimiter find_delimiter(std::string_view line) const {
    while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
    line.remove_prefix(2);
    for (std::size_t i = open_.size(); i-- > 0;) {
      const std::string_view boundary = open_[i].boundary;
      if (boundary.empty() || !line.starts_with(boundary)) continue;
      if (line.size() == boundary.size()) return {i, false};
      if (line.substr(boundary.size()) == "--") return {i, true};
    }
    return {open_.size(), false};
  }

  void close_parts_above(std::size_t index, std::size_t end) {
    if (end > 0 && bytes_[end - 1] == '\n') --end;  // the line end belongs to the boundary
    if (end > 0 && bytes_[end - 1] == '\r') --end;
    while (open_.size() > index + 1) close_last(end);
  }
  void close_all(std::size_t end) {
    while (!open_.empty()) close_last(end);
  }
  void close_last(std::size_t end) {
    const OpenPart& part = open_.back();
    const std::size_t length = end > part.body_start ? end - part.body_start : 0;
    tree_.nodes[part.node].body = bytes_.substr(part.body_start, length);
    if (!part.boundary.empty()) --boundaries_;
    open_.pop_back();
  }

  void read_encoded(EncodedMessage message) {
    const std::string_view body = tree_.nodes[message.node].body;
    if (body.size() > limits_.most_decoded_bytes - decoded_bytes_ ||
        tree_.nodes.size() >= limits_.most_parts) {
      note("nested message of part " + tree_.nodes[message.node].path + " not decoded");
      return;
    }
    decoded_bytes_ += body.size();
    tree_.decoded.push_back(
        std::make_shared<const std::string>(decode_body(body, message.encoding)));
    tree_.nodes[message.node].is_message = true;
    read_source(*tree_.decoded.back(), message.node);
  }

  void note(std::string error) {
    constexpr std::size_t kMostErrors = 50;
    if (tree_.errors.size() < kMostErrors) tree_.errors.push_back(std::move(error));
  }

  const MessageLimits& limits_;
  const NestedMessages nested_;
  MimeTree tree_;
  std::string_view bytes_;
  std::vector<OpenPart> open_;
  std::size_t boundaries_ = 0;  // open parts that have one
  std::vector<std::unique_ptr<std::string>> boundary_texts_;
  std::vector<std::uint32_t> children_;  // numbered so far, by node
  std::vector<EncodedMessage> encoded_;  // still to be read
  std::size_t decoded_bytes_ = 0;
};

// Decoded messages were read last; moves their parts to where they belong.
void order_depth_first(MimeTree& tree) {
  std::vector<std::vector<std::uint32_t>> children(tree.nodes.size());
  for (std::uint32_t i = 1; i < tree.nodes.size(); ++i) {
    children[tree.nodes[i].parent].push_back(i);
  }
  std::vector<std::uint32_t> order, waiting = {0}, new_index(tree.nodes.size());
  while (!waiting.empty()) {
    const std::uint32_t node = waiting.back();
    waiting.pop_back();
    new_index[node] = static_cast<std::uint32_t>(order.size());
    order.push_back(node);
    waiting.insert(waiting.end(), children[node].rbegin(), children[node].rend());
  }
  std::vector<MimeNode> nodes;
  nodes.reserve(order.size());
  for (const std::uint32_t old : order) {
    nodes.push_back(std::move(tree.nodes[old]));
    std::uint32_t& parent = nodes.back().parent;
    if (parent != MimeNode::kNoParent) parent = new_index[parent];
  }
  tree.nodes = std::move(nodes);
}

}  // namespace

const RawField* MimeTree::find_field(const MimeNode& node, std::string_view name) const {
  for (std::size_t i = node.first_field; i < node.first_field + node.field_count; ++i) {
    if (equals_ignoring_case(fields[i].name, name)) return &fields[i];
  }
  return nullptr;
}

std::size_t start_of_message(std::string_view bytes) {
  std::size_t at = bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const std::string_view rest = bytes.substr(at);
  if (rest.starts_with("From ") || rest.starts_with(">From ")) at = line_at(bytes, at).next;
  return at;
}

MimeTree read_mime(std::string_view bytes, const MessageLimits& limits, NestedMessages nested) {
  MimeTree tree = MimeReader(limits, nested).read(bytes);
  if (!tree.decoded.empty()) order_depth_first(tree);
  return tree;
}

}  // namespace secondlook
