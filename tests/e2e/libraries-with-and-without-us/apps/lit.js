// An element of Lit, which renders into its shadow root.
import { LitElement, html } from "lit";

const vendor = window["vendor"];
class VendorsFilm extends LitElement {
  static properties = { name: {} };
  constructor() {
    super();
    this.name = "one";
  }
  render() {
    return html`<img
        alt=""
        src=${vendor(this.name + ".gif")}
        @error=${() => window["log"]("error", this.name)}
      />
      <iframe title="frame" src=${vendor("frame.html")}></iframe>
      ${this.name == "one" ? html`<video .src=${vendor("film.webm")}></video>` : "no film"}`;
  }
}
customElements.define("vendors-film", VendorsFilm);
const film = document.createElement("vendors-film");
document.getElementById("app").append(film);
window["act"] = () => film.setAttribute("name", "two");
// Lit's comments hold a number that is another one each time.
window["outcome"] = () => ({
  shown: film.shadowRoot.innerHTML.replace(/lit\$\d+\$/g, ""),
  events: window["events"],
});
