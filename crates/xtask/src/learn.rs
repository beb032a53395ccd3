//! Trains the classifier's fallback (`cargo xtask train`) and measures the whole classifier (`cargo xtask bench
//! classify`). The same rows and tables always make the same model, bit for bit: no randomness, no threads, and the
//! only functions that are not exact come from `libm`.

mod measure;
mod rows;
mod solve;

use consentry_classify::Classifier;
use consentry_classify::model::Model;

use crate::{Outcome, root, write};
pub use measure::bench;
use rows::Row;

const FILE: &str = "crates/classify/model/model.bin";

/// `cargo xtask train`: writes the model anew.
pub fn train() -> Outcome {
    let rows = rows::labelled()?;
    let tables = Classifier::new(None);
    let model = trained(&tables, &rows.iter().collect::<Vec<_>>());
    let bytes = model.to_bytes();
    write(FILE, &bytes)?;
    println!("{FILE}: {} bytes, from {} cookies and the tables", bytes.len(), rows.len());
    Ok(())
}

/// A model from these cookies and every table.
fn trained(tables: &Classifier, rows: &[&Row]) -> Model {
    let mut examples = rows::examples(tables, rows);
    examples.extend(rows::from_tables());
    let (bias, weights) = solve::solve(&examples);
    Model::rounded(bias, &weights)
}

/// Whether the committed model is what training makes; where the labelled cookies are not at hand, nothing is asked.
pub fn check() -> Outcome {
    if !root().join(rows::FILE).exists() {
        return Ok(());
    }
    let rows = rows::labelled()?;
    let model = trained(&Classifier::new(None), &rows.iter().collect::<Vec<_>>());
    if std::fs::read(root().join(FILE)).ok() == Some(model.to_bytes()) {
        return Ok(());
    }
    Err(format!("{FILE} is not what the labelled cookies and the tables give: run `cargo xtask train`"))
}
