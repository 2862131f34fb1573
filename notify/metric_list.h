// Metrics as they are put together: prometheus-cpp's families, and short ways to fill them. Names
// follow Prometheus' conventions (prometheus.io/docs/practices/naming): the unit last, `_total` for
// what only grows. A label is a name of the configuration or one of a fixed list of words; never
// anything that a mail says.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>

#include "base/clock.h"

namespace secondlook {

using MetricLabels = std::initializer_list<std::pair<const char*, std::string>>;

class MetricList {
 public:
  // Begins a family. Values that follow belong to it; one without values is left out.
  void counter(std::string name, std::string help);
  void gauge(std::string name, std::string help);
  void histogram(std::string name, std::string help);

  void add(double value, MetricLabels labels = {});
  void add(std::uint64_t value, MetricLabels labels = {}) {
    add(static_cast<double>(value), labels);
  }
  void add(bool value, MetricLabels labels = {}) { add(value ? 1.0 : 0.0, labels); }
  void add(Timestamp time, MetricLabels labels = {});  // seconds since 1970
  // `counts` not cumulative, one for each bound; `above` the rest.
  void add_histogram(const std::vector<double>& upper_bounds,
                     const std::vector<std::uint64_t>& counts, std::uint64_t above, double sum);

  // The text exposition format, 0.0.4.
  std::string text() const;

 private:
  void begin(prometheus::MetricType type, std::string name, std::string help);

  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace secondlook
