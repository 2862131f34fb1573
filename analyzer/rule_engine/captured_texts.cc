#include "analyzer/rule_engine/captured_texts.h"

#include <algorithm>

#include "analyzer/rule_engine/parser/captured_text.h"

namespace secondlook {

void CapturedTexts::begin_message(std::size_t names) {
  texts_.resize(names);
  for (std::vector<std::string>& texts : texts_) texts.clear();
}

bool CapturedTexts::add(std::size_t name, std::string_view text) {
  std::vector<std::string>& texts = texts_[name];
  if (text.empty() || std::find(texts.begin(), texts.end(), text) != texts.end()) return true;
  if (text.size() > kLongestCapturedText || texts.size() >= kMostCapturedTexts) return false;
  texts.emplace_back(text);
  return true;
}

}  // namespace secondlook
