// Ways to give a style declaration to the browser; `id` makes a class of its own for each. Each function runs
// in the page, so it must not use anything of this file.

/** @type {Record<string, (declaration: string, id: number) => void>} */
export const WAYS_FOR_A_DECLARATION = {
  style_attribute: (declaration) => {
    const item = document.createElement("div");
    item.setAttribute("style", `display: list-item; ${declaration}`);
    item.textContent = "x";
    document.body.append(item);
  },
  style_text: (declaration) => {
    const item = document.createElement("div");
    item.style.cssText = `display: list-item; ${declaration}`;
    item.textContent = "x";
    document.body.append(item);
  },
  set_property: (declaration) => {
    const item = document.createElement("div");
    const [name, ...value] = declaration.replace(/\s*(!important)?;?$/, "").split(":");
    item.style.display = "list-item";
    item.style.setProperty(name.trim(), value.join(":"));
    item.textContent = "x";
    document.body.append(item);
  },
  named_property: (declaration) => {
    const item = document.createElement("div");
    const [name, ...value] = declaration.replace(/\s*(!important)?;?$/, "").split(":");
    document.body.append(item);
    item.textContent = "x";
    item.style.display = "list-item";
    item.style[name.trim()] = value.join(":");
  },
  style_element: (declaration, id) => {
    const style = document.createElement("style");
    style.textContent = `.x${id} { display: list-item; ${declaration} }`;
    document.body.append(style);
    const item = document.createElement("div");
    item.className = `x${id}`;
    item.textContent = "x";
    document.body.append(item);
  },
  style_element_in_markup: (declaration, id) => {
    const holder = document.createElement("div");
    document.body.append(holder);
    const style = `<style>.x${id} { display: list-item; ${declaration} }</style>`;
    holder.innerHTML = `${style}<div class=x${id}>x</div>`;
  },
  inserted_rule: (declaration, id) => {
    const style = document.createElement("style");
    document.body.append(style);
    style.sheet.insertRule(`.x${id} { display: list-item; ${declaration} }`);
    const item = document.createElement("div");
    item.className = `x${id}`;
    item.textContent = "x";
    document.body.append(item);
  },
  adopted_sheet: (declaration, id) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`.x${id} { display: list-item; ${declaration} }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    const item = document.createElement("div");
    item.className = `x${id}`;
    item.textContent = "x";
    document.body.append(item);
  },
};
