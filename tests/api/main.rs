//! Black-box tests, laid out like the URLs; what has no URL stands beside them.
//!
//! With the feature `deployed`, only the modules that speak nothing but HTTP are built.

mod auth;
#[cfg(not(feature = "deployed"))]
mod bootstrap;
#[cfg(not(feature = "deployed"))]
mod damage;
#[cfg(not(feature = "deployed"))]
mod log;
mod oauth;
#[cfg(not(feature = "deployed"))]
mod rotate_signing_key;
mod well_known;
