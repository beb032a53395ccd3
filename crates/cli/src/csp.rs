//! `consentry csp`: prints the Content-Security-Policy for a set of grants.

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
    let policy = csp::policy_by_names(&config, &rules, &arguments.granted, &arguments.denied);
    let value = policy.map_err(Failure::because)?;
    match arguments.header {
        true => println!("Content-Security-Policy: {value}"),
        false => println!("{value}"),
    }
    Ok(())
}
