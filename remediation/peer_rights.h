// Who may speak to our sockets, by the kernel's word (SO_PEERCRED), not by what they say.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unix_socket.h"

namespace secondlook {

enum class Rights { none, read, act };

// The verdict socket: our own user, root, or the user `secondlook-analyzer`.
bool may_bring_verdicts(const PeerCredentials& peer);

// The control socket: our own user and root act, as do members of `secondlook-operators`; members
// of `secondlook-readers` read. Membership as in /etc/passwd and /etc/group at this moment.
Rights control_rights(const PeerCredentials& peer);

// 0600 on a machine without those users and groups; else 0666, and the credentials decide.
unsigned verdict_socket_mode();
unsigned control_socket_mode();

// Who sits behind a peer, where two people are asked for: the peer's user. Root and our own user
// are roles and no people: there the login user counts, by the tool's word (who may be root may do
// everything anyway).
std::string person_of(const PeerCredentials& peer, const std::string& login);

// "alice(1000)", or "1000" for a user without a name: for the audit.
std::string name_of_user(uid_t user);

}  // namespace secondlook
