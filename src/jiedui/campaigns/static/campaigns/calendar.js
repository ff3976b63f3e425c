// The arrow keys turn to the month or year before and after.
const LINKS = { ArrowLeft: "prev", ArrowRight: "next" };
addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, select, textarea, [tabindex='0'], [role='dialog']");
  if (!LINKS[event.key] || isTyping || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = document.querySelector(`.turn-pages a[rel="${LINKS[event.key]}"]`);
  if (link) location.assign(link.href);
});
