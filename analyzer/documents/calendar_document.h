// Invitations and other calendar files (iCalendar, RFC 5545; vCalendar 1.0 as far as it is alike):
// Outlook and Google enter them into the calendar by themselves, links and files with them.
#pragma once

#include <string_view>

#include "analyzer/documents/document_findings.h"

namespace secondlook {

// By what it is, or by a name that a calendar opens (.ics .ical .ifb .vcs).
bool is_calendar(std::string_view type, std::string_view name);

// Facts: "calendar_invite" (METHOD in detail), "calendar_organizer" (its address),
// "calendar_meeting" (a link to a well-known service for meetings), "calendar_link" (any other that
// its reader sees), "calendar_attachment" (a file in it: its name). Files in it are looked into as
// files in documents are. Reads at most 16 MiB, 50,000 lines and 20 files; more is unseen.
void inspect_calendar(std::string_view content, DocumentFindings& findings);

}  // namespace secondlook
