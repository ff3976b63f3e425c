// One total to many receivers: the server works out the parts, this page adds them up as one types.

const form = document.querySelector("[data-distribute]");
const PARTS = ["receivers", "worth"];
let typed = 0; // grows with every key, so that an answer never writes over what was typed since
let waiting = 0;

const total = () => form.elements.total;
const inHundredths = (text) => {
  const number = Number(String(text).replace(/[,，\s]/g, ""));
  return Number.isFinite(number) ? Math.round(number * 100) : 0;
};
const shown = (hundredths) => (hundredths / 100).toLocaleString("zh-CN", { maximumFractionDigits: 2 });

function addUp() {
  const sum = form.querySelector("[data-given]");
  if (!sum) return;
  const rows = [...form.querySelectorAll(".portions tbody tr")];
  const taken = rows.filter((row) => row.querySelector("[name=take]").checked);
  rows.forEach((row) => row.classList.toggle("left-out", !taken.includes(row)));
  const given = taken.reduce((all, row) => all + inHundredths(row.querySelector("[name^=quantity_]").value), 0);
  const left = inHundredths(total().value) - given;
  sum.textContent = shown(given);
  form.querySelector("[data-taken]").textContent = taken.length;
  form.querySelector("[data-left]").textContent = shown(left);
  form.querySelector("[data-left-box]").classList.toggle("is-wrong", left !== 0);
  const all = form.querySelector("[data-all]");
  all.hidden = false;
  all.checked = taken.length === rows.length;
  all.indeterminate = taken.length > 0 && taken.length < rows.length;
}

// Signed out meanwhile, or another answer than the form: let the browser show it.
function sendAsPage(step) {
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "step", value: step }));
  form.submit();
}

// A field in which somebody is choosing a name goes over into the new part with what it offers.
function keepOpen(focused, page) {
  const pick = focused?.closest("[data-pick]");
  if (!pick || !PARTS.some((id) => document.getElementById(id).contains(pick))) return;
  page.getElementById(focused.id)?.closest("[data-pick]")?.replaceWith(pick);
}

async function ask(step) {
  clearTimeout(waiting);
  const before = typed;
  const body = new FormData(form);
  body.set("step", step);
  const answer = await fetch(location.href, { method: "POST", body, redirect: "manual" });
  if (answer.status !== 200) { sendAsPage(step); return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (typed !== before) { askSoon(step); return; }
  const focused = document.activeElement;
  keepOpen(focused, page);
  PARTS.forEach((id) => document.getElementById(id).replaceWith(page.getElementById(id)));
  form.querySelector("[data-measure]").textContent = page.querySelector("[data-measure]").textContent;
  if (focused?.name && !["step", "take"].includes(focused.name)) form.elements[focused.name]?.focus?.();
  addUp();
}

function askSoon(step) {
  clearTimeout(waiting);
  waiting = setTimeout(() => ask(step), 250);
}

form.addEventListener("input", ({ target }) => {
  typed += 1;
  if (target.name === "total" || target.name?.startsWith("quantity_")) addUp();
});

form.addEventListener("change", ({ target }) => {
  if ("all" in target.dataset) {
    form.querySelectorAll("[name=take]").forEach((one) => { one.checked = target.checked; });
  }
  addUp();
  if ("all" in target.dataset || ["total", "way", "take", "good"].includes(target.name)) askSoon("split");
});

form.addEventListener("submit", (event) => {
  const step = event.submitter?.value;
  if (!step || step === "save") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(step);
}, true);

addUp();
