//! The benchmarks in a browser; there is nothing to run on this machine.

#[cfg(target_arch = "wasm32")]
mod page;

fn main() {}
