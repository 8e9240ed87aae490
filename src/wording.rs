//! Writes, columns and refusals in plain words; the only place that knows what each table calls them.

pub mod column;
pub mod refusal;
pub mod write;
