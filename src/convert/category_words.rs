//! Which of our categories a category or purpose of another manager is, by the words in its name. A name says little: what
//! is not understood is the caller's to remark.

use crate::model::category::Category;

/// Beginnings of words, the strictest category first: a name with words of two is the stricter one.
const BEGINNINGS: [(Category, &str); 4] = [
    (
        Category::Advertising,
        "marketing advert retarget remarket target social campaign affiliate sponsor track werb reklam \
         publicit pubblicit publicid annons mainos markn markk marked profil conversion",
    ),
    (
        Category::Analytics,
        "analy anali webanaly statist estad estat mesur audience measur metric perform insight research messung mätning leistung",
    ),
    (
        Category::Functional,
        "function funktion fonction funcion funzion preferen präferen livechat chat styl font video media embed \
         content external comfort komfort convenien enhance personali individual setting language accessib accessab audio",
    ),
    (
        Category::Necessary,
        "necess notwend nödvänd nécess nécessaire neces essential essenti essenz required strict secur sicherheit technical \
         technisch basic core system",
    ),
];

/// Whole words that would be the beginning of too many others.
const WORDS: [(Category, &str); 3] =
    [(Category::Advertising, "ad ads"), (Category::Analytics, "stats"), (Category::Functional, "map maps")];

/// The category of this name.
pub(super) fn category_called(name: &str) -> Option<Category> {
    let words = words_of(name);
    let begins = |list: &str| list.split(' ').any(|start| words.iter().any(|word| word.starts_with(start)));
    let is = |list: &str| list.split(' ').any(|whole| words.iter().any(|word| word == whole));
    let whole = WORDS.iter().find(|(_, list)| is(list)).map(|(category, _)| *category);
    let begun = BEGINNINGS.iter().find(|(_, list)| begins(list)).map(|(category, _)| *category);
    match (whole, begun) {
        (Some(whole), Some(begun)) => Some(whole.max(begun)),
        (one, other) => one.or(other),
    }
}

/// The category of what has this name, and what to tell of it. Only what visitors may not refuse is necessary, and not where
/// its name says something else.
pub(super) fn category_of(named: Option<Category>, is_required: bool) -> (Category, Option<&'static str>) {
    match (named, is_required) {
        (Some(Category::Necessary), true) => (Category::Necessary, None),
        (Some(Category::Necessary), false) => (
            Category::Functional,
            Some("it may be refused, so it became functional; what the site cannot do without is necessary"),
        ),
        (Some(category), false) => (category, None),
        (Some(category), true) => (
            category,
            Some("its name decides, so it may be refused here; what the site cannot do without is necessary"),
        ),
        (None, true) => (
            Category::Necessary,
            Some("it may not be refused, so it became necessary; see whether the site cannot do without it"),
        ),
        (None, false) => (
            Category::Functional,
            Some("it became functional, which needs consent too; see whether that is its category"),
        ),
    }
}

/// The words of `google-analytics`, `socialMedia` and `Ads & more`, in lower case.
fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for character in name.chars() {
        let begins_a_word = !character.is_alphanumeric() || (character.is_uppercase() && was_lower);
        was_lower = character.is_lowercase();
        if begins_a_word {
            words.push(String::new());
        }
        if character.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(character.to_lowercase());
        }
    }
    words
}
