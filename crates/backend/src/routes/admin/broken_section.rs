//! The part of `/admin` that names the configurations that are not in force as they are. Reads nothing.

use consentry_sites::BrokenFile;
use maud::{Markup, html};

use super::outside_text::OutsideText;

/// A line for each fault; nothing where all is well.
pub fn broken_section(broken: &[BrokenFile]) -> Markup {
    html! {
        @if !broken.is_empty() {
            section #broken {
                h2 { "Broken configurations" }
                p { "What these files said before stays in force until they are mended, where they were ever good." }
                ul {
                    @for line in broken.iter().flat_map(BrokenFile::lines) { li { (OutsideText(&line)) } }
                }
            }
        }
    }
}
