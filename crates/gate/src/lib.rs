//! What acts before the first script of a page: `consentry-policy` and the banner's first layer behind a raw ABI, because
//! the same through wasm-bindgen would weigh more than twice as much in front of every page. Its JavaScript is in `js/`.
//!
//! One thread, one instance a page. Strings come through [`buffer`] as UTF-8 and are cut at [`BUFFER`] bytes by the
//! JavaScript side. Numbers are those of `consentry-policy`. Decides nothing: it looks up what was compiled.
#![allow(unsafe_code)] // the raw ABI
#![cfg_attr(target_arch = "wasm32", no_std)]
#![cfg(target_arch = "wasm32")]

mod banner;

use core::ptr::addr_of_mut;

use consentry_notice::{FirstLayer, Lines};
use consentry_policy::decision::{self, Event};
use consentry_policy::grants::Grants;
use consentry_policy::table::Table;
use consentry_policy::verdict::Verdict;

/// Bytes that [`buffer`] holds.
const BUFFER: usize = 1 << 16;

#[repr(C)] // what is named most has the lowest addresses
struct Gate {
    asked: u32,
    unknown: u32,
    grants: Grants,
    table: Table,
    buffer: [u8; BUFFER],
}

static mut GATE: Gate =
    Gate { asked: 0, unknown: 0, grants: Grants::NONE, table: Table::EMPTY, buffer: [0; BUFFER] };

/// The one gate of the page.
fn gate() -> &'static mut Gate {
    // SAFETY: wasm without threads; every export takes the reference once, lets it go before it returns, and calls
    // nothing that calls back into an export: what it imports calls natives of the browser alone (`js/rust.js`).
    unsafe { &mut *addr_of_mut!(GATE) }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// Where the JavaScript side writes a string before a call that takes its length.
#[unsafe(no_mangle)]
extern "C" fn buffer() -> *mut u8 {
    gate().buffer.as_mut_ptr()
}

/// Starts over with an empty table: `asked` is the set of categories that the site asks for, `unknown`
/// what to do with hosts in no table.
#[unsafe(no_mangle)]
extern "C" fn reset(asked: u32, unknown: u32) {
    let gate = gate();
    gate.table.clear();
    gate.asked = asked;
    gate.unknown = unknown;
}

/// Adds the pattern in the buffer with a verdict's bits; 0 if it was refused.
#[unsafe(no_mangle)]
extern "C" fn rule(length: usize, kinds: u32, verdict: u32) -> u32 {
    let Gate { buffer, table, .. } = gate();
    u32::from(table.insert(kinds, buffer.get(..length).unwrap_or(&[]), Verdict::from_bits(verdict)))
}

/// The verdict's bits on the text in the buffer, of one kind; -1 where nobody described it.
#[unsafe(no_mangle)]
extern "C" fn find(length: usize, kind: u32) -> i32 {
    let Gate { buffer, table, .. } = gate();
    table.find(kind, buffer.get(..length).unwrap_or(&[])).map_or(-1, |verdict| verdict.to_bits() as i32)
}

/// 1 if what has this verdict may act now.
#[unsafe(no_mangle)]
extern "C" fn allow(verdict: u32) -> u32 {
    let gate = gate();
    u32::from(gate.grants.allow(Verdict::from_bits(verdict), gate.asked, gate.unknown))
}

/// Something happened (a number of [`Event`]), with the categories that are granted as a set, and in the buffer a byte
/// for each service, a number of [`consentry_policy::grants::decision`].
/// Returns the effects as a set, the first in the lowest bit.
#[unsafe(no_mangle)]
extern "C" fn handle(event: u32, categories: u32) -> u32 {
    let Gate { buffer, grants, .. } = gate();
    if let Some(services) = buffer.first_chunk() {
        *grants = Grants::new(categories, *services);
    }
    let event = Event::from_number(event).unwrap_or(Event::Missing);
    decision::handle(event, grants)
}

/// 1 if a choice is in force; see [`decision::in_force`].
#[unsafe(no_mangle)]
extern "C" fn in_force(time: f64, expires: f64, now: f64, validity: f64) -> u32 {
    u32::from(decision::in_force(time, expires, now, validity))
}

/// Paints the first layer through the page's imports ([`banner`]). In the buffer: the lines of
/// [`consentry_notice::Lines`].
#[unsafe(no_mangle)]
extern "C" fn paint_first_layer(length: usize) {
    banner::paint(&FirstLayer(Lines(gate().buffer.get(..length).unwrap_or(&[]))));
}
