//! Macros with which the model declares its small types: strings that keep a rule and closed lists of words,
//! each made by its check and by nothing else.

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

        $crate::model::checked_types::text_in_json! { $name::new }
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

            /// As [`Self::name`]: what a checked string has under this name.
            pub(crate) const fn as_str(self) -> &'static str {
                self.name()
            }
        }

        $crate::model::checked_types::text_in_json! { $name::named }
    )*};
}

/// Lets serde read a type from a string by the function that makes it, and write it as `as_str` gives it.
macro_rules! text_in_json {
    ($($name:ident::$make:ident)*) => {$(
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                $name::$make(&text).ok_or_else(|| {
                    let found = serde::de::Unexpected::Str(&text);
                    serde::de::Error::invalid_value(found, &concat!("a valid ", stringify!($name)))
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    )*};
}

pub(crate) use {checked, text_in_json, words};
