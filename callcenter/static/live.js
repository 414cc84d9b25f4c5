// What a page does by itself. Everything here is an addition: pages work without it.
//
//   data-live="/address" data-every="2000"   fetches a fragment and changes only what changed:
//   data-topic="desk"                        at once when the stream says so (stream.js), at that
//                                            pace without one; data-polled says that there is none
//   data-stale (set here)                    it is older than data-old="15000"
//   data-awake (beside data-live)            asks the browser not to put the page to sleep
//   data-keep (with an id)                   inside a fragment: left alone once it is there
//   data-announce="words" [data-urgent]      inside a fragment: read aloud when the words change
//   data-title="words"                       inside a fragment: the title of the tab while it is there
//   form[data-quiet]                         is sent without leaving the page
//   data-key="a" | "ctrl+enter"              shortcut: clicks a button or link, focuses a field
//   data-key-label="words"                   its words in the cheat sheet, else the element's own
//   data-clock="ISO", data-countdown="ISO"   text counts up or down, m.ss; data-warn="seconds"
//   data-wib                                 the present WIB time, H.MM
"use strict";
(() => {
  const $ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const script = document.currentScript;

  // ---- The server's clock ----------------------------------------------------------------------
  let ahead = Number(document.querySelector('meta[name="now"]')?.content || Date.now()) - Date.now();
  const now = () => Date.now() + ahead;
  const two = (n) => String(n).padStart(2, "0");

  function duration(seconds) {
    const s = Math.max(0, Math.floor(seconds));
    const hours = Math.floor(s / 3600);
    const minutes = Math.floor(s / 60) % 60;
    return hours ? `${hours}.${two(minutes)}.${two(s % 60)}` : `${minutes}.${two(s % 60)}`;
  }

  function put(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function clocks() {
    for (const element of $("[data-clock]")) {
      const s = (now() - Date.parse(element.dataset.clock)) / 1000;
      put(element, duration(s));
      if (element.dataset.warn) element.toggleAttribute("data-late", s >= Number(element.dataset.warn));
    }
    for (const element of $("[data-countdown]")) {
      const s = (Date.parse(element.dataset.countdown) - now()) / 1000;
      put(element, duration(Math.ceil(s)));
      if (element.dataset.warn) element.toggleAttribute("data-late", s <= Number(element.dataset.warn));
    }
    const wib = new Date(now() + 7 * 3600 * 1000);
    for (const element of $("[data-wib]")) put(element, `${two(wib.getUTCHours())}.${two(wib.getUTCMinutes())}`);
  }

  // ---- Changing a piece of the page without disturbing who works in it --------------------------
  const keyOf = (node) => (node.nodeType === 1 && (node.id || node.dataset.id)) || null;
  const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

  // What a person typed or chose: different from what the server once put there.
  function touched(field) {
    if (field === document.activeElement) return true;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.nodeName === "SELECT") return $("option", field).some((o) => o.selected !== o.defaultSelected);
    return field.value !== field.defaultValue;
  }

  function morphAttributes(from, to) {
    for (const { name } of [...from.attributes]) {
      const ours = name === "data-late" || (name === "open" && /^(DETAILS|DIALOG)$/.test(from.nodeName));
      if (!to.hasAttribute(name) && !ours) from.removeAttribute(name);
    }
    for (const { name, value } of [...to.attributes]) {
      if (from.getAttribute(name) !== value) from.setAttribute(name, value);
    }
  }

  function morphField(from, to) {
    const typed = touched(from);
    const before = { value: from.value, checked: from.checked };
    morphAttributes(from, to);
    if (from.nodeName === "TEXTAREA") from.defaultValue = to.defaultValue;
    if (from.nodeName === "SELECT") {
      if (!typed) morphChildren(from, to);
      return;
    }
    if (/^(submit|button|reset|hidden)$/.test(from.type)) from.value = to.value;
    else if (typed) Object.assign(from, before);
    else Object.assign(from, { value: to.value, checked: to.checked });
  }

  function morph(from, to) {
    if (from.nodeType !== 1) {
      if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
    } else if (from.hasAttribute("data-keep")) {
      return;
    } else if (/^(INPUT|TEXTAREA|SELECT)$/.test(from.nodeName)) {
      morphField(from, to);
    } else {
      morphAttributes(from, to);
      morphChildren(from, to);
    }
  }

  function morphChildren(from, to) {
    const wanted = new Set([...to.childNodes].map(keyOf).filter(Boolean));
    const kept = new Map([...from.childNodes].filter(keyOf).map((node) => [keyOf(node), node]));
    let here = from.firstChild;
    for (const next of [...to.childNodes]) {
      const key = keyOf(next);
      // Drop what the new content does not name, so that what follows need not be moved.
      while (here && !alike(here, next) && !(keyOf(here) && wanted.has(keyOf(here)))) {
        const gone = here;
        here = here.nextSibling;
        gone.remove();
      }
      const match = key ? kept.get(key) : here && alike(here, next) ? here : null;
      if (match && match.parentNode === from && match.nodeName === next.nodeName) {
        if (match === here) here = here.nextSibling;
        else from.insertBefore(match, here);
        morph(match, next);
      } else {
        from.insertBefore(document.importNode(next, true), here);
      }
    }
    while (here) {
      const gone = here;
      here = here.nextSibling;
      gone.remove();
    }
  }

  function swap(element, html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").body;
    const active = document.activeElement;
    const range = active && "selectionStart" in active && [active.selectionStart, active.selectionEnd];
    morphChildren(element, fresh);
    if (active !== document.activeElement && active?.isConnected) {
      active.focus({ preventScroll: true });
      if (range && range[0] !== null) active.setSelectionRange(...range);
    }
    clocks();
    announce();
    shortcutsOnElements();
  }

  // ---- Saying things aloud, and in the tab's title -----------------------------------------------
  const said = new Map();
  const title = document.title;

  function announce() {
    const present = new Set();
    for (const element of $("[data-announce]")) {
      const words = element.dataset.announce;
      const key = element.id || words;
      present.add(key);
      if (said.get(key) === words) continue;
      said.set(key, words);
      const region = document.getElementById("urgent" in element.dataset ? "say-now" : "say-soon");
      if (region && words) region.textContent = words;
    }
    for (const key of [...said.keys()]) if (!present.has(key)) said.delete(key);
    const titled = document.querySelector("[data-title]");
    document.title = titled ? `${titled.dataset.title} · ${title}` : title;
  }

  // ---- Asking the server -------------------------------------------------------------------------
  const live = new Map(); // element -> {due, etag, busy, again, heard}
  const banner = document.getElementById("connection");
  const PATIENCE_MS = 8000;
  const STREAMED_MS = 10000; // how often is asked although the stream would say it
  const SILENT_MS = 15000; // a stream that says nothing for so long is none
  const OLD_MS = 15000;
  let heard = Date.now();
  const begun = Date.now();
  const OPENING_MS = 3000; // before that it is too soon to say that there is no stream
  let stream = { topic: "", at: 0 };

  const streamed = (element) => stream.topic === element.dataset.topic && Date.now() - stream.at < SILENT_MS;
  const unseen = (element) => document.hidden && !("awake" in element.dataset);

  function register() {
    for (const element of $("[data-live]")) {
      if (!live.has(element)) live.set(element, { due: 0, etag: "", busy: false, again: false, heard: Date.now() });
    }
    for (const element of live.keys()) if (!element.isConnected) live.delete(element);
    if (document.querySelector("[data-awake]") && navigator.locks) {
      navigator.locks.request(`awake:${location.pathname}`, { mode: "shared" }, () => new Promise(() => {}));
    }
  }

  // Many pages must not ask in step.
  function later(element) {
    const every = streamed(element) ? STREAMED_MS : Number(element.dataset.every) || 2000;
    return Date.now() + every * (0.9 + 0.2 * Math.random());
  }

  async function poll(element, state) {
    state.busy = true;
    state.again = false;
    const headers = { "X-Live": "1" };
    if (state.etag) headers["If-None-Match"] = state.etag;
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const answer = await fetch(element.dataset.live, { headers, signal, cache: "no-store" });
      if (answer.status === 401) return signedOut();
      if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
      if (answer.status === 200) {
        const html = await answer.text();
        state.etag = answer.headers.get("ETag") || "";
        swap(element, html);
      }
      freshen(answer.headers);
      connected(element, state);
    } catch {
      lost();
    } finally {
      state.busy = false;
      state.due = state.again ? 0 : later(element);
      if (state.again) ask(element, state);
    }
  }

  // Never two at once: what changed while one is under way is asked for after it.
  function ask(element, state) {
    if (state.busy) state.again = true;
    else if (unseen(element)) state.due = 0;
    else poll(element, state);
  }

  document.addEventListener("stream", ({ detail }) => {
    const { kind, topic } = detail;
    stream = kind === "lost" ? { topic: "", at: 0 } : { topic, at: Date.now() };
    if (kind === "beat") return;
    for (const [element, state] of live) {
      if (kind === "lost") state.due = Math.min(state.due, later(element));
      else if (topic === element.dataset.topic) ask(element, state);
    }
  });

  // Form tokens of a page that stood open during a new sign-in, and the clock after a sleep.
  function freshen(headers) {
    const token = headers.get("X-CSRF-Token");
    if (token) for (const field of $('input[name="csrf_token"]')) field.value = token;
    const at = Number(headers.get("X-Now"));
    if (at && Math.abs(at - now()) > 1500) ahead = at - Date.now();
  }

  function connected(element, state) {
    heard = state.heard = Date.now();
    element.removeAttribute("data-stale");
    if (banner) banner.hidden = true;
  }

  function lost() {
    if (!banner) return;
    const at = new Date(heard + ahead + 7 * 3600 * 1000);
    const clock = `${two(at.getUTCHours())}.${two(at.getUTCMinutes())}.${two(at.getUTCSeconds())} WIB`;
    put(banner, `${banner.dataset.lost} ${clock}`);
    banner.hidden = false;
  }

  // The page stays as it is: what was typed must not be lost to a sign-in page.
  function signedOut() {
    if (!banner || banner.querySelector("a")) return;
    const link = document.createElement("a");
    Object.assign(link, { href: "/login", target: "_blank", rel: "noopener" });
    link.textContent = banner.dataset.signIn;
    banner.replaceChildren(`${banner.dataset.signedOut} `, link);
    banner.hidden = false;
  }

  function tick() {
    clocks();
    const at = Date.now();
    for (const [element, state] of live) {
      const polled = "topic" in element.dataset && at - begun > OPENING_MS && !streamed(element);
      element.toggleAttribute("data-polled", polled);
      element.toggleAttribute("data-stale", at - state.heard > (Number(element.dataset.old) || OLD_MS));
      if (!state.busy && state.due <= at && !unseen(element)) poll(element, state);
    }
  }

  function pollNow() {
    for (const [element, state] of live) ask(element, state);
    clocks();
  }

  // ---- Forms that do not leave the page ----------------------------------------------------------
  async function sendQuietly(form, button) {
    const body = new URLSearchParams(new FormData(form, button));
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const target = button?.hasAttribute("formaction") ? button.formAction : form.action;
    const answer = await fetch(target, { method: "POST", body, signal });
    const html = await answer.text();
    if (!answer.ok) return sendWhole(form, button);
    const messages = new DOMParser().parseFromString(html, "text/html").getElementById("messages");
    const place = document.getElementById("messages");
    if (messages && place) morphChildren(place, messages);
    pollNow();
  }

  // As any form is sent: the person sees the server's own page about what is wrong.
  function sendWhole(form, button) {
    const { name, value } = button || {};
    if (name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    if (button?.hasAttribute("formaction")) form.action = button.formAction;
    form.submit();
  }

  function unsent() {
    const told = document.createElement("p");
    Object.assign(told, { className: "notice notice-bad", textContent: banner?.dataset.unsent });
    told.setAttribute("role", "alert");
    document.getElementById("messages")?.replaceChildren(told);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-quiet]") || event.defaultPrevented) return;
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "1";
    sendQuietly(form, event.submitter)
      .catch(unsent)
      .finally(() => delete form.dataset.sending);
  });

  // ---- Keyboard ------------------------------------------------------------------------------------
  const sheet = document.getElementById("shortcuts");
  const single = sheet?.querySelector('input[type="checkbox"]');
  const NAMES = { enter: "Enter", escape: "Esc", ctrl: "Ctrl", alt: "Alt", shift: "Shift" };
  const spoken = (key) => key.split("+").map((part) => NAMES[part] || part.toUpperCase()).join(" + ");
  const typing = (target) => target.matches?.('input:not([type="radio"], [type="checkbox"], [type="submit"], [type="button"]), textarea, select, [contenteditable="true"]');
  const usable = (element) => !element.disabled && element.getClientRects().length > 0;

  function pressed(event) {
    const parts = [event.ctrlKey || event.metaKey ? "ctrl" : "", event.altKey ? "alt" : ""].filter(Boolean);
    const key = event.key.toLowerCase();
    if (event.shiftKey && key.length > 1) parts.push("shift");
    return [...parts, key === " " ? "space" : key].join("+");
  }

  function shortcutsOnElements() {
    for (const element of $("[data-key]")) {
      const key = spoken(element.dataset.key).replaceAll(" ", "").replace("Ctrl", "Control").replace("Esc", "Escape");
      if (element.getAttribute("aria-keyshortcuts") !== key) element.setAttribute("aria-keyshortcuts", key);
    }
  }

  function labelOf(element) {
    if (element.dataset.keyLabel || element.ariaLabel) return element.dataset.keyLabel || element.ariaLabel;
    if (element.labels?.length) return element.labels[0].textContent.trim();
    const copy = element.cloneNode(true);
    for (const mark of $("kbd, svg", copy)) mark.remove();
    return copy.textContent.trim().replace(/\s+/g, " ");
  }

  function openSheet() {
    if (!sheet || sheet.open) return;
    const rows = new Map($("[data-key]").filter(usable).map((e) => [e.dataset.key, labelOf(e)]));
    const parts = [...rows].flatMap(([key, label]) => {
      const term = document.createElement("dt");
      const meaning = document.createElement("dd");
      const cap = document.createElement("kbd");
      cap.textContent = spoken(key);
      term.append(cap);
      meaning.textContent = label;
      return [term, meaning];
    });
    sheet.querySelector("dl").replaceChildren(...parts);
    sheet.showModal();
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.repeat || event.isComposing) return;
    const key = pressed(event);
    const combined = event.ctrlKey || event.altKey || event.metaKey;
    if (!combined && (typing(event.target) || (single && !single.checked))) return;
    if (key === "?") {
      event.preventDefault();
      return openSheet();
    }
    const open = $("dialog[open]").pop() || document;
    const element = $(`[data-key="${CSS.escape(key)}"]`, open).find(usable);
    if (!element) return;
    event.preventDefault();
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(element.nodeName) && !/^(radio|checkbox|submit|button)$/.test(element.type)) element.focus();
    else element.click();
  });

  function remember() {
    try {
      if (!single) return;
      single.checked = localStorage.getItem("single-keys") !== "off";
      single.addEventListener("change", () => localStorage.setItem("single-keys", single.checked ? "on" : "off"));
    } catch {
      // A browser without storage: the switch lasts for this page.
    }
  }

  // ---- Begin ---------------------------------------------------------------------------------------
  for (const button of $("[data-shortcuts]")) {
    button.hidden = $("[data-key]").length === 0;
    button.addEventListener("click", openSheet);
  }
  document.addEventListener("click", (event) => {
    for (const menu of $("details.me[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("visibilitychange", () => document.hidden || pollNow());
  window.addEventListener("online", pollNow);
  window.addEventListener("pageshow", (event) => event.persisted && pollNow());

  for (const element of $("[data-announce]")) said.set(element.id || element.dataset.announce, element.dataset.announce);
  remember();
  shortcutsOnElements();
  announce();
  register();
  tick();
  try {
    new Worker(script.dataset.ticker).addEventListener("message", tick);
  } catch {
    setInterval(tick, 250); // no worker: a hidden page is then slower, a visible one is not
  }
})();
