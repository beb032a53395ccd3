//! The site owner's program.

fn main() {}
