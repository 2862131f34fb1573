// secondlook-extract with an inspector that a file can order about ("command: abort"): what a
// decoder with a hole could be made to do. Files without a command are looked into as always.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "analyzer/documents/inspect_documents.h"
#include "analyzer/extract/extract_keeper.h"
#include "analyzer/extract/extract_protocol.h"
#include "analyzer/helper_process.h"
#include "base/confinement.h"
#include "schema/frame.h"

using namespace secondlook;

namespace {

bool g_is_broken = false;  // what an earlier file left behind in this process

void answer_with(std::string_view payload) {
  [[maybe_unused]] const auto sent =
      send_frame(kExtractorSocket, static_cast<std::uint8_t>(ExtractFrame::findings), payload);
}

std::string way_out(std::string_view content) {
  std::string out;
  for (const int family : {AF_INET, AF_UNIX, AF_NETLINK})
    if (::socket(family, SOCK_STREAM, 0) >= 0) out += "socket ";
  if (::open("/etc/passwd", O_RDONLY) >= 0) out += "open ";
  if (::access("/etc/passwd", F_OK) == 0) out += "access ";
  if (::kill(::getppid(), 0) == 0) out += "kill ";
  for (int number = 0; number < 200; ++number) {
    char byte = 0;
    if (number != kExtractorSocket && (::read(number, &byte, 0) == 0 || errno != EBADF))
      out += "descriptor " + std::to_string(number) + " ";
  }
  auto* page = const_cast<char*>(content.data());
  if (::mprotect(page, 4096, PROT_READ | PROT_WRITE) == 0) out += "write ";
  if (::mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0) out += "execute ";
  if (::fork() >= 0) out += "fork ";
  return out.empty() ? "held" : out;
}

void obey(const std::string& command, std::string_view content, DocumentFindings& findings) {
  if (command == "abort" || g_is_broken) std::abort();
  if (command == "exit") ::_exit(0);
  if (command == "throw") throw std::runtime_error("a package threw");
  if (command == "break what comes next") g_is_broken = true;
  volatile bool for_ever = true;
  while (command == "loop" && for_ever) {
  }
  if (command == "sleep") ::sleep(600);
  std::vector<std::string> memory;
  while (command == "memory" && for_ever) memory.emplace_back(std::size_t{64} << 20U, 'x');
  if (command == "garbage") answer_with("\x01 garbage");
  if (command == "nothing") answer_with("");
  if (command == "flood")
    for (int i = 0; i < 100; ++i) answer_with(std::string(std::size_t{1} << 20U, '\0'));
  if (command == "answer twice") answer_with(encode_findings(findings));
  if (command == "take back") findings.allowance().pixels += 1;
  if (command == "invent a name") findings.add_fact("Not a Name\n", "");
  if (command == "who") findings.add_fact("process", std::to_string(::getpid()));
  if (command == "way out") findings.add_fact("way_out", way_out(content));
}

DocumentFindings inspect(std::string_view content, std::string_view type,
                         InspectionAllowance allowance) {
  DocumentFindings findings = inspect_document(content, type, {}, std::move(allowance));
  constexpr std::string_view kCommand = "command: ";
  const auto at = content.find(kCommand);
  const auto begin = at == content.npos ? content.size() : at + kCommand.size();
  obey(std::string(content.substr(begin, content.find_first_of("\r\n", begin) - begin)), content,
       findings);
  return findings;
}

}  // namespace

int main() {
  std::signal(SIGPIPE, SIG_IGN);
  Confinement confinement;
  confinement.calls.start_processes = true;
  if (!confine(confinement) || !tell_helper_ready()) return 1;
  ExtractKeeper keeper(kHelperControlDescriptor, inspect, {});
  return keeper.run() ? 0 : 1;
}
