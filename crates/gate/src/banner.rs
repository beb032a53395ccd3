//! Paints the banner's first layer: turns the items of `consentry-notice` into elements, through four calls that the page
//! lends. No text is ever parsed as HTML. What a click does is JavaScript's affair (`js/banner.js`).

use consentry_notice::{FirstLayer, ItemKind, Screen};

#[link(wasm_import_module = "page")]
unsafe extern "C" {
    /// Adds an element to the current one and makes it the current one. `start_tag`: its name and attributes, as
    /// `div id=text class=wide`.
    fn open(start_tag: *const u8, length: usize);
    /// Sets an attribute of the current element.
    fn attribute(name: *const u8, name_length: usize, value: *const u8, value_length: usize);
    /// Adds text to the current element.
    fn text(piece: *const u8, length: usize);
    /// Makes the parent the current element again.
    fn close();
}

/// Paints the whole layer into the current element.
pub fn paint(layer: &FirstLayer<'_>) {
    element("div id=d1 class=text");
    layer.content(&mut Page);
    end(); // the disclosure
    end();
    element("div class=controls");
    layer.controls(&mut Page);
    end();
}

/// The banner's elements.
struct Page;

impl Screen for Page {
    fn begin(&mut self, kind: ItemKind, name: &[u8]) {
        match kind {
            ItemKind::Title => element("h2 id=t1 part=title"),
            ItemKind::Control => {
                element("button type=button");
                set("data-consentry", name);
                // One part for both, so that no style sheet of the page can set one of them apart.
                set("part", if name == b"preferences" { name } else { b"decide" });
            }
            ItemKind::Link => {
                element("a part=link");
                set("href", name);
            }
            ItemKind::More => {
                element("details");
                element("summary part=more");
            }
            _ => {
                element("p");
                if !name.is_empty() {
                    set("id", name);
                }
            }
        }
    }

    fn text(&mut self, piece: &[u8]) {
        // SAFETY: see `element`.
        unsafe { text(piece.as_ptr(), piece.len()) };
    }

    fn end(&mut self, _: ItemKind) {
        end();
    }
}

/// Opens an element: its name, and attributes that need no quotes.
fn element(start_tag: &str) {
    // SAFETY: the page reads the bytes during the call and keeps no address; so do the calls below.
    unsafe { open(start_tag.as_ptr(), start_tag.len()) };
}

fn set(name: &str, value: &[u8]) {
    // SAFETY: see `element`.
    unsafe { attribute(name.as_ptr(), name.len(), value.as_ptr(), value.len()) };
}

fn end() {
    // SAFETY: takes nothing.
    unsafe { close() };
}
