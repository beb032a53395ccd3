//! vanilla-cookieconsent: categories of the owner's own with services and cookies, and texts by language whose sections
//! describe them. Versions 3 and 2 say the same under other keys; what they say is read into [`category::FoundCategory`] and
//! [`category::Section`].

mod category;
mod cookie_table;
mod place;
mod translation;
mod version_2;
mod version_3;

pub(super) use self::version_2::{is_version_2, read_version_2};
pub(super) use self::version_3::{is_version_3, read_version_3};

const OWN_TEXTS: &str =
    "the banner says in its own words what the law asks; banner.texts replaces single texts";
const LOOKS_ALIKE: &str = "\"Accept all\" and \"Reject all\" always look alike, and stand in one order";
const WALL: &str = "a page that waits for a choice needs banner.wall with a reason, and the layout dialog";
const ENABLED: &str = "nothing is switched on before the visitor does it (Planet49, C-673/17)";
const OPT_OUT: &str = "nothing that needs consent runs before there is consent, wherever the visitor is";
const NO_SHOW: &str =
    "the banner always shows itself until there is a choice; consentry.show() shows it again";
const NO_CLEARING: &str = "a withdrawal always erases what its services have stored";
const BROWSER_LANGUAGE: &str =
    "the banner takes the page's language, and the browser's where it has no texts in that";
const RELOAD: &str = "a withdrawal holds everything at once, without loading the page again";
