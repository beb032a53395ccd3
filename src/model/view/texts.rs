//! The texts of one language, from `src/ui/texts`, and the filling of their places. Knows no site.

use consentry_notice::KEYS;
use serde::Deserialize;
use serde_json::Value;

use super::tolerant::NamedTexts;

/// The texts of a language by name.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Texts(NamedTexts);

/// What the preferences say too, of the first layer's texts.
const ALSO_IN_PREFERENCES: [&str; 5] = ["direction", "reopen", "policy", "reject-all", "accept-all"];

impl Texts {
    /// The first layer's texts, as a page carries them: one line each, in the order of [`KEYS`].
    pub fn of_first_layer(lines: &str) -> Texts {
        let texts = KEYS.into_iter().map(str::to_owned).zip(lines.split('\n').map(str::to_owned));
        Texts(NamedTexts(texts.collect()))
    }

    /// The texts of a part of a language's file, in which some are in several forms.
    ///
    /// # Errors
    /// Names the text that is neither.
    pub fn of_part(part: &Value) -> Result<Texts, String> {
        let texts = part.as_object().ok_or("expected an object of texts")?;
        let packed = |(name, text): (&String, &Value)| {
            let packed = match text {
                Value::Object(forms) => {
                    let form = |(form, text): (&String, &Value)| Some(format!("{form}:{}", text.as_str()?));
                    forms.iter().map(form).collect::<Option<Vec<_>>>().map(|forms| forms.join("|"))
                }
                text => text.as_str().map(str::to_owned),
            };
            Ok((name.clone(), packed.ok_or_else(|| format!("{name}: found {text}, expected a text"))?))
        };
        texts.iter().map(packed).collect::<Result<_, String>>().map(|texts| Texts(NamedTexts(texts)))
    }

    /// The preferences' texts of a language's file, with those that they share with the first layer.
    ///
    /// # Errors
    /// Names the text that is none.
    pub fn of_preferences(file: &Value) -> Result<Texts, String> {
        let Texts(mut preferences) = Texts::of_part(&file["preferences"])?;
        let Texts(first_layer) = Texts::of_part(&file["banner"])?;
        let shared = first_layer.0.into_iter();
        preferences.0.extend(shared.filter(|(name, _)| ALSO_IN_PREFERENCES.contains(&name.as_str())));
        Ok(Texts(preferences))
    }

    /// Packs the first layer's texts as a page carries them.
    ///
    /// # Errors
    /// Names the text that is missing or has no room on one line.
    pub fn first_layer_lines(&self) -> Result<String, String> {
        let line = |key| {
            let text = self.0.get(key).filter(|text| !text.is_empty() && !text.contains(char::is_control));
            text.ok_or_else(|| {
                let found = self.0.get(key).unwrap_or_default();
                format!("{key}: found {found:?}, expected a text on one line")
            })
        };
        Ok(KEYS.into_iter().map(line).collect::<Result<Vec<_>, _>>()?.join("\n"))
    }

    /// Puts another text in the place of that name, if there is one.
    pub fn set(&mut self, name: &str, text: String) {
        if let Some((_, place)) = self.0.0.iter_mut().find(|(known, _)| known == name) {
            *place = text;
        }
    }

    /// The texts as an object.
    pub fn to_json(&self) -> Value {
        self.0.0.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str()))).collect()
    }

    /// The text of this name; the name itself where the language lacks it.
    pub fn label<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).unwrap_or(name)
    }
}

/// Of a text in several forms (`=0:…|one:…|other:…`) the one that goes with a number: that for none at all, that of the
/// language's plural form, or the other. A text without forms goes with all.
pub fn plural<'a>(text: &'a str, number: usize, form: &str) -> &'a str {
    let find = |wanted: &str| {
        text.split('|')
            .find_map(|part| part.split_once(':').filter(|(form, _)| *form == wanted).map(|(_, text)| text))
    };
    let none = || if number == 0 { find("=0") } else { None };
    none().or_else(|| find(form)).or_else(|| find("other")).unwrap_or(text)
}

/// A text with each place, such as `{count}`, replaced by the value of that name. A brace that begins no
/// such place stays as it is.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let place = after.split_once('}').and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((*value, after))
        });
        let (value, after) = place.unwrap_or(("{", after));
        filled.push_str(value);
        rest = after;
    }
    filled + rest
}
