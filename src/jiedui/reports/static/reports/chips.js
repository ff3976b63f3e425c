// The text of a bulletin with its figures as chips: name and value instead of [[f1]].
// The textarea stays what is sent and kept; without this script one writes in it.

const source = document.getElementById("text");
const words = document.getElementById("chips").dataset;
const TOKEN = /\[\[([^[\]\n]*)\]\]/;
const editor = document.createElement("div");
const menu = document.getElementById("chip-menu");
let chosen = null; // the chip whose menu is open
let dragged = null;
let isOurs = false; // the textarea changes because of the editor
let place = null; // where the cursor stood last

// What can stand as a chip, by its token: figures of the bulletin, and the two days.
const tokens = () => [...document.querySelectorAll("[data-token]")];
const known = (token) => tokens().find((one) => one.dataset.token === token);
const nameOf = (row) => row.querySelector("[data-name]").textContent.trim();
function valueOf(row) {
  const style = row.querySelector("select");
  return style ? style.selectedOptions[0].textContent.trim() : row.querySelector("[data-value]").textContent.trim();
}

function dress(chip) {
  const row = known(chip.dataset.chip);
  const [name, value] = [document.createElement("small"), document.createElement("b")];
  name.textContent = row ? nameOf(row) : words.unknown;
  value.textContent = row ? valueOf(row) : `[[${chip.dataset.chip}]]`;
  chip.classList.toggle("is-unknown", !row);
  chip.replaceChildren(name, value);
  chip.title = `[[${chip.dataset.chip}]]`;
}

function chipOf(token) {
  const chip = document.createElement("span");
  chip.className = "chip-figure";
  chip.contentEditable = "false";
  chip.draggable = true;
  chip.tabIndex = 0;
  chip.setAttribute("role", "button");
  chip.dataset.chip = token;
  dress(chip);
  return chip;
}

// Text with tokens ↔ nodes of the editor. A chip between two others needs text beside it to put a cursor.
function nodesOf(text) {
  const nodes = [];
  let rest = text;
  for (let found = TOKEN.exec(rest); found; found = TOKEN.exec(rest)) {
    nodes.push(document.createTextNode(rest.slice(0, found.index)), chipOf(found[1]));
    rest = rest.slice(found.index + found[0].length);
  }
  return [...nodes, document.createTextNode(rest)];
}

function textOf(node) {
  let text = "";
  node.childNodes.forEach((one) => {
    if (one.nodeType === Node.TEXT_NODE) text += one.data;
    else if (one.dataset?.chip !== undefined) text += `[[${one.dataset.chip}]]`;
    else if (one.nodeName === "BR") text += "\n";
    else text += (/^(DIV|P)$/.test(one.nodeName) && text && !text.endsWith("\n") ? "\n" : "") + textOf(one);
  });
  return text;
}

function read() { editor.replaceChildren(...nodesOf(source.value)); }

function write() {
  const text = textOf(editor);
  if (text === source.value) return;
  isOurs = true;
  source.value = text;
  source.dispatchEvent(new Event("input", { bubbles: true }));
  isOurs = false;
}

// Where the cursor is, within the editor; at its end if it never was in it.
function range() {
  if (place && editor.contains(place.startContainer)) return place;
  const end = document.createRange();
  end.selectNodeContents(editor);
  end.collapse(false);
  return end;
}

function putIn(text) {
  const at = range();
  at.deleteContents();
  const part = document.createDocumentFragment();
  part.append(...nodesOf(text));
  const last = part.lastChild;
  at.insertNode(part);
  after(last);
  write();
}

function after(node) {
  const selection = getSelection();
  editor.focus();
  selection.collapse(node.parentNode, [...node.parentNode.childNodes].indexOf(node) + 1);
}

function typedTokens() {
  // A token typed by hand becomes a chip as soon as it is whole.
  const walker = document.createTreeWalker(editor, NodeFilter.SHOW_TEXT);
  const typed = [];
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest("[data-chip]") && TOKEN.test(walker.currentNode.data)) typed.push(walker.currentNode);
  }
  typed.forEach((node) => {
    const nodes = nodesOf(node.data);
    node.replaceWith(...nodes);
    after(nodes[nodes.length - 2]);
  });
}

function openMenu(chip) {
  closeMenu();
  chosen = chip;
  const row = known(chip.dataset.chip);
  menu.querySelector("[data-chip-name]").textContent = row ? nameOf(row) : words.unknown;
  const style = menu.querySelector("[data-chip-style]");
  const own = row?.querySelector("select");
  style.closest("label").hidden = !own;
  style.replaceChildren(...(own ? [...own.options].map((one) => new Option(one.text, one.value, false, one.selected)) : []));
  const other = menu.querySelector("[data-chip-other]");
  other.replaceChildren(...tokens().map((one) =>
    new Option(`${nameOf(one)} ${valueOf(one)}`, one.dataset.token, false, one.dataset.token === chip.dataset.chip)));
  if (!row) other.prepend(new Option("—", "", true, true));
  const records = row?.querySelector("[data-panel]");
  const link = menu.querySelector("[data-chip-records]");
  link.hidden = !records;
  if (records) link.href = records.href;
  menu.hidden = false;
  const [box, around] = [chip.getBoundingClientRect(), menu.offsetParent.getBoundingClientRect()];
  menu.style.top = `${box.bottom - around.top + 4}px`;
  menu.style.left = `${Math.max(0, Math.min(box.left - around.left, around.width - menu.offsetWidth))}px`;
  menu.querySelector("select:not([hidden])").focus();
}

function closeMenu() {
  if (menu.hidden) return;
  menu.hidden = true;
  if (chosen && menu.contains(document.activeElement)) chosen.focus();
  chosen = null;
}

function replace(token) {
  const chip = chipOf(token);
  chosen.replaceWith(chip);
  write();
  openMenu(chip);
}

// A chip steps over one character or one chip: moved by the keys alone.
function step(chip, isForward) {
  const next = isForward ? chip.nextSibling : chip.previousSibling;
  if (!next) return;
  if (next.nodeType === Node.TEXT_NODE && next.data) {
    const at = isForward ? 1 : next.data.length - 1;
    const rest = next.splitText(at);
    isForward ? next.after(chip) : rest.before(chip);
  } else {
    isForward ? next.after(chip) : next.before(chip);
  }
  editor.normalize();
  write();
  chip.focus();
}

function onKey(event) {
  const chip = event.target.closest("[data-chip]");
  if (!chip) return;
  if (event.key === "Enter" || event.key === " ") openMenu(chip);
  else if (event.key === "Backspace" || event.key === "Delete") remove(chip);
  else if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) step(chip, event.key === "ArrowRight");
  else return;
  event.preventDefault();
}

function remove(chip) {
  const next = document.createTextNode("");
  chip.replaceWith(next);
  closeMenu();
  after(next);
  write();
}

function dropAt(event) {
  const point = document.caretRangeFromPoint?.(event.clientX, event.clientY)
    ?? pointRange(document.caretPositionFromPoint?.(event.clientX, event.clientY));
  return point && editor.contains(point.startContainer) && !point.startContainer.parentElement.closest("[data-chip]") ? point : null;
}
function pointRange(point) {
  if (!point) return null;
  const at = document.createRange();
  at.setStart(point.offsetNode, point.offset);
  return at;
}

function begin() {
  editor.id = "chip-editor";
  editor.className = "form-control writing chip-editor";
  editor.contentEditable = "true";
  editor.spellcheck = false;
  Object.entries({ role: "textbox", "aria-multiline": "true", "aria-labelledby": "text-label", "aria-describedby": "text-hint" })
    .forEach(([name, value]) => editor.setAttribute(name, value));
  source.before(editor);
  source.hidden = true;
  document.getElementById("text-label").addEventListener("click", () => editor.focus());
  document.getElementById("text-hint").textContent = words.hint;
  read();
}

begin();

// Before others hear of it: what is kept and shown beside is the text of the textarea.
editor.addEventListener("input", (event) => {
  event.stopPropagation();
  if (event.isComposing) return;
  typedTokens();
  write();
});
editor.addEventListener("compositionend", write);
editor.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.isComposing && event.target === editor) {
    event.preventDefault();
    putLine();
  }
  onKey(event);
});
function putLine() {
  const at = getSelection().rangeCount ? getSelection().getRangeAt(0) : range();
  at.deleteContents();
  // At the very end a line break shows only with another one behind it.
  const isLast = !textOf(editor).endsWith("\n") && isAtEnd(at);
  const line = document.createTextNode(isLast ? "\n\n" : "\n");
  at.insertNode(line);
  getSelection().collapse(line, 1);
  write();
}
function isAtEnd(at) {
  const rest = document.createRange();
  rest.selectNodeContents(editor);
  rest.setStart(at.endContainer, at.endOffset);
  return !rest.toString();
}
editor.addEventListener("copy", (event) => {
  event.clipboardData.setData("text/plain", textOf(getSelection().getRangeAt(0).cloneContents()));
  event.preventDefault();
});
editor.addEventListener("cut", (event) => {
  event.clipboardData.setData("text/plain", textOf(getSelection().getRangeAt(0).cloneContents()));
  getSelection().getRangeAt(0).deleteContents();
  event.preventDefault();
  write();
});
editor.addEventListener("paste", (event) => {
  event.preventDefault();
  place = getSelection().getRangeAt(0);
  putIn(event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n"));
});
editor.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-chip]");
  if (chip) openMenu(chip);
});
editor.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-chip]");
  if (!dragged) return;
  event.dataTransfer.setData("text/plain", `[[${dragged.dataset.chip}]]`);
  event.dataTransfer.effectAllowed = "move";
});
editor.addEventListener("dragover", (event) => { if (dragged) event.preventDefault(); });
editor.addEventListener("drop", (event) => {
  event.preventDefault();
  const at = dropAt(event);
  if (dragged && at) {
    at.insertNode(dragged);
    editor.normalize();
    write();
  }
  dragged = null;
});
document.addEventListener("selectionchange", () => {
  const selection = getSelection();
  if (selection.rangeCount && editor.contains(selection.anchorNode)) place = selection.getRangeAt(0).cloneRange();
});

// Figures from the list beside: a button puts one where the cursor was; its wording is the chip's.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (button) putIn(button.dataset.insert);
  else if (!menu.contains(event.target) && !event.target.closest("[data-chip]")) closeMenu();
});
source.form.addEventListener("change", (event) => {
  if (event.target.matches("[data-token] select")) editor.querySelectorAll("[data-chip]").forEach(dress);
});
["input", "change"].forEach((kind) => source.addEventListener(kind, () => { if (!isOurs) read(); }));

menu.addEventListener("change", (event) => {
  event.stopPropagation();
  const { target } = event;
  if (target.matches("[data-chip-other]")) replace(target.value);
  else {
    const own = known(chosen.dataset.chip).querySelector("select");
    own.value = target.value;
    own.dispatchEvent(new Event("change", { bubbles: true }));
    own.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
menu.addEventListener("click", (event) => {
  if (event.target.closest("[data-chip-remove]")) remove(chosen);
  if (event.target.closest("[data-chip-close]")) closeMenu();
});
menu.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { event.stopPropagation(); closeMenu(); }
});

let saved = source.value;
source.form.addEventListener("submit", () => { saved = source.value; });
addEventListener("beforeunload", (event) => { if (source.value !== saved) event.preventDefault(); });
