//! How right the classifier is on cookies of sites that it has not seen, and how fast.

use std::collections::{BTreeMap, BTreeSet};

use consentry_classify::features::shape;
use consentry_classify::{Answer, AnswerRule, Classifier};
use consentry_policy::category::Category;

use super::examples::{LabelledCookie, labelled_cookies};
use super::fit::fit_model;
use crate::workspace::Outcome;

const FOLDS: usize = 10;

/// Prints the confusion table and the measures; with `CONSENTRY_WRONG` set, each wrong answer.
pub fn print_measures() -> Outcome {
    let rows = labelled_cookies()?;
    print_judged(&judge_unseen(&rows));
    Ok(())
}

/// A cookie and what the classifier answered on it.
struct Judged<'a> {
    cookie: &'a LabelledCookie,
    answer: Answer,
    /// Whether the model saw a cookie of the same name on another site.
    seen: bool,
}

impl Judged<'_> {
    fn is_right(&self) -> bool {
        self.answer.category == Some(self.cookie.label)
    }

    fn is_called_necessary(&self) -> bool {
        self.answer.category == Some(Category::Necessary)
    }
}

/// The answer on each cookie by a model that has seen nothing of its site.
fn judge_unseen(rows: &[LabelledCookie]) -> Vec<Judged<'_>> {
    let mut sites: Vec<&str> =
        rows.iter().map(LabelledCookie::site).collect::<BTreeSet<_>>().into_iter().collect();
    // Mixed, always in the same way.
    sites.sort_by_key(|site| {
        site.bytes().fold(17_u32, |hash, byte| hash.wrapping_mul(16_777_619) ^ u32::from(byte))
    });
    let fold: BTreeMap<&str, usize> =
        sites.iter().enumerate().map(|(at, site)| (*site, at % FOLDS)).collect();
    let mut classifier = Classifier::new(None);
    let mut judged: Vec<Option<Judged>> = rows.iter().map(|_| None).collect();
    for number in 0..FOLDS {
        let in_fold = |row: &LabelledCookie| fold.get(row.site()) == Some(&number);
        let seen: Vec<&LabelledCookie> = rows.iter().filter(|row| !in_fold(row)).collect();
        let names: BTreeSet<Vec<u8>> = seen.iter().map(|row| shape(row.subject().name.as_bytes())).collect();
        let model = fit_model(&classifier, &seen);
        classifier = classifier.with(Some(model));
        for (cookie, judged) in rows.iter().zip(&mut judged).filter(|(cookie, _)| in_fold(cookie)) {
            let subject = cookie.subject();
            let seen = names.contains(&shape(subject.name.as_bytes()));
            *judged = Some(Judged { cookie, answer: classifier.answer(&subject), seen });
        }
    }
    judged.into_iter().flatten().collect()
}

fn print_judged(judged: &[Judged]) {
    let all = judged.len() as f64;
    let count_right = |of: &[&Judged]| of.iter().filter(|one| one.is_right()).count();
    let share = |of: usize, in_all: usize| of as f64 / in_all.max(1) as f64;
    let mut table = BTreeMap::new();
    for one in judged {
        *table.entry((one.cookie.label, one.answer.category)).or_insert(0) += 1;
    }
    println!("declared by the site, down; answered, across");
    println!(
        "{:<14}{:>12}{:>12}{:>12}{:>12}{:>14}",
        "", "necessary", "functional", "analytics", "advertising", "unclassified"
    );
    let count = |label: Category, answer: Option<Category>| table.get(&(label, answer)).copied().unwrap_or(0);
    let mut scores = Vec::new();
    for label in Category::ALL {
        print!("{:<14}", label.name());
        for answer in Category::ALL {
            print!("{:>12}", count(label, Some(answer)));
        }
        println!("{:>14}", count(label, None));
        let hit = count(label, Some(label)) as f64;
        let given: usize = Category::ALL.iter().map(|of| count(*of, Some(label))).sum();
        let asked: usize =
            Category::ALL.iter().map(|to| count(label, Some(*to))).sum::<usize>() + count(label, None);
        scores.push(2.0 * hit / (given + asked).max(1) as f64);
    }
    let everything: Vec<_> = judged.iter().collect();
    let trackers: Vec<_> = judged.iter().filter(|one| one.cookie.label >= Category::Analytics).collect();
    let called_necessary = trackers.iter().filter(|one| one.is_called_necessary()).count();
    let asked = judged.iter().filter(|one| one.cookie.label == Category::Necessary).count();
    println!(
        "accuracy {:.3}, macro-F1 {:.3}, F1 {scores:.2?}",
        count_right(&everything) as f64 / all,
        scores.iter().sum::<f64>() / 4.0
    );
    println!(
        "trackers called necessary {:.3}, necessary missed {:.3}",
        share(called_necessary, trackers.len()),
        1.0 - share(count(Category::Necessary, Some(Category::Necessary)), asked),
    );
    let unseen: Vec<_> = judged.iter().filter(|one| !one.seen).collect();
    println!(
        "names unseen in training: {}, right {:.3}",
        unseen.len(),
        share(count_right(&unseen), unseen.len())
    );
    let named = judged.iter().filter(|one| !one.answer.vendor.is_empty()).count();
    println!("vendor named {:.3}", share(named, judged.len()));
    for rule in [
        AnswerRule::Override,
        AnswerRule::Exact,
        AnswerRule::Pattern,
        AnswerRule::Vendor,
        AnswerRule::Learned,
        AnswerRule::Unclassified,
    ] {
        let of: Vec<_> = judged.iter().filter(|one| one.answer.rule == rule).collect();
        println!(
            "{:<14}{:>6} answers, right {:.3}",
            rule.name(),
            of.len(),
            share(count_right(&of), of.len())
        );
    }
    if std::env::var_os("CONSENTRY_WRONG").is_some() {
        for Judged { cookie, answer, seen } in judged.iter().filter(|one| !one.is_right()) {
            println!(
                "{}\t{}\t{}\t{}\t{}\t{}\t{seen}\t{}",
                cookie.label,
                answer.category_name(),
                answer.rule.name(),
                cookie.subject().name,
                cookie.field("cookie_domain").unwrap_or(""),
                answer.vendor,
                answer.confidence
            );
        }
    }
}
