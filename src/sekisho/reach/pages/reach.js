"use strict";
// Only the search: everything on the page is there without it.
const field = document.getElementById("search");
const told = document.getElementById("found");
const remembered = new Map();

const matches = (node, words) => {
  const text = node.textContent.toLowerCase();
  return words.every((word) => text.includes(word));
};

const search = () => {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  const searching = words.length > 0;
  document.documentElement.classList.toggle("searching", searching);
  const shown = new Set();
  for (const room of document.querySelectorAll(".room")) {
    const gate = room.closest(".gate");
    const head = gate && gate.querySelector(".name");
    room.hidden = searching && !matches(room, words) && !(head && matches(head, words));
    if (room.hidden) continue;
    for (let node = room.parentElement; node; node = node.parentElement) {
      if (shown.has(node)) break;
      shown.add(node);
    }
  }
  for (const node of document.querySelectorAll(".lane, .gate, .crowd, .portal")) {
    node.hidden = searching && !shown.has(node);
  }
  for (const node of document.querySelectorAll("details.crowd, .opens details")) {
    if (searching) {
      if (!remembered.has(node)) remembered.set(node, node.open);
      node.open = shown.has(node);
    } else if (remembered.has(node)) {
      node.open = remembered.get(node);
    }
  }
  if (!searching) remembered.clear();
  const view = [...document.querySelectorAll(".view")].find((each) => each.checkVisibility());
  const count = view.querySelectorAll(".room:not([hidden])").length;
  told.textContent = searching ? `${count} profile${count === 1 ? "" : "s"}` : "";
};

document.getElementById("searching").hidden = false;
field.addEventListener("input", search);
for (const choice of document.querySelectorAll("input[name=view]")) {
  choice.addEventListener("change", search);
}
