//! The arguments that name a site, for the commands that apply its rules.

use std::path::PathBuf;

use consentry::classify::rules::Rules;
use consentry::model::config::{Config, HostPattern};

use crate::{Failure, configuration};

/// The site whose rules apply.
#[derive(clap::Args)]
pub struct SiteArguments {
    /// The configuration file; without it the built-in rules apply
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A host that serves the site, beside those of backend.origins; may be given more than once
    #[arg(long = "host", value_name = "HOST", value_parser = parse_host)]
    hosts: Vec<HostPattern>,
}

pub fn parse_host(text: &str) -> Result<HostPattern, String> {
    HostPattern::new(text)
        .ok_or_else(|| "expected a host such as www.example.com, without scheme, port and path".into())
}

impl SiteArguments {
    /// The configuration and its rules.
    pub fn read(&self) -> Result<(Config, Rules), Failure> {
        let config = match &self.config {
            None => Config::parse("{}").map_err(|faults| Failure::faults(&faults))?,
            Some(path) => configuration::read(path)?,
        };
        let rules = Rules::new(&config, &self.hosts);
        Ok((config, rules))
    }
}
