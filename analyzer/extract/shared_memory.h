// Memory into which a worker puts one file after the other, and which an extractor can only read.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

class SharedMemory {
 public:
  // Of that size for good; takes up pages as they are written to.
  static Result<SharedMemory> make(std::size_t size);
  SharedMemory(SharedMemory&& other) noexcept;
  SharedMemory& operator=(SharedMemory&&) = delete;
  ~SharedMemory();

  // Sealed: whoever maps it from here on cannot write.
  int descriptor() const { return file_.number(); }
  // To its beginning. `bytes` must fit.
  void put(std::string_view bytes);

 private:
  SharedMemory(FileDescriptor file, char* start, std::size_t size)
      : file_(std::move(file)), start_(start), size_(size) {}

  FileDescriptor file_;
  char* start_;
  std::size_t size_;
};

}  // namespace secondlook
