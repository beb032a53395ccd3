// What the tests' pages keep in global variables: counters, logs and whatever one page hands its test.
// Functions that a test gives to `page.evaluate` run there, so they see these names. And what tests ask of an
// element without saying which kind of element their selector finds.
interface Window {
  [name: string]: any;
}
interface Element {
  dataset: DOMStringMap;
  lang: string;
  src: string;
  click(): void;
  focus(): void;
}
