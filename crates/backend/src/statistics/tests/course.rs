//! What is told of groups along a period, and that no part of it tells of one visitor.

use consentry_ledger::sums::{Grouping, Tally};
use proptest::prelude::*;

use super::super::batches::sum;
use super::super::{Group, Part, Report, SMALLEST, rate};
use super::{BEGIN, day, few_receipts, period};

/// The groupings whose groups add up to all.
const ADDS_UP: [Grouping; 3] = [Grouping::Language, Grouping::Revision, Grouping::Layer];

/// How many decided in the parts of each group.
fn decided(report: &Report, grouping: Grouping) -> Vec<(&str, Vec<u64>)> {
    let parts = |group: &Group| group.parts.iter().map(|part| part.tally.decided).collect();
    let groups = report.groups(grouping).groups.iter();
    groups.map(|group| (group.value.as_str(), parts(group))).collect()
}

#[test]
fn groups_are_told_along_the_period() {
    let days = [
        day(1, &[("accept-all", "sv", 30), ("reject-all", "en", 12)]),
        day(2, &[("accept-all", "sv", 20), ("reject-all", "sv", 20), ("withdraw", "sv", 6)]),
        day(4, &[("accept-all", "en", 7)]),
    ];
    let report = Report::new(&days, period(1, 4));
    let languages = [("sv", vec![30, 40, 0, 0]), ("en", vec![12, 0, 0, 7])];
    assert_eq!(decided(&report, Grouping::Language), languages);
    let swedish = &report.groups(Grouping::Language).groups[0].parts;
    let rates: Vec<_> = swedish.iter().map(|part| rate(part.tally)).collect();
    assert_eq!(rates, [Some(1.0), Some(0.5), None, None]);
    let actions = [
        ("accept-all", vec![30, 20, 0, 7]),
        ("reject-all", vec![12, 20, 0, 0]),
        ("withdraw", vec![0, 6, 0, 0]),
    ];
    assert_eq!(decided(&report, Grouping::Action), actions);
    assert_eq!(decided(&report, Grouping::Layer), [("1", vec![42, 40, 0, 7])]);
}

#[test]
fn only_the_largest_groups_are_told_along_the_period() {
    let languages = ["sv", "en", "fi", "da", "de", "fr", "nl"].map(|language| ("accept-all", language, 9));
    let report = Report::new(&[day(1, &languages), day(2, &languages)], period(1, 2));
    let told = decided(&report, Grouping::Language);
    assert_eq!(told.len(), 7);
    assert!(told[..5].iter().all(|(_, parts)| parts == &[9, 9]));
    assert!(told[5..].iter().all(|(_, parts)| parts.is_empty()));
}

#[test]
fn a_part_that_would_tell_a_rest_of_a_few_is_told_with_the_next() {
    let days = [
        day(1, &[("accept-all", "sv", 40), ("reject-all", "fi", 1)]),
        day(2, &[("accept-all", "sv", 40), ("reject-all", "fi", 4)]),
        day(3, &[("accept-all", "sv", 40)]),
    ];
    let report = Report::new(&days, period(1, 3));
    assert_eq!(report.parts.iter().map(|part| part.tally.decided).collect::<Vec<_>>(), [41, 44, 40]);
    // 41 - 40 would tell of the one Finn of the first day.
    assert_eq!(decided(&report, Grouping::Language), [("sv", vec![0, 80, 40]), ("fi", vec![0, 5, 0])]);
}

#[test]
fn where_every_part_would_tell_a_rest_of_a_few_there_are_totals_alone() {
    // All are told on both days, the Swedes on the second alone.
    let days = [
        day(1, &[("accept-all", "sv", 4), ("accept-all", "fi", 1)]),
        day(2, &[("accept-all", "sv", 4), ("reject-all", "fi", 2), ("reject-all", "da", 3)]),
    ];
    let report = Report::new(&days, period(1, 2));
    assert_eq!(report.parts.iter().map(|part| part.tally.decided).collect::<Vec<_>>(), [5, 9]);
    assert_eq!(report.groups(Grouping::Language).groups[0].tally.decided, 8, "six others hide each other");
    assert_eq!(decided(&report, Grouping::Language), [("sv", vec![])], "9 - 8 would tell of one");
}

/// The groups that are told along the period.
fn told_along(report: &Report, grouping: Grouping) -> Vec<&Group> {
    report.groups(grouping).groups.iter().filter(|group| !group.parts.is_empty()).collect()
}

/// How many decided and accepted in these parts that no group tells which is told along the period.
fn rest(report: &Report, groups: &[&Group], parts: std::ops::RangeInclusive<usize>) -> (i64, i64) {
    let all = sum(report.parts[parts.clone()].iter().map(|part| part.tally));
    let told = sum(groups.iter().flat_map(|group| &group.parts[parts.clone()]).map(|part| part.tally));
    let less = |all: u64, told: u64| all.cast_signed() - told.cast_signed();
    (less(all.decided, told.decided), less(all.accepted, told.accepted))
}

/// Whether it is nobody or several.
fn hides(rest: (i64, i64)) -> bool {
    rest == (0, 0) || rest.0.unsigned_abs() >= SMALLEST
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// The parts of a group are those of the period, add up to its total, and each tells nobody or several.
    #[test]
    fn the_parts_of_a_group_add_up_to_it(days in few_receipts(), from in BEGIN..BEGIN + 6, to in BEGIN + 6..BEGIN + 50) {
        let report = Report::new(&days, period(from, to));
        for group in Grouping::ALL.into_iter().flat_map(|grouping| told_along(&report, grouping)) {
            let days = |parts: &[Part]| parts.iter().map(|part| part.period).collect::<Vec<_>>();
            prop_assert_eq!(days(&group.parts), days(&report.parts));
            prop_assert_eq!(sum(group.parts.iter().map(|part| part.tally)), group.tally);
            for Part { tally, .. } in &group.parts {
                prop_assert!(tally.decided >= SMALLEST || *tally == Tally::default(), "{group:?}");
                prop_assert!(tally.accepted <= tally.decided);
            }
        }
    }

    /// What the groups leave out of all in a part is nobody, or several.
    #[test]
    fn each_part_leaves_out_nobody_or_several(days in few_receipts(), from in BEGIN..BEGIN + 6, to in BEGIN + 7..BEGIN + 50) {
        let report = Report::new(&days, period(from, to));
        for grouping in ADDS_UP {
            let groups = told_along(&report, grouping);
            for part in 0..report.parts.len() {
                let rest = rest(&report, &groups, part..=part);
                prop_assert!(groups.is_empty() || hides(rest), "{grouping:?} {part}: {rest:?} of {report:?}");
            }
        }
    }

    /// The same of parts that follow each other, from one after which groups are told, or the first, to one that tells of groups.
    #[test]
    fn parts_that_follow_each_other_leave_out_nobody_or_several(
        days in few_receipts(), from in BEGIN..BEGIN + 6, to in BEGIN + 7..BEGIN + 50
    ) {
        let report = Report::new(&days, period(from, to));
        let last = report.parts.len() - 1;
        for grouping in ADDS_UP {
            let groups = told_along(&report, grouping);
            let tells = |part: &usize| groups.iter().any(|group| group.parts[*part].tally.decided > 0);
            let ends: Vec<usize> = (0..=last).filter(tells).collect();
            for (at, end) in ends.iter().enumerate() {
                let begins = ends[..at].iter().map(|end| end + 1).chain([0]);
                // The whole period is told by the totals.
                for begin in begins.filter(|begin| (*begin, *end) != (0, last)) {
                    let rest = rest(&report, &groups, begin..=*end);
                    prop_assert!(hides(rest), "{grouping:?} {begin} to {end}: {rest:?} of {report:?}");
                }
            }
        }
    }

    /// A part of an action or a category is told as its total is by who asks for that part alone.
    #[test]
    fn a_part_of_an_action_is_its_total_in_that_part(
        days in few_receipts(), from in BEGIN..BEGIN + 6, to in BEGIN + 6..BEGIN + 14
    ) {
        let report = Report::new(&days, period(from, to));
        for grouping in [Grouping::Action, Grouping::Category] {
            for group in told_along(&report, grouping) {
                for part in &group.parts {
                    let alone = Report::new(&days, part.period);
                    let mut same = alone.groups(grouping).groups.iter().filter(|same| same.value == group.value);
                    prop_assert_eq!(same.next().map_or_else(Tally::default, |same| same.tally), part.tally);
                }
            }
        }
    }
}
