// List pages: the tree picker offers names while one types; "usual columns" unticks all;
// on a phone the rest of a row waits behind "More".

let waiting = 0;

const offersOf = (input) => document.getElementById(input.getAttribute("aria-controls"));

async function offer(input) {
  const address = new URL(input.dataset.offers, location.href);
  if (input.value) address.searchParams.set(input.dataset.key, input.value);
  else if (input.dataset.path) address.searchParams.set(input.dataset.key, input.dataset.path);
  const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok || document.activeElement !== input) return;
  const box = offersOf(input);
  box.innerHTML = await answer.text();
  box.hidden = false;
  input.setAttribute("aria-expanded", "true");
  input.closest(".filters")?.classList.add("is-offering");
}

function close(input) {
  const box = offersOf(input);
  if (box) box.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.closest(".filters")?.classList.remove("is-offering");
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-offers]")) offer(event.target);
  document.querySelectorAll("[data-offers][aria-expanded=true]").forEach((input) => {
    if (!input.closest("[data-picker]").contains(event.target)) close(input);
  });
});

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-offers]")) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => offer(event.target), 200);
});

// Leaving a half-typed name must not send the form; Enter takes the first offer.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-offers]")) event.stopImmediatePropagation();
}, true);

document.addEventListener("keydown", (event) => {
  const picker = event.target.closest?.("[data-picker]");
  if (!picker) return;
  const input = picker.querySelector("[data-offers]");
  const links = [...picker.querySelectorAll("[data-offer]")];
  const at = links.indexOf(document.activeElement);
  if (event.key === "Escape") { input.focus(); close(input); }
  if (event.key === "Enter" && event.target === input && links.length) { event.preventDefault(); links[0].click(); }
  if (event.key === "ArrowDown" && links.length) { event.preventDefault(); links[Math.min(at + 1, links.length - 1)].focus(); }
  if (event.key === "ArrowUp" && links.length) { event.preventDefault(); (at > 0 ? links[at - 1] : input).focus(); }
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-picker]")) {
    document.querySelectorAll("[data-offers][aria-expanded=true]").forEach(close);
  }
  const reset = event.target.closest("[data-reset-columns]");
  if (reset) reset.form.querySelectorAll("input[type=checkbox]").forEach((box) => { box.checked = false; });
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-unfold]");
  if (!button) return;
  const isOpen = button.closest("tr").classList.toggle("is-open");
  button.setAttribute("aria-expanded", String(isOpen));
});

// Tables that are no wider than the page scroll with it, their heading below the bar on top.
function fit() {
  const bar = document.querySelector(".top");
  if (bar) document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`);
  document.querySelectorAll(".listing-wrap").forEach((wrap) => {
    wrap.classList.toggle("fits", wrap.firstElementChild.scrollWidth <= wrap.clientWidth);
  });
}

fit();
addEventListener("resize", fit);
document.addEventListener("htmx:afterSettle", fit);
