//! The numbers that are told, and that no two of them tell of one visitor.

use std::collections::BTreeMap;

use consentry::model::receipt::Receipt;
use consentry_ledger::day::Day;
use consentry_ledger::sums::{DaySums, Grouping, Sums, Tally};
use proptest::prelude::*;
use serde_json::json;

use super::{Period, Report, SMALLEST, Statistics};

mod course;

/// A day with receipts, each an action and a language with how often it came.
fn day(number: u32, receipts: &[(&str, &str, u64)]) -> DaySums {
    let mut sums = Sums::default();
    for (action, language, times) in receipts {
        let all = ["functional", "analytics", "advertising"];
        let (granted, denied) =
            if *action == "accept-all" { (&all[..], &[][..]) } else { (&[][..], &all[..]) };
        let receipt = json!({
            "v": 1, "id": "019aa7f0-2c00-7000-8000-000000000001", "site": "shop",
            "subject": "be45cb2605bf36bebde684841a28f0fd", "time": "2026-11-21T20:00:00.000Z",
            "action": action, "granted": granted, "denied": denied, "revision": "1",
            "notice": format!("sha256:{}", "ab".repeat(32)), "language": language, "layer": 1,
            "validUntil": "2027-05-25T20:00:00.000Z", "previous": null
        });
        sums.add(&Receipt::parse(&receipt.to_string()).unwrap(), *times);
    }
    DaySums { day: Day::from_number(number), sums }
}

fn period(from: u32, to: u32) -> Period {
    Period { from: Day::from_number(from), to: Day::from_number(to) }
}

/// The values of a grouping with how many decided and accepted.
fn told(report: &Report, grouping: Grouping) -> Vec<(&str, u64, u64)> {
    let groups = report.groups(grouping).groups.iter();
    groups.map(|group| (group.value.as_str(), group.tally.decided, group.tally.accepted)).collect()
}

#[test]
fn what_is_enough_is_told_as_it_is() {
    let days = [
        day(10, &[("accept-all", "sv", 30), ("reject-all", "en", 12)]),
        day(12, &[("accept-all", "sv", 7), ("withdraw", "sv", 6)]),
    ];
    let report = Report::new(&days, period(1, 20));
    assert_eq!(report.all, Tally { decided: 49, accepted: 37 });
    let actions = [("accept-all", 37, 37), ("reject-all", 12, 0), ("withdraw", 6, 0)];
    assert_eq!(told(&report, Grouping::Action), actions);
    assert_eq!(told(&report, Grouping::Language), [("sv", 37, 37), ("en", 12, 0)]);
    let categories = ["advertising", "analytics", "functional"].map(|category| (category, 49, 37));
    assert_eq!(told(&report, Grouping::Category), categories);
    let parts: Vec<_> = report.parts.iter().map(|part| part.tally.decided).collect();
    assert_eq!(parts.len(), 20);
    assert_eq!((parts[9], parts[11], parts.iter().sum::<u64>()), (42, 7, 49));
    assert!(!report.groups(Grouping::Language).holds_back);
    let report = Report::new(&days, period(11, 12));
    assert_eq!((report.all.decided, report.before.decided), (7, 42));
}

#[test]
fn few_are_held_back_until_they_are_enough() {
    let days = [day(1, &[("accept-all", "sv", 3)]), day(2, &[("reject-all", "sv", 1)])];
    let report = Report::new(&days, period(1, 2));
    assert_eq!((report.all.decided, told(&report, Grouping::Action)), (0, vec![]));
    assert!(report.groups(Grouping::Action).holds_back);
    let more = [days.as_slice(), &[day(3, &[("accept-all", "sv", 2)])]].concat();
    let report = Report::new(&more, period(1, 3));
    assert_eq!(report.all, Tally { decided: 6, accepted: 5 });
    assert_eq!(told(&report, Grouping::Action), [("accept-all", 5, 5)]);
    assert_eq!(told(&report, Grouping::Language), [("sv", 6, 5)]);
}

#[test]
fn a_rest_of_a_few_is_not_told_by_what_is() {
    let one_finn = [day(1, &[("accept-all", "sv", 40), ("accept-all", "en", 20), ("reject-all", "fi", 1)])];
    let report = Report::new(&one_finn, period(1, 1));
    assert_eq!(report.all, Tally { decided: 61, accepted: 60 });
    assert_eq!(told(&report, Grouping::Language), [("sv", 40, 40)], "61 - 40 tells of 21 people");
    let one_swede = [day(1, &[("accept-all", "sv", 40), ("reject-all", "fi", 1)])];
    let report = Report::new(&one_swede, period(1, 1));
    assert_eq!(told(&report, Grouping::Language), [], "41 - 40 would tell of one");
    assert!(report.groups(Grouping::Language).holds_back);
}

#[test]
fn a_long_period_has_few_parts_of_whole_weeks() {
    for (days, parts, first) in
        [(1, 1, 1), (7, 7, 1), (31, 31, 1), (90, 13, 7), (365, 27, 14), (3650, 38, 98)]
    {
        let period = period(20_000 - days + 1, 20_000);
        let all: Vec<_> = period.parts().collect();
        assert_eq!((all.len(), all[0].days()), (parts, first), "{days} days");
        assert_eq!(all.iter().map(|part| part.days()).sum::<u32>(), days);
        assert_eq!((all[0].from, all[parts - 1].to), (period.from, period.to));
    }
    assert!(period(0, u32::MAX / 2).parts().count() <= 40);
}

#[test]
fn today_is_told_a_few_receipts_at_a_time() {
    let site = consentry::model::config::SiteKey::new("shop").unwrap();
    let (statistics, today) = (Statistics::default(), Day::from_number(9));
    let mut told = Vec::new();
    for accepted in [20, 21, 24, 25, 26, 31] {
        let mut days = [day(8, &[("accept-all", "sv", 6)]), day(9, &[("accept-all", "sv", accepted)])];
        statistics.hold_today(&site, &mut days, today);
        told.push(days[1].sums.all().decided);
        assert_eq!(days[0].sums.all().decided, 6, "the days before are told as they are");
    }
    assert_eq!(told, [20, 20, 20, 25, 25, 31]);
    let mut next = [day(9, &[("accept-all", "sv", 33)]), day(10, &[("accept-all", "sv", 2)])];
    statistics.hold_today(&site, &mut next, Day::from_number(10));
    assert_eq!((next[0].sums.all().decided, next[1].sums.all().decided), (33, 2));
}

#[test]
fn the_first_receipts_of_all_are_told_as_soon_as_they_are_enough() {
    let site = consentry::model::config::SiteKey::new("shop").unwrap();
    let (statistics, today) = (Statistics::default(), Day::from_number(9));
    let told = [1, 3, 6, 7, 11].map(|accepted| {
        let mut days = [day(9, &[("accept-all", "sv", accepted)])];
        statistics.hold_today(&site, &mut days, today);
        Report::new(&days, period(9, 9)).all.decided
    });
    assert_eq!(told, [0, 0, 6, 6, 11]);
}

/// A few days before a stretch ends.
const BEGIN: u32 = 360;

/// Days with few receipts of few kinds, where one visitor would be seen most easily.
fn few_receipts() -> impl Strategy<Value = Vec<DaySums>> {
    let kind = (
        prop_oneof![Just("accept-all"), Just("reject-all"), Just("withdraw")],
        prop_oneof![Just("sv"), Just("en"), Just("fi")],
        0..7_u64,
    );
    prop::collection::vec(prop::collection::vec(kind, 0..4), 1..15).prop_map(|days| {
        days.iter().enumerate().map(|(number, receipts)| day(BEGIN + number as u32, receipts)).collect()
    })
}

proptest! {
    /// Each number of a longer period, less the same of a shorter one: nothing, or of at least so many visitors.
    #[test]
    fn two_periods_differ_by_nobody_or_by_several(days in few_receipts(), from in BEGIN..BEGIN + 6, to in BEGIN + 6..BEGIN + 14) {
        let numbers = |period| {
            let report = Report::new(&days, period);
            let groups = [Grouping::Action, Grouping::Category].map(|grouping| (grouping, report.groups(grouping)));
            let groups = groups.into_iter().flat_map(|(grouping, told)| {
                told.groups.iter().map(move |group| ((grouping.name(), group.value.clone()), group.tally))
            });
            let mut numbers: BTreeMap<(&str, String), Tally> = groups.collect();
            numbers.insert(("all", String::new()), report.all);
            numbers
        };
        let longest = numbers(period(0, BEGIN + 14));
        for shorter in [period(from, BEGIN + 14), period(0, to), period(from, to), period(from + 1, to)] {
            let shorter = numbers(shorter);
            for (key, tally) in &longest {
                let other = shorter.get(key).copied().unwrap_or_default();
                let differ = tally.decided - other.decided;
                prop_assert!(differ == 0 || differ >= SMALLEST, "{key:?}: {tally:?} and {other:?}");
                prop_assert!(differ > 0 || tally.accepted == other.accepted);
            }
        }
    }

    /// What is told of a period adds up: what a grouping leaves out of all is nobody, or several.
    #[test]
    fn a_grouping_leaves_out_nobody_or_several(days in few_receipts(), from in BEGIN..BEGIN + 6, to in BEGIN + 6..BEGIN + 14) {
        let report = Report::new(&days, period(from, to));
        for grouping in [Grouping::Language, Grouping::Revision, Grouping::Layer] {
            let told = &report.groups(grouping).groups;
            let sum: u64 = told.iter().map(|group| group.tally.decided).sum();
            let rest = report.all.decided.abs_diff(sum);
            prop_assert!(rest == 0 || rest >= SMALLEST || told.is_empty(), "{grouping:?}: {told:?}, all {:?}", report.all);
            prop_assert!(told.iter().all(|group| group.tally.decided >= SMALLEST));
        }
    }

    /// Nothing is lost in the long run: at most a few of each number are held back, and a few at the end of a stretch.
    #[test]
    fn little_is_held_back(days in few_receipts()) {
        let report = Report::new(&days, period(0, BEGIN + 20));
        let decided: u64 = days.iter().map(|day| day.sums.all().decided).sum();
        prop_assert!(decided - report.all.decided < 2 * SMALLEST);
        // No day before the stretch is needed.
        let later = period(BEGIN + 12, BEGIN + 14);
        let needed: Vec<_> = days.iter().filter(|one| one.day >= Report::first_day(later)).cloned().collect();
        prop_assert_eq!(format!("{:?}", Report::new(&needed, later)), format!("{:?}", Report::new(&days, later)));
        prop_assert_eq!(report.parts.iter().map(|part| part.tally.decided).sum::<u64>(), report.all.decided);
    }
}
