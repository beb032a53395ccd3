//! `consentry csp`: prints the Content-Security-Policy for a set of grants.

use consentry::model::receipt::Scope;
use consentry_mark::consent::Consent;
use consentry_mark::csp;

use crate::Failure;
use crate::site_arguments::SiteArguments;

#[derive(clap::Args)]
pub struct CspArguments {
    #[command(flatten)]
    site: SiteArguments,
    /// What the visitor granted, such as analytics,service:video; nothing by default
    #[arg(long, value_name = "NAMES", default_value = "", hide_default_value = true)]
    granted: String,
    /// What the visitor denied beside that, such as service:map; nothing by default
    #[arg(long, value_name = "NAMES", default_value = "", hide_default_value = true)]
    denied: String,
    /// Print the whole header line, not its value alone
    #[arg(long)]
    header: bool,
}

pub fn run(arguments: &CspArguments) -> Result<(), Failure> {
    let (config, rules) = arguments.site.read()?;
    let is_configured = |scope: &Scope| match scope {
        Scope::Category(category) => config.categories.iter().any(|(known, _)| known == category),
        Scope::Service(id) => config.service(id.as_str()).is_some(),
    };
    let scopes_of = |option: &str, names: &str| {
        let scopes = Consent::scopes(names).filter(|scopes| scopes.iter().all(is_configured));
        scopes.ok_or_else(|| {
            Failure::because(format!(
                "{option}: found {names:?}, expected categories and service:<id> of the configuration, \
                 with commas between"
            ))
        })
    };
    let granted = scopes_of("--granted", &arguments.granted)?;
    let denied = scopes_of("--denied", &arguments.denied)?;
    let value = csp::policy(&rules, &Consent { granted, denied }.grants(&rules));
    match arguments.header {
        true => println!("Content-Security-Policy: {value}"),
        false => println!("{value}"),
    }
    Ok(())
}
