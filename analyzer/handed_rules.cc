#include "analyzer/handed_rules.h"

#include <array>
#include <cstdint>
#include <utility>

#include <sys/mman.h>
#include <unistd.h>

#include "base/system_error.h"

namespace secondlook {
namespace {

constexpr std::size_t kLengthBytes = 8;

void add_number(std::string& bytes, std::uint64_t number, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) bytes += static_cast<char>(number >> (8 * i));
}

std::uint64_t number_in(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    number = number << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return number;
}

// Takes from the front; what is not there makes it broken for good.
class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  std::string_view take(std::size_t count) {
    is_broken_ = is_broken_ || count > rest_.size();
    if (is_broken_) return {};
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  std::size_t take_number() { return static_cast<std::size_t>(number_in(take(4))); }
  std::string take_text() {
    const std::size_t length = take_number();
    return std::string(take(length));
  }
  bool is_broken() const { return is_broken_; }
  bool is_at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool is_broken_ = false;
};

void read_files(Reader& reader, std::size_t count, std::vector<RuleFile>& files) {
  for (std::size_t i = 0; i < count && !reader.is_broken(); ++i) {
    std::string name = reader.take_text();
    files.push_back({std::move(name), reader.take_text()});
  }
}

}  // namespace

std::string pack_rules(const RuleSources& sources) {
  std::string bytes;
  add_number(bytes, sources.files.size(), 4);
  add_number(bytes, sources.included.size(), 4);
  for (const auto* files : {&sources.files, &sources.included}) {
    for (const RuleFile& file : *files) {
      for (const std::string* text : {&file.name, &file.content}) {
        add_number(bytes, text->size(), 4);
        bytes += *text;
      }
    }
  }
  return bytes;
}

Result<RuleSources> unpack_rules(std::string_view bytes) {
  Reader reader(bytes);
  const std::size_t files = reader.take_number();
  const std::size_t included = reader.take_number();
  RuleSources sources;
  read_files(reader, files, sources.files);
  read_files(reader, included, sources.included);
  if (reader.is_broken() || !reader.is_at_end()) return malformed("handed rules: not whole");
  return sources;
}

Result<HandedRules> HandedRules::make() {
  FileDescriptor memory(::memfd_create("checked rules", MFD_CLOEXEC));
  if (!memory.is_open()) return last_system_error("memfd_create");
  return HandedRules(std::move(memory));
}

Result<void> HandedRules::write(const RuleSources& sources) const {
  const std::string packed = pack_rules(sources);
  if (packed.size() > kMostHandedBytes) {
    return forbidden("rule files of more than " + std::to_string(kMostHandedBytes >> 20) + " MiB");
  }
  std::string length;
  add_number(length, packed.size(), kLengthBytes);
  if (::ftruncate(memory_.number(), 0) != 0) return last_system_error("ftruncate");
  if (auto written = write_fully_at(memory_.number(), length, 0); !written) return written;
  return write_fully_at(memory_.number(), packed, kLengthBytes);
}

Result<RuleSources> HandedRules::take() const {
  std::array<char, kLengthBytes> length{};
  const ssize_t count = ::pread(memory_.number(), length.data(), length.size(), 0);
  if (count != static_cast<ssize_t>(length.size())) return malformed("handed rules: none");
  const std::uint64_t size = number_in({length.data(), length.size()});
  if (size > kMostHandedBytes) return malformed("handed rules: too many");
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::size_t read = 0;
  while (read < bytes.size()) {
    const ssize_t more = ::pread(memory_.number(), bytes.data() + read, bytes.size() - read,
                                 static_cast<off_t>(kLengthBytes + read));
    if (more <= 0) return malformed("handed rules: not whole");
    read += static_cast<std::size_t>(more);
  }
  if (::ftruncate(memory_.number(), 0) != 0) return last_system_error("ftruncate");
  return unpack_rules(bytes);
}

}  // namespace secondlook
