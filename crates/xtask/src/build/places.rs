//! Where the build finds and leaves its files, as paths in the workspace.

/// Where the built component lies.
pub const DIST: &str = "pkg/dist";

/// Where its files lie compressed, for the program alone.
pub const COMPRESSED: &str = "pkg/compressed";

/// Where the tools of site owners lie that run in Node.
pub const TOOLS: &str = "pkg/tools";

/// Cargo's profile for everything that a visitor downloads.
pub const PROFILE: &str = "wasm";

/// Cargo's target folder for what is compiled for browsers: apart, so that its flags and those of the native
/// build do not undo each other's work.
pub const TARGET_FOLDER: &str = "target/browser";

/// Lets a stable toolchain read the options with which the standard library is built for size. Cargo compiles
/// procedural macros anew whenever this changes between two calls, so that all calls for [`TARGET_FOLDER`]
/// that have some say it.
pub const WITH_UNSTABLE_OPTIONS: (&str, &str) = ("RUSTC_BOOTSTRAP", "1");

/// Where cargo leaves the compiled libraries: the target folder, the target, the profile.
pub const COMPILED: &str = "target/browser/wasm32-unknown-unknown/wasm";
