// The console and the API reference, as a person uses them.

import "./console.mjs";
import "./list.mjs";
import "./changes.mjs";
import "./secrets.mjs";
import "./repeats.mjs";
import "./roles.mjs";
import "./policies.mjs";
import "./origins.mjs";
import "./accessibility.mjs";
import "./docs.mjs";
