// Rows of a list are ticked and something is done with them. Without this script the boxes and the
// form below the table do it alone; with it a bar at the bottom counts, and ticks outlive paging.

const kept = new Map(); // the list with its filters → the keys ticked on any of its pages
let last = null; // the box ticked last, where a range with the shift key begins

const form = () => document.querySelector("[data-ticked-rows]");
const boxes = () => [...document.querySelectorAll("input[name=row][form=ticked-rows]")];
const isAll = () => form()?.elements.all.checked;

// The same rows in another order or on another page are the same choice.
function chosen() {
  const address = new URL(form().dataset.list, location.href);
  for (const name of ["page", "size", "sort"]) address.searchParams.delete(name);
  if (!kept.has(address.href)) kept.set(address.href, new Set());
  return kept.get(address.href);
}

// Keys ticked on other pages are sent along as hidden fields.
function carry() {
  form().querySelectorAll("input[data-elsewhere]").forEach((field) => field.remove());
  const here = new Set(boxes().map((box) => box.value));
  for (const key of chosen()) {
    if (here.has(key)) continue;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "row", value: key });
    field.dataset.elsewhere = "";
    form().append(field);
  }
}

function show() {
  const bar = form();
  if (!bar) return;
  const keys = chosen();
  boxes().forEach((box) => {
    box.checked = isAll() || keys.has(box.value);
    box.disabled = isAll();
    box.closest("tr").classList.toggle("is-ticked", box.checked);
  });
  carry();
  const count = isAll() ? 0 : keys.size;
  const counter = bar.querySelector("[data-ticked-count]");
  counter.hidden = isAll();
  counter.textContent = counter.dataset.tickedCount.replace("{n}", count.toLocaleString("en"));
  bar.querySelector(".rows-count-plain").hidden = true;
  bar.querySelector("[data-untick]").hidden = false;
  bar.classList.toggle("is-up", count > 0 || isAll());
  document.body.classList.toggle("has-rows-bar", count > 0 || isAll());
  const page = document.querySelector("[data-tick-page]");
  page.hidden = false;
  const ticked = boxes().filter((box) => box.checked).length;
  const whole = page.querySelector("input");
  whole.checked = ticked > 0 && ticked === boxes().length;
  whole.indeterminate = ticked > 0 && ticked < boxes().length;
}

function set(box, on) {
  if (on) chosen().add(box.value);
  else chosen().delete(box.value);
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("input[name=row][form=ticked-rows]");
  if (box) {
    const all = boxes();
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) all.slice(from, to + 1).forEach((one) => set(one, box.checked));
    else set(box, box.checked);
    last = box;
    show();
  }
  const whole = event.target.closest?.("[data-tick-page] input");
  if (whole) {
    boxes().forEach((one) => set(one, whole.checked));
    show();
  }
  if (event.target.closest?.("[data-untick]")) untick();
});

function untick() {
  chosen().clear();
  form().elements.all.checked = false;
  show();
}

document.addEventListener("change", (event) => {
  if (event.target.name === "all" && event.target.form === form()) show();
});

// Up and down go from box to box; with the shift key they tick on the way. Escape ticks none.
document.addEventListener("keydown", (event) => {
  const all = boxes();
  const at = all.indexOf(event.target);
  if (event.key === "Escape" && form()?.classList.contains("is-up") && !document.querySelector("dialog[open], details[open]")) untick();
  if (at < 0 || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  event.preventDefault();
  const next = all[at + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  next.focus();
  if (event.shiftKey) {
    set(event.target, true);
    set(next, true);
    last = next;
    show();
  }
});

// A file or a page of paper leaves this page as it is: its buttons work again.
document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  const { submitter } = event;
  setTimeout(() => { if (submitter) submitter.disabled = false; }, 1_500);
});

document.addEventListener("htmx:afterSettle", show);
addEventListener("pageshow", show);
show();
