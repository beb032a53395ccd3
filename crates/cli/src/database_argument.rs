//! Where the ledger is, for all commands alike.

use std::path::PathBuf;

use consentry_backend::Place;

#[derive(clap::Args)]
pub struct DatabaseArgument {
    /// A PostgreSQL database that holds the ledger instead of a file in --data, such as postgres://user:password@host/name.
    /// Several nodes may share it (www/docs/cluster.md)
    #[arg(long = "database", value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    address: Option<String>,
}

impl DatabaseArgument {
    /// The address, where one is given.
    pub fn address(&self) -> Option<String> {
        self.address.clone().filter(|address| !address.is_empty())
    }

    /// The place of a ledger with this data directory.
    pub fn place(&self, data: PathBuf) -> Place {
        Place { data, database: self.address() }
    }
}

/// The same with the data directory, for commands that ask for no more.
#[derive(clap::Args)]
pub struct LedgerArguments {
    /// Where the ledger is kept, as given to `consentry serve`
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    database: DatabaseArgument,
}

impl LedgerArguments {
    /// The place that they name.
    pub fn place(&self) -> Place {
        self.database.place(self.data.clone())
    }
}
