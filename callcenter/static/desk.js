// Shows of the ticket form only what the chosen outcome asks for. Without this all fields are there.
"use strict";
function asked(select) {
  const form = select.closest("form");
  const chosen = select.selectedOptions[0];
  const needs = new Set(((chosen && chosen.dataset.needs) || "").split(" ").filter(Boolean));
  for (const field of form.querySelectorAll("[data-need]")) {
    field.hidden = !needs.has(field.dataset.need) && !field.classList.contains("field-bad");
  }
  const more = form.querySelector(".more");
  if (more) {
    more.hidden = needs.size === 0 && !more.querySelector(".field-bad");
    more.open = !more.hidden;
  }
}
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-shows]")) asked(event.target);
  if (event.target.matches("input[name=chosen]")) {
    event.target.form.elements.person.value = event.target.value;
  }
});
for (const select of document.querySelectorAll("[data-shows]")) asked(select);

// The form follows the call: a new call opens its own, unless something typed would be lost.
const desk = document.querySelector(".desk");
const column = document.getElementById("call");
let typed = false;
document.addEventListener("input", (event) => {
  typed = typed || Boolean(event.target.closest("#ticket form"));
});
function follow() {
  const current = column.querySelector("[data-case]");
  if (!current || current.dataset.case === desk.dataset.shown) return;
  if (typed) document.getElementById("new-case").hidden = false;
  else window.location.assign("/desk");
}
if (desk && column) new MutationObserver(follow).observe(column, { childList: true, subtree: true });
