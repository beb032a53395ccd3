(function (root, factory) {
  if (typeof define == "function" && define.amd) define([], factory);
  else root.reviews = factory();
})(this, () => ({ name: "reviews" }));
window.reviewsRan = true;
