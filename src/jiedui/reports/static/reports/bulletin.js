// A figure's button puts its token where the cursor stands in the text.
const text = document.getElementById("text");

document.querySelectorAll("[data-insert]").forEach((button) => {
  button.addEventListener("click", () => {
    text.setRangeText(button.dataset.insert, text.selectionStart, text.selectionEnd, "end");
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
});

let saved = new FormData(text.form).get("text");
text.form.addEventListener("submit", () => { saved = text.value; });
addEventListener("beforeunload", (event) => { if (text.value !== saved) event.preventDefault(); });
