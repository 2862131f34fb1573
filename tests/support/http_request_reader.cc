#include <algorithm>
#include <charconv>

#include "tests/support/http_server.h"

namespace secondlook {

namespace {

constexpr std::size_t kLongestHead = std::size_t{64} << 10U;
constexpr std::size_t kLongestBody = std::size_t{64} << 20U;

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  for (char& letter : lowered) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return lowered;
}

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

Result<std::size_t> parse_length(std::string_view text, int base) {
  std::size_t length = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), length, base);
  if (failure != std::errc{} || end == text.data() || length > kLongestBody) {
    return malformed("not a length: " + std::string(text));
  }
  return length;
}

Result<void> read_head(std::string_view head, ServedRequest& request) {
  const std::size_t line_end = head.find("\r\n");
  const std::string_view first_line = head.substr(0, line_end);
  const std::size_t first_space = first_line.find(' ');
  const std::size_t last_space = first_line.rfind(' ');
  if (first_space == first_line.npos || first_space == last_space) {
    return malformed("not a request line");
  }
  request.method = first_line.substr(0, first_space);
  request.target = first_line.substr(first_space + 1, last_space - first_space - 1);
  for (std::size_t at = line_end; at < head.size();) {
    at += 2;
    const std::size_t end = std::min(head.find("\r\n", at), head.size());
    const std::string_view line = head.substr(at, end - at);
    const std::size_t colon = line.find(':');
    if (colon == line.npos) return malformed("a header line without a colon");
    request.headers[lower_case(line.substr(0, colon))] = trimmed(line.substr(colon + 1));
    at = end;
  }
  return {};
}

// The decoded body when all chunks are there; `length` is then how much of `bytes` they took.
Result<bool> read_chunks(std::string_view bytes, std::string& body, std::size_t& length) {
  std::size_t at = 0;
  while (true) {
    const std::size_t line_end = bytes.find("\r\n", at);
    if (line_end == bytes.npos) return false;
    const auto size = parse_length(bytes.substr(at, line_end - at), 16);
    if (!size) return size.error();
    if (bytes.size() < line_end + 2 + *size + 2) return false;
    body.append(bytes.substr(line_end + 2, *size));
    at = line_end + 2 + *size + 2;
    if (*size == 0) break;
  }
  length = at;
  return true;
}

}  // namespace

Result<bool> take_request(std::string& bytes, ServedRequest& request) {
  const std::size_t head_end = bytes.find("\r\n\r\n");
  if (head_end == bytes.npos) {
    if (bytes.size() > kLongestHead) return malformed("an endless head");
    return false;
  }
  ServedRequest taken;
  if (auto read = read_head(std::string_view(bytes).substr(0, head_end), taken); !read) {
    return std::move(read).error();
  }
  const std::string_view rest = std::string_view(bytes).substr(head_end + 4);
  std::size_t length = 0;
  if (taken.headers.contains("transfer-encoding")) {
    auto complete = read_chunks(rest, taken.body, length);
    if (!complete || !*complete) return complete;
  } else if (const auto found = taken.headers.find("content-length");
             found != taken.headers.end()) {
    const auto declared = parse_length(found->second, 10);
    if (!declared) return declared.error();
    if (rest.size() < *declared) return false;
    length = *declared;
    taken.body = rest.substr(0, length);
  }
  bytes.erase(0, head_end + 4 + length);
  request = std::move(taken);
  return true;
}

}  // namespace secondlook
