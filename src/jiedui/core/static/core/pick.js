// Fields that choose rows by typing (core/picks.py). Without this script they are plain text.

let waiting = 0;

const boxOf = (pick) => pick.querySelector(".offers");
const inputOf = (pick) => pick.querySelector("input, textarea");

// In a list of names only the last one is being typed.
const typed = (pick) => {
  const { value } = inputOf(pick);
  return "pickMany" in pick.dataset ? value.split(/[、,，;；\n]/).pop().trim() : value.trim();
};

async function offer(pick) {
  if (!pick.dataset.pick) return;
  const text = typed(pick);
  if ("pickMany" in pick.dataset && !text) { close(pick); return; }
  const address = new URL(pick.dataset.pick, location.href);
  address.searchParams.set("q", text);
  const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok || document.activeElement !== inputOf(pick) || typed(pick) !== text) return;
  boxOf(pick).innerHTML = await answer.text();
  boxOf(pick).hidden = false;
}

const close = (pick) => { boxOf(pick).hidden = true; };

function take(pick, label) {
  const input = inputOf(pick);
  if ("pickMany" in pick.dataset) {
    const before = input.value.slice(0, input.value.length - typed(pick).length).trimEnd();
    input.value = `${before}${label}、`;
  } else {
    input.value = label;
  }
  close(pick);
  input.focus();
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("input", (event) => {
  const pick = event.target.closest?.("[data-pick]");
  if (!pick) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => offer(pick), 180);
});

document.addEventListener("click", (event) => {
  const one = event.target.closest(".offer");
  if (one) take(one.closest("[data-pick]"), one.dataset.label);
  document.querySelectorAll("[data-pick]").forEach((pick) => {
    if (!pick.contains(event.target)) close(pick);
  });
});

document.addEventListener("keydown", (event) => {
  const pick = event.target.closest?.("[data-pick]");
  if (!pick) return;
  const lines = [...pick.querySelectorAll(".offer")];
  const at = lines.indexOf(document.activeElement);
  if (event.key === "Escape") { close(pick); inputOf(pick).focus(); }
  if (boxOf(pick).hidden || !lines.length) return;
  if (event.key === "Enter" && at < 0) { event.preventDefault(); take(pick, lines[0].dataset.label); }
  if (event.key === "ArrowDown") { event.preventDefault(); lines[Math.min(at + 1, lines.length - 1)].focus(); }
  if (event.key === "ArrowUp") { event.preventDefault(); (at > 0 ? lines[at - 1] : inputOf(pick)).focus(); }
});

// On a slow line people type before this script has come.
const early = document.activeElement?.closest("[data-pick]");
if (early && inputOf(early).value !== inputOf(early).defaultValue) offer(early);
