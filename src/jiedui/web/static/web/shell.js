// The frame: side panel, questions before sending, menus, messages, keyboard.

const byId = (id) => document.getElementById(id);
const { Offcanvas } = window.tabler ?? window.bootstrap ?? {};

// A link with data-panel opens in the side panel; without scripts it is a plain link.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-panel]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  window.htmx.ajax("GET", link.href, { target: "#panel-body", swap: "innerHTML" }).then(() => {
    (Offcanvas ?? window.bootstrap.Offcanvas).getOrCreateInstance(byId("panel")).show();
  });
});

// A form or button with data-confirm asks first.
let agreed = null;
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (!question || agreed === event.target) {
    agreed = null;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  const { target, submitter } = event;
  byId("ask-text").textContent = question;
  const ask = byId("ask");
  ask.addEventListener("close", () => {
    if (ask.returnValue !== "yes") return;
    agreed = target;
    target.requestSubmit(submitter);
  }, { once: true });
  ask.returnValue = "no";
  ask.showModal();
}, true);

// A form is sent once, even by a double click.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  const button = event.submitter;
  if (button) setTimeout(() => { button.disabled = true; }, 0);
});
addEventListener("pageshow", () => {
  document.querySelectorAll("form[method=post] button[disabled]").forEach((b) => { b.disabled = false; });
});

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest(".alert")?.remove();
  if (event.target.closest("[data-help]")) byId("keys").showModal();
  document.querySelectorAll("details[data-menu][open], .columns-chooser[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

// What was just saved can be taken back for ten seconds.
document.querySelectorAll("[data-undo]").forEach((form) => {
  setTimeout(() => form.closest(".alert")?.remove(), 10_000);
});

// On a narrow screen the present tab may stand outside: bring it in.
const tab = document.querySelector(".tabs [aria-current]");
if (tab) tab.closest(".tabs").scrollLeft = tab.offsetLeft + tab.offsetWidth / 2 - innerWidth / 2;

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable], dialog[open]");

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    document.querySelectorAll("details[data-menu][open], .columns-chooser[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const search = document.querySelector("[data-search]");
  const action = document.querySelector("[data-new], .page-actions .btn-primary");
  if (event.key === "/" && search) { event.preventDefault(); search.focus(); search.select(); }
  if (event.key === "n" && action) { event.preventDefault(); action.click(); }
  if (event.key === "?") byId("keys").showModal();
});
