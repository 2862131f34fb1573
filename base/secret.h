// A string that cannot be printed, logged or compared by accident, and is wiped when it goes.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace secondlook {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(); }

  bool empty() const { return value_.empty(); }
  // The one way to the value; the name is what a reviewer searches for.
  const std::string& reveal() const { return value_; }

 private:
  void wipe();
  std::string value_;
};

// A secret file's content without the line end. Refused (forbidden) when others than its owner and
// group may read it, or when it holds more than 64 KiB.
Result<Secret> read_secret_file(const std::string& path);

}  // namespace secondlook
