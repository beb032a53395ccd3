//! What a token lets its bearer do.

use std::fmt;
use std::str::FromStr;

/// One thing that a token may allow. `www/docs/backend.md` says what each is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenScope {
    /// Everything.
    Admin,
    /// To look: at the ledger, at what was observed, at one visitor's receipts, at sums over them.
    Read,
    /// To erase what is kept of a visitor.
    Erase,
    /// To store the notices that receipts name.
    Notices,
}

impl TokenScope {
    const ALL: [TokenScope; 4] =
        [TokenScope::Admin, TokenScope::Read, TokenScope::Erase, TokenScope::Notices];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            TokenScope::Admin => "admin",
            TokenScope::Read => "read",
            TokenScope::Erase => "erase",
            TokenScope::Notices => "notices",
        }
    }

    fn named(name: &str) -> Option<TokenScope> {
        TokenScope::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// All that a token allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenScopes(Vec<TokenScope>);

impl TokenScopes {
    /// The scope that allows everything.
    pub fn admin() -> TokenScopes {
        TokenScopes(vec![TokenScope::Admin])
    }

    /// Those in a stored token. A word that only a later program knows allows nothing here.
    pub fn stored(words: &str) -> TokenScopes {
        TokenScopes(words.split(',').filter_map(TokenScope::named).collect())
    }

    /// Whether this may be done.
    pub fn allow(&self, scope: TokenScope) -> bool {
        self.0.contains(&TokenScope::Admin) || self.0.contains(&scope)
    }
}

impl FromStr for TokenScopes {
    type Err = String;

    /// Words with commas between, at least one.
    fn from_str(words: &str) -> Result<TokenScopes, String> {
        let scopes = words.split(',').map(|word| {
            TokenScope::named(word.trim()).ok_or_else(|| {
                let known = TokenScope::ALL.map(TokenScope::name).join(", ");
                format!("found {word:?}, expected one or more of {known}, with commas between")
            })
        });
        let mut scopes: Vec<_> = scopes.collect::<Result<_, _>>()?;
        scopes.dedup();
        Ok(TokenScopes(scopes))
    }
}

impl fmt::Display for TokenScopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::{TokenScope, TokenScopes};

    #[test]
    fn admin_allows_everything_and_another_scope_only_itself() {
        for scope in TokenScope::ALL {
            assert!(TokenScopes::admin().allow(scope));
            assert_eq!(TokenScopes::stored("read").allow(scope), scope == TokenScope::Read);
            assert!(!TokenScopes::stored("").allow(scope) && !TokenScopes::stored("later").allow(scope));
        }
        let several: TokenScopes = "read, erase".parse().unwrap();
        assert!(several.allow(TokenScope::Erase) && !several.allow(TokenScope::Admin));
        assert_eq!(TokenScopes::stored(&several.to_string()), several);
    }

    #[test]
    fn an_unknown_scope_is_named() {
        for words in ["", "read,write", "Admin"] {
            let refused = words.parse::<TokenScopes>().unwrap_err();
            assert!(refused.contains("expected one or more of admin, read, erase, notices"), "{refused}");
        }
    }
}
