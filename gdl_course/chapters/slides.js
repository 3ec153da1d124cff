// Starts a deck: reveal.js, then MathJax, then every slide that is too full is set smaller until it fits.
"use strict";

const SMALLEST = 50; // percent of the font size

function fit(slide) {
  const body = slide.querySelector(".body");
  const fits = () => body.scrollHeight <= body.clientHeight && body.scrollWidth <= body.clientWidth;
  for (let size = 100; size >= SMALLEST; size -= 4) {
    slide.style.fontSize = `${size}%`;
    if (fits()) return;
  }
}

function fitAll() {
  const slides = document.querySelector(".slides");
  slides.classList.add("fitting"); // reveal.js hides the slides that are far away; these have no height
  slides.querySelectorAll("section:not(.stack)").forEach(fit);
  slides.classList.remove("fitting");
}

window.MathJax = {
  tex: { inlineMath: [["\\(", "\\)"]], displayMath: [["\\[", "\\]"]] },
  svg: { fontCache: "local" }, // so that a formula keeps its glyphs in the speaker's window
  options: { enableMenu: false, skipHtmlTags: ["script", "style", "pre", "code"] },
  startup: {
    ready() {
      MathJax.startup.defaultReady();
      MathJax.startup.promise
        .then(() => document.fonts.ready)
        .then(() => Reveal.initialize({
          width: 1280, height: 720, margin: 0.02, center: false, hash: true, slideNumber: "c/t",
          transition: "none", backgroundTransition: "none", pdfSeparateFragments: false, plugins: [RevealNotes],
        }))
        .then(() => {
          fitAll();
          document.documentElement.dataset.ready = "yes";
        });
    },
  },
};
