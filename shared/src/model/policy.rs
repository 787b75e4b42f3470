//! Access policies: rules that allow or deny actions on resources. A Deny wins over every Allow, and what no
//! rule allows is denied.
//!
//! The language is that of ZapEHR, with the services' names for what they protect: the actions and types of
//! `IAM` are those of this service, and other services name theirs freely.

mod action;
mod decision;
mod holding;
mod names;
mod parse;
mod reason;
mod resource;
mod rules;
#[cfg(test)]
mod tests;

pub use action::{Action, ActionName};
pub use decision::{Policies, PolicyDecision, PolicySource, Request};
pub use names::IamType;
pub use reason::{InvalidPolicy, Reason};
pub use resource::Resources;
pub use rules::Policy;
