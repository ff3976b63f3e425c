// "Print" on the page of first passwords: the slips exist on this page alone.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.addEventListener("click", () => window.print());
});
