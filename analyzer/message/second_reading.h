// A second, independent reading of the same bytes by the mimetic library, since a mail that two
// readers understand differently is a known way past scanners. Only structure, field names, field
// values and undecoded bodies are taken from it; never its typed header accessors (they hold a
// use-after-free) and never its decoders.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/message/mime_reader.h"
#include "base/result.h"

namespace secondlook {

// A part without parts of its own, as mimetic saw it.
struct SecondLeaf {
  std::vector<std::pair<std::string, std::string>> fields;  // the Content-… ones, or all
  std::string body;
  // First of these fields, or "".
  std::string_view field(std::string_view name) const;
};

struct SecondReading {
  std::uint32_t entities = 0;  // all parts, containers too
  std::vector<SecondLeaf> leaves;
};

// Why mimetic must not see these bytes: it would recurse too deep, or take time quadratic in a
// header line (1 MB: 0.2 s, 4 MB: 6 s), or hundreds of bytes a part. Judged from the bytes alone,
// so that nothing hidden from the mime_reader gets past. Never for messages up to 1 MiB, which
// cannot do harm; above that only for what no mail program writes.
std::optional<std::string> refusal_of_second_reading(std::string_view bytes);

// malformed: mimetic threw. Call only when there is no refusal. Content fields suffice to compare:
// then it is given the message without most of its header, where that consists of fields in every
// reader's eyes.
enum class LeafFields { content, all };
Result<SecondReading> read_with_mimetic(std::string_view bytes, LeafFields fields);

struct Disagreement {
  std::vector<std::size_t> reader_only;   // nodes of the tree that mimetic did not see so
  std::vector<std::size_t> mimetic_only;  // leaves of the second reading that the tree has not
};

// Matches leaves by their bodies, transfer encodings and media types. Differences in line ends and
// in blank lines around a body are none; an empty part without a match is none either.
Disagreement compare_readings(const MimeTree& tree, const SecondReading& reading);

}  // namespace secondlook
