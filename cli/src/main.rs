//! Furl on the command line.

fn main() {}
