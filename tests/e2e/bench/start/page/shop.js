// A first-party script that does not block the page: it fetches the products and shows them, half of them
// from markup and half as elements, and remembers the time of the visit.
(async () => {
  localStorage.setItem("lastVisit", String(Date.now()));
  const products = await (await fetch("products.json")).json();
  const place =
    document.getElementById("products") ??
    (await new Promise((then) => {
      document.addEventListener("DOMContentLoaded", () => then(document.getElementById("products")));
    }));
  products.forEach((product, at) => {
    const card = document.createElement("article");
    card.className = "card";
    if (at % 2) {
      card.innerHTML = `<img loading="lazy" src="${product.image}" width="120" height="90" alt="">
        <h3>${product.name}</h3>
        <p>${product.text}</p><button type="button">Into the basket: ${product.price}</button>`;
    } else {
      const image = document.createElement("img");
      image.loading = "lazy";
      image.width = 120;
      image.height = 90;
      image.src = product.image;
      const title = document.createElement("h3");
      title.textContent = product.name;
      const text = document.createElement("p");
      text.textContent = product.text;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `Into the basket: ${product.price}`;
      button.addEventListener("click", () => (document.cookie = `basket=${at}; path=/`));
      card.append(image, title, text, button);
    }
    place.appendChild(card);
  });
})();
