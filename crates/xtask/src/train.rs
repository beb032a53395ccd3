//! Trains the classifier's model (`cargo xtask train`) and measures the whole classifier (`cargo xtask bench
//! classify`). The same rows and tables always make the same model, bit for bit: no randomness, no threads,
//! and the only functions that are not exact come from `libm`.

mod examples;
mod fit;
mod measure;
mod regression;

use consentry_classify::Classifier;

use crate::workspace::{Outcome, read_bytes, root, write};
use examples::labelled_cookies;
use fit::fit_model;

pub use measure::print_measures;

const FILE: &str = "crates/classify/model/model.bin";

/// `cargo xtask train`: writes the model anew.
pub fn write_model() -> Outcome {
    let bytes = train()?;
    write(FILE, &bytes)?;
    println!("{FILE}: {} bytes", bytes.len());
    Ok(())
}

/// The model of the labelled cookies and the tables.
fn train() -> Outcome<Vec<u8>> {
    let rows = labelled_cookies()?;
    Ok(fit_model(&Classifier::new(None), &rows.iter().collect::<Vec<_>>()).to_bytes())
}

/// Fails where the committed model is not what training makes; where the labelled cookies are not at hand,
/// passes.
pub fn check_model() -> Outcome {
    if !root().join(examples::FILE).exists() {
        return Ok(());
    }
    if read_bytes(FILE)? == train()? {
        return Ok(());
    }
    Err(format!("{FILE} is not what the labelled cookies and the tables give: run `cargo xtask train`"))
}
