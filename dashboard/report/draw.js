"use strict";
const charts = JSON.parse(document.getElementById("charts").textContent);
for (const [place, figure] of Object.entries(charts))
  Plotly.newPlot(place, figure.data, figure.layout, {displayModeBar: false, responsive: true});
// A chart is measured in pixels of the screen: for paper it is drawn again in the width that it has there.
const PAPER = 700;
const each = change => Object.keys(charts).forEach(place => Plotly.relayout(place, change));
addEventListener("beforeprint", () => each({width: PAPER}));
addEventListener("afterprint", () => each({width: null, autosize: true}));
