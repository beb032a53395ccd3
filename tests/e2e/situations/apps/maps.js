// A page "How to find us", which imports a map when the visitor scrolls there.
import { importLibrary, setOptions } from "@googlemaps/js-api-loader";

setOptions({ key: "KEY", v: "weekly" });
window.showMap = async () => {
  try {
    const { Map } = await importLibrary("maps");
    new Map(document.getElementById("map"));
  } catch {
    document.getElementById("map").textContent = "Our street and number";
  }
};
