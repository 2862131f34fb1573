#include "analyzer/documents/pdf_document.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFExc.hh>
#include <qpdf/QPDFLogger.hh>

#include "analyzer/documents/embedded_file.h"
#include "analyzer/documents/pdf_limits.h"
#include "analyzer/documents/pdf_picture.h"
#include "analyzer/documents/pdf_stream_filters.h"
#include "analyzer/documents/qr_code.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostEmbeddedBytes = 32 << 20;
constexpr std::size_t kScriptBytes = 4096;  // of a script, of which the beginning is shown
// Pages that were scanned are pictures: of many the first ones are looked at, and it is said.
constexpr int kMostPictures = 40;

// A file specification is a string or a dictionary (ISO 32000-1, 7.11).
std::string name_in(QPDFObjectHandle specification) {
  if (specification.isString()) return specification.getUTF8Value();
  if (!specification.isDictionary()) return {};
  for (const char* key : {"/UF", "/F", "/Unix", "/DOS", "/Mac"})
    if (QPDFObjectHandle name = specification.getKey(key); name.isString())
      return name.getUTF8Value();
  return {};
}

std::string kind_of_action(QPDFObjectHandle action) {
  if (!action.isDictionary()) return {};
  QPDFObjectHandle kind = action.getKey("/S");
  return kind.isName() ? kind.getName() : std::string();
}

struct EmbeddedFile {
  std::string name, content;
};

class PdfInspection {
 public:
  PdfInspection(std::string_view content, DocumentFindings& findings)
      : content_(content), findings_(findings), meter_(limits_) {
    register_metered_filters();
    const auto nobody = QPDFLogger::create();
    nobody->setOutputStreams(nullptr, nullptr);
    nobody->setInfo(nobody->discard());
    nobody->setWarn(nobody->discard());
    nobody->setError(nobody->discard());
    pdf_.setLogger(nobody);
    pdf_.setSuppressWarnings(true);
  }

  // False when qpdf makes nothing of it.
  bool read() {
    const bool is_read = try_to_read();
    if (meter_.is_exhausted())
      findings_.add_unseen("PDF too large or too slow to be looked at whole");
    if (meter_.met_undecodable()) findings_.add_unseen("PDF with streams of a rare encoding");
    return is_read || meter_.is_exhausted();
  }

  std::vector<EmbeddedFile> take_embedded() { return std::move(embedded_); }

 private:
  bool try_to_read() {
    try {
      pdf_.processInputSource(metered_input(content_));
      meter_.document_is_open();
      return read_objects();
    } catch (const QPDFExc& error) {
      if (error.getErrorCode() != qpdf_e_password && error.getErrorCode() != qpdf_e_unsupported)
        return false;
      if (error.getErrorCode() == qpdf_e_password)
        findings_.add_fact("encrypted_document", "PDF");
      else
        findings_.add_unseen("PDF of a kind that is not read");
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }

  bool read_objects() {
    std::vector<QPDFObjectHandle> objects = pdf_.getAllObjects();
    if (objects.size() > limits_.most_objects) {
      findings_.add_unseen("PDF of more than " + std::to_string(limits_.most_objects) + " objects");
      objects.resize(limits_.most_objects);
    }
    for (const QPDFObjectHandle& object : objects) read_object(object);
    for (const QPDFObjectHandle& object : objects)
      if (is_pdf_picture(object)) read_picture(object);
    return std::any_of(objects.begin(), objects.end(),
                       [](QPDFObjectHandle object) { return !object.isNull(); });
  }

  // With what stands in it; objects that it refers to have their own turn.
  void read_object(QPDFObjectHandle object) {
    std::vector<QPDFObjectHandle> open{object.isStream() ? object.getDict() : object};
    const auto put_off = [&](QPDFObjectHandle inner) {
      if (!inner.isIndirect() && (inner.isDictionary() || inner.isArray())) open.push_back(inner);
    };
    while (!open.empty()) {
      meter_.check_time();
      QPDFObjectHandle next = open.back();
      open.pop_back();
      if (next.isDictionary()) {
        read_dictionary(next);
        for (const auto& [key, value] : next.ditems()) put_off(value);
      } else if (next.isArray()) {
        for (const QPDFObjectHandle& item : next.aitems()) put_off(item);
      }
    }
  }

  void read_dictionary(QPDFObjectHandle dictionary) {
    if (QPDFObjectHandle uri = dictionary.getKey("/URI"); uri.isString())
      findings_.add_url(uri.getUTF8Value());
    if (const std::string kind = kind_of_action(dictionary); !kind.empty())
      read_action(kind, dictionary);
    if (dictionary.hasKey("/JS")) read_script(dictionary.getKey("/JS"));
    if (dictionary.hasKey("/OpenAction")) read_open_action(dictionary.getKey("/OpenAction"));
    if (QPDFObjectHandle more = dictionary.getKey("/AA"); more.isDictionary())
      read_open_action(more.getKey("/O"));
    if (dictionary.getKey("/EF").isDictionary()) read_embedded_file(dictionary);
  }

  void read_action(const std::string& kind, QPDFObjectHandle action) {
    const std::string file = name_in(action.getKey("/F"));
    if (kind == "/Launch") read_launch(file, action.getKey("/Win"));
    if (kind == "/SubmitForm") {
      findings_.add_fact("pdf_submit_form", file);
      findings_.add_url(file);
    }
    if (kind == "/GoToR" || kind == "/GoToE" || kind == "/ImportData")
      findings_.add_fact("pdf_remote", kind.substr(1) + " " + file);
  }

  void read_launch(const std::string& file, QPDFObjectHandle windows) {
    std::string what = file;
    if (windows.isDictionary()) {
      what = name_in(windows);
      if (QPDFObjectHandle with = windows.getKey("/P"); with.isString())
        what += " " + with.getUTF8Value();
    }
    findings_.add_fact("pdf_launch", what);
  }

  void read_script(QPDFObjectHandle script) {
    std::string text;
    if (script.isString()) text = script.getUTF8Value();
    if (script.isStream()) text = stream_bytes(script, kScriptBytes);
    findings_.add_fact("pdf_javascript", text);
  }

  // A place in the document to begin at is no action, or one that only goes there.
  void read_open_action(QPDFObjectHandle action) {
    const std::string kind = kind_of_action(action);
    if (!kind.empty() && kind != "/GoTo" && kind != "/Named")
      findings_.add_fact("pdf_open_action", kind.substr(1));
  }

  void read_embedded_file(QPDFObjectHandle specification) {
    const std::string name = name_in(specification);
    findings_.add_fact("pdf_embedded_file", name);
    QPDFObjectHandle forms = specification.getKey("/EF");
    for (const char* key : {"/UF", "/F", "/Unix", "/DOS", "/Mac"}) {
      QPDFObjectHandle file = forms.getKey(key);
      if (!file.isStream()) continue;
      embedded_.push_back({name, stream_bytes(file, kMostEmbeddedBytes)});
      if (embedded_.back().content.size() == kMostEmbeddedBytes)
        findings_.add_unseen(name + ": only its first 32 MiB looked at");
      return;
    }
  }

  void read_picture(QPDFObjectHandle object) {
    if (!may_hold_code(pdf_picture_size(object))) return;
    if (pictures_ >= kMostPictures || !take_off(pdf_picture_size(object), findings_.allowance()))
      return findings_.add_fact("pictures_passed_over", "more than are looked at");
    ++pictures_;
    const auto picture = decode_pdf_picture(object);
    if (picture) return look_for_qr_codes(*picture, findings_);
    if (picture.error().kind != Error::Kind::malformed)
      findings_.add_fact("pictures_passed_over", picture.error().message);
  }

  const std::string_view content_;
  DocumentFindings& findings_;
  const PdfLimits limits_;
  PdfMeter meter_;
  QPDF pdf_;
  std::vector<EmbeddedFile> embedded_;
  int pictures_ = 0;
};

}  // namespace

void inspect_pdf_document(std::string_view content, DocumentFindings& findings) {
  // The document is closed, its meter gone, before what it carries is looked into.
  std::vector<EmbeddedFile> embedded;
  const auto read = [&](std::string_view pdf) {
    PdfInspection inspection(pdf, findings);
    const bool is_read = inspection.read();
    embedded = inspection.take_embedded();
    return is_read;
  };
  // Readers find the objects of a file without its end, for which qpdf asks; without any they show
  // nothing.
  const bool may_be_shown = content.find("obj") != std::string_view::npos;
  if (may_be_shown && !read(content) &&
      !read(std::string(content) + "\ntrailer << /Size 1 /Root 1 0 R >>\n"))
    findings.add_unseen("damaged PDF");
  for (const EmbeddedFile& file : embedded)
    inspect_embedded_file(file.content, file.name, findings);
}

}  // namespace secondlook
