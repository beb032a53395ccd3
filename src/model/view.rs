//! What a visitor is shown, as plain data: built from the site's configuration and a language's texts by
//! the same code when a configuration is bundled and when a page paints it, so that the notice behind a
//! receipt is exactly what was on the screen. Paints nothing and knows nothing of what was decided.

use crate::model::category::Category;

/// A tree of text, lists and named members: JSON, wherever it lives.
pub trait Tree: Sized {
    /// The member with this name.
    fn member(&self, name: &str) -> Option<Self>;
    /// The items of a list; none where this is no list.
    fn items(&self) -> Vec<Self>;
    /// The text of a string.
    fn text(&self) -> Option<String>;
}

impl Tree for serde_json::Value {
    fn member(&self, name: &str) -> Option<Self> {
        self.get(name).cloned()
    }

    fn items(&self) -> Vec<Self> {
        self.as_array().cloned().unwrap_or_default()
    }

    fn text(&self) -> Option<String> {
        self.as_str().map(str::to_owned)
    }
}

/// Which layer of the notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// The banner.
    First = 1,
    /// The preferences.
    Second = 2,
}

/// One layer as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub language: String,
    pub layer: Layer,
    pub title: String,
    pub paragraphs: Vec<String>,
    /// The site's privacy policy: label and address.
    pub policy: Option<(String, String)>,
    /// Empty in the first layer.
    pub categories: Vec<CategoryView>,
    /// Name and label of each control, in order.
    pub controls: Vec<(&'static str, String)>,
}

/// One category in the preferences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryView {
    pub category: Category,
    pub name: String,
    pub description: String,
    pub services: Vec<ServiceView>,
}

/// One service in the preferences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceView {
    pub id: String,
    pub name: String,
    /// Label and value: purpose, legal basis, recipients and so on (GDPR article 13(1) and (2)).
    pub facts: Vec<(String, String)>,
}

/// Where a view is built from.
pub struct Source<'a, T> {
    /// The site's configuration, whole or as `Config::site_json` gives it.
    pub site: &'a T,
    /// The texts of the language, `src/ui/texts`.
    pub texts: &'a T,
    /// BCP 47.
    pub language: &'a str,
    /// The page's host, which names the controller where the site does not.
    pub host: &'a str,
}

impl<T: Tree> Source<'_, T> {
    /// The layer as it is shown.
    pub fn view(&self, layer: Layer) -> View {
        let label = |name| self.label(name);
        let (title, controls): (_, &[&str]) = match layer {
            Layer::First => ("title", &["reject-all", "accept-all", "preferences"]),
            Layer::Second => ("preferences", &["close", "reject-all", "accept-all", "save"]),
        };
        let controls = controls.iter().map(|name| (*name, label(control_text(name)))).collect();
        View {
            language: self.language.to_owned(),
            layer,
            title: label(title),
            paragraphs: match layer {
                Layer::First => self.first_paragraphs(),
                Layer::Second => self.second_paragraphs(),
            },
            policy: self.site_text("policyUrl").map(|address| (label("policy"), address)),
            categories: match layer {
                Layer::First => Vec::new(),
                Layer::Second => self.categories().into_iter().map(|it| self.category(it)).collect(),
            },
            controls,
        }
    }

    /// A text of the language; its own name where the language lacks it.
    pub fn label(&self, name: &str) -> String {
        self.texts.member(name).and_then(|text| text.text()).unwrap_or_else(|| name.to_owned())
    }

    /// A text that counts something: its singular for one, nothing for none.
    pub fn counted(&self, name: &str, count: usize) -> Option<String> {
        match count {
            0 => None,
            1 => Some(self.label(&format!("{name}1"))),
            _ => Some(self.label(name).replace("{count}", &count.to_string())),
        }
    }

    /// The categories that the site uses, the necessary one first.
    fn categories(&self) -> Vec<Category> {
        let named: Vec<_> = self.list("categories").iter().filter_map(id).collect();
        let used = |category: &Category| {
            named.is_empty() || *category == Category::Necessary || named.iter().any(|it| it == category.name())
        };
        Category::ALL.into_iter().filter(used).collect()
    }

    fn first_paragraphs(&self) -> Vec<String> {
        let asked: Vec<_> = self.categories().into_iter().skip(1).collect();
        let purposes: Vec<_> = asked.iter().map(|it| self.label(it.name()).to_lowercase()).collect();
        let intro = self.label("intro").replace("{controller}", &self.controller());
        let others = self.services().filter(|service| category_of(service) != Some(Category::Necessary));
        [
            Some(intro.replace("{purposes}", &purposes.join(", "))),
            self.counted("parties", others.count()),
            Some(self.label("withdrawal").replace("{reopen}", &self.label("reopen"))),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn second_paragraphs(&self) -> Vec<String> {
        let line = |name: &str| {
            let value = self.site.member("controller").and_then(|it| it.member(name))?;
            Some(format!("{}: {}", self.label(name), self.localised(&value)?))
        };
        let who = ["name", "address", "contact"].iter().filter_map(|name| {
            let value = self.site.member("controller").and_then(|it| it.member(name))?;
            self.localised(&value)
        });
        let who: Vec<_> = who.collect();
        let responsible = (!who.is_empty()).then(|| format!("{}: {}", self.label("controller"), who.join(", ")));
        [Some(self.label("preferencesIntro")), responsible, line("dpo"), line("authority"), Some(self.label("rights"))]
            .into_iter()
            .flatten()
            .collect()
    }

    fn category(&self, category: Category) -> CategoryView {
        let name = category.name();
        let own = self.list("categories").into_iter().find(|it| id(it).as_deref() == Some(name));
        let described = own.and_then(|it| self.localised(&it.member("description")?));
        let services = self.services().filter(|it| category_of(it) == Some(category));
        CategoryView {
            category,
            name: self.label(name),
            description: described.unwrap_or_else(|| self.label(&format!("{name}Text"))),
            services: services.map(|it| self.service(&it)).collect(),
        }
    }

    fn service(&self, service: &T) -> ServiceView {
        let id = id(service).unwrap_or_default();
        let name = service.member("name").and_then(|it| self.localised(&it));
        let facts = ["purpose", "legalBasis", "recipients", "retention", "transfers", "hosts", "cookies", "storage"];
        let facts = facts.into_iter().filter_map(|fact| {
            let value = self.fact(&service.member(fact)?)?;
            let value = if fact == "legalBasis" { self.label(&value) } else { value };
            Some((self.label(fact), value))
        });
        ServiceView { name: name.unwrap_or_else(|| id.clone()), facts: facts.collect(), id }
    }

    /// One text, or a list of them; a cookie or key with what the site says of it.
    fn fact(&self, value: &T) -> Option<String> {
        if let Some(text) = self.localised(value) {
            return Some(text);
        }
        let items: Vec<_> = value.items().iter().filter_map(|item| self.item(item)).collect();
        (!items.is_empty()).then(|| items.join(", "))
    }

    fn item(&self, item: &T) -> Option<String> {
        let Some(name) = item.member("name") else { return self.localised(item) };
        let more = ["purpose", "duration"].iter().filter_map(|it| self.localised(&item.member(it)?));
        let more: Vec<_> = more.collect();
        let name = self.localised(&name)?;
        Some(if more.is_empty() { name } else { format!("{name} ({})", more.join(", ")) })
    }

    /// A text, or its wording in this language.
    fn localised(&self, value: &T) -> Option<String> {
        let wording = || value.member(self.language).or_else(|| value.member("en"))?.text();
        value.text().or_else(wording)
    }

    fn controller(&self) -> String {
        let named = self.site.member("controller").and_then(|it| it.member("name"));
        named.and_then(|it| self.localised(&it)).unwrap_or_else(|| self.host.to_owned())
    }

    fn site_text(&self, name: &str) -> Option<String> {
        self.site.member(name)?.text()
    }

    fn list(&self, name: &str) -> Vec<T> {
        self.site.member(name).map(|it| it.items()).unwrap_or_default()
    }

    fn services(&self) -> impl Iterator<Item = T> {
        self.list("services").into_iter()
    }
}

/// The id of a category or service: itself, or its member.
fn id<T: Tree>(value: &T) -> Option<String> {
    value.text().or_else(|| value.member("id")?.text())
}

fn category_of<T: Tree>(service: &T) -> Option<Category> {
    Category::named(&service.member("category")?.text()?)
}

fn control_text(control: &str) -> &str {
    match control {
        "accept-all" => "accept",
        "reject-all" => "reject",
        "preferences" => "choose",
        other => other,
    }
}

impl View {
    /// The notice as a document: one `name: value` a line, in the order of the screen.
    pub fn artefact(&self) -> String {
        let mut document = String::from("consentry notice 1");
        let mut line = |name: &str, value: &str| {
            for part in ["\n", name, ": "] {
                document.push_str(part);
            }
            document.extend(value.chars().map(|it| if it == '\n' { ' ' } else { it }));
        };
        line("language", &self.language);
        line("layer", if self.layer == Layer::First { "1" } else { "2" });
        line("title", &self.title);
        for paragraph in &self.paragraphs {
            line("text", paragraph);
        }
        for category in &self.categories {
            line(category.category.name(), &category.name);
            line("text", &category.description);
            for service in &category.services {
                line("service", &service.name);
                for (label, value) in &service.facts {
                    line(label, value);
                }
            }
        }
        if let Some((label, address)) = &self.policy {
            line(label, address);
        }
        for (name, label) in &self.controls {
            line(name, label);
        }
        document.push('\n');
        document
    }

    /// The artefact's hash as receipts name it: `sha256:<64 hex>`.
    pub fn notice(&self) -> String {
        format!("sha256:{}", hex(&hmac_sha256::Hash::hash(self.artefact().as_bytes())))
    }
}

/// Lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 });
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
