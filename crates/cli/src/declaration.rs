//! `consentry declaration`: prints what the element `<consentry-declaration>` shows, as HTML to stand inside it: for search
//! engines, and for visitors without scripts.

use std::path::PathBuf;

use consentry::bundle;
use consentry::model::config::{Config, Language};
use consentry::model::view::{Declared, DeclaredCategory, Source};
use maud::{Markup, html};

use crate::{Failure, component, configuration};

#[derive(clap::Args)]
pub struct DeclarationArguments {
    /// The configuration file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// One of the site's languages, such as sv; its first by default
    #[arg(long, value_name = "TAG")]
    language: Option<String>,
}

pub fn run(arguments: &DeclarationArguments) -> Result<(), Failure> {
    let config = configuration::read(&arguments.config)?;
    let language = language(&config, arguments.language.as_deref())?;
    let source = bundle::declaration(&config, language, &component::file).map_err(Failure::because)?;
    println!("{}", page_part(&source).into_string());
    Ok(())
}

fn language(config: &Config, tag: Option<&str>) -> Result<Language, Failure> {
    let mut languages = config.languages.iter();
    let known = languages.find(|language| tag.is_none_or(|tag| tag == language.as_str()));
    known.copied().ok_or_else(|| {
        let expected: Vec<_> = config.languages.iter().map(|language| language.as_str()).collect();
        Failure::because(format!(
            "--language: found {:?}, expected one of the site's languages: {}",
            tag.unwrap_or_default(),
            expected.join(", ")
        ))
    })
}

fn page_part(source: &Source) -> Markup {
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
