//! Scenarios with two secrets, their ends and the days of their last use, and the faults that they
//! find.

mod found;
mod judged;
mod kept;
