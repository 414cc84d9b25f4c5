// The handset: dial, hear, press, hang up; and the telephones that are rung. Polls twice a second.

import { Card, pad, put, transcript } from "./cards.js";
import * as sound from "./sound.js";
import * as words from "./words.js";

const POLL_MS = 500;
const LOG_LINES = 200;
const at = (id) => document.getElementById(id);
const cards = new Map();
let mine = sessionStorage.getItem("call") || "";
let current = null; // this browser's call as it was seen last
let fresh = true; // what was said before this page was opened is not spoken again
let logged = 0;

async function post(path, body = {}) {
  const answer = await fetch(`/handset/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const seen = await answer.json().catch(() => ({}));
  trouble(answer.ok ? "" : seen.error || "Permintaan ditolak oleh jaringan.");
  if (answer.ok) look();
  return answer.ok ? seen : null;
}

function trouble(text) {
  at("trouble").hidden = !text;
  at("trouble").textContent = text;
}

at("dial").addEventListener("submit", async (event) => {
  event.preventDefault();
  const line = document.querySelector("input[name=line]:checked");
  const from = at("hidden").checked ? "withheld" : at("from").value;
  const made = await post("calls", { from, to: line ? line.value : "", keep: "yes" });
  if (!made) return;
  mine = made.sid;
  fresh = false;
  sessionStorage.setItem("call", mine);
  await look();
  at("hangup").focus();
});

at("hangup").addEventListener("click", () => {
  sound.hush();
  post(`calls/${mine}/hangup`);
});

function press(sign) {
  if (!current || current.state === "ended") return;
  sound.hush();
  sound.key(sign);
  post(`calls/${mine}/keys`, { digits: sign });
}

at("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  const made = await post("phones", { number: at("add-number").value, label: at("add-label").value });
  if (made) event.target.reset();
});

at("sound").addEventListener("click", () => {
  sound.turn(!sound.isOn());
  showSound();
});

function showSound() {
  at("sound").setAttribute("aria-pressed", String(sound.isOn()));
  at("sound").textContent = sound.isOn() ? "Suara nyala" : "Suara mati";
}

// Keys of the keyboard go to the telephone that has the focus, else to the handset.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea");
  if (typing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (!/^[0-9*#]$/.test(event.key)) return;
  const card = [...cards.values()].find((one) => one.element.contains(event.target));
  event.preventDefault();
  if (card) card.press(event.key);
  else press(event.key);
});

function act(number, what, more) {
  if (what === "mode") return post("phones", { number, label: "", mode: more });
  if (what !== "answer") sound.hush();
  return post(`phones/${encodeURIComponent(number)}/${what}`, more);
}

function showLines(lines) {
  if (at("lines").querySelector("input")) return;
  lines.forEach((line, turn) => {
    const label = document.createElement("label");
    const choice = document.createElement("input");
    label.className = "line";
    choice.type = "radio";
    choice.name = "line";
    choice.value = line.number;
    choice.checked = turn === 0;
    label.append(choice, words.number(line.number));
    at("lines").append(label);
  });
}

function showMine(seen) {
  current = seen.calls.find((call) => call.sid === mine) || null;
  const live = Boolean(current && current.state !== "ended");
  put(at("state"), words.state(current));
  at("state").classList.toggle("live", live);
  at("dial").hidden = live;
  at("busy").hidden = !live;
  at("about").textContent = live ? words.about(current, seen.now) : "";
  at("pressed").textContent = (current && current.keys) || "belum ada";
  at("busy").querySelector("[data-pad]").classList.toggle("asked", live && current.listening);
  transcript(at("said"), current, !fresh && live);
  put(at("quiet"), quiet(current, seen.now));
  at("quiet").hidden = !at("quiet").textContent;
  fresh = false;
}

// What stands below the transcript: why nothing more is heard.
function quiet(call, now) {
  if (!call) return "Belum ada panggilan. Pilih saluran, lalu tekan Panggil.";
  if (call.state === "ended") return `Selesai: ${words.about(call, now)}`;
  if (call.state === "talking") return "Suara orang tidak ditirukan di sini.";
  return call.said.length ? "" : "Belum terdengar apa-apa.";
}

function showPhones(seen) {
  for (const phone of seen.phones) {
    if (!cards.has(phone.number)) {
      cards.set(phone.number, new Card(phone.number, act));
      at("phones").append(cards.get(phone.number).element);
    }
    cards.get(phone.number).show(phone, seen.now);
  }
  const rings = seen.phones.find((phone) => phone.state === "ringing");
  put(at("link"), rings ? `${rings.label || rings.number} berdering` : "jaringan tersambung");
  at("link").classList.toggle("ring", Boolean(rings));
  sound.ring(rings ? "phone" : current && current.state === "ringing" ? "caller" : "");
}

async function showLog() {
  if (!document.querySelector(".log").open) return;
  const answer = await fetch(`/handset/log?after=${logged}`);
  const { entries } = await answer.json();
  for (const { n, at: when, kind, ...facts } of entries.slice(-LOG_LINES)) {
    const line = document.createElement("div");
    line.className = kind === "webhook-fault" ? "fault" : "";
    line.textContent = `${n} ${words.clock(when)} ${kind} ${JSON.stringify(facts)}`;
    at("log").prepend(line);
  }
  logged = entries.length ? entries[entries.length - 1].n : logged;
  while (at("log").childElementCount > LOG_LINES) at("log").lastElementChild.remove();
}

let version = -1;
let behind = 0; // milliseconds by which this computer's clock is behind the network's

async function look() {
  let seen;
  try {
    seen = await (await fetch("/handset/state")).json();
  } catch {
    put(at("link"), "jaringan tidak menjawab");
    return;
  }
  // An unchanged answer comes from the browser's cache, with the time of its making.
  if (seen.version !== version) behind = Date.parse(seen.now) - Date.now();
  version = seen.version;
  seen.now = new Date(Date.now() + behind).toISOString();
  showLines(seen.lines);
  showMine(seen);
  showPhones(seen);
  await showLog();
}

async function poll() {
  await look();
  setTimeout(poll, POLL_MS);
}

pad(at("busy").querySelector("[data-pad]"), press);
showSound();
poll();
