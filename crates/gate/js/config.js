// The site's configuration: baked in, inline before the tag, or fetched. A broken one gives the page the
// default protection and a console error; the whole check is the bundler's, this one keeps us from harm.
import { built, fail, nativeFetch, tag } from "./page.js";
import { CATEGORIES, compile } from "./verdicts.js";

export let config = {};
// Changed by configure(): the categories that the site asks for, without the necessary one.
export let asked = CATEGORIES.slice(1, 4);

// Where the configuration has to be fetched from, if it does.
export const needsFetch = () => !built.config && !inline() && tag?.dataset.config;
const inline = () => document.getElementById("consentry-config");

// The configuration known at once.
export function configure() {
  if (built.config) use(built.config);
  else if (inline()) read(inline().textContent, "#consentry-config");
  else use({});
}

// The configuration that lies beside the page; resolves whether or not it could be used.
export const fetchConfig = (url) =>
  nativeFetch(url)
    .then((response) => (response.ok ? response.text() : Promise.reject(response.status)))
    .then((text) => read(text, url))
    .catch((error) => fail(`the configuration ${url} could not be fetched: ${error}`));

function read(text, where) {
  try {
    const found = JSON.parse(text);
    check(found);
    use(found);
  } catch (error) {
    fail(`the configuration in ${where} is broken, the default protection holds: ${error}`);
    use({});
  }
}

function use(found) {
  const ids = (found.categories || CATEGORIES.slice(0, 4)).map((it) => it.id || it);
  asked = CATEGORIES.slice(1, 4).filter((name) => ids.includes(name));
  compile(found, asked.reduce((bits, name) => bits | (1 << CATEGORIES.indexOf(name)), 0));
  config = found;
}

// Throws at the first thing that the gate could not work with, naming its place.
function check(found) {
  const expect = (fine, path, expected) => {
    if (!fine) throw `${path}: expected ${expected}`;
  };
  const texts = (owner, path, names) => {
    for (const name of names)
      expect((owner[name] || []).every((it) => typeof (it.name ?? it) == "string"), path + name, "a list of strings");
  };
  const { services = [], backend = { url: "" }, gate = {} } = found;
  texts(found, "", ["languages"]);
  texts(gate, "gate.", ["firstParty", "exempt"]);
  expect(typeof backend.url == "string", "backend.url", "a string");
  expect(found.validity === undefined || found.validity > 0, "validity", "a number of days");
  services.forEach((service, at) => {
    const path = `services[${at}].`;
    expect(typeof service.id == "string", path + "id", "a string");
    expect(CATEGORIES.slice(0, 4).includes(service.category), path + "category", CATEGORIES.slice(0, 4).join(", "));
    texts(service, path, ["hosts", "scripts", "cookies", "storage"]);
  });
}
