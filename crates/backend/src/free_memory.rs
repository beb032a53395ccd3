//! Memory that is free again goes back to the system: glibc keeps it otherwise, and what was needed for a moment at the start would be
//! the program's for good.

/// Gives free memory back. Takes a few milliseconds, during which other threads may wait for memory: to be called after work that took much.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "there is no safe name for it")]
pub fn give_back() {
    // SAFETY: it may be called at any time and by any thread (malloc_trim(3)), and touches only what nobody holds.
    unsafe { libc::malloc_trim(0) };
}

/// Elsewhere nothing is done.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back() {}
