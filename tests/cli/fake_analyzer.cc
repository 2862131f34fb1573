// Stands in for "secondlook-analyzer scan": what stands in a file says what becomes of it.
//   malicious, clean   that verdict, its subject the file's content
//   late               clean, but answered after everything else
//   nonsense           an answer that is no verdict
//   stranger           an answer for a job that was never given
//   die                the analyzer is killed
// "--rules broken" refuses its rules, "--rules absent" ends before it is ready.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "base/unix_socket.h"
#include "schema/frame.h"
#include "schema/scan_protocol.h"
#include "schema/verdict.h"

namespace {

using namespace secondlook;

void send(ScanFrame type, const std::string& payload) {
  if (!send_frame(kScanDescriptor, static_cast<std::uint8_t>(type), payload)) std::exit(3);
}

std::string index_of(const std::string& job) {
  const auto begin = job.find_first_of("0123456789");
  return job.substr(begin, job.find('}') - begin);
}

void answer(const std::string& index, const std::string& content) {
  if (content == "die") ::raise(SIGKILL);
  if (content == "nonsense") return send(ScanFrame::result, index + "\nnonsense");
  if (content == "stranger") return send(ScanFrame::result, "77777\n{}");
  Verdict verdict;
  verdict.disposition = content == "malicious" ? Disposition::malicious : Disposition::clean;
  verdict.subject = content;
  if (content == "malicious")
    verdict.hits = {{"EVIL", 12.5, Disposition::malicious, "", {{"body", 3, "p\x1b[2Jy"}}}};
  send(ScanFrame::result, index + "\n" + to_json(verdict));
}

}  // namespace

int main(int count, char** values) {
  const std::vector<std::string> arguments(values + 1, values + count);
  if (arguments.empty() || arguments[0] != "scan") return 99;
  if (arguments.back() == "absent") return 1;
  if (arguments.back() == "broken") {
    send(ScanFrame::failed, "site.cf:3:7: no such type\nsite.cf:9:1: no end");
    return 2;
  }
  send(ScanFrame::ready, R"({"rule_set":"fake","malware_scanning":false})");
  FrameReader reader(4096);
  std::vector<FileDescriptor> files;
  std::vector<std::string> late;
  for (;;) {
    auto received = receive_with_descriptors(kScanDescriptor, 4096);
    if (!received || received->bytes.empty()) break;
    reader.feed(received->bytes);
    for (FileDescriptor& file : received->descriptors) files.push_back(std::move(file));
    for (auto frame = reader.next(); frame && *frame; frame = reader.next()) {
      const std::string content = read_descriptor(files.front().number(), 4096).value_or("");
      files.erase(files.begin());
      if (content == "late")
        late.push_back(index_of((*frame)->payload));
      else
        answer(index_of((*frame)->payload), content);
    }
  }
  for (const std::string& index : late) answer(index, "late");
  return 0;
}
