// The index of what the platform itself says takes a URL, or a text that it parses: computed by general rules from the
// interfaces, elements and style properties of every standard, as the npm packages `@webref/*` hold them. Something new
// shows by itself when they are updated. It must not know what we hold.
import css from "@webref/css";
import elements from "@webref/elements";
import idl from "@webref/idl";

/**
 * What takes a URL or a text that is parsed.
 * @typedef {object} Entry
 * @property {string} name `Interface.member`, `Interface()`, `Interface[]`, `<element attribute>`, or `style` and
 *   a property, `@rule`, its descriptor or `function()`
 * @property {string[]} by the arguments and rules that brought it here, for whoever reads a failure
 * @property {string} [owner] the interface or dictionary
 * @property {string} [member]
 * @property {string} [kind] `attribute`, `operation`, `constructor` or `field`
 */

// Types whose values are URLs or are parsed. `Attr` is a node that holds the value of an attribute.
const TYPES = /^(USVString|RequestInfo|Trusted(HTML|Script|ScriptURL|Type)|Attr)$/;
// Members and arguments of other strings count by their names.
const STRINGS = /^(DOMString|CSSOMString|ByteString|SVGAnimatedString)$/;
export const NAMES = new RegExp(
  [
    "^execcommand$",
    "ur[il]s?([A-Z]|$)",
    "href$",
    "^src(set|doc)?$",
    "srcset$",
    "^(form)?action$",
    "poster",
    "^ping$",
    "manifest",
    "^cite$",
    "^background$",
    "longdesc",
    "lowsrc",
    "codebase",
    "archive",
    "html$",
    "markup",
    "csstext",
    "rule$",
    "module",
    "endpoint",
    "^rel$",
    "^rellist$",
    "supportedmethods",
    "initialvalue",
    "^source$",
  ].join("|"),
  "i",
);
// A text of such an interface is, or changes, what an element holds or an attribute says.
const TEXTS_OF_NODES =
  /^(Node|Attr|CharacterData|Text|DOMTokenList|NamedNodeMap|HTMLElement|HTMLScriptElement)$/;
const NAMES_OF_TEXTS =
  /^(data|value|text|textContent|nodeValue|tokens?|newToken|innerText|outerText|qualifiedName)$/;
// Calls that only ask, compare, give out or take away.
export const READS =
  /^((get|has|is|can|read|find|lookup|to|delete|remove|revoke|unregister|compare)([A-Z]\w*)?|match|matchAll|keys|contains|supports|test|exec|encode\w*)$/;
// Objects of any form that style properties stand in.
const NAMES_OF_OBJECTS = /^keyframes$/;
// What is there for pages and their workers alone.
const REALMS = /^(\*|Window|Worker|DedicatedWorker|SharedWorker|ServiceWorker)$/;
const OTHER_REALMS = ["webextensions", "webdriver", "testutils"];

const asList = (value) => (Array.isArray(value) ? value : [value]);

async function readInterfaces() {
  const definitions = Object.entries(await idl.parseAll())
    .filter(([standard]) => !OTHER_REALMS.includes(standard))
    .flatMap(([, list]) => list);
  const typedefs = new Map();
  const mixins = new Map();
  const owners = new Map();
  for (const it of definitions) {
    if (it.type == "typedef") typedefs.set(it.name, it.idlType);
    else if (it.type == "includes") mixins.set(it.includes, [...(mixins.get(it.includes) ?? []), it.target]);
    else if (/^(interface|interface mixin|dictionary|namespace)$/.test(it.type)) {
      const owner = owners.get(it.name) ?? { name: it.name, type: it.type, members: [], attributes: [] };
      owner.members.push(...it.members);
      owner.attributes.push(...it.extAttrs);
      owner.inheritance ??= it.inheritance;
      owners.set(it.name, owner);
    }
  }
  return { typedefs, mixins, owners };
}

const { typedefs, mixins, owners } = await readInterfaces();

// The names of all types in a type, and of what stands for others by a name.
function typesIn(type, seen = new Set()) {
  if (!type) return [];
  if (typeof type != "string") return asList(type.idlType ?? type).flatMap((part) => typesIn(part, seen));
  if (!typedefs.has(type) || seen.has(type)) return [type];
  return [type, ...typesIn(typedefs.get(type), seen.add(type))];
}

const ancestorsOf = (name) => {
  const owner = owners.get(name);
  return owner ? [name, ...ancestorsOf(owner.inheritance)] : [];
};
const isEvent = (name) => ancestorsOf(name).includes("Event") || /EventInit$/.test(name);
const attributeOf = (owner, name) => owner.attributes.find((it) => it.name == name)?.rhs?.value;
const isForPages = (owner) => {
  const exposed = attributeOf(owner, "Exposed");
  return !exposed || asList(exposed).some((realm) => REALMS.test(realm.value ?? realm));
};

// Dictionaries that a page hands over; what it only gets back is left out.
function dictionariesGiven() {
  const given = new Set();
  const add = (name) => {
    const owner = owners.get(name);
    if (owner?.type != "dictionary" || given.has(name)) return;
    given.add(name);
    add(owner.inheritance);
    for (const member of owner.members) typesIn(member.idlType).forEach(add);
  };
  for (const owner of owners.values())
    if (owner.type != "dictionary" && !isEvent(owner.name))
      for (const member of owner.members)
        for (const value of valuesOf(member)) typesIn(value.idlType).forEach(add);
  return given;
}

// What a page can give to a member: the value of an attribute or field, the arguments of a call.
function valuesOf(member) {
  if (member.type == "field") return [member];
  if (member.type == "attribute") {
    const isSettable = !member.readonly || member.extAttrs.some((it) => it.name == "PutForwards");
    return isSettable ? [member] : [];
  }
  return member.arguments ?? [];
}

// Which rule a value falls under, if any. A declaration of styles counts by the grammar of its property.
function ruleOf(ownerName, member, value) {
  if (/(Descriptors|Properties)$/.test(ownerName)) return null;
  const onlyReads = member.type == "operation" && READS.test(member.name) && !TEXTS_OF_NODES.test(ownerName);
  if (onlyReads) return null;
  const types = typesIn(value.idlType);
  const forwards = value.extAttrs?.find((it) => it.name == "PutForwards")?.rhs.value;
  const names = [value.name, member.name ?? "", forwards ?? ""];
  const type = types.find((it) => TYPES.test(it));
  if (type) return type;
  if (names.some((name) => NAMES_OF_OBJECTS.test(name))) return "keyframes";
  if (!forwards && !types.some((it) => STRINGS.test(it))) return null;
  if (TEXTS_OF_NODES.test(ownerName) && names.some((name) => NAMES_OF_TEXTS.test(name)))
    return "text of a node";
  return names.some((name) => NAMES.test(name)) ? "name" : null;
}

function interfaceEntries() {
  const given = dictionariesGiven();
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  for (const owner of owners.values()) {
    if (isEvent(owner.name) || !isForPages(owner)) continue;
    if (owner.type == "dictionary" && !given.has(owner.name)) continue;
    const hosts = owner.type == "interface mixin" ? (mixins.get(owner.name) ?? []) : [owner.name];
    for (const member of owner.members)
      for (const value of valuesOf(member)) {
        const rule = ruleOf(owner.name, member, value);
        if (rule)
          for (const host of hosts) {
            const isConstructor = member.type == "constructor";
            const name = isConstructor ? `${host}()` : member.name ? `${host}.${member.name}` : `${host}[]`;
            const kind = member.type;
            const entry = entries.get(name) ?? { name, by: [], owner: host, member: member.name, kind };
            entry.by.push(`${value.name}: ${rule}`);
            entries.set(name, entry);
          }
      }
    // A constructor by another name, such as `Image` and `Audio`.
    for (const { name, rhs, arguments: values = [] } of owner.attributes)
      if (name == "LegacyFactoryFunction" && values.some((value) => ruleOf(owner.name, {}, value)))
        entries.set(`${rhs.value}()`, {
          name: `${rhs.value}()`,
          by: values.map((value) => value.name),
          owner: rhs.value,
          kind: "constructor",
        });
  }
  return [...entries.values()];
}

// Attributes without a property of their own: HTML's obsolete features and its chapter on rendering, SVG 1.1 and the
// attributes that only a parser reads.
const FURTHER_ATTRIBUTES = {
  background: "table thead tbody tfoot tr td th",
  content: "meta",
  profile: "head",
  manifest: "html",
  style: "*",
  "on…": "*",
};
const REFLECTS = /^Reflect(URL|Setter)?$/;

async function elementEntries() {
  const names = new Set();
  const add = (element, attribute) => names.add(`<${element} ${attribute}>`);
  for (const [attribute, list] of Object.entries(FURTHER_ATTRIBUTES))
    for (const element of list.split(" ")) add(element, attribute);
  const lists = Object.values(await elements.listAll()).flatMap((standard) => standard.elements);
  for (const element of lists) {
    const own = ancestorsOf(element.interface);
    for (const owner of owners.values()) {
      const isMixin = mixins.get(owner.name)?.some((host) => own.includes(host));
      if (!own.includes(owner.name) && !isMixin) continue;
      for (const member of owner.members) {
        if (member.type != "attribute") continue;
        const isSvgAddress = member.name == "href" && typesIn(member.idlType).includes("SVGAnimatedString");
        if (isSvgAddress) ["href", "xlink:href"].forEach((name) => add(element.name, name));
        const reflection = member.extAttrs.find((it) => REFLECTS.test(it.name));
        const isText = typesIn(member.idlType).includes("TrustedHTML") && member.name == "srcdoc";
        if (!(reflection || isText) || !valuesOf(member)[0] || !ruleOf(owner.name, member, member)) continue;
        const name = reflection?.rhs?.value ?? member.name;
        add(element.name, String(name).replace(/"/g, "").toLowerCase());
      }
    }
  }
  return [...names].map((name) => ({ name, by: ["attribute"] }));
}

// Style properties, descriptors and functions whose grammar comes to a URL or an image, however far down.
async function styleEntries() {
  const { properties, atrules, functions, types } = await css.listAll();
  const grammars = new Map();
  // A list of a type may have no grammar, but a sentence that names the type.
  for (const it of [...types, ...functions])
    if (it.syntax || /^To parse/.test(it.prose)) grammars.set(`<${it.name}>`, it.syntax ?? it.prose);
  for (const it of properties) grammars.set(`<'${it.name}'>`, it.syntax ?? "");
  const takesUrl = (syntax, seen = new Set()) =>
    /<(url|image|url-token|url-set)( |>)|\b(url|src)\(/.test(syntax) ||
    (syntax.match(/<'?[\w-]+(\(\))?'?/g) ?? []).some((start) => {
      const type = `${start}>`;
      return grammars.has(type) && !seen.has(type) && takesUrl(grammars.get(type), seen.add(type));
    });
  const byName = new Map(properties.map((it) => [it.name, it]));
  const urlOf = ({ syntax = "", newValues = "", legacyAliasOf }) =>
    takesUrl(`${syntax} ${newValues}`) || (legacyAliasOf && urlOf(byName.get(legacyAliasOf) ?? {}));
  const names = new Set();
  for (const it of properties) if (urlOf(it)) names.add(it.name);
  for (const it of functions)
    if (takesUrl(it.syntax ?? "") || /^(url|src)\(/.test(it.name)) names.add(it.name);
  for (const rule of atrules) {
    if (takesUrl(rule.syntax ?? "")) names.add(rule.name);
    // One that takes any text may be put where a URL stands.
    for (const it of rule.descriptors ?? [])
      if (urlOf(it) || /<declaration-value>/.test(it.syntax)) names.add(`${rule.name} ${it.name}`);
  }
  return [...names].map((name) => ({ name: `style ${name}`, by: ["grammar"] }));
}

/**
 * The index, in the order of its names.
 * @returns {Promise<Entry[]>}
 */
export async function indexOfThePlatform() {
  const all = [...interfaceEntries(), ...(await elementEntries()), ...(await styleEntries())];
  return all.sort((one, other) => (one.name < other.name ? -1 : 1));
}
