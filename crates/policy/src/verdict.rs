//! The answer to "whose is this?": a class, the service if the site declared one, and who says so.

/// A category, or the absence of one: the lowest three bits of a verdict.
pub mod class {
    pub const NECESSARY: u32 = 0;
    pub const FUNCTIONAL: u32 = 1;
    pub const ANALYTICS: u32 = 2;
    pub const ADVERTISING: u32 = 3;
    /// In no table and not declared.
    pub const UNCLASSIFIED: u32 = 4;
}

/// Who says so. A site's own word, from [`OWNER`](source::OWNER) on, beats every table (contract,
/// Categories). Of equal rules the last counts, so whoever fills a table does it in this order.
pub mod source {
    /// Nobody: the default for what is not known.
    pub const DEFAULT: u32 = 0;
    /// The built-in table.
    pub const TABLE: u32 = 1;
    /// The site's configuration.
    pub const OWNER: u32 = 2;
    /// The page's own host, or what the site calls its own.
    pub const FIRST_PARTY: u32 = 3;
}

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
        Verdict(class & 7 | (source & 3) << 3 | service << 5)
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
        self.to_bits() & 7
    }

    /// A number of [`source`].
    pub const fn source(self) -> u32 {
        self.to_bits() >> 3 & 3
    }

    /// 0, or the number of a declared service.
    pub const fn service(self) -> u32 {
        self.to_bits() >> 5
    }

    /// Whether this is the site's own word.
    pub const fn is_site(self) -> bool {
        self.source() >= source::OWNER
    }
}
