//! The answer to "whose is this?": a class, the service if the site declared one, and who says so.

use crate::category::Category;
use crate::constants_macro::constants;

constants! {
    /// A category as a number, or the absence of one: the lowest three bits of a verdict.
    pub mod class: u32 {
        /// [`Category::Necessary`](crate::category::Category::Necessary).
        NECESSARY = super::Category::Necessary.number(), super::Category::Necessary.name();
        /// [`Category::Functional`](crate::category::Category::Functional).
        FUNCTIONAL = super::Category::Functional.number(), super::Category::Functional.name();
        /// [`Category::Analytics`](crate::category::Category::Analytics).
        ANALYTICS = super::Category::Analytics.number(), super::Category::Analytics.name();
        /// [`Category::Advertising`](crate::category::Category::Advertising).
        ADVERTISING = super::Category::Advertising.number(), super::Category::Advertising.name();
        /// In no table and not declared.
        UNCLASSIFIED = super::Category::ALL.len() as u32, "unclassified";
    }
}

constants! {
    /// Who says so. The site's word, from [`OWNER`](source::OWNER) on, beats every table (contract,
    /// Categories). Of equal rules the last counts, so whoever fills a table does it in this order.
    pub mod source: u32 {
        /// Nobody: the default for what is not known.
        DEFAULT = 0, "unknown";
        /// The built-in table.
        TABLE = 1, "table";
        /// The site's configuration.
        OWNER = 2, "declared";
        /// The page's host, or what the site lists as first party.
        FIRST_PARTY = 3, "first-party";
    }
}

/// The bits of a verdict that hold its class.
pub const CLASS_MASK: u32 = 7;
/// Where a verdict's source begins.
pub const SOURCE_SHIFT: u32 = 3;
/// The bits of a source, once they are shifted.
pub const SOURCE_MASK: u32 = 3;
/// Where a verdict's service begins; it reaches to the highest bit.
pub const SERVICE_SHIFT: u32 = 5;

/// Services are numbered from 1 in the order of the configuration; 0 is "no service".
pub const MAX_SERVICES: u32 = 1023;

/// Whose something is, as one number: class in bits 0-2, source in bits 3-4, service from bit 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict(u32);

impl Verdict {
    /// What nobody described.
    pub const UNKNOWN: Verdict = Verdict::new(class::UNCLASSIFIED, source::DEFAULT, 0);

    /// Numbers of [`class`] and [`source`], cut to their range, and a service's.
    pub const fn new(class: u32, source: u32, service: u32) -> Verdict {
        Verdict(class & CLASS_MASK | (source & SOURCE_MASK) << SOURCE_SHIFT | service << SERVICE_SHIFT)
    }

    /// The verdict with these bits; all from bit 5 are the service's.
    pub const fn from_bits(bits: u32) -> Verdict {
        Verdict(bits)
    }

    /// As in [`Verdict::from_bits`].
    pub const fn to_bits(self) -> u32 {
        self.0
    }

    /// A number of [`class`]; 5 to 7 mean unclassified too.
    pub const fn class(self) -> u32 {
        self.to_bits() & CLASS_MASK
    }

    /// A number of [`source`].
    pub const fn source(self) -> u32 {
        self.to_bits() >> SOURCE_SHIFT & SOURCE_MASK
    }

    /// 0, or the number of a declared service.
    pub const fn service(self) -> u32 {
        self.to_bits() >> SERVICE_SHIFT
    }

    /// Whether the site itself says so.
    pub const fn is_site(self) -> bool {
        self.source() >= source::OWNER
    }
}
