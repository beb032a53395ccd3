//! The model's file: it is read as it was written, and whatever else is read never makes it panic.

use consentry_classify::model::{BITS, Malformed, Model, best};
use consentry_classify::{AnswerRule, CONFIDENT, Classifier, MODEL, Subject, SubjectKind};
use consentry_policy::category::Category;
use proptest::prelude::*;

#[test]
fn the_committed_model_is_read_and_written_back_to_the_same_bytes() {
    let model = Model::from_bytes(MODEL).unwrap();
    assert!(model.to_bytes() == MODEL);
    assert!(MODEL.len() < 40_000, "{} bytes, which `classify()` fetches", MODEL.len());
}

#[test]
fn where_the_model_comes_from_is_said_beside_it() {
    let text = include_str!("../../model/README.md");
    for needed in [
        "cargo xtask train",
        "1,094",
        "MIT",
        "copyright (c) 2021-2022 Dino Bollinger",
        "CookieBlock",
        "bench classify",
    ] {
        assert!(text.contains(needed), "{needed}");
    }
}

#[test]
fn what_is_no_model_is_refused_at_its_byte() {
    let refused = |bytes: &[u8]| Model::from_bytes(bytes).unwrap_err();
    let with = |scale: f32, rest: &[u8]| [b"CSL1", &scale.to_le_bytes()[..], &[0; 16], rest].concat();
    assert_eq!(refused(b""), Malformed(0));
    assert_eq!(refused(b"CSL"), Malformed(0));
    assert_eq!(refused(b"CSL2\0\0\0\0"), Malformed(0));
    assert_eq!(refused(b"CSL1\0"), Malformed(4));
    for scale in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        assert_eq!(refused(&with(scale, &[])), Malformed(4), "{scale}");
    }
    assert_eq!(refused(b"CSL1\0\0\x80\x3f\0\0"), Malformed(8));
    assert_eq!(refused(&with(1.0, &[1])), Malformed(25));
    assert_eq!(refused(&with(1.0, &[1, 0, 0, 0])), Malformed(25));
    assert_eq!(refused(&with(1.0, &[255, 255, 255, 255])), Malformed(27));
    // The place behind the last.
    assert_eq!(refused(&with(1.0, &[128, 64, 1, 1, 1, 1])), Malformed(30));
    assert!(Model::from_bytes(&with(1.0, &[127, 1, 1, 1, 1])).is_ok());
    assert!(Model::from_bytes(&with(1.0, &[])).is_ok());
}

#[test]
fn necessary_is_said_only_with_confidence() {
    let all = Category::ALL;
    assert_eq!(best([CONFIDENT, 49, 0, 0], CONFIDENT, &all), (Category::Necessary, CONFIDENT));
    assert_eq!(best([CONFIDENT - 1, 10, 21, 20], CONFIDENT, &all), (Category::Analytics, 21));
    assert_eq!(best([30, 30, 30, 10], CONFIDENT, &all), (Category::Analytics, 30));
    assert_eq!(best([25, 25, 25, 25], CONFIDENT, &all), (Category::Advertising, 25));
    assert_eq!(
        best([40, 30, 20, 10], 0, &[Category::Necessary, Category::Functional]),
        (Category::Necessary, 40)
    );
    assert_eq!(best([1, 0, 0, 0], CONFIDENT, &[Category::Necessary]), (Category::Advertising, 0));
}

fn weights() -> impl Strategy<Value = Vec<[f64; 4]>> {
    let weight = prop_oneof![Just(0.0), -9.0..9.0, -1e-7..1e-7];
    prop::collection::vec(
        (0..1_usize << BITS, [weight.clone(), weight.clone(), weight.clone(), weight]),
        0..60,
    )
    .prop_map(|some| {
        let mut weights = vec![[0.0; 4]; 1 << BITS];
        for (place, of) in some {
            weights[place] = of;
        }
        weights
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_model_is_read_as_it_was_written(
        bias in [-20.0..20.0, -20.0..20.0, -1e9..1e9, -1e-3..1e-3],
        weights in weights(),
        name in ".{0,40}",
    ) {
        let model = Model::rounded(bias, &weights);
        let bytes = model.to_bytes();
        prop_assert_eq!(Model::from_bytes(&bytes), Ok(model.clone()));
        let answer = Classifier::new(Some(model)).answer(&Subject::new(SubjectKind::Cookie, &name));
        prop_assert!(answer.confidence <= 100);
    }

    #[test]
    fn any_bytes_are_a_fault_or_a_model_that_answers(
        mut bytes in prop::collection::vec(any::<u8>(), 0..400),
        head in 0..4_usize,
        name in ".{1,40}",
    ) {
        // As far as chance alone would never come.
        let head = [&b""[..], b"CSL1", b"CSL1\0\0\x80\x3f", &MODEL[..24]][head];
        bytes.splice(..0, head.iter().copied());
        if let Ok(model) = Model::from_bytes(&bytes) {
            prop_assert_eq!(Model::from_bytes(&model.to_bytes()), Ok(model.clone()));
            let answer = Classifier::new(Some(model)).answer(&Subject::new(SubjectKind::Cookie, &name));
            prop_assert!(answer.confidence <= 100);
            if answer.rule == AnswerRule::Learned && answer.category == Some(Category::Necessary) {
                prop_assert!(answer.confidence >= CONFIDENT);
            }
        }
    }

    #[test]
    fn a_damaged_model_is_a_fault_or_a_model(at in 0..MODEL.len(), to: u8, end in 0..MODEL.len()) {
        let mut bytes = MODEL.to_vec();
        bytes[at] = to;
        for bytes in [&bytes[..], &bytes[..end]] {
            if let Ok(model) = Model::from_bytes(bytes) {
                prop_assert_eq!(Model::from_bytes(&model.to_bytes()), Ok(model));
            }
        }
    }
}
