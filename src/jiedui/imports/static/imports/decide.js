// One key an answer: 1 the same, 2 somebody else, 3 leave out; then on to the next open card.

const cards = [...document.querySelectorAll(".double")];
const isOpen = (card) => !card.querySelector("input:checked");

document.addEventListener("keydown", (event) => {
  if (!"123".includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=radio]), textarea, select, dialog[open]")) return;
  const card = event.target.closest(".double") ?? cards.find(isOpen);
  const answer = card?.querySelector(`[data-key="${event.key}"]`);
  if (!answer || answer.disabled) return;
  event.preventDefault();
  answer.checked = true;
  const next = cards.slice(cards.indexOf(card) + 1).find(isOpen) ?? cards.find(isOpen);
  const goal = next?.querySelector("input") ?? document.querySelector("#decide .btn-primary");
  goal?.focus();
  goal?.closest(".double")?.scrollIntoView({ block: "nearest" });
});
