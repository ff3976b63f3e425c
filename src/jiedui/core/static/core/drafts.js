// What is typed into a form is kept on the server until it is sent, and offered again (core/drafts.py).

const WAIT = 2000; // milliseconds without a key before what stands there is kept
const address = document.getElementById("drafts-script").dataset.url;
const waiting = new Map();
const offered = new WeakSet();

const addressOf = (form) => {
  const at = new URL(form.getAttribute("action") || location.href, location.href);
  return `${address}?form=${encodeURIComponent(at.pathname + at.search)}`;
};

const CONTROLS = "textarea, select, input:not([type=hidden]):not([type=file]):not([type=search])";
const isWritten = (form) =>
  form?.method === "post" && form.closest("main, #panel-body") !== null
  && form.querySelector(CONTROLS) && !form.querySelector("input[type=password]");

function fieldsOf(form) {
  const all = [...new FormData(form)].filter(([name, value]) =>
    typeof value === "string" && name !== "csrfmiddlewaretoken");
  return JSON.stringify(all);
}

function keep(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  const token = form.elements.csrfmiddlewaretoken?.value;
  fetch(addressOf(form), {
    method: "POST",
    headers: { "X-CSRFToken": token, "Content-Type": "application/json" },
    body: fieldsOf(form),
    keepalive: true,
    redirect: "manual",
  }).catch(() => {}); // without a network the browser still holds what was typed
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest("form");
  if (!isWritten(form)) return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => keep(form), WAIT));
});
addEventListener("pagehide", () => [...waiting.keys()].forEach(keep));
document.addEventListener("submit", ({ target }) => {
  clearTimeout(waiting.get(target)); // what is sent is no draft
  waiting.delete(target);
});

async function offer(form) {
  if (offered.has(form) || !isWritten(form)) return;
  offered.add(form);
  const answer = await fetch(addressOf(form), { headers: { "X-Requested-With": "fetch" }, redirect: "manual" });
  if (answer.status !== 200) return;
  form.insertAdjacentHTML("beforebegin", await answer.text());
  const bar = form.previousElementSibling;
  bar.addEventListener("click", ({ target }) => {
    const what = target.closest("[data-draft]")?.dataset.draft;
    if (!what) return;
    if (what === "take") takeIn(form, JSON.parse(bar.dataset.fields));
    else drop(form);
    bar.remove();
  });
}

function drop(form) {
  const token = form.elements.csrfmiddlewaretoken?.value;
  fetch(addressOf(form), { method: "DELETE", headers: { "X-CSRFToken": token } }).catch(() => {});
}

function takeIn(form, fields) {
  const values = new Map();
  fields.forEach(([name, value]) => values.set(name, [...(values.get(name) ?? []), value]));
  for (const control of form.elements) {
    if (!control.name || control.name === "csrfmiddlewaretoken" || control.type === "file") continue;
    const kept = values.get(control.name) ?? [];
    if (control.type === "checkbox" || control.type === "radio") control.checked = kept.includes(control.value);
    else if (control.multiple) [...control.options].forEach((o) => { o.selected = kept.includes(o.value); });
    else if (values.has(control.name)) {
      control.value = kept.shift() ?? "";
      control.dispatchEvent(new Event("change", { bubbles: true })); // an editor over it shows it
    }
    if (control.value && !control.hidden && control.closest("details")) control.closest("details").open = true;
  }
  if (form.dataset.draftPreview) takeInRest(form, values);
  form.querySelector(CONTROLS)?.focus();
}

// What the form has no control for yet goes along hidden: the server makes rows of it.
function takeInRest(form, values) {
  const known = new Set([...form.elements].map((control) => control.name));
  for (const [name, all] of values) {
    if (known.has(name) || name === "step") continue;
    all.forEach((value) => {
      const hidden = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      form.append(hidden);
    });
  }
  form.requestSubmit(form.querySelector(`button[value=${form.dataset.draftPreview}]`));
  form.querySelectorAll(":scope > input[type=hidden]").forEach((one) => { if (!known.has(one.name)) one.remove(); });
}

const offerAll = (root) => root.querySelectorAll("form[method=post]").forEach(offer);
offerAll(document);
document.addEventListener("htmx:load", ({ target }) => offerAll(target));
