// The map that moves, opened on demand: its library weighs more than all pages together.
"use strict";
(function () {
  const COLORS = ["#0b5f8a", "#8a3b00", "#1b6e3c", "#6a2c91", "#a3122f", "#4d5a00"];
  const box = document.querySelector("[data-map]");
  const open = document.querySelector("[data-map-open]");
  if (!box || !open) return;
  open.hidden = false;
  open.addEventListener("click", function () {
    open.disabled = true;
    start().catch(function () { open.disabled = false; });
  });

  async function start() {
    const library = await import(box.dataset.library);
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = box.dataset.style;
    document.head.append(sheet);
    library.setWorkerUrl(box.dataset.worker);
    box.replaceChildren();
    box.classList.add("moving");
    const map = new library.Map({
      container: box,
      style: { version: 8, sources: {}, layers: [
        { id: "ground", type: "background", paint: { "background-color": "#eef3f5" } },
      ] },
      bounds: [[106.43, 20.7], [108.08, 21.67]],
      attributionControl: false,
      // Who asked for less motion gets none.
      fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300,
    });
    map.addControl(new library.NavigationControl({ showCompass: false }));
    await new Promise(function (done) { map.once("load", done); });
    ground(map);
    document.querySelectorAll("[data-layer]").forEach(function (layer, place) {
      show(map, layer, COLORS[place % COLORS.length]);
    });
    map.on("click", function (at) { told(library, map, at); });
    open.remove();
    box.dataset.ready = "1";
  }

  function ground(map) {
    map.addSource("communes", { type: "geojson", data: box.dataset.outlines });
    map.addLayer({ id: "communes", type: "fill", source: "communes",
      paint: { "fill-color": "#ffffff", "fill-outline-color": "#6a7f8b" } });
  }

  function show(map, layer, color) {
    const id = layer.dataset.layer;
    map.addSource(id, { type: "geojson", data: layer.dataset.items });
    const of = function (kind) { return ["==", ["geometry-type"], kind]; };
    map.addLayer({ id: id + "-area", type: "fill", source: id, filter: of("Polygon"),
      paint: { "fill-color": color, "fill-opacity": 0.35 } });
    map.addLayer({ id: id + "-line", type: "line", source: id,
      filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": color, "line-width": 2 } });
    map.addLayer({ id: id + "-dot", type: "circle", source: id, filter: of("Point"),
      paint: { "circle-color": color, "circle-radius": 6,
        "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.5 } });
  }

  function told(library, map, at) {
    const near = [[at.point.x - 6, at.point.y - 6], [at.point.x + 6, at.point.y + 6]];
    const list = document.createElement("ul");
    const seen = new Set();
    map.queryRenderedFeatures(near).forEach(function (found) {
      const layer = document.querySelector('[data-layer="' + found.source + '"]');
      const text = layer ? found.properties[layer.dataset.label] : found.properties.name;
      if (!text || seen.has(text)) return;
      seen.add(text);
      const item = document.createElement("li");
      item.textContent = layer ? text + " – " + layer.dataset.title : text;
      list.append(item);
    });
    const place = at.lngLat.lng.toFixed(5) + ", " + at.lngLat.lat.toFixed(5);
    const field = document.getElementById("o");
    if (field) field.value = place;
    new library.Popup({ closeButton: true }).setLngLat(at.lngLat).setDOMContent(list)
      .addTo(map);
  }
})();
