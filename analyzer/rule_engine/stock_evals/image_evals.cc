#include <algorithm>
#include <optional>
#include <set>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/stock_evals/comparison.h"
#include "analyzer/rule_engine/stock_evals/eval_answer.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"
#include "analyzer/rule_engine/stock_evals/stock_evals.h"

namespace secondlook {
namespace {

struct Image {
  std::string_view kind;  // "gif", "png", "jpeg"
  double width = 0, height = 0;
  std::string_view name;
  double area() const { return width * height; }
};

unsigned byte_at(std::string_view data, std::size_t at) {
  return at < data.size() ? static_cast<unsigned char>(data[at]) : 0;
}
unsigned big_endian(std::string_view data, std::size_t at, std::size_t bytes) {
  unsigned value = 0;
  for (std::size_t i = 0; i < bytes; ++i) value = value << 8U | byte_at(data, at + i);
  return value;
}

// GIF89a, screen descriptor.
void read_gif(std::string_view data, Image& image) {
  if (!data.starts_with("GIF87a") && !data.starts_with("GIF89a")) return;
  image.width = byte_at(data, 6) | byte_at(data, 7) << 8U;
  image.height = byte_at(data, 8) | byte_at(data, 9) << 8U;
}

// PNG 11.2.2: the first chunk is IHDR.
void read_png(std::string_view data, Image& image) {
  if (!data.starts_with("\x89PNG\r\n\x1a\n") || data.substr(12, 4) != "IHDR") return;
  image.width = big_endian(data, 16, 4);
  image.height = big_endian(data, 20, 4);
}

// JPEG: segments up to the first start of frame.
void read_jpeg(std::string_view data, Image& image) {
  if (!data.starts_with("\xFF\xD8")) return;
  for (std::size_t at = 2; at + 4 <= data.size() && byte_at(data, at) == 0xFF;) {
    const unsigned marker = byte_at(data, at + 1), length = big_endian(data, at + 2, 2);
    if (marker == 0xDA || marker == 0xD9 || length < 2) return;
    const bool is_frame =
        marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (is_frame) {
      image.height = big_endian(data, at + 5, 2);
      image.width = big_endian(data, at + 7, 2);
      return;
    }
    at += 2 + length;
  }
}

// The images in base64, as ImageInfo takes them.
std::vector<Image> images_of(const MailFacts& facts) {
  std::vector<Image> images;
  for (const MessagePart& part : facts.message().parts) {
    if (part.source == PartSource::mimetic_only || part.source == PartSource::tnef) continue;
    if (part.transfer_encoding != "base64") continue;
    Image image;
    image.name = part.file_name;
    if (part.content_type == "image/gif") {
      image.kind = "gif";
      read_gif(part.content, image);
    } else if (part.content_type == "image/png") {
      image.kind = "png";
      read_png(part.content, image);
    } else if (part.content_type == "image/jpeg" || part.content_type == "image/jpg") {
      image.kind = "jpeg";
      read_jpeg(part.content, image);
    } else {
      continue;
    }
    images.push_back(image);
  }
  return images;
}

bool is_of(const Image& image, std::string_view kind) {
  return kind == "all" || kind == image.kind;
}

// The second bound may be missing.
bool in_range(double value, const EvalArguments& arguments) {
  return value >= number_in(arguments[1]) &&
         (arguments.size() < 3 || value <= number_in(arguments[2]));
}

double area_of(const MailFacts& facts, std::string_view kind) {
  double area = 0;
  for (const Image& image : images_of(facts)) area += is_of(image, kind) ? image.area() : 0;
  return area;
}

SignalResult image_count(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  const auto images = images_of(facts_of(context));
  const auto count = std::count_if(images.begin(), images.end(),
                                   [&](const Image& image) { return is_of(image, arguments[0]); });
  return answer(in_range(static_cast<double>(count), arguments));
}

SignalResult pixel_coverage(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  return answer(in_range(area_of(facts_of(context), arguments[0]), arguments));
}

// Bytes of text for each pixel; the upper bound is excluded.
SignalResult text_ratio(const MailFacts& facts, std::size_t text, const EvalArguments& arguments) {
  if (arguments.size() < 3) return answer(false);
  const double area = area_of(facts, arguments[0]);
  if (text == 0 || area <= 0) return answer(false);
  const double ratio = static_cast<double>(text) / area;
  return answer(ratio >= number_in(arguments[1]) && ratio < number_in(arguments[2]));
}

SignalResult image_to_text_ratio(const ScanContext& context, const EvalArguments& arguments) {
  const MailFacts& facts = facts_of(context);
  return text_ratio(facts, facts.message().body_text.size(), arguments);
}

SignalResult image_to_raw_text_ratio(const ScanContext& context, const EvalArguments& arguments) {
  const MailFacts& facts = facts_of(context);
  return text_ratio(facts, facts.message().raw_body.size(), arguments);
}

SignalResult image_named(const ScanContext& context, const EvalArguments& arguments) {
  const auto images = images_of(facts_of(context));
  return answer(!arguments.empty() &&
                std::any_of(images.begin(), images.end(), [&](const Image& image) {
                  return image.area() > 0 && image.name == arguments[0];
                }));
}

SignalResult image_name_regex(const ScanContext& context, const EvalArguments& arguments) {
  const MailFacts& facts = facts_of(context);
  const auto images = images_of(facts);
  return answer(
      !arguments.empty() && std::any_of(images.begin(), images.end(), [&](const Image& image) {
        return image.area() > 0 && !image.name.empty() && facts.matches(arguments[0], image.name);
      }));
}

// Kind, height, width.
SignalResult image_size_exact(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 3) return answer(false);
  const auto images = images_of(facts_of(context));
  return answer(std::any_of(images.begin(), images.end(), [&](const Image& image) {
    return is_of(image, arguments[0]) && image.area() > 0 &&
           image.height == number_in(arguments[1]) && image.width == number_in(arguments[2]);
  }));
}

// Kind, least height and width, and largest ones or none.
SignalResult image_size_range(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 3) return answer(false);
  const auto images = images_of(facts_of(context));
  return answer(std::any_of(images.begin(), images.end(), [&](const Image& image) {
    return is_of(image, arguments[0]) && image.area() > 0 &&
           image.height >= number_in(arguments[1]) && image.width >= number_in(arguments[2]) &&
           (arguments.size() < 4 || image.height <= number_in(arguments[3])) &&
           (arguments.size() < 5 || image.width <= number_in(arguments[4]));
  }));
}

}  // namespace

void add_image_evals(SignalTable& table) {
  table["image_count"] = image_count;
  table["pixel_coverage"] = pixel_coverage;
  table["image_to_text_ratio"] = image_to_text_ratio;
  table["image_to_raw_text_ratio"] = image_to_raw_text_ratio;
  table["image_named"] = image_named;
  table["image_name_regex"] = image_name_regex;
  table["image_size_exact"] = image_size_exact;
  table["image_size_range"] = image_size_range;
}

}  // namespace secondlook
