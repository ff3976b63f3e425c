// Questions that are asked only beside certain answers: hidden, and not sent, while they are not.
// Without this script all stand there, each with its condition; the server decides either way.

const questions = [...document.querySelectorAll("[data-shown-when]")];

function answers(form, name) {
  const fields = [...form.querySelectorAll(`[name="${name}"]:not(:disabled)`)];
  const chosen = fields.filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked);
  return chosen.map((field) => field.value);
}

function settle(question) {
  const form = question.closest("form");
  const rules = JSON.parse(question.dataset.shownWhen);
  const isAsked = rules.every((rule) =>
    answers(form, rule.field).some((value) => rule.values.includes(value)),
  );
  question.hidden = !isAsked;
  for (const field of question.querySelectorAll("input, select, textarea")) field.disabled = !isAsked;
}

function settleAll() {
  questions.forEach(settle); // in order: a question may hang on one that hangs on another
}

if (questions.length) {
  for (const hint of document.querySelectorAll(".question-condition")) hint.hidden = true;
  questions[0].closest("form").addEventListener("change", settleAll);
  settleAll();
}
