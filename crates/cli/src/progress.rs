//! How far a long command is, for whoever looks at a terminal. Where standard error is none, nothing is shown.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that counts things of this name.
pub fn progress_bar(name: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(0); // of itself hidden where nobody looks
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {human_pos} of {human_len} {msg}, {eta} left")
    {
        bar.set_style(style);
    }
    bar.set_message(name);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
