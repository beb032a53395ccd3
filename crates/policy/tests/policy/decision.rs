//! One visit: nothing is released without a grant in force, and effects come in their order.

use consentry_policy::decision::{Effect, Event, handle, in_force};
use consentry_policy::grants::{Grants, unknown};
use consentry_policy::verdict::{Verdict, class, source};
use proptest::prelude::*;

use crate::grants::{Decisions, decisions, grants};

const ALL: [Effect; 6] =
    [Effect::Store, Effect::Hold, Effect::Erase, Effect::Release, Effect::Report, Effect::Ask];

/// The effects as the gate's shim takes them: the lowest bit first.
fn decode(effects: u32) -> Vec<Effect> {
    ALL.into_iter().filter(|effect| effects & *effect as u32 != 0).collect()
}

/// What follows, and the grants in force afterwards.
fn follow(event: Event, decisions: &Decisions) -> (Vec<Effect>, Grants) {
    let mut grants = grants(decisions);
    let effects = handle(event, &mut grants);
    assert_eq!(effects >> ALL.len(), 0, "{effects:b}");
    (decode(effects), grants)
}

fn event() -> impl Strategy<Value = Event> {
    prop::sample::select(vec![Event::Found, Event::Missing, Event::Lapsed, Event::Decided, Event::Followed])
}

/// Something happens, with decisions that may be there where none should.
fn visit() -> impl Strategy<Value = Vec<(Event, Decisions)>> {
    prop::collection::vec((event(), decisions()), 1..8)
}

/// Every verdict of a declared category, without a service and with the first and some others.
fn verdicts() -> impl Iterator<Item = Verdict> {
    let services = [0, 1, 2, 31, 32, 33, 1022, 1023];
    (class::FUNCTIONAL..=7)
        .flat_map(move |class| services.map(|service| Verdict::new(class, source::OWNER, service)))
}

proptest! {
    #[test]
    fn nothing_is_released_without_a_grant_in_force(
        visit in visit(), asked in any::<u32>(), rule in 0..4u32
    ) {
        for (event, decisions) in visit {
            let (effects, in_force) = follow(event, &decisions);
            prop_assert_eq!(effects.contains(&Effect::Release), in_force.any());
            let brings = matches!(event, Event::Found | Event::Decided | Event::Followed);
            prop_assert_eq!(&in_force, &if brings { grants(&decisions) } else { Grants::NONE });
            let allowed = |verdict| in_force.allow(verdict, asked, rule);
            let unknown_free = |verdict: &Verdict| {
                rule != unknown::RELEASE || verdict.class() < class::UNCLASSIFIED
            };
            let any = verdicts().filter(unknown_free).any(allowed);
            prop_assert!(!any || effects.contains(&Effect::Release), "allowed and never released");
            prop_assert!(!any || brings, "{event:?} brings no grant");
            prop_assert!(allowed(Verdict::new(class::NECESSARY, source::DEFAULT, 0)));
        }
    }

    #[test]
    fn release_means_that_something_may_act(event in event(), decisions in decisions()) {
        let (effects, in_force) = follow(event, &decisions);
        let every = (1..4)
            .flat_map(|class| (0..1024).map(move |service| Verdict::new(class, source::OWNER, service)));
        let any = every.into_iter().any(|verdict| in_force.allow(verdict, 0, unknown::DENY));
        prop_assert_eq!(effects.contains(&Effect::Release), any);
    }

    #[test]
    fn effects_come_once_each_and_in_their_order(event in event(), decisions in decisions()) {
        let (effects, _) = follow(event, &decisions);
        let has = |effect| effects.contains(&effect);
        // Store < Hold < Erase < Release < Report < Ask, which is how they are numbered.
        prop_assert!(ALL.windows(2).all(|two| (two[0] as u8) < two[1] as u8));
        prop_assert!(has(Effect::Hold), "{event:?}");
        let (asks, acts) = match event {
            Event::Found | Event::Followed => (false, false),
            Event::Missing => (true, false),
            Event::Lapsed => (true, true),
            Event::Decided => (false, true),
        };
        prop_assert_eq!((has(Effect::Ask), has(Effect::Store), has(Effect::Report)), (asks, acts, acts));
        // Whatever is denied leaves no trace, on the next pages too; before a choice nothing is denied yet.
        prop_assert_eq!(has(Effect::Erase), event != Event::Missing);
    }

    #[test]
    fn no_numbers_put_a_choice_in_force_outside_its_time(time: f64, expires: f64, now: f64, validity: f64) {
        if in_force(time, expires, now, validity) {
            prop_assert!(now < expires && time <= now + DAY && now - time < validity + 1.0);
            prop_assert!(![time, expires, now, validity].iter().any(|it| it.is_nan()));
            prop_assert!(time.is_finite() && now.is_finite());
        }
    }

    #[test]
    fn a_choice_is_in_force_from_its_time_to_the_shorter_of_both_ends(
        age in -3.0 * DAY..400.0 * DAY, stored in 1..400u32, validity in 1..400u32
    ) {
        let (expires, now) = (NOW + f64::from(stored) * DAY, NOW + age);
        let ends = f64::from(stored.min(validity)) * DAY;
        prop_assert_eq!(in_force(NOW, expires, now, f64::from(validity) * DAY), age >= -DAY && age < ends);
    }
}

#[test]
fn without_grants_every_event_has_the_effects_that_the_shim_knows_by_heart() {
    // Where there is no WebAssembly, `crates/gate/js/verdicts.js` answers with these.
    for (event, bits) in [
        (Event::Found, 6),
        (Event::Missing, 34),
        (Event::Lapsed, 55),
        (Event::Decided, 23),
        (Event::Followed, 6),
    ] {
        assert_eq!(handle(event, &mut Grants::NONE.clone()), bits, "{event:?}");
    }
}

#[test]
fn withdraw_erases_before_it_reports() {
    let granted = follow(Event::Decided, &(!0, Vec::new())).0;
    assert_eq!(granted, [Effect::Store, Effect::Hold, Effect::Erase, Effect::Release, Effect::Report]);
    let withdrawn = follow(Event::Decided, &(0, Vec::new())).0;
    assert_eq!(withdrawn, [Effect::Store, Effect::Hold, Effect::Erase, Effect::Report]);
}

const DAY: f64 = 86_400_000.0;
/// 2026-11-21T20:00:00Z.
const NOW: f64 = 1_795_291_200_000.0;

#[test]
fn a_choice_ends_when_it_said_or_sooner_if_the_site_shortened_it() {
    let half_a_year = 185.0;
    let ends = NOW + half_a_year * DAY;
    for (time, expires, now, validity, expected) in [
        (NOW, ends, NOW, half_a_year, true),
        (NOW, ends, ends - 1.0, half_a_year, true),
        (NOW, ends, ends, half_a_year, false),
        // The site's validity was shortened since, or lengthened.
        (NOW, ends, NOW + 29.0 * DAY, 30.0, true),
        (NOW, ends, NOW + 30.0 * DAY, 30.0, false),
        (NOW, ends, ends, 395.0, false),
        // Clocks disagree by less than a day.
        (NOW + DAY, ends, NOW, half_a_year, true),
        (NOW + DAY + 1.0, ends, NOW, half_a_year, false),
        // Cut by hand: expired before it was made, or at once.
        (NOW, NOW, NOW, half_a_year, false),
        (NOW, 0.0, NOW, half_a_year, false),
        (NOW, ends, NOW, 0.0, false),
        (NOW, ends, NOW, -1.0, false),
        // What a broken date or a broken clock gives.
        (f64::NAN, ends, NOW, half_a_year, false),
        (NOW, f64::NAN, NOW, half_a_year, false),
        (NOW, ends, f64::NAN, half_a_year, false),
        (NOW, ends, NOW, f64::NAN, false),
        (f64::INFINITY, ends, NOW, half_a_year, false),
        (f64::NEG_INFINITY, ends, NOW, half_a_year, false),
        (NOW, f64::NEG_INFINITY, NOW, half_a_year, false),
        (NOW, ends, f64::INFINITY, half_a_year, false),
        (NOW, ends, f64::NEG_INFINITY, half_a_year, false),
        // No end of its own: the site's validity still ends it.
        (NOW, f64::INFINITY, NOW, half_a_year, true),
        (NOW, f64::INFINITY, ends, half_a_year, false),
    ] {
        assert_eq!(
            in_force(time, expires, now, validity * DAY),
            expected,
            "{time} {expires} {now} {validity}"
        );
    }
}
