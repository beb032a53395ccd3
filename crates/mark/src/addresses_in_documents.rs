//! What an address makes a browser ask for when the document stands in the address itself, as far as its
//! text tells. What puts an address together as it runs is the policy's to hold.

use crate::character_references::decode_attribute;
use crate::data_and_script_urls::{document, document_in_utf8, style_sheet};
use crate::host_addresses::host_addresses;
use crate::{css, module_imports};

/// Sheets in the addresses of sheets that are read; nobody writes one deeper.
const DEEPEST_SHEET: u8 = 4;

/// The addresses in a style sheet, and those in the sheets that stand in them.
pub(crate) fn in_css(css: &str) -> Vec<String> {
    let mut addresses = css::addresses(css);
    let mut unread = 0;
    for _ in 0..DEEPEST_SHEET {
        let sheets =
            addresses.get(unread..).unwrap_or_default().iter().filter_map(|address| style_sheet(address));
        let found: Vec<_> = sheets.flat_map(|sheet| css::addresses(&sheet)).collect();
        unread = addresses.len();
        addresses.extend(found);
    }
    addresses
}

/// What loads in a frame that is given this address.
pub(crate) fn in_frame(address: &str) -> Vec<String> {
    let Some(text) = document(address) else { return vec![address.to_owned()] };
    let decoded = decode_attribute(&text);
    let mut addresses = host_addresses(&decoded);
    addresses.extend(in_css(&decoded));
    addresses
}

/// What the gate finds in such an address: it reads no character references and no encoding but UTF-8.
pub(crate) fn seen_by_gate(address: &str) -> Vec<String> {
    document_in_utf8(address).map_or_else(Vec::new, |text| host_addresses(&text))
}

/// What a style sheet at this address asks for; the address itself if the sheet does not stand in it.
pub(crate) fn in_sheet(address: &str) -> Vec<String> {
    style_sheet(address).map_or_else(|| vec![address.to_owned()], |sheet| in_css(&sheet))
}

/// The same of a module.
pub(crate) fn in_module(address: &str) -> Vec<String> {
    document(address).map_or_else(|| vec![address.to_owned()], |code| module_imports::imports(&code))
}
