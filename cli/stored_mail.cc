#include "cli/stored_mail.h"

#include <algorithm>
#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include "base/system_error.h"

namespace secondlook {
namespace {

// A maildir's tmp holds what is not wholly there yet.
std::vector<std::string> with_maildirs_opened(const std::vector<std::string>& arguments) {
  std::vector<std::string> paths;
  for (const std::string& path : arguments) {
    std::error_code ignored;
    const bool is_maildir = std::filesystem::is_directory(path + "/cur", ignored) &&
                            std::filesystem::is_directory(path + "/new", ignored);
    if (!is_maildir) {
      paths.push_back(path);
      continue;
    }
    paths.push_back(path + "/cur");
    paths.push_back(path + "/new");
  }
  return paths;
}

Result<std::string> read_whole(int file) {
  struct stat facts {};
  if (::fstat(file, &facts) != 0) return last_system_error("stat");
  if (static_cast<std::uint64_t>(facts.st_size) > ScanSource::kMostPipedBytes)
    return malformed("larger than " + std::to_string(ScanSource::kMostPipedBytes) + " bytes");
  std::string content(static_cast<std::size_t>(facts.st_size), '\0');
  std::size_t at = 0;
  while (at < content.size()) {
    const ssize_t count = ::read(file, content.data() + at, content.size() - at);
    if (count < 0) return last_system_error("read");
    if (count == 0) break;
    at += static_cast<std::size_t>(count);
  }
  content.resize(at);
  return content;
}

bool is_quoted_from(std::string_view line) {
  const std::size_t quotes = std::min(line.find_first_not_of('>'), line.size());
  return quotes > 0 && line.substr(quotes).starts_with("From ");
}

std::size_t line_end(std::string_view content, std::size_t at) {
  const std::size_t end = content.find('\n', at);
  return end == std::string_view::npos ? content.size() : end + 1;
}

}  // namespace

bool is_mbox(std::string_view content) {
  return content.starts_with("From ");
}

std::vector<std::string_view> split_mbox(std::string_view content) {
  std::vector<std::string_view> mails;
  std::size_t start = std::string_view::npos;
  bool behind_empty_line = true;
  for (std::size_t at = 0; at < content.size();) {
    const std::size_t next = line_end(content, at);
    const std::string_view line = content.substr(at, next - at);
    if (behind_empty_line && line.starts_with("From ")) {
      if (start != std::string_view::npos) mails.push_back(content.substr(start, at - start));
      start = next;
    }
    behind_empty_line = line == "\n" || line == "\r\n";
    at = next;
  }
  if (start != std::string_view::npos) mails.push_back(content.substr(start));
  for (std::string_view& mail : mails) {
    const std::string_view end = mail.ends_with("\r\n\r\n") ? "\r\n"
                                 : mail.ends_with("\n\n")   ? "\n"
                                                            : "";
    mail.remove_suffix(end.size());
  }
  return mails;
}

std::string unquoted_mbox_mail(std::string_view mail) {
  std::string unquoted;
  unquoted.reserve(mail.size());
  for (std::size_t at = 0; at < mail.size();) {
    const std::size_t next = line_end(mail, at);
    const std::string_view line = mail.substr(at, next - at);
    unquoted += line.substr(is_quoted_from(line) ? 1 : 0);
    at = next;
  }
  return unquoted;
}

StoredMails::StoredMails(std::vector<std::string> arguments)
    : source_(with_maildirs_opened(arguments)) {}

Result<void> StoredMails::open_next(ScanInput input) {
  auto content = read_whole(input.file.number());
  if (!content) return within(input.name, content.error());
  name_ = std::move(input.name);
  content_ = std::move(*content);
  number_ = 0;
  if (!is_mbox(content_)) return {};
  const auto mails = split_mbox(content_);
  mails_.assign(mails.begin(), mails.end());
  return {};
}

std::optional<Result<StoredMail>> StoredMails::next() {
  if (mails_.empty()) {
    auto input = source_.next();
    if (!input) return std::nullopt;
    if (!*input) return input->error();
    if (auto opened = open_next(std::move(**input)); !opened) return opened.error();
    if (mails_.empty()) {
      if (content_.empty()) return malformed(name_ + ": empty");
      return StoredMail{name_, std::move(content_)};
    }
  }
  StoredMail mail{name_ + "#" + std::to_string(++number_), unquoted_mbox_mail(mails_.front())};
  mails_.pop_front();
  if (mail.bytes.empty()) return malformed(mail.name + ": empty");
  return mail;
}

}  // namespace secondlook
