//! The argument that lets errors of the lint pass, for the commands that refuse them.

use consentry::lint::Allowed;

/// What may pass.
#[derive(clap::Args)]
pub struct AllowArguments {
    /// Let the errors of a rule of `consentry lint` pass, with the reason, which is kept in consentry-allowed.json;
    /// several rules with commas between; may be given more than once
    #[arg(long = "allow", value_name = "RULE=REASON", value_parser = Allowed::parse)]
    allow: Vec<Allowed>,
}

impl AllowArguments {
    /// All of them.
    pub fn allowed(&self) -> Allowed {
        Allowed::all(self.allow.iter().cloned())
    }
}
