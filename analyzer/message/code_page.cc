#include "analyzer/message/code_page.h"

namespace secondlook {

std::string charset_of_code_page(unsigned code_page) {
  switch (code_page) {
    case 437:
    case 850:
    case 852:
    case 866: return "ibm" + std::to_string(code_page);
    case 874: return "windows-874";
    case 932: return "shift_jis";
    case 936:
    case 54936: return "gb18030";
    case 949: return "windows-949";
    case 950: return "big5";
    case 1200: return "utf-16le";
    case 10000: return "macintosh";
    case 20127: return "us-ascii";
    case 20866: return "koi8-r";
    case 21866: return "koi8-u";
    case 50220:
    case 50221:
    case 50222: return "iso-2022-jp";
    case 51932: return "euc-jp";
    case 51949: return "euc-kr";
    case 65001: return "utf-8";
    default: break;
  }
  if (code_page >= 1250 && code_page <= 1258) return "windows-" + std::to_string(code_page);
  if (code_page >= 28591 && code_page <= 28605)
    return "iso-8859-" + std::to_string(code_page - 28590);
  return {};
}

unsigned code_page_of_font_charset(unsigned charset) {
  switch (charset) {
    case 0: return 1252;
    case 77: return 10000;
    case 128: return 932;
    case 129: return 949;
    case 134: return 936;
    case 136: return 950;
    case 161: return 1253;
    case 162: return 1254;
    case 163: return 1258;
    case 177: return 1255;
    case 178: return 1256;
    case 186: return 1257;
    case 204: return 1251;
    case 222: return 874;
    case 238: return 1250;
    default: return 0;
  }
}

}  // namespace secondlook
