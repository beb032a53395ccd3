//! How far long work is, on standard error where that is a terminal. Where it is none, nothing is shown.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A line that is gone when it is dropped.
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar. `what`: what is counted, in a word or two.
    pub fn new(what: &'static str) -> Progress {
        Progress::shown_as("{prefix} {wide_bar} {human_pos} of {human_len}, {eta} left", what)
    }

    /// For work whose end nobody knows: how long it has taken. `what`: what is done.
    pub fn waiting(what: &'static str) -> Progress {
        Progress::shown_as("{spinner} {prefix}, {elapsed} so far", what)
    }

    fn shown_as(form: &str, what: &'static str) -> Progress {
        let bar = ProgressBar::new(0); // of itself hidden where nobody looks
        // The form is a good one; the usual one otherwise.
        let style = ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.set_prefix(what);
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress(bar)
    }

    /// So much is done, of so much.
    pub fn set(&self, done: u64, of: u64) {
        self.0.set_length(of);
        self.0.set_position(done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
