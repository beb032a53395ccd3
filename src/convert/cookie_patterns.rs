//! Cookie names of another manager, exact or as a regular expression, as our patterns: a name with one `*` at most. Where a pattern
//! takes in more or less than the expression, the caller is told.

use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{
    Assertion, AssertionKind, Ast, ClassSet, ClassSetItem, Repetition, RepetitionKind, RepetitionRange,
};

use super::remark::{FUNCTION, UNKNOWN};
use crate::model::category::Category;
use crate::model::config::CookiePattern;

/// How many names an expression may stand for; how long, in bytes, it may be, and a name of it in pieces; how often a repeated
/// piece is written out.
const MOST_NAMES: usize = 32;
const LONGEST: usize = 500;
const MOST_REPEATED: u32 = 8;

/// Fewest characters before a `*` that stands for less than anything.
const FEWEST_BEFORE: usize = 3;

/// What an expression comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Patterns {
    pub names: Vec<String>,
    /// What they say otherwise than the expression.
    pub differences: Vec<&'static str>,
}

const WIDER: &str = "it takes in more names than the expression";
const BEGINS: &str = "it takes in names that begin so, and not those that have it further on";
const TOO_WIDE: &str = "a pattern for it would take in other cookies";
const UNTOLD: &str = "what only a browser can tell became *";
const CASE: &str = "upper and lower case are told apart";

/// An expression as JavaScript writes it, `/source/flags`.
pub(super) fn as_expression(text: &str) -> Option<(&str, &str)> {
    let (source, flags) = text.strip_prefix('/')?.rsplit_once('/')?;
    let holds = !source.is_empty() && flags.bytes().all(|flag| b"dgimsuvy".contains(&flag));
    holds.then_some((source, flags))
}

/// The pattern for an exact name.
///
/// # Errors
/// Why there is none.
pub(super) fn of_name(written: &str) -> Result<Patterns, &'static str> {
    let name = written.replace(UNKNOWN, "*").replace(FUNCTION, "*");
    let differences = if name == written { Vec::new() } else { vec![UNTOLD] };
    is_specific(&name)
        .then(|| Patterns { names: vec![name], differences })
        .ok_or("no cookie can have this name, or it would be nearly every one")
}

/// The patterns for an expression of cookies of this category. A pattern that takes in more than the expression makes no other
/// cookies necessary.
///
/// # Errors
/// Why there are none.
pub(super) fn of_expression(source: &str, flags: &str, category: Category) -> Result<Patterns, &'static str> {
    if source.len() > LONGEST {
        return Err("the expression is too long");
    }
    let ast = Parser::new().parse(source).map_err(|_| "the expression has parts that no pattern can say")?;
    let mut patterns = Patterns::default();
    for pieces in alternatives(&ast)? {
        let (name, differences) = one_star(&pieces)?;
        if !is_specific(&name) {
            return Err("a pattern for it would take in nearly every name");
        }
        let before = name.chars().take_while(|character| *character != '*').count();
        if differences.contains(&WIDER) && (category == Category::Necessary || before < FEWEST_BEFORE) {
            return Err(TOO_WIDE);
        }
        differences.into_iter().for_each(|difference| patterns.differs(difference));
        if !patterns.names.contains(&name) {
            patterns.names.push(name);
        }
    }
    if flags.contains('i') {
        patterns.differs(CASE);
    }
    Ok(patterns)
}

impl Patterns {
    fn differs(&mut self, difference: &'static str) {
        if !self.differences.contains(&difference) {
            self.differences.push(difference);
        }
    }
}

/// Whether a pattern is one of ours, and says enough of a name.
fn is_specific(name: &str) -> bool {
    let said = name.chars().filter(|c| *c != '*').count();
    let says_enough = !name.contains('*') || said >= 2;
    says_enough && name.contains(|c: char| c.is_alphanumeric()) && CookiePattern::new(name).is_some()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Start,
    Literal(char),
    /// `.*`
    Anything,
    /// `.+`
    Something,
    /// A class, or what may be repeated.
    Narrower,
    End,
}

/// Every way to read an expression, as a row of pieces each.
fn alternatives(ast: &Ast) -> Result<Vec<Vec<Piece>>, &'static str> {
    Ok(match ast {
        Ast::Empty(_) => vec![Vec::new()],
        Ast::Literal(literal) => vec![vec![Piece::Literal(literal.c)]],
        Ast::Dot(_) | Ast::ClassUnicode(_) | Ast::ClassPerl(_) => vec![vec![Piece::Narrower]],
        Ast::ClassBracketed(class) => match few_characters(&class.kind).filter(|_| !class.negated) {
            Some(characters) => characters.into_iter().map(|c| vec![Piece::Literal(c)]).collect(),
            None => vec![vec![Piece::Narrower]],
        },
        Ast::Assertion(assertion) => vec![anchor(assertion)?],
        Ast::Group(group) => alternatives(&group.ast)?,
        Ast::Repetition(repetition) => repeated(repetition)?,
        Ast::Alternation(alternation) => {
            let mut all = Vec::new();
            for ast in &alternation.asts {
                all.extend(alternatives(ast)?);
            }
            few(all)?
        }
        Ast::Concat(concat) => {
            let mut all = vec![Vec::new()];
            for ast in &concat.asts {
                all = followed_by(&all, &alternatives(ast)?)?;
            }
            all
        }
        Ast::Flags(_) => return Err("the expression has flags inside"),
    })
}

fn few(all: Vec<Vec<Piece>>) -> Result<Vec<Vec<Piece>>, &'static str> {
    if all.len() > MOST_NAMES { Err("the expression stands for too many names") } else { Ok(all) }
}

/// Each of the first with each of the second behind it.
fn followed_by(first: &[Vec<Piece>], second: &[Vec<Piece>]) -> Result<Vec<Vec<Piece>>, &'static str> {
    if first.len() * second.len() > MOST_NAMES {
        return Err("the expression stands for too many names");
    }
    let longest = |rows: &[Vec<Piece>]| rows.iter().map(Vec::len).max().unwrap_or_default();
    if longest(first) + longest(second) > LONGEST {
        return Err("the expression stands for too long a name");
    }
    Ok(first.iter().flat_map(|start| second.iter().map(move |end| [&start[..], end].concat())).collect())
}

/// The characters of a class such as `[td]`.
fn few_characters(class: &ClassSet) -> Option<Vec<char>> {
    let literal = |item: &ClassSetItem| match item {
        ClassSetItem::Literal(literal) => Some(literal.c),
        _ => None,
    };
    let ClassSet::Item(item) = class else { return None };
    let items = match item {
        ClassSetItem::Union(union) => &union.items[..],
        one => std::slice::from_ref(one),
    };
    if items.len() > 4 { None } else { items.iter().map(literal).collect() }
}

fn anchor(assertion: &Assertion) -> Result<Vec<Piece>, &'static str> {
    match assertion.kind {
        AssertionKind::StartLine | AssertionKind::StartText => Ok(vec![Piece::Start]),
        AssertionKind::EndLine | AssertionKind::EndText => Ok(vec![Piece::End]),
        _ => Err("the expression asks for the boundary of a word"),
    }
}

fn repeated(repetition: &Repetition) -> Result<Vec<Vec<Piece>>, &'static str> {
    let (least, most) = match &repetition.op.kind {
        RepetitionKind::ZeroOrOne => (0, Some(1)),
        RepetitionKind::ZeroOrMore => (0, None),
        RepetitionKind::OneOrMore => (1, None),
        RepetitionKind::Range(RepetitionRange::Exactly(times)) => (*times, Some(*times)),
        RepetitionKind::Range(RepetitionRange::AtLeast(times)) => (*times, None),
        RepetitionKind::Range(RepetitionRange::Bounded(least, most)) => (*least, Some(*most)),
    };
    if (least, most) == (0, Some(1)) {
        let mut all = alternatives(&repetition.ast)?;
        all.push(Vec::new());
        return few(all);
    }
    let is_open = most != Some(least) || least > MOST_REPEATED;
    let star = match (&*repetition.ast, least, most) {
        (Ast::Dot(_), 0, None) => Piece::Anything,
        (Ast::Dot(_), _, None) => Piece::Something,
        _ => Piece::Narrower,
    };
    // Of a class, `*` says already that there may be more.
    if is_open
        && matches!(
            *repetition.ast,
            Ast::Dot(_) | Ast::ClassUnicode(_) | Ast::ClassPerl(_) | Ast::ClassBracketed(_)
        )
    {
        return Ok(vec![vec![star]]);
    }
    let mut all = vec![Vec::new()];
    if least > 0 {
        let once = alternatives(&repetition.ast)?;
        for _ in 0..least.min(MOST_REPEATED) {
            all = followed_by(&all, &once)?;
        }
    }
    if is_open { followed_by(&all, &[vec![star]]) } else { Ok(all) }
}

/// The pieces as a pattern, which has one `*` at most, and what it says otherwise.
fn one_star(pieces: &[Piece]) -> Result<(String, Vec<&'static str>), &'static str> {
    let begins = pieces.iter().take_while(|piece| **piece == Piece::Start).count();
    let ends = pieces.iter().rev().take_while(|piece| **piece == Piece::End).count();
    let inside = pieces.get(begins..pieces.len().saturating_sub(ends)).unwrap_or_default();
    // What stands between two `*`, the first and the last of them at the ends.
    let mut parts = vec![String::new()];
    let separate = |parts: &mut Vec<String>| parts.push(String::new());
    if begins == 0 {
        separate(&mut parts);
    }
    for piece in inside {
        match piece {
            Piece::Literal(character) => parts.last_mut().into_iter().for_each(|part| part.push(*character)),
            Piece::Anything | Piece::Something | Piece::Narrower => separate(&mut parts),
            Piece::Start | Piece::End => {
                return Err("the expression asks for a beginning or an end inside the name");
            }
        }
    }
    if ends == 0 {
        separate(&mut parts);
    }
    let last = parts.pop().unwrap_or_default();
    let mut parts = parts.into_iter();
    let mut differences = Vec::new();
    let Some(mut first) = parts.next() else { return Ok((last, differences)) };
    let mut between = parts.filter(|part| !part.is_empty()).peekable();
    if first.is_empty()
        && let Some(next) = between.next()
    {
        let mut before = inside.iter().take_while(|piece| !matches!(piece, Piece::Literal(_)));
        if before.any(|piece| *piece != Piece::Anything) {
            return Err(TOO_WIDE); // What must stand there would be left out.
        }
        differences.push(BEGINS);
        first = next;
    }
    if between.peek().is_some() || inside.contains(&Piece::Narrower) {
        differences.push(WIDER);
    }
    Ok((format!("{first}*{last}"), differences))
}
