#include "tests/bench/analysis_cost/sized_mail.h"

#include <random>
#include <utility>

namespace secondlook {
namespace {

// Frequent ones are there several times.
constexpr std::string_view kWords[] = {
    "the",     "the",     "the",      "of",       "of",      "and",      "and",     "to",
    "to",      "in",      "a",        "a",        "is",      "that",     "for",     "it",
    "with",    "as",      "was",      "on",       "be",      "at",       "by",      "I",
    "this",    "have",    "from",     "or",       "we",      "you",      "your",    "our",
    "not",     "are",     "but",      "they",     "will",    "would",    "if",      "can",
    "meeting", "project", "Thursday", "schedule", "please",  "attached", "report",  "review",
    "budget",  "account", "office",   "customer", "invoice", "payment",  "service", "delivery",
    "patch",   "kernel",  "version",  "release",  "update",  "number",   "address", "contact",
    "morning", "regards", "question", "answer",   "changes", "document", "figures", "deadline",
    "2026",    "17:30",   "(draft)",  "e-mail",   "café",    "Zürich",   "budget,", "tomorrow."};

class Writer {
 public:
  // Words up to `bytes`, in lines of some 72 and paragraphs of six lines.
  std::string text(std::size_t bytes) {
    std::string text;
    for (std::size_t line = 0, lines = 0; text.size() < bytes;) {
      const std::string_view next = word();
      if (line + next.size() > 72) {
        text += ++lines % 6 == 0 ? "\r\n\r\n" : "\r\n";
        line = 0;
      }
      if (line > 0) text += ' ';
      text += next;
      line += next.size() + 1;
    }
    return text + "\r\n";
  }

  std::string html(std::size_t bytes) {
    std::string html = "<html><head><title>News</title></head><body bgcolor=\"#ffffff\">\r\n";
    for (std::size_t paragraph = 0; html.size() < bytes; ++paragraph) {
      html += "<table width=\"600\"><tr><td style=\"font-family: Arial; color: #333333\"><p>";
      html += text(400);
      html += "<b>" + std::string(word()) + "</b> <a href=\"https://www.fabrikam.example/page/";
      html += std::to_string(paragraph) + "?id=" + std::to_string(random_()) + "\">";
      html += std::string(word()) + " " + std::string(word()) + "</a></p></td></tr></table>\r\n";
    }
    return html + "</body></html>\r\n";
  }

  std::string base64(std::size_t bytes) {
    static constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string lines = "JVBERi0xLjQK";  // "%PDF-1.4"
    while (lines.size() < bytes) {
      for (int i = 0; i < 76; ++i) lines += kAlphabet[random_() % 64];
      lines += "\r\n";
    }
    return lines;
  }

 private:
  std::string_view word() { return kWords[random_() % std::size(kWords)]; }

  std::minstd_rand random_{4711};
};

constexpr std::string_view kHead =
    "Received: from mail.fabrikam.example (mail.fabrikam.example [203.0.113.7])\r\n"
    "\tby mx.contoso.example with ESMTPS id 4Bq7; Tue, 24 Nov 2026 09:12:31 +0000\r\n"
    "From: Ann Other <ann@fabrikam.example>\r\nTo: alice@contoso.example\r\n"
    "Subject: What we said on Thursday\r\nDate: Tue, 24 Nov 2026 09:12:30 +0000\r\n"
    "Message-ID: <sized@fabrikam.example>\r\nMIME-Version: 1.0\r\n";

std::string text_part(std::string_view type) {
  return "Content-Type: " + std::string(type) +
         "; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
}

constexpr std::string_view kAttachment =
    "Content-Type: application/pdf; name=\"figures.pdf\"\r\nContent-Transfer-Encoding: base64\r\n"
    "Content-Disposition: attachment; filename=\"figures.pdf\"\r\n\r\n";
constexpr std::string_view kMixed = "Content-Type: multipart/mixed; boundary=\"=_7c1\"\r\n\r\n";
constexpr std::string_view kNextPart = "--=_7c1\r\n", kEnd = "--=_7c1--\r\n";

std::string small_parts(Writer& writer, std::size_t bytes) {
  std::string parts(kMixed);
  for (bool is_text = true; parts.size() < bytes; is_text = !is_text) {
    parts += kNextPart;
    parts += is_text ? text_part("text/plain") + writer.text(1900)
                     : std::string(kAttachment) + writer.base64(1800);
  }
  return parts + std::string(kEnd);
}

}  // namespace

std::string_view name_of(MailShape shape) {
  switch (shape) {
    case MailShape::text: return "text";
    case MailShape::html: return "HTML";
    case MailShape::attachment: return "base64 attachment";
    case MailShape::small_parts: return "small parts";
  }
  return "";
}

std::string mail_of(MailShape shape, std::size_t bytes) {
  Writer writer;
  std::string mail(kHead);
  switch (shape) {
    case MailShape::text: return mail + text_part("text/plain") + writer.text(bytes);
    case MailShape::html: return mail + text_part("text/html") + writer.html(bytes);
    case MailShape::attachment:
      mail += std::string(kMixed) + std::string(kNextPart) + text_part("text/plain");
      mail += writer.text(1900) + std::string(kNextPart) + std::string(kAttachment);
      return mail + writer.base64(bytes) + std::string(kEnd);
    case MailShape::small_parts: return mail + small_parts(writer, bytes);
  }
  return mail;
}

}  // namespace secondlook
