//! The macro `constants!`: constants that are declared together with the list of all of them, so that none can be missing in the list. Says
//! nothing of what any of them means.

/// One number that both languages know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// The name of its constant, in capitals: `FIRST_PARTY`.
    pub constant: &'static str,
    /// The word for it in configurations, reports and receipts: `first-party`.
    pub word: &'static str,
    /// The number itself.
    pub number: u32,
}

/// A module of constants together with the list of all of them, so that none can be missing in the list.
macro_rules! constants {
    ($(#[$about:meta])* pub mod $name:ident: $type:ty {
        $($(#[$meaning:meta])* $constant:ident = $number:expr, $word:expr;)+
    }) => {
        $(#[$about])*
        pub mod $name {
            $($(#[$meaning])* pub const $constant: $type = $number;)+

            /// Every constant of this module, for [`numbers`](crate::numbers).
            pub const ALL: [$crate::constants_macro::Number; [$($number),+].len()] = [$($crate::constants_macro::Number {
                constant: stringify!($constant),
                word: $word,
                number: $constant as u32,
            }),+];
        }
    };
}
pub(crate) use constants;
