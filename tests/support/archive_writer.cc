#include "tests/support/archive_writer.h"

#include <cstdint>
#include <memory>
#include <stdexcept>

#include <archive.h>
#include <archive_entry.h>

namespace secondlook::test {
namespace {

la_ssize_t append(archive* /*writer*/, void* to, const void* bytes, std::size_t count) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), count);
  return static_cast<la_ssize_t>(count);
}

void check(archive* writer, int code) {
  if (code != ARCHIVE_OK && code != ARCHIVE_WARN)
    throw std::runtime_error(
        archive_error_string(writer) == nullptr ? "archive" : archive_error_string(writer));
}

void add_file(archive* writer, const ArchivedFile& file) {
  const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                       archive_entry_free);
  archive_entry_set_pathname(entry.get(), file.name.c_str());
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(file.content.size()));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  check(writer, archive_write_header(writer, entry.get()));
  if (archive_write_data(writer, file.content.data(), file.content.size()) < 0) check(writer, -1);
}

std::string write(archive* writer, const std::vector<ArchivedFile>& files) {
  std::string bytes;
  check(writer, archive_write_set_bytes_in_last_block(writer, 1));
  check(writer, archive_write_open(writer, &bytes, nullptr, &append, nullptr));
  for (const ArchivedFile& file : files) add_file(writer, file);
  check(writer, archive_write_close(writer));
  return bytes;
}

}  // namespace

std::string make_archive(std::string_view format, const std::vector<ArchivedFile>& files,
                         std::string_view options) {
  const std::unique_ptr<archive, int (*)(archive*)> writer(archive_write_new(), archive_write_free);
  check(writer.get(), archive_write_set_format_by_name(writer.get(), std::string(format).c_str()));
  if (!options.empty())
    check(writer.get(), archive_write_set_options(writer.get(), std::string(options).c_str()));
  if (options.find("encryption") != std::string_view::npos)
    check(writer.get(), archive_write_set_passphrase(writer.get(), "secret"));
  return write(writer.get(), files);
}

std::string in_base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t k = 0; k < 3; ++k)
      three = three << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      text += i + k > bytes.size() ? '=' : kDigits[three >> (18U - 6U * k) & 63U];
    if ((i / 3 + 1) % 19 == 0) text += '\n';
  }
  return text;
}

std::string compressed(std::string_view filter, const std::string& content) {
  const std::unique_ptr<archive, int (*)(archive*)> writer(archive_write_new(), archive_write_free);
  check(writer.get(), archive_write_set_format_raw(writer.get()));
  check(writer.get(), archive_write_add_filter_by_name(writer.get(), std::string(filter).c_str()));
  return write(writer.get(), {{"content", content}});
}

}  // namespace secondlook::test
