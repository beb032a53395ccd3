//! The answer to "whose is this?": a class, the service if the site declared one, and who says so.

/// A category, or the absence of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Class {
    Necessary = 0,
    Functional = 1,
    Analytics = 2,
    Advertising = 3,
    /// In no table and not declared.
    Unclassified = 4,
}

impl Class {
    /// The class with this number, as in the enum; any other number is [`Class::Unclassified`].
    pub const fn from_number(number: u32) -> Class {
        match number {
            0 => Class::Necessary,
            1 => Class::Functional,
            2 => Class::Analytics,
            3 => Class::Advertising,
            _ => Class::Unclassified,
        }
    }

    /// The class's bit in a set of categories; none for necessary and unclassified, which nobody grants.
    pub const fn bit(self) -> u8 {
        match self {
            Class::Functional | Class::Analytics | Class::Advertising => 1 << self as u8,
            Class::Necessary | Class::Unclassified => 0,
        }
    }
}

/// Who says so. A site's own word beats every table (contract, Categories).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Source {
    /// Nobody: the default for what is not known.
    Default = 0,
    /// The built-in table.
    Table = 1,
    /// The site's configuration.
    Owner = 2,
    /// The page's own host, or what the site calls its own.
    FirstParty = 3,
}

impl Source {
    /// The source with this number, as in the enum.
    pub const fn from_number(number: u32) -> Source {
        match number {
            1 => Source::Table,
            2 => Source::Owner,
            3 => Source::FirstParty,
            _ => Source::Default,
        }
    }

    /// Whether this is the site's own word.
    pub const fn is_site(self) -> bool {
        matches!(self, Source::Owner | Source::FirstParty)
    }
}

/// Services are numbered from 1 in the order of the configuration; 0 is "no service".
pub const MAX_SERVICES: u16 = 1023;

/// Whose something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub class: Class,
    pub source: Source,
    /// 0 to [`MAX_SERVICES`].
    pub service: u16,
}

impl Verdict {
    /// What nobody described.
    pub const UNKNOWN: Verdict = Verdict { class: Class::Unclassified, source: Source::Default, service: 0 };

    /// As one number: class in bits 0-2, source in bits 3-4, service in bits 5-14.
    pub const fn to_bits(self) -> u32 {
        self.class as u32 | (self.source as u32) << 3 | ((self.service & MAX_SERVICES) as u32) << 5
    }

    /// The inverse of [`Verdict::to_bits`]; higher bits are ignored.
    pub const fn from_bits(bits: u32) -> Verdict {
        Verdict {
            class: Class::from_number(bits & 7),
            source: Source::from_number(bits >> 3 & 3),
            service: (bits >> 5) as u16 & MAX_SERVICES,
        }
    }
}
