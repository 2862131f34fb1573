// qpdf's decoders of streams, replaced by ones that ask the meter (pdf_limits.h): Flate and run
// lengths counted, LZW refused (PdfMeter::note_undecodable), JPEG passed through for our own
// decoder.
#pragma once

namespace secondlook {

// For all documents of the process; the first call counts.
void register_metered_filters();

}  // namespace secondlook
