define([], () => ({ name: "cart" }));
