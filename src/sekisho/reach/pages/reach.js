"use strict";
// Only the search: everything on the page is there without it.
const field = document.getElementById("search");
const told = document.getElementById("found");
const MOST_UNFOLDED = 300; // more rooms than this are not laid out for a search that is too wide
const folds = new Map();
const indexes = new Map();

const lower = (node) => (node ? node.textContent.toLowerCase() : "");

// What is searched of a view, read once: its rooms, each with its gate's name.
const indexOf = (view) => {
  if (!indexes.has(view)) {
    const names = new Map();
    const named = (gate) => {
      if (!names.has(gate)) names.set(gate, lower(gate && gate.querySelector(".name")));
      return names.get(gate);
    };
    const rooms = [...view.querySelectorAll(".room")];
    indexes.set(view, rooms.map((room) => ({ room, text: lower(room), name: named(room.closest(".gate")) })));
  }
  return indexes.get(view);
};

const hide = (node, hidden) => {
  if (node.hidden !== hidden) node.hidden = hidden;
};

const refold = (view, searching, open) => {
  for (const node of view.querySelectorAll("details.crowd, .opens details")) {
    if (searching) {
      if (!folds.has(node)) folds.set(node, node.open);
      node.open = open.has(node);
    } else if (folds.has(node)) {
      node.open = folds.get(node);
      folds.delete(node);
    }
  }
};

const search = () => {
  const view = [...document.querySelectorAll(".view")].find((each) => each.checkVisibility());
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  const searching = words.length > 0;
  const shown = new Set();
  let count = 0;
  for (const { room, text, name } of indexOf(view)) {
    const found = words.every((word) => text.includes(word)) || words.every((word) => name.includes(word));
    hide(room, !found);
    if (!found) continue;
    count += 1;
    for (let node = room.parentElement; node && !shown.has(node); node = node.parentElement) {
      shown.add(node);
    }
  }
  document.documentElement.classList.toggle("searching", searching);
  for (const node of view.querySelectorAll(".lane, .gate, .crowd, .portal")) {
    hide(node, searching && !shown.has(node));
  }
  const wide = count > MOST_UNFOLDED;
  refold(view, searching, wide ? new Set() : shown);
  const said = `${count} profile${count === 1 ? "" : "s"}${wide ? "; groups stay folded" : ""}`;
  told.textContent = searching ? said : "";
};

let waiting = 0;
field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(search, 60);
});
for (const choice of document.querySelectorAll("input[name=view]")) {
  choice.addEventListener("change", search);
}
document.getElementById("searching").hidden = false;
