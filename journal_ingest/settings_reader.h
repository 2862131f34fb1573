// A process of its own that may still read configuration, certificate and key after ingest has
// confined itself. It is forked before that, speaks with nobody but ingest, and understands one
// question: "what stands in the files now?" Which files is decided by the configuration's path it
// was started with and by what stands there, never by the asker. So the process that strangers talk
// to needs no right to the directories of these files, in which the Graph credential may lie, too;
// and a file may be replaced by rename, by another symlink, or get another name in the
// configuration.
//
// The conversation, on a socket pair: one byte asks; frames (schema/frame.h) answer, one for each
// file and one for the end, or one with the reason why not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/confinement.h"
#include "base/file_descriptor.h"
#include "base/result.h"
#include "journal_ingest/settings_files.h"
#include "schema/frame.h"

namespace secondlook {

// Forks it and gives our end of the socket pair; when that is closed the process ends. Call before
// threads, sockets and confinement: the process keeps no other descriptor but standard error.
Result<FileDescriptor> start_settings_reader(const std::string& configuration_path);

// Reads what its user may read; writes nothing, starts nothing, opens no socket.
Confinement settings_reader_rights();

// The reader's side: the answer to one question.
std::string encode_settings_answer(const Result<SettingsFiles>& files);

// Ingest's side: takes bytes as they come.
class SettingsAnswer {
 public:
  void feed(std::string_view bytes) { frames_.feed(bytes); }
  // Nothing: more bytes are needed. After an answer it begins anew. An error is the reader's
  // reason, or `internal` for what is no answer.
  std::optional<Result<SettingsFiles>> next();

 private:
  FrameReader frames_{kLongestSettingsFile};
  SettingsFiles files_;
};

}  // namespace secondlook
