//! How the model declares its small types: strings that keep a rule and closed lists of words, each made
//! by its check and by nothing else.

/// Declares strings that keep a rule. `new` is the only way to make one.
macro_rules! checked {
    ($($(#[$doc:meta])* $name:ident: $holds:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The value, if the text keeps the rule.
            pub fn new(text: &str) -> Option<$name> {
                $holds(text).then(|| $name(text.to_owned()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

/// Declares a closed list of words.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident = $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$word_doc])* $word,)* }

        impl $name {
            /// Every word, the default first.
            pub const NAMES: &'static [&'static str] = &[$($text,)*];

            /// The word as it is written.
            pub const fn name(self) -> &'static str {
                match self { $($name::$word => $text,)* }
            }

            /// The value of this word, if it is one.
            pub fn named(text: &str) -> Option<$name> {
                match text { $($text => Some($name::$word),)* _ => None }
            }
        }
    )*};
}

pub(crate) use {checked, words};
