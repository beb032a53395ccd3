//! Names in a configuration that cannot be bad: each type is made by its check and by nothing else.

use serde::Deserialize;

use crate::model::category::Category;
use crate::model::checked_types::{checked, text_in_json, words};

checked! {
    /// A site: `[a-z0-9][a-z0-9-]{0,63}`. Public; it names the site in receipts and addresses.
    SiteKey: |text: &str| slug(text, b"-");
    /// A service: `[a-z0-9][a-z0-9_-]{0,63}`, and no category's name.
    ServiceId: |text: &str| {
        slug(text, b"-_") && text != "unclassified" && Category::named(text).is_none()
    };
    /// What can be asked for: a category that needs consent, or a service as `service:<id>`.
    Scope: |text: &str| match text.strip_prefix("service:") {
        Some(id) => ServiceId::new(id).is_some(),
        None => Category::named(text).is_some_and(|category| category != Category::Necessary),
    };
    /// The owner's version of the configuration: 1 to 64 printable ASCII characters without spaces. A
    /// new one asks every visitor again.
    Revision: |text: &str| (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
}

impl Layout {
    /// Where it may stand, its usual place first.
    pub const fn positions(self) -> &'static [Position] {
        match self {
            Layout::Box => {
                &[Position::BottomLeft, Position::BottomRight, Position::TopLeft, Position::TopRight]
            }
            Layout::Bar => &[Position::Bottom, Position::Top],
            Layout::Dialog => &[Position::Center, Position::Bottom, Position::Top],
        }
    }
}

impl Revision {
    /// The revision of a configuration that names none: `1`.
    pub(super) fn first() -> Revision {
        Revision("1".to_owned())
    }
}

words! {
    /// What happens to a third-party host that no table knows and the owner has not declared.
    #[derive(Default)]
    Unknown {
        #[default]
        /// Held until the visitor grants every category.
        Hold = "hold",
        /// Never released.
        Deny = "deny",
        /// Not held.
        Release = "release",
    }
    /// Which first-party cookie and storage names are held.
    #[derive(Default)]
    Names {
        #[default]
        /// Those that a table or the owner names as a tracker's.
        Tables = "tables",
        /// All that the owner has not declared.
        Declared = "declared",
    }
    /// Whether the banner is light or dark.
    #[derive(Default)]
    Theme {
        #[default]
        /// As the visitor's system.
        Auto = "auto",
        Light = "light",
        Dark = "dark",
        /// As the page around it, by the page's `color-scheme`.
        Page = "page",
    }
    /// A ready set of colours.
    #[derive(Default)]
    Palette {
        #[default]
        /// White and grey with blue.
        Slate = "slate",
        /// Black and white.
        Ink = "ink",
        Forest = "forest",
        Ocean = "ocean",
        Berry = "berry",
        Sand = "sand",
    }
    /// The first layer's shape.
    #[derive(Default)]
    Layout {
        #[default]
        /// A small card in a corner.
        Box = "box",
        /// From one side of the page to the other.
        Bar = "bar",
        /// A card in the middle.
        Dialog = "dialog",
    }
    /// Where the first layer stands on a wide screen.
    Position {
        Top = "top",
        Bottom = "bottom",
        Center = "center",
        TopLeft = "top-left",
        TopRight = "top-right",
        BottomLeft = "bottom-left",
        BottomRight = "bottom-right",
    }
    /// How long the browser keeps a cookie.
    CookieKind {
        /// Until it is closed.
        Session = "session",
        /// Longer.
        Persistent = "persistent",
    }
    /// Why processing is lawful (GDPR article 6(1)).
    LegalBasis {
        Consent = "consent",
        Contract = "contract",
        LegalObligation = "legal-obligation",
        LegitimateInterest = "legitimate-interest",
        PublicTask = "public-task",
        VitalInterests = "vital-interests",
    }
}

include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// One of [`LANGUAGES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language(&'static str);

impl Language {
    /// The language with this tag, if the component has texts in it.
    pub fn named(tag: &str) -> Option<Language> {
        LANGUAGES.iter().find(|known| **known == tag).map(|known| Language(known))
    }

    /// Every language, the fallback first.
    pub(super) fn all() -> Vec<Language> {
        LANGUAGES.iter().map(|tag| Language(tag)).collect()
    }

    /// The tag.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

text_in_json! { Language::named }

/// How many days a decision stands: 1 to 395. CNIL 2020-092 paragraph 39 takes six months for good
/// practice, EDPB and several authorities accept up to a year or 13 months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "u64")]
pub struct Days(u16);

impl Days {
    /// Half a year, the default.
    pub const DEFAULT: Days = Days(185);
    /// The longest.
    pub const MOST: u64 = 395;

    /// That many days.
    pub fn new(days: u64) -> Option<Days> {
        (1..=Days::MOST).contains(&days).then_some(Days(days as u16))
    }

    /// The number of days.
    pub fn count(self) -> u16 {
        self.0
    }
}

impl Default for Days {
    fn default() -> Days {
        Days::DEFAULT
    }
}

impl TryFrom<u64> for Days {
    type Error = &'static str;

    fn try_from(days: u64) -> Result<Days, &'static str> {
        Days::new(days).ok_or("expected 1 to 395 days")
    }
}

/// Lower-case letters and digits, then those or `more`; 1 to 64 characters.
fn slug(text: &str, more: &[u8]) -> bool {
    let plain = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    text.len() <= 64
        && text.as_bytes().first().is_some_and(plain)
        && text.bytes().all(|b| plain(&b) || more.contains(&b))
}
