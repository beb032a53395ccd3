//! What a visitor granted: no grant crosses to another category or service.

use consentry_policy::grants::{GRANTABLE, Grants, SERVICES, decision, unknown};
use consentry_policy::verdict::{MAX_SERVICES, Verdict, class, source};
use proptest::prelude::*;

/// Whole categories as a set of any bits, then services of any number, in order.
pub type Decisions = (u32, Vec<(u32, bool)>);

pub fn decisions() -> impl Strategy<Value = Decisions> {
    let service = prop_oneof![0..6u32, 30..34u32, 1020..1028u32, any::<u32>()];
    (any::<u32>(), prop::collection::vec((service, any::<bool>()), 0..6)).prop_flat_map(|(set, services)| {
        // Often nothing at all.
        prop::sample::select(vec![(set, services.clone()), (0, services), (set, Vec::new()), (0, Vec::new())])
    })
}

pub fn grants((categories, services): &Decisions) -> Grants {
    let mut decisions = [decision::NONE; SERVICES];
    for (service, granted) in services {
        if let Some(decision) = decisions.get_mut(*service as usize) {
            *decision = if *granted { decision::GRANTED } else { decision::DENIED };
        }
    }
    Grants::new(*categories, decisions)
}

/// The last word on a service that can have one.
fn decided((_, services): &Decisions, service: u32) -> Option<bool> {
    let word = services.iter().rev().find(|(number, _)| *number == service);
    word.filter(|_| (1..=MAX_SERVICES).contains(&service)).map(|(_, granted)| *granted)
}

fn service() -> impl Strategy<Value = u32> {
    prop_oneof![0..6u32, 30..34u32, 1020..=MAX_SERVICES]
}

proptest! {
    #[test]
    fn a_declared_tracker_follows_its_services_decision_else_its_categorys(
        decisions in decisions(), class in class::FUNCTIONAL..=class::ADVERTISING, source in 0..4u32,
        service in service(), asked in any::<u32>(), rule in 0..4u32
    ) {
        let expected = decided(&decisions, service).unwrap_or(decisions.0 >> class & 1 == 1);
        let allowed = grants(&decisions).allow(Verdict::new(class, source, service), asked, rule);
        prop_assert_eq!(allowed, expected);
    }

    #[test]
    fn a_categorys_grant_never_crosses_to_another(
        granted in class::FUNCTIONAL..=class::ADVERTISING, class in class::FUNCTIONAL..=class::ADVERTISING,
        service in service(), asked in any::<u32>(), rule in 0..4u32
    ) {
        let verdict = Verdict::new(class, source::TABLE, service);
        let allowed = grants(&(1 << granted, Vec::new())).allow(verdict, asked, rule);
        prop_assert_eq!(allowed, class == granted);
    }

    #[test]
    fn a_services_decision_never_crosses_to_another(
        class in class::FUNCTIONAL..=class::ADVERTISING,
        one in any::<u32>(), other in service(), granted: bool
    ) {
        let grants = grants(&(if granted { 0 } else { GRANTABLE }, vec![(one, granted)]));
        if one != other || other == 0 {
            prop_assert_eq!(grants.allow(Verdict::new(class, source::OWNER, other), GRANTABLE, 0), !granted);
        }
        // Nor to a number that no service can have.
        let beyond = Verdict::new(class, source::OWNER, MAX_SERVICES + 1 + (one & 0xffff));
        prop_assert_eq!(grants.allow(beyond, GRANTABLE, 0), !granted);
    }

    #[test]
    fn what_nobody_described_needs_every_category_that_is_asked_for(
        decisions in decisions(), class in class::UNCLASSIFIED..8, service in service(), asked in 0..8u32
    ) {
        let asked = asked << 1;
        let verdict = Verdict::new(class, source::DEFAULT, service);
        let grants = grants(&decisions);
        let every = asked != 0 && decisions.0 & asked == asked;
        for hold in [0, 3, u32::MAX] {
            prop_assert_eq!(grants.allow(verdict, asked, hold), every);
        }
        prop_assert!(!grants.allow(verdict, asked, unknown::DENY));
        prop_assert!(grants.allow(verdict, asked, unknown::RELEASE));
    }

    #[test]
    fn the_necessary_is_never_held(
        decisions in decisions(), source in 0..4u32, service in service(),
        asked in any::<u32>(), rule in any::<u32>()
    ) {
        prop_assert!(grants(&decisions).allow(Verdict::new(class::NECESSARY, source, service), asked, rule));
    }

    #[test]
    fn any_means_that_something_is_granted(decisions in decisions()) {
        let service = (1..=MAX_SERVICES).any(|service| decided(&decisions, service) == Some(true));
        prop_assert_eq!(grants(&decisions).any(), decisions.0 & GRANTABLE != 0 || service);
    }

    #[test]
    fn a_verdict_is_read_as_it_was_made(class in 0..8u32, source in 0..4u32, service in 0..1u32 << 27) {
        let verdict = Verdict::new(class, source, service);
        prop_assert_eq!((verdict.class(), verdict.source(), verdict.service()), (class, source, service));
        prop_assert_eq!(Verdict::from_bits(verdict.to_bits()), verdict);
        prop_assert_eq!(verdict.is_site(), source >= source::OWNER);
    }
}

#[test]
fn a_services_decision_wins_over_its_categorys_in_both_directions() {
    let verdict = Verdict::new(class::ANALYTICS, source::OWNER, 7);
    let sibling = Verdict::new(class::ANALYTICS, source::OWNER, 8);
    for category in [true, false] {
        let grants = grants(&(u32::from(category) << class::ANALYTICS, vec![(7, !category)]));
        assert_eq!((grants.allow(verdict, 0, 0), grants.allow(sibling, 0, 0)), (!category, category));
    }
}

#[test]
fn no_service_has_no_decision_of_its_own() {
    let grants = grants(&(0, vec![(0, true)]));
    assert_eq!(grants, Grants::NONE);
    assert!(!grants.any());
}
