#include "schema/store/packed_verdict.h"

#include <memory>

#include <zstd.h>

#include "schema/verdict_protocol.h"

namespace secondlook {
namespace {

constexpr char kDictionaryNumber = 1;
constexpr int kLevel = 3;
// What verdicts share, the commonest last, where a match costs least.
constexpr std::string_view kDictionary1 =
    R"d("role":"bcc","expanded_from":null,"forwarded_from":null},{"address":"@outlook.com","role":"recipient")d"
    R"d("disposition":"malicious","score":10.0,"scores":{"malicious":10.0,"suspicious":10.0,"spoof":10.0,"spam":10.0,"bulk":10.0})d"
    R"d("disposition":"spam","score":5.0,"scores":{"bulk":5.0,"spam":5.0,"spoof":5.0,"suspicious":5.0})d"
    R"d("attributes":["encrypted_attachment","executable","new_sender","internal","outbound","password_notice","ambiguous_mime"])d"
    R"d("attachments":[{"name":"image001.png","declared_type":"image/png","detected_type":"image/png","size":)d"
    R"d({"name":".pdf","declared_type":"application/pdf","detected_type":"application/pdf","size":12345,"sha256":")d"
    R"d("declared_type":"application/vnd.openxmlformats-officedocument.wordprocessingml.document","detected_type":")d"
    R"d("declared_type":"image/jpeg","detected_type":"image/jpeg","size":1,"sha256":","encrypted":false,"malware":null}],"errors":[],)d"
    R"d("direction":"internal","direction":"outbound","x_mailer":"Microsoft Outlook 16.0",)d"
    R"d({"url":"https://www.w3.org/","host":"www.w3.org","text":""},{"url":"mailto:","host":"","text":""},{"url":"http://www.)d"
    R"d(.co.jp/",.com/","host":"www..com","text":"Unsubscribe"},{"url":"https://aka.ms/LearnAboutSenderIdentification","host":"aka.ms","text":")d"
    R"d("hits":[{"rule":"","score":0.5,"disposition":"suspicious","description":"","evidence":[{"where":"header From","offset":0,"text":"")d"
    R"d("},{"where":"header Subject","offset":0,"text":"}]},{"rule":"","score":1.0,"disposition":"spam","description":"","evidence":[{"where":"body","offset":)d"
    R"d({"where":"uri","offset":0,"text":"https://"}]}],"attributes":[],"parts":{"reader":1,"mimetic":1},)d"
    R"d({"version":1,"message_id":"<@mail.gmail.com>.prod.outlook.com>.jpnprd01.prod.outlook.com>","disposition":"clean","score":0.0,"scores":{},"hits":[],"attributes":[],)d"
    R"d("parts":{"reader":3,"mimetic":3},"links":[],"attachments":[],"errors":[],"rule_set":","digest":","sender":","sender_name":","from_domain":",)d"
    R"d("reply_to":null,"envelope_sender":"bounce","subject":"Re: ","sent_at":"2026-01-01T00:00:00.000000Z","size":,"direction":"inbound","network_message_id":")d"
    R"d(","connecting_ip":","helo":"mail-.outbound.protection.outlook.com","tls_version":"TLSv1.2","tls_version":"TLSv1.3","x_mailer":null,"authentication":{"spf":"pass","dmarc":"pass","compauth":"pass",)d"
    R"d("dkim":[{"result":"pass","domain":","selector":"selector1"}]},"eop":{"scl":1,"bcl":0,"sfv":"NSPM","category":"NONE"},"eop":{"scl":null,"bcl":null,"sfv":null,"category":null},)d"
    R"d("recipients":[{"address":"","role":"to","expanded_from":null,"forwarded_from":null},{"address":"","role":"to","expanded_from":null,"forwarded_from":null}],"reported":[]})d";

struct Free {
  void operator()(ZSTD_CDict* dictionary) const { ZSTD_freeCDict(dictionary); }
  void operator()(ZSTD_DDict* dictionary) const { ZSTD_freeDDict(dictionary); }
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// Read-only once made, so that all threads share them.
const ZSTD_CDict* packing_dictionary() {
  static const std::unique_ptr<ZSTD_CDict, Free> dictionary(
      ZSTD_createCDict(kDictionary1.data(), kDictionary1.size(), kLevel));
  return dictionary.get();
}
const ZSTD_DDict* unpacking_dictionary() {
  static const std::unique_ptr<ZSTD_DDict, Free> dictionary(
      ZSTD_createDDict(kDictionary1.data(), kDictionary1.size()));
  return dictionary.get();
}

ZSTD_CCtx* packer() {
  thread_local const std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
  return context.get();
}
ZSTD_DCtx* unpacker() {
  thread_local const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  return context.get();
}

}  // namespace

std::string_view first_verdict_dictionary() {
  return kDictionary1;
}

std::string pack_verdict(std::string_view json) {
  std::string packed(1 + ZSTD_compressBound(json.size()), kDictionaryNumber);
  const std::size_t size =
      ZSTD_compress_usingCDict(packer(), packed.data() + 1, packed.size() - 1, json.data(),
                               json.size(), packing_dictionary());
  if (ZSTD_isError(size) != 0) return {};
  packed.resize(1 + size);
  return packed;
}

Result<std::string> unpack_verdict(std::string_view packed) {
  if (packed.empty() || packed[0] != kDictionaryNumber)
    return malformed("a verdict packed by another version");
  packed.remove_prefix(1);
  const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR ||
      size > kLargestVerdictFrame)
    return malformed("a packed verdict is damaged");
  std::string json(size, '\0');
  const std::size_t got =
      ZSTD_decompress_usingDDict(unpacker(), json.data(), json.size(), packed.data(),
                                 packed.size(), unpacking_dictionary());
  if (ZSTD_isError(got) != 0 || got != json.size()) return malformed("a packed verdict is damaged");
  return json;
}

}  // namespace secondlook
