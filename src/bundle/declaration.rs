//! What the element `<consentry-declaration>` shows, as HTML to put inside it: for search engines, and for visitors
//! without scripts.

use maud::{Markup, html};

use super::{BundleError, Component, declaration_source};
use crate::model::config::{Config, Language};
use crate::model::view::{Declared, DeclaredCategory, Source};

/// The declaration of a site as a part of a page. `language`: one of the site's, by default its first. `component` returns
/// the built file of a name: the language's texts are in one.
///
/// # Errors
/// A sentence for the owner: the site has no such language, or a file of the component is missing or is not what the build makes.
pub fn declaration(
    config: &Config,
    language: Option<&str>,
    component: Component<'_>,
) -> Result<String, String> {
    let language = known_language(config, language)?;
    let source =
        declaration_source(config, language, component).map_err(|error: BundleError| error.to_string())?;
    Ok(declaration_html(&source).into_string())
}

fn known_language(config: &Config, tag: Option<&str>) -> Result<Language, String> {
    let mut languages = config.languages.iter();
    let known = languages.find(|language| tag.is_none_or(|tag| tag == language.as_str()));
    known.copied().ok_or_else(|| {
        let expected: Vec<_> = config.languages.iter().map(|language| language.as_str()).collect();
        format!(
            "--language: found {:?}, expected one of the site's languages: {}",
            tag.unwrap_or_default(),
            expected.join(", ")
        )
    })
}

fn declaration_html(source: &Source) -> Markup {
    let texts = &source.texts;
    html! {
        div lang=(source.language) dir=(texts.label("direction")) {
            @for part in source.declaration(&[]) { (category(source, &part)) }
            h2 { (texts.label("deleteTitle")) }
            ul { @for way in Declared::WAYS_TO_DELETE { li { (texts.label(way)) } } }
        }
    }
}

fn category(source: &Source, part: &DeclaredCategory) -> Markup {
    html! {
        h2 { (part.title) }
        p { (part.text) }
        table {
            thead { tr { @for column in Declared::COLUMNS { th scope="col" { (source.texts.label(column)) } } } }
            tbody { @for row in &part.rows { (table_row(row)) } }
        }
    }
}

fn table_row(row: &Declared) -> Markup {
    let [name, facts @ ..] = row.cells();
    html! { tr { th scope="row" { (name) } @for fact in facts { td { (fact) } } } }
}
