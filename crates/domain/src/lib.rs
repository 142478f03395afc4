//! Task Track: types, rules, events, ports and use cases. No I/O.

pub mod error;
pub mod gateways;
