//! Black-box tests, laid out like the URLs. Tests without a URL have their own modules.
//!
//! With the feature `deployed`, only the modules that use only HTTP are built.

mod auth;
#[cfg(not(feature = "deployed"))]
mod bootstrap;
mod cors;
#[cfg(not(feature = "deployed"))]
mod damage;
mod default_route;
#[cfg(not(feature = "deployed"))]
mod golden;
mod head;
#[cfg(not(feature = "deployed"))]
mod log;
mod oauth;
mod openapi;
#[cfg(not(feature = "deployed"))]
mod rotate_signing_key;
#[cfg(not(feature = "deployed"))]
mod stored;
mod well_known;
