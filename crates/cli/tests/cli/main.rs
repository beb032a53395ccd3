//! The program from outside: what it prints, how it exits, and what survives when it is killed.

mod bundle;
mod serve;
