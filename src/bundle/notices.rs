//! What a site's visitors are told, as documents to keep: for each language and layer the notice, whose hash receipts name, and
//! once the appearance, which says how the layers look.

use sha2::{Digest, Sha256};

use super::{BundleError, Component, first_layer_source, preferences_source, style, text, texts_file};
use crate::model::config::Config;

/// The documents of one configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notices {
    /// Each notice once, as `View::artefact` writes it.
    pub notices: Vec<String>,
    /// `consentry appearance 1`, then a line each of `build` (the component's version and the hash of its built script), `layout`,
    /// `position` and `theme`, then an empty line and the first layer's style sheet.
    pub appearance: String,
}

/// What the visitors of a site are told. Where no controller is named, the page's host is: the hosts are those of the
/// configured origins.
///
/// # Errors
/// A file of the component is missing or is not what the build makes.
pub fn notices(config: &Config, component: Component<'_>) -> Result<Notices, BundleError> {
    let file = |name: &str| component(name).ok_or_else(|| BundleError::Missing(name.to_owned()));
    let origins = config.backend.iter().flat_map(|backend| &backend.origins);
    let hosts: Vec<&str> = origins.map(|origin| origin.host()).collect();
    let mut notices = Vec::new();
    for language in &config.languages {
        let tag = language.as_str();
        let source = first_layer_source(config, *language, file)?;
        for host in &hosts {
            notices.push(source.first_layer(host).artefact(tag));
        }
        let name = texts_file(*language);
        let source = preferences_source(config, *language, &file(&name)?);
        let source = source.ok_or(BundleError::Unfit(name, "a JSON object of texts"))?;
        notices.push(source.second_layer().artefact(tag));
    }
    notices.sort();
    notices.dedup();
    let banner = &config.banner;
    let build: String =
        Sha256::digest(text(file, "consentry.js")?).iter().map(|byte| format!("{byte:02x}")).collect();
    let version = env!("CARGO_PKG_VERSION");
    let appearance = format!(
        "consentry appearance 1\nbuild: {version} sha256:{build}\nlayout: {}\nposition: {}\ntheme: {}\n\n{}",
        banner.layout.name(),
        banner.position.map_or("", |position| position.name()),
        banner.theme.name(),
        style(config, file)?,
    );
    Ok(Notices { notices, appearance })
}
