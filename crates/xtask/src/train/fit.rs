//! Makes a model of labelled cookies and the tables: which examples it is fitted to. Reads and writes no
//! file.

use consentry_classify::Classifier;
use consentry_classify::model::Model;

use super::examples::{LabelledCookie, examples_from_cookies, examples_from_tables};
use super::regression::solve;

/// A model from these cookies and every table.
pub fn fit_model(tables: &Classifier, cookies: &[&LabelledCookie]) -> Model {
    let mut examples = examples_from_cookies(tables, cookies);
    examples.extend(examples_from_tables());
    let (bias, weights) = solve(&examples);
    Model::rounded(bias, &weights)
}
