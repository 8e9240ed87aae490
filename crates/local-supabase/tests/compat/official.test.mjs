// The official client at its current version, through everything it offers that this server does. One
// process and one server for all of it; `--test-name-pattern` chooses.

import './cases/auth.mjs';
import './cases/sessions.mjs';
import './cases/queries.mjs';
import './cases/rest.mjs';
import './cases/changes.mjs';
import './cases/security.mjs';
import './cases/channels.mjs';
import './cases/private.mjs';
