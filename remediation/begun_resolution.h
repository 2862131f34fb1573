// What a step that stands as `begun` has become, decided by looking (DESIGN 2.5): after a timeout,
// a 5xx, a power cut or kill -9 nobody knows whether the write took effect, and repeating it
// blindly would be a second effective move. Pure.
#pragma once

#include "schema/configuration.h"

namespace secondlook {

// How far out of the user's sight a copy lies, in the order of Action.
enum class Place { visible = 0, junk = 1, deleted_items = 2, recoverable = 3, purges = 4 };

// Where `action` puts a copy. `none` leaves it visible.
Place destination_of(Action action);

// What was seen of the one copy that the step had begun to move.
enum class Sighting {
  at_origin,           // in the folder of the pre-image
  in_destination,      // where the step wanted it
  beyond_destination,  // further out: the user or a policy went on
  elsewhere,           // in another folder, not as far out as wanted: moved meanwhile
  nowhere              // neither by id nor by search
};

enum class Resolution {
  removed,     // the write took effect: say so, write nothing
  act_again,   // it did not: one more try
  look_again,  // not to be said yet: Graph's search lags behind its writes
  vanished     // looked long enough: the user or a policy deleted it for good
};

// | sighting            | resolution                                             |
// |---------------------|--------------------------------------------------------|
// | in_destination      | removed                                                |
// | beyond_destination  | removed                                                |
// | at_origin           | act_again                                              |
// | elsewhere           | act_again                                              |
// | nowhere, purge      | removed (Purges may be closed to us) when looks spent  |
// | nowhere             | look_again, then vanished when looks are spent         |
Resolution resolve_begun(Sighting sighting, Action action, bool looks_are_spent);

Sighting sighting_of(Place place, bool is_original_folder, Action action);

}  // namespace secondlook
