#include "journal_ingest/settings_reader.h"

#include <cerrno>
#include <csignal>
#include <utility>

#include <sys/prctl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/system_error.h"
#include "base/unix_socket.h"

namespace secondlook {
namespace {

enum Type : std::uint8_t { configuration = 1, certificate, key, networks, end, failure };
constexpr int kSocketNumber = 3;
constexpr std::size_t kLongestReason = 4096;

// As long as ingest lives: it ends us by closing its end, not by a signal to the process group.
[[noreturn]] void answer_questions(const std::string& configuration_path) {
  for (const int number : {SIGHUP, SIGINT, SIGTERM}) std::signal(number, SIG_IGN);
  ::prctl(PR_SET_NAME, "ingest-settings");
  if (const auto confined = confine(settings_reader_rights()); !confined)
    log_warning("settings reader not confined", {{"reason", confined.error().message}});
  for (char question = 0;;) {
    const ssize_t count = ::read(kSocketNumber, &question, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count != 1) ::_exit(0);
    const std::string answer = encode_settings_answer(read_settings_files(configuration_path));
    if (!write_fully(kSocketNumber, answer)) ::_exit(0);
  }
}

}  // namespace

Confinement settings_reader_rights() {
  Confinement confinement;
  confinement.calls.open_files = true;
  confinement.readable_paths = {"/"};
  return confinement;
}

Result<FileDescriptor> start_settings_reader(const std::string& configuration_path) {
  auto pair = make_socket_pair();
  if (!pair) return pair.error();
  const pid_t child = ::fork();
  if (child < 0) return last_system_error("fork");
  if (child > 0) return std::move(pair->first);
  if (::dup2(pair->second.number(), kSocketNumber) < 0) ::_exit(1);
  if (::close_range(kSocketNumber + 1, ~0U, 0) != 0) ::_exit(1);
  answer_questions(configuration_path);
}

std::string encode_settings_answer(const Result<SettingsFiles>& files) {
  if (!files) return encode_frame(failure, files.error().message.substr(0, kLongestReason));
  return encode_frame(configuration, files->configuration) +
         encode_frame(certificate, files->certificate) + encode_frame(key, files->key) +
         encode_frame(networks, files->networks) + encode_frame(end, "");
}

std::optional<Result<SettingsFiles>> SettingsAnswer::next() {
  for (;;) {
    auto frame = frames_.next();
    if (!frame) return Result<SettingsFiles>(internal("settings: " + frame.error().message));
    if (!*frame) return std::nullopt;
    std::string& text = (*frame)->payload;
    switch ((*frame)->type) {
      case configuration: files_.configuration = std::move(text); break;
      case certificate: files_.certificate = std::move(text); break;
      case key: files_.key = std::move(text); break;
      case networks: files_.networks = std::move(text); break;
      case end: return Result<SettingsFiles>(std::exchange(files_, {}));
      case failure: files_ = {}; return Result<SettingsFiles>(malformed(std::move(text)));
      default: return Result<SettingsFiles>(internal("settings: an answer that is none"));
    }
  }
}

}  // namespace secondlook
