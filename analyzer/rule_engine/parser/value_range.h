// What is known of a rule's value while a mail is searched: it lies between two numbers, both
// included. A rule whose guard proposed nothing is 0; one that may have hit lies between 0 and its
// most hits; asking makes the two equal.
#pragma once

namespace secondlook {

struct ValueRange {
  double low = 0, high = 0;

  static constexpr ValueRange of(double value) { return {value, value}; }

  bool is_known() const { return low == high; }
  bool is_zero() const { return low == 0 && high == 0; }
  bool may_be_zero() const { return low <= 0 && high >= 0; }
  bool operator==(const ValueRange&) const = default;
};

}  // namespace secondlook
