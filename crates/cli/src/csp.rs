//! `consentry csp`: prints the Content-Security-Policy for a set of grants.

use consentry::model::receipt::Scope;
use consentry_mark::consent::Consent;
use consentry_mark::policy;

use crate::Failure;
use crate::mark::Site;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    site: Site,
    /// What the visitor granted, such as analytics,service:video; nothing by default
    #[arg(long, value_name = "NAMES", default_value = "", hide_default_value = true)]
    granted: String,
    /// Print the whole header line, not its value alone
    #[arg(long)]
    header: bool,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (config, rules) = arguments.site.read()?;
    let known = |scope: &Scope| match scope {
        Scope::Category(category) => config.categories.iter().any(|(known, _)| known == category),
        Scope::Service(id) => config.service(id.as_str()).is_some(),
    };
    let granted = Consent::scopes(&arguments.granted).filter(|scopes| scopes.iter().all(known)).ok_or_else(|| {
        Failure::because(format!(
            "--granted: found {:?}, expected categories and service:<id> of the configuration, with commas between",
            arguments.granted
        ))
    })?;
    let value = policy::policy(&rules, &Consent { granted, denied: Vec::new() }.grants(&rules));
    match arguments.header {
        true => println!("Content-Security-Policy: {value}"),
        false => println!("{value}"),
    }
    Ok(())
}
