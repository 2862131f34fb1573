// Pictures of a PDF (image XObjects: ISO 32000-1, 8.9.5): JPEGs, and samples of the usual colour
// spaces. Fax, JBIG2 and JPEG 2000 are not decoded; masks and pictures within a page's content are
// not seen.
#pragma once

#include <string>

#include <qpdf/QPDFObjectHandle.hh>

#include "analyzer/documents/picture.h"

namespace secondlook {

// At most `most` bytes of a stream, decoded; as far as it could be.
std::string stream_bytes(QPDFObjectHandle stream, std::size_t most);

bool is_pdf_picture(QPDFObjectHandle object);
PictureSize pdf_picture_size(QPDFObjectHandle picture);

// Errors as in decode_picture().
Result<Picture> decode_pdf_picture(QPDFObjectHandle picture);

}  // namespace secondlook
