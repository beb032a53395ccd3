//! How right the classifier is on cookies of sites that it has not seen, and how fast.

use std::collections::{BTreeMap, BTreeSet};

use consentry_classify::features::shape;
use consentry_classify::{Answer, Classifier, Rule};
use consentry_policy::category::Category;

use super::rows::{Row, labelled};
use super::trained;
use crate::Outcome;

const FOLDS: usize = 10;

/// Prints the confusion table and the measures; with `CONSENTRY_WRONG` set, each wrong answer.
pub fn bench() -> Outcome {
    let rows = labelled()?;
    let answers = validated(&rows);
    let judged: Vec<_> =
        rows.iter().zip(&answers).map(|(row, (answer, seen))| (row, answer, *seen)).collect();
    print(&judged);
    Ok(())
}

/// The answer on each cookie by a model that has seen nothing of its site, and whether it saw the name elsewhere.
fn validated(rows: &[Row]) -> Vec<(Answer, bool)> {
    let mut sites: Vec<&str> = rows.iter().map(Row::site).collect::<BTreeSet<_>>().into_iter().collect();
    // Mixed, always in the same way.
    sites.sort_by_key(|site| {
        site.bytes().fold(17_u32, |hash, byte| hash.wrapping_mul(16_777_619) ^ u32::from(byte))
    });
    let fold: BTreeMap<&str, usize> =
        sites.iter().enumerate().map(|(at, site)| (*site, at % FOLDS)).collect();
    let mut classifier = Classifier::new(None);
    let mut answers: Vec<Option<(Answer, bool)>> = rows.iter().map(|_| None).collect();
    for number in 0..FOLDS {
        let own = |row: &Row| fold.get(row.site()) == Some(&number);
        let seen: Vec<&Row> = rows.iter().filter(|row| !own(row)).collect();
        let names: BTreeSet<Vec<u8>> = seen.iter().map(|row| shape(row.subject().name.as_bytes())).collect();
        let model = trained(&classifier, &seen);
        classifier = classifier.with(Some(model));
        for (row, answer) in rows.iter().zip(&mut answers).filter(|(row, _)| own(row)) {
            let subject = row.subject();
            *answer = Some((classifier.answer(&subject), names.contains(&shape(subject.name.as_bytes()))));
        }
    }
    answers.into_iter().flatten().collect()
}

fn print(judged: &[(&Row, &Answer, bool)]) {
    let all = judged.len() as f64;
    let right = |it: &&(&Row, &Answer, bool)| it.1.category == Some(it.0.label);
    let share = |of: usize, in_all: usize| of as f64 / in_all.max(1) as f64;
    let mut table = BTreeMap::new();
    for (row, answer, _) in judged {
        *table.entry((row.label, answer.category)).or_insert(0) += 1;
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
    let trackers = |it: &&(&Row, &Answer, bool)| it.0.label >= Category::Analytics;
    let necessary = |it: &&(&Row, &Answer, bool)| it.1.category == Some(Category::Necessary);
    let asked = judged.iter().filter(|it| it.0.label == Category::Necessary).count();
    println!(
        "accuracy {:.3}, macro-F1 {:.3}, F1 {scores:.2?}",
        judged.iter().filter(right).count() as f64 / all,
        scores.iter().sum::<f64>() / 4.0
    );
    println!(
        "trackers called necessary {:.3}, necessary missed {:.3}",
        share(
            judged.iter().filter(trackers).filter(necessary).count(),
            judged.iter().filter(trackers).count()
        ),
        1.0 - share(count(Category::Necessary, Some(Category::Necessary)), asked),
    );
    let unseen: Vec<_> = judged.iter().filter(|it| !it.2).collect();
    println!(
        "names unseen in training: {}, right {:.3}",
        unseen.len(),
        share(unseen.iter().filter(|it| right(it)).count(), unseen.len())
    );
    let named = judged.iter().filter(|it| !it.1.vendor.is_empty()).count();
    println!("vendor named {:.3}", share(named, judged.len()));
    for rule in [Rule::Override, Rule::Exact, Rule::Pattern, Rule::Vendor, Rule::Learned, Rule::Unclassified]
    {
        let of: Vec<_> = judged.iter().filter(|it| it.1.rule == rule).collect();
        println!(
            "{:<14}{:>6} answers, right {:.3}",
            rule.name(),
            of.len(),
            share(of.iter().filter(|it| right(it)).count(), of.len())
        );
    }
    if std::env::var_os("CONSENTRY_WRONG").is_some() {
        for (row, answer, seen) in judged.iter().filter(|it| !right(it)) {
            println!(
                "{}\t{}\t{}\t{}\t{}\t{}\t{seen}\t{}",
                row.label,
                answer.category_name(),
                answer.rule.name(),
                row.subject().name,
                row.field("cookie_domain").unwrap_or(""),
                answer.vendor,
                answer.confidence
            );
        }
    }
}
