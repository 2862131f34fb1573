#include "notify/metric_list.h"

#include <algorithm>

#include <prometheus/text_serializer.h>

namespace secondlook {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

void MetricList::begin(MetricType type, std::string name, std::string help) {
  MetricFamily family;
  family.type = type;
  family.name = std::move(name);
  family.help = std::move(help);
  families_.push_back(std::move(family));
}

void MetricList::counter(std::string name, std::string help) {
  begin(MetricType::Counter, std::move(name), std::move(help));
}

void MetricList::gauge(std::string name, std::string help) {
  begin(MetricType::Gauge, std::move(name), std::move(help));
}

void MetricList::histogram(std::string name, std::string help) {
  begin(MetricType::Histogram, std::move(name), std::move(help));
}

void MetricList::add(double value, MetricLabels labels) {
  ClientMetric metric;
  for (const auto& [name, text] : labels) metric.label.push_back({name, text});
  MetricFamily& family = families_.back();
  (family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  family.metric.push_back(std::move(metric));
}

void MetricList::add(Timestamp time, MetricLabels labels) {
  add(static_cast<double>(time.time_since_epoch().count()) / 1e6, labels);
}

void MetricList::add_histogram(const std::vector<double>& upper_bounds,
                               const std::vector<std::uint64_t>& counts, std::uint64_t above,
                               double sum) {
  ClientMetric metric;
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < upper_bounds.size(); ++i) {
    cumulative += counts[i];
    metric.histogram.bucket.push_back({cumulative, upper_bounds[i]});
  }
  metric.histogram.sample_count = cumulative + above;
  metric.histogram.sample_sum = sum;
  families_.back().metric.push_back(std::move(metric));
}

std::string MetricList::text() const {
  std::vector<MetricFamily> filled;
  std::ranges::copy_if(families_, std::back_inserter(filled),
                       [](const MetricFamily& family) { return !family.metric.empty(); });
  return prometheus::TextSerializer().Serialize(filled);
}

}  // namespace secondlook
