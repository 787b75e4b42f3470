//! The gate: promises 1 to 3, over HTTP, with clocks that the tests set.

mod calls;
