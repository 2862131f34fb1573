// The dictionaries of packed_verdict.cc. Never changed once released. For it and its test alone.
#pragma once

#include <string_view>

namespace secondlook {

// What verdicts share, the commonest last, where a match costs least.
inline constexpr std::string_view kDictionary1 =
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

// Dictionary 2 is a whole one of zstd: this head (its number is 2), then kDictionary1, then
// kMoreOf2. The head holds how often letters and lengths occur, so that no verdict has to say it
// itself; ZDICT_finalizeDictionary of zstd 1.5.4 made it of 2,500 messages of
// tests/bench/search_speed/made_message.cc, at level 3. In hexadecimal.
inline constexpr std::string_view kHeadOf2 =
    "37a430ec020000003710c8923407ff2b83dd0145152114fde7f3743aa69d682392849da494ede5b64ddb26bd6fda"
    "f0f280079a88880809d92fb71e3ad3672b27f300000c060f4cc55139de090004408485c24108090883c48586c2c2"
    "c3e2924824260fc4c1f0480800180000380068908aab280500005490838281541a0cc6c22c46a1288c4ae6cc0000"
    "000000010000000400000008000000";
// What a verdict says in the order it says it, as a detection and as clean mail.
inline constexpr std::string_view kMoreOf2 =
    R"d({"version":1,"message_id":"<@mail.gmail.com>.prod.outlook.com>","disposition":"malicious","score":0.)d"
    R"d(0,"scores":{"bulk":0.5,"spam":0.5,"spoof":0.5,"suspicious":0.5},"hits":[{"rule":"","score":0.5,"disp)d"
    R"d(osition":"suspicious","description":"","evidence":[{"where":"body","offset":1,"text":""}]},{"rule":")d"
    R"d("}],"attributes":["new_sender"],"parts":{"reader":3,"mimetic":3},"links":[{"url":"https://www.","hos)d"
    R"d(t":"www..com","text":""},{"url":"https://"}],"link_sites":[".com",".co.jp"],"attachments":[{"name":")d"
    R"d(.pdf","declared_type":"application/pdf","detected_type":"application/pdf","size":1,"sha256":"","encr)d"
    R"d(ypted":false,"malware":null}],"errors":[],{"version":1,"message_id":"<@.com>","disposition":"clean",)d"
    R"d("score":0.0,"scores":{},"hits":[],"attributes":[],"parts":{"reader":2,"mimetic":2},"links":[],"link_)d"
    R"d(sites":[],"attachments":[],"errors":[],"rule_set":null,"signatures":null,"digest":"","sender":"@.com)d"
    R"d(","sender_name":"","from_domain":".com","reply_to":null,"envelope_sender":"bounce+@.com","subject":")d"
    R"d(Re: ","sent_at":"2026-12-01T00:00:00.000000Z","size":1,"direction":"inbound","network_message_id":"-)d"
    R"d(","connecting_ip":"1.","helo":"mail..com","tls_version":"TLSv1.3","x_mailer":null,"authentication":{)d"
    R"d("spf":"pass","dmarc":"pass","compauth":"pass","dkim":[{"result":"pass","domain":".com","selector":"s)d"
    R"d(1"}]},"eop":{"scl":null,"bcl":null,"sfv":null,"category":null},"recipients":[{"address":"@","role":")d"
    R"d(to","expanded_from":null,"forwarded_from":null}],"reported":[]})d";

}  // namespace secondlook
