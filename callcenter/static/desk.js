// What the desk's forms do by themselves. Everything here is an addition: pages work without it.
"use strict";

// Show of the ticket form only what the chosen outcome asks for, and of the reasons only its own.
function asked(select) {
  const form = select.closest("form");
  const chosen = select.selectedOptions[0];
  const needs = new Set(((chosen && chosen.dataset.needs) || "").split(" ").filter(Boolean));
  for (const field of form.querySelectorAll("[data-need]")) {
    field.hidden = !needs.has(field.dataset.need) && !field.classList.contains("field-bad");
  }
  for (const group of form.querySelectorAll("optgroup[data-of]")) {
    group.hidden = group.disabled = group.dataset.of !== select.value;
  }
  const more = form.querySelector(".more");
  if (more) {
    more.hidden = needs.size === 0 && !more.querySelector(".field-bad");
    more.open = !more.hidden;
  }
}

// The line to say follows the reason.
function script(select) {
  for (const lines of document.querySelectorAll("[data-script]")) {
    lines.hidden = lines.dataset.script !== select.value;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-shows]")) asked(event.target);
  if (event.target.matches("[data-script-of]")) script(event.target);
});
for (const select of document.querySelectorAll("[data-shows]")) {
  select.closest("form").classList.add("has-script");
  asked(select);
}

// The form follows the call: a new call opens its own, unless something typed would be lost.
const desk = document.querySelector(".desk");
const column = document.getElementById("call");
const work = document.getElementById("work");
function typed() {
  if (!work || "typed" in work.dataset) return true;
  return [...work.querySelectorAll("textarea, input:not([type=hidden]), select")].some((field) =>
    field.nodeName === "SELECT" ? [...field.options].some((it) => it.selected !== it.defaultSelected && it.value) : field.value !== field.defaultValue,
  );
}
function follow() {
  const current = column.querySelector("[data-case]");
  if (!current || current.dataset.case === desk.dataset.liveCase) return;
  if (work && typed()) document.getElementById("new-case").hidden = false;
  else window.location.assign("/desk");
}
if (desk && column) new MutationObserver(follow).observe(column, { childList: true, subtree: true });
