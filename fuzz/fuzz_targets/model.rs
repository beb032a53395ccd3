//! The model's file: what is read is written back to what reads the same.
#![no_main]

use consentry_classify::model::Model;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(model) = Model::from_bytes(bytes) {
        assert_eq!(Model::from_bytes(&model.to_bytes()), Ok(model));
    }
});
