#include "analyzer/documents/ole1_object.h"

#include <algorithm>
#include <optional>

#include "analyzer/documents/ole_document.h"
#include "analyzer/documents/ole_package.h"
#include "analyzer/message/ascii.h"
#include "analyzer/message/byte_cursor.h"

namespace secondlook {
namespace {

using namespace std::string_view_literals;

constexpr auto kCompoundFile = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv;

struct Ole1Object {
  std::string_view class_name, topic, native;
};

// 2.1.4: a length that counts the zero byte at the end.
std::string_view take_name(ByteCursor& cursor) {
  const std::string_view name = cursor.take(cursor.take_32());
  return name.substr(0, name.find('\0'));
}

// 2.2.4 and 2.2.5; Word does not look at the version.
std::optional<Ole1Object> read_object(std::string_view bytes) {
  constexpr std::uint32_t kLinked = 1, kEmbedded = 2;
  ByteCursor cursor(bytes);
  cursor.skip(4);
  const std::uint32_t format = cursor.take_32();
  Ole1Object object;
  object.class_name = take_name(cursor);
  object.topic = take_name(cursor);
  take_name(cursor);
  if (cursor.failed() || (format != kLinked && format != kEmbedded)) return std::nullopt;
  if (format == kEmbedded) {
    const std::size_t size = cursor.take_32();
    object.native = cursor.take(std::min(size, cursor.left()));
  }
  return object;
}

}  // namespace

bool is_equation_name(std::string_view class_name) {
  return starts_ignoring_case(class_name, "Equation.");
}

void inspect_ole1_object(std::string_view object, OfficeInspection& inspection) {
  const auto read = read_object(object);
  if (read && is_equation_name(read->class_name))
    inspection.findings().add_fact("equation_object", read->class_name);
  if (read && !read->topic.empty() && read->native.empty())
    inspection.findings().add_fact("external_content",
                                   "object linked to " + std::string(read->topic));
  const auto package = read ? read_ole_package(read->native) : std::nullopt;
  if (package) return inspection.inspect_packaged(package->name, package->content);
  const std::size_t at = object.find(kCompoundFile);
  if (at != object.npos)
    inspection.inspect(object.substr(at));
  else if (!read)
    inspection.findings().add_unseen("an object in it is damaged");
  if (at == object.npos) inspect_object_link(object, inspection.findings());
}

}  // namespace secondlook
