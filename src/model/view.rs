//! What a visitor is shown, as plain data: built from the site's configuration and a language's texts by
//! the same code when a configuration is bundled and when a page paints it, so that the notice behind a
//! receipt is exactly what was on the screen. Paints nothing and knows nothing of what was decided.
//!
//! Every visitor downloads this code: a view is one flat list, and texts are joined without `format!`.

use crate::model::category::Category;
use crate::model::config::LANGUAGES;

/// A tree of text, lists and named members: JSON, wherever it lives.
pub trait Tree: Sized {
    /// The member with this name.
    fn member(&self, name: &str) -> Option<Self>;
    /// Calls `each` with the items of a list; not at all where this is no list.
    fn each(&self, each: &mut dyn FnMut(Self));
    /// The text of a string.
    fn text(&self) -> Option<String>;
}

impl Tree for serde_json::Value {
    fn member(&self, name: &str) -> Option<Self> {
        self.get(name).cloned()
    }

    fn each(&self, each: &mut dyn FnMut(Self)) {
        self.as_array().into_iter().flatten().cloned().for_each(each);
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

/// What an item of a view is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Title,
    /// A paragraph, of what stands before it.
    Text,
    /// A paragraph of the whole layer.
    Note,
    /// The site's privacy policy; named by its address.
    Link,
    /// Named by its [`Category`]; what follows belongs to it until the next.
    Category,
    /// Named by its id; its facts follow.
    Service,
    /// Named by its label: purpose, legal basis, recipients and so on (GDPR article 13(1) and (2)).
    Fact,
    /// Named as in `data-consentry`.
    Control,
}

/// One thing on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub kind: Kind,
    pub name: String,
    pub text: String,
}

/// One layer as it is shown, from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub layer: Layer,
    pub items: Vec<Item>,
}

/// Where a view is built from.
pub struct Source<T> {
    /// The site's configuration, whole or as `Config::site_json` gives it.
    pub site: T,
    /// The texts of the language, `src/ui/texts`.
    pub texts: T,
    /// BCP 47.
    pub language: String,
    /// The page's host, which names the controller where the site does not.
    pub host: String,
}

const FACTS: [&str; 8] =
    ["purpose", "legalBasis", "recipients", "retention", "transfers", "hosts", "cookies", "storage"];

impl<T: Tree> Source<T> {
    /// The layer as it is shown.
    pub fn view(&self, layer: Layer) -> View {
        let mut view = View { layer, items: Vec::new() };
        let controls: &[&str] = match layer {
            Layer::First => {
                self.first(&mut view);
                &["reject-all", "accept-all", "preferences"]
            }
            Layer::Second => {
                self.second(&mut view);
                &["reject-all", "accept-all", "save", "close"]
            }
        };
        for control in controls {
            view.push(Kind::Control, control, self.label(control));
        }
        view
    }

    /// A text of the language; its own name where the language lacks it.
    pub fn label(&self, name: &str) -> String {
        self.texts.member(name).and_then(|text| text.text()).unwrap_or_else(|| name.to_owned())
    }

    /// A text that counts something: its singular for one, nothing for none.
    pub fn counted(&self, name: &str, count: usize) -> String {
        match count {
            0 => String::new(),
            1 => self.label(&[name, "1"].concat()),
            _ => fill(&self.label(name), &[&decimal(count)]),
        }
    }

    fn first(&self, view: &mut View) {
        view.push(Kind::Title, "", self.label("title"));
        let mut purposes = String::new();
        for category in [Category::Functional, Category::Analytics, Category::Advertising] {
            if self.uses(category) {
                join(&mut purposes, &self.label(&[category.name(), "Purpose"].concat()));
            }
        }
        let named = self.site.member("controller").and_then(|it| self.wording(it.member("name")));
        let controller = named.unwrap_or_else(|| self.host.clone());
        view.push(Kind::Text, "", fill(&self.label("intro"), &[&controller, &purposes]));
        let mut others = 0;
        self.services(&mut |_, category| others += usize::from(category != Category::Necessary));
        view.push(Kind::Text, "", self.counted("parties", others));
        view.push(Kind::Text, "", fill(&self.label("withdrawal"), &[&self.label("reopen")]));
        self.policy(view);
    }

    fn second(&self, view: &mut View) {
        view.push(Kind::Title, "", self.label("reopen"));
        view.push(Kind::Text, "", self.label("preferencesIntro"));
        self.policy(view);
        for category in Category::ALL {
            if self.uses(category) {
                self.category(view, category);
            }
        }
        let fact = |name: &str| self.site.member("controller").and_then(|it| self.wording(it.member(name)));
        let mut who = String::new();
        for name in ["name", "address", "contact"] {
            join(&mut who, &fact(name).unwrap_or_default());
        }
        for (name, value) in
            [("controller", Some(who)), ("dpo", fact("dpo")), ("authority", fact("authority"))]
        {
            if let Some(value) = value.filter(|it| !it.is_empty()) {
                view.push(Kind::Note, "", [&self.label(name), ": ", &value].concat());
            }
        }
        view.push(Kind::Note, "", self.label("rights"));
    }

    fn policy(&self, view: &mut View) {
        if let Some(address) = self.site.member("policyUrl").and_then(|it| it.text()) {
            view.push(Kind::Link, &address, self.label("policy"));
        }
    }

    fn category(&self, view: &mut View, category: Category) {
        view.push(Kind::Category, category.name(), self.label(category.name()));
        let mut description = self.label(&[category.name(), "Text"].concat());
        self.list("categories", &mut |own| {
            if id(&own) == category.name()
                && let Some(words) = self.wording(own.member("description"))
            {
                description = words;
            }
        });
        view.push(Kind::Text, "", description);
        self.services(&mut |service, of| {
            if of == category {
                self.service(view, service);
            }
        });
    }

    fn service(&self, view: &mut View, service: &T) {
        let id = id(service);
        let name = self.wording(service.member("name")).unwrap_or_else(|| id.clone());
        view.push(Kind::Service, &id, name);
        for fact in FACTS {
            let Some(value) = service.member(fact) else { continue };
            let mut text = String::new();
            value.each(&mut |item| join(&mut text, &self.item(item)));
            if let Some(wording) = self.wording(Some(value)) {
                text = if fact == "legalBasis" { self.label(&wording) } else { wording };
            }
            let kind = if fact == "purpose" { Kind::Text } else { Kind::Fact };
            view.push(kind, &self.label(fact), text);
        }
    }

    /// An item of a list; a cookie or key with what the site says of it.
    fn item(&self, item: T) -> String {
        let Some(name) = item.member("name") else { return self.wording(Some(item)).unwrap_or_default() };
        let mut more = String::new();
        for fact in ["purpose", "duration"] {
            let text = self.wording(item.member(fact)).unwrap_or_default();
            join(&mut more, text.strip_suffix('.').unwrap_or(&text));
        }
        let name = name.text().unwrap_or_default();
        if more.is_empty() { name } else { [&name, " (", &more, ")"].concat() }
    }

    /// A text, or its wording in this language, or in the first that has one.
    fn wording(&self, value: Option<T>) -> Option<String> {
        let value = value?;
        let mut found = value.text().or_else(|| value.member(&self.language)?.text());
        for language in LANGUAGES {
            found = found.or_else(|| value.member(language)?.text());
        }
        found
    }

    /// Whether the site asks for this category.
    fn uses(&self, category: Category) -> bool {
        let (mut any, mut named) = (false, category == Category::Necessary);
        self.list("categories", &mut |it| (any, named) = (true, named || id(&it) == category.name()));
        named || !any
    }

    fn list(&self, name: &str, each: &mut dyn FnMut(T)) {
        if let Some(list) = self.site.member(name) {
            list.each(each);
        }
    }

    fn services(&self, each: &mut dyn FnMut(&T, Category)) {
        self.list("services", &mut |service| {
            if let Some(category) =
                Category::named(&service.member("category").and_then(|it| it.text()).unwrap_or_default())
            {
                each(&service, category);
            }
        });
    }
}

/// The id of a category or service: itself, or its member.
fn id<T: Tree>(value: &T) -> String {
    value.text().or_else(|| value.member("id")?.text()).unwrap_or_default()
}

/// Adds to a list in words.
fn join(list: &mut String, item: &str) {
    if !list.is_empty() && !item.is_empty() {
        list.push_str(", ");
    }
    list.push_str(item);
}

/// A text with its `{…}` places filled in order.
pub fn fill(text: &str, values: &[&str]) -> String {
    let mut filled = String::new();
    let mut rest = text;
    let cut = |text: &mut &'_ str, end: u8| -> String {
        let at = text.bytes().position(|byte| byte == end).unwrap_or(text.len());
        let piece = text.get(..at).unwrap_or_default().to_owned();
        *text = text.get(at + 1..).unwrap_or_default();
        piece
    };
    filled.push_str(&cut(&mut rest, b'{'));
    for value in values {
        cut(&mut rest, b'}'); // what the place is called
        filled.push_str(value);
        filled.push_str(&cut(&mut rest, b'{'));
    }
    filled
}

fn decimal(number: usize) -> String {
    let mut digits = if number > 9 { decimal(number / 10) } else { String::new() };
    digits.push(char::from(b'0' + (number % 10) as u8));
    digits
}

impl View {
    fn push(&mut self, kind: Kind, name: &str, text: String) {
        if !text.is_empty() {
            self.items.push(Item { kind, name: name.to_owned(), text });
        }
    }

    /// The notice as a document: what is shown, one item a line, in the order of the screen.
    pub fn artefact(&self, language: &str) -> String {
        let layer = if self.layer == Layer::First { "1" } else { "2" };
        let mut document = ["consentry notice 1\nlanguage: ", language, "\nlayer: ", layer, "\n"].concat();
        for item in &self.items {
            let kind = match item.kind {
                Kind::Title => "title",
                Kind::Text => "text",
                Kind::Note => "note",
                Kind::Link => "link",
                Kind::Category => "category",
                Kind::Service => "service",
                Kind::Fact => "fact",
                Kind::Control => "control",
            };
            for part in [kind, " ", &item.name, ": ", &item.text, "\n"] {
                document.push_str(part);
            }
        }
        document
    }

    /// The artefact's hash; see [`notice_hash`].
    #[cfg(not(target_arch = "wasm32"))]
    pub fn notice(&self, language: &str) -> String {
        notice_hash(&self.artefact(language))
    }
}

/// The hash of a notice's artefact as receipts name it: `sha256:<64 hex>`. A page does not hash: a bundle brings this, and
/// without one the browser's own hash is asked when the receipt is sent.
#[cfg(not(target_arch = "wasm32"))]
pub fn notice_hash(artefact: &str) -> String {
    use sha2::Digest as _;
    let hash = sha2::Sha256::digest(artefact);
    hash.iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}
