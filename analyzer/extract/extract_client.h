// A worker's side of the extract helper: has files looked into by an extractor, which is ended when
// it overruns and replaced when it dies. What happens to it costs the file that it held, no other.
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <variant>

#include "analyzer/documents/file_inspector.h"
#include "analyzer/extract/extract_protocol.h"
#include "analyzer/extract/shared_memory.h"
#include "schema/frame.h"

namespace secondlook {

struct ExtractTimes {
  std::chrono::milliseconds cpu_per_file{10'000}, cpu_per_message{30'000};
  // Long, for busy machines: an extractor runs when nobody else wants the processor.
  std::chrono::milliseconds wall_per_file{100'000}, wall_per_message{200'000};
  // Then another is started: what a file that took one over could still see.
  std::uint32_t files_per_extractor = 300;
};

class ExtractClient final : public FileInspector {
 public:
  // `keeper`: a connection to the extract helper.
  ExtractClient(FileDescriptor keeper, const ExtractTimes& times);

  void begin_message() override;
  DocumentFindings inspect(std::string_view content, std::string_view type,
                           const InspectionAllowance& allowance) override;
  // The helper as a whole is gone: every file is unseen from here on.
  bool is_lost() const { return !keeper_.is_open(); }

 private:
  struct Extractor {
    FileDescriptor socket;
    SharedMemory memory;
    clockid_t cpu_clock;
    FrameReader answers{kLongestFindings};
    std::uint32_t files = 0;
  };
  struct Loss {
    std::string reason;  // empty: it ended
  };
  using Answer = std::variant<DocumentFindings, Loss>;

  Result<void> start_extractor();
  // Its number. What is told of earlier ones is passed over.
  Result<std::uint32_t> hear(KeeperFrame awaited);
  Answer ask(std::string_view content, std::string_view type, const InspectionAllowance& allowance);
  Answer await(const InspectionAllowance& allowance);
  void retire_after(std::size_t file_bytes);
  std::string end_extractor();
  bool has_time() const;

  FileDescriptor keeper_;
  FrameReader told_{kLongestKeeperFrame};
  ExtractTimes times_;
  std::chrono::nanoseconds cpu_left_{0}, wall_left_{0};  // of this message's
  bool begins_message_ = true;
  std::optional<Extractor> extractor_;
};

}  // namespace secondlook
