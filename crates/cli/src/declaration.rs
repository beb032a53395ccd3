//! `consentry declaration`: prints what the element `<consentry-declaration>` shows, as HTML to stand inside it.

use std::path::PathBuf;

use consentry::bundle;

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
    let html = bundle::declaration(&config, arguments.language.as_deref(), &component::file);
    println!("{}", html.map_err(Failure::because)?);
    Ok(())
}
