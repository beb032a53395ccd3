window.google.maps.importLibrary = async () => ({
  Map: function (place) {
    place.textContent = "a map";
  },
});
