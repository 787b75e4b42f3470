//! The OAuth endpoints.

mod token;
