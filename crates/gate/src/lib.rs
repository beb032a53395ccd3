//! The synchronous guard: `consentry-policy` behind a raw ABI, because a gate through wasm-bindgen would
//! weigh more than twice as much in front of every page. Its JavaScript shim is in `js/`.
//!
//! One thread, one instance a page. Strings come through [`buffer`] as UTF-8 and are cut at
//! [`BUFFER`] bytes by the shim. Numbers are those of `consentry-policy`.
#![allow(unsafe_code)] // here and nowhere else: the raw ABI
#![cfg_attr(target_arch = "wasm32", no_std)]
#![cfg(target_arch = "wasm32")]

use core::ptr::addr_of_mut;

use consentry_policy::grants::Grants;
use consentry_policy::session::{self, Event, Session};
use consentry_policy::table::Table;
use consentry_policy::verdict::Verdict;

/// Bytes that [`buffer`] holds.
const BUFFER: usize = 1 << 16;

struct Gate {
    buffer: [u8; BUFFER],
    table: Table,
    session: Session,
    staged: Grants,
    asked: u32,
    unknown: u32,
}

static mut GATE: Gate = Gate {
    buffer: [0; BUFFER],
    table: Table::EMPTY,
    session: Session::NEW,
    staged: Grants::NONE,
    asked: 0,
    unknown: 0,
};

/// The one gate of the page.
fn gate() -> &'static mut Gate {
    // SAFETY: wasm without threads; every export takes the reference once, lets it go before it returns
    // and calls nothing that could call back into an export.
    unsafe { &mut *addr_of_mut!(GATE) }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// Where the shim writes a string before a call that takes its length.
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

/// Adds the patterns in the buffer, one a line; returns how many were refused.
#[unsafe(no_mangle)]
extern "C" fn rules(length: usize, kinds: u32, class: u32, source: u32, service: u32) -> u32 {
    let Gate { buffer, table, .. } = gate();
    let verdict = Verdict::new(class, source, service);
    table.insert(kinds, buffer.get(..length).unwrap_or(&[]), verdict)
}

/// The verdict's bits on the `host/path` in the buffer; unclassified where nobody described it.
#[unsafe(no_mangle)]
extern "C" fn url(length: usize) -> u32 {
    let Gate { buffer, table, .. } = gate();
    table.url(buffer.get(..length).unwrap_or(&[])).unwrap_or(Verdict::UNKNOWN).to_bits()
}

/// The verdict's bits on the name in the buffer, `kind` 2 for cookies and 4 for storage; -1 where nobody
/// calls it a tracker's.
#[unsafe(no_mangle)]
extern "C" fn name(length: usize, kind: u32) -> i32 {
    let Gate { buffer, table, .. } = gate();
    table.name(kind, buffer.get(..length).unwrap_or(&[])).map_or(-1, |verdict| verdict.to_bits() as i32)
}

/// 1 if what has this verdict may act now.
#[unsafe(no_mangle)]
extern "C" fn allow(verdict: u32) -> u32 {
    let gate = gate();
    u32::from(gate.session.grants().allow(Verdict::from_bits(verdict), gate.asked, gate.unknown))
}

/// Begins a set of decisions with whole categories.
#[unsafe(no_mangle)]
extern "C" fn stage(categories: u32) {
    gate().staged = Grants::categories(categories);
}

/// Adds a decision about one service to the set.
#[unsafe(no_mangle)]
extern "C" fn stage_service(service: u32, granted: u32) {
    gate().staged.decide_service(service, granted != 0);
}

/// Something happened (0 found, 1 missing, 2 lapsed, 3 decided, 4 followed) with the staged decisions;
/// returns the effects, four bits each, the first in the lowest.
#[unsafe(no_mangle)]
extern "C" fn handle(event: u32) -> u32 {
    let Gate { session, staged, .. } = gate();
    let event = match event {
        0 => Event::Found,
        2 => Event::Lapsed,
        3 => Event::Decided,
        4 => Event::Followed,
        _ => Event::Missing,
    };
    session.handle(event, staged).to_bits()
}

/// 1 if a choice is in force; see [`session::in_force`].
#[unsafe(no_mangle)]
extern "C" fn in_force(time: f64, expires: f64, now: f64, validity: f64) -> u32 {
    u32::from(session::in_force(time, expires, now, validity))
}
