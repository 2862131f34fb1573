// What VBA code does, read from its text: what starts it without being asked, and what it does
// beyond its document. No interpreter: continued lines, joined literals and Chr() are put together,
// so that "Sh" & "ell" reads as one word; what a program computes otherwise stays unseen.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

struct VbaBehaviour {
  std::set<std::string> starts;  // "document_open", as it is declared, in lower case
  std::set<std::string> acts;  // "shell", "urldownloadtofile": programs, downloads, other processes
  std::set<std::string> reaches;  // "createobject", "declare", "environ": ordinary by themselves
  std::vector<std::string> urls;
};

// Adds what one module (UTF-8) holds. Linear.
void read_vba_source(std::string_view source, VbaBehaviour& behaviour);

}  // namespace secondlook
