// The search offers rows while one types (web/suggestions.py). Without this script it is a plain form.

const WAIT = 150; // milliseconds without a key
const fields = [...document.querySelectorAll("[data-suggest]")];
const boxes = new Map(fields.map((input) => [input, dress(input)]));

// A combobox as the ARIA practices describe it: the focus stays in the field.
function dress(input) {
  const list = document.createElement("ul");
  list.id = `${input.id}-suggestions`;
  list.className = "suggested";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.suggestLabel);
  list.hidden = true;
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  input.closest("form").append(list, status);
  Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
  }).forEach(([name, value]) => input.setAttribute(name, value));
  return { list, status, at: -1, timer: 0, pending: null };
}

function close(input) {
  const box = boxes.get(input);
  clearTimeout(box.timer);
  box.pending?.abort();
  box.list.hidden = true;
  box.at = -1;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function option(one, id) {
  const line = document.createElement("li");
  line.id = id;
  line.dataset.url = one.url;
  line.setAttribute("role", "option");
  line.setAttribute("aria-selected", "false");
  [["strong", one.label], ["span", one.note], ["small", one.kind]].forEach(([tag, text]) => {
    if (!text) return;
    const part = document.createElement(tag);
    part.textContent = text;
    line.append(part, " ");
  });
  return line;
}

async function offer(input) {
  const box = boxes.get(input);
  const text = input.value.trim();
  if (!text) { close(input); return; }
  box.pending?.abort();
  box.pending = new AbortController();
  const address = new URL(input.dataset.suggest, location.href);
  address.searchParams.set("q", text);
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error", signal: box.pending.signal });
    if (answer.ok) show(input, await answer.json());
  } catch (error) {
    // Typed on, or no network: Enter searches as ever.
  }
}

function show(input, { suggestions, status }) {
  const box = boxes.get(input);
  if (document.activeElement !== input) return;
  box.list.replaceChildren(...suggestions.map((one, n) => option(one, `${box.list.id}-${n}`)));
  box.status.textContent = status;
  box.at = -1;
  box.list.hidden = !suggestions.length;
  input.setAttribute("aria-expanded", String(suggestions.length > 0));
  input.removeAttribute("aria-activedescendant");
}

function move(input, step) {
  const box = boxes.get(input);
  const lines = [...box.list.children];
  box.at = (box.at + step + lines.length + 1) % (lines.length + 1);
  if (box.at === lines.length) box.at = -1; // past either end stands what was typed
  lines.forEach((line, n) => line.setAttribute("aria-selected", String(n === box.at)));
  if (box.at < 0) { input.removeAttribute("aria-activedescendant"); return; }
  input.setAttribute("aria-activedescendant", lines[box.at].id);
  lines[box.at].scrollIntoView({ block: "nearest" });
}

const isComposing = (event) => event.isComposing || event.keyCode === 229;

function onKey(event) {
  const input = event.currentTarget;
  const box = boxes.get(input);
  if (isComposing(event)) return; // the keys are the input method's
  if (event.key === "Escape") {
    if (box.list.hidden) input.blur();
    event.preventDefault(); // what was typed stays
    close(input);
  }
  if (event.key === "ArrowDown" && box.list.hidden) offer(input);
  if (box.list.hidden) return;
  if (event.key === "ArrowDown") { event.preventDefault(); move(input, 1); }
  if (event.key === "ArrowUp") { event.preventDefault(); move(input, -1); }
  if (event.key === "Enter" && box.at >= 0) {
    event.preventDefault();
    location.assign(box.list.children[box.at].dataset.url);
  }
}

function soon(input) {
  const box = boxes.get(input);
  clearTimeout(box.timer);
  box.timer = setTimeout(() => offer(input), WAIT);
}

fields.forEach((input) => {
  const { list } = boxes.get(input);
  input.addEventListener("input", (event) => { if (!event.isComposing) soon(input); });
  input.addEventListener("compositionend", () => soon(input));
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", () => close(input));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const line = event.target.closest("[data-url]");
    if (!line) return;
    if (event.ctrlKey || event.metaKey) window.open(line.dataset.url);
    else location.assign(line.dataset.url);
  });
});

// Ctrl-K from everywhere; where the field is not on the page, the page of the search opens.
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  const input = fields.find((one) => one.offsetParent !== null);
  if (!fields.length || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  if (!input) { location.assign(fields[0].form.action); return; }
  input.focus();
  input.select();
});
