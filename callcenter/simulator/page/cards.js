// Telephones on the page. Elements are made once and changed in place, so focus is never lost.

import * as sound from "./sound.js";
import * as words from "./words.js";

const KEYS = "123456789*0#";
const NAMES = { "*": "bintang", "#": "pagar" };

// Change a text only when it differs: a status that is set again is read aloud again.
export function put(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

export function pad(place, pressed) {
  for (const sign of KEYS) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.dataset.key = sign;
    if (NAMES[sign]) button.setAttribute("aria-label", NAMES[sign]);
    button.addEventListener("click", () => pressed(sign));
    place.append(button);
  }
}

// Add what was said since the last time to a list, and speak it when `aloud`.
export function transcript(list, call, aloud) {
  if (list.dataset.call !== (call ? call.sid : "")) {
    list.replaceChildren();
    list.dataset.call = call ? call.sid : "";
  }
  const known = list.childElementCount;
  for (const said of call ? call.said.slice(known) : []) {
    list.append(line(said));
    if (aloud && said.verb === "Say") sound.say(said.text, said.language);
  }
  if (call && call.said.length > known) list.scrollTop = list.scrollHeight;
}

function line(said) {
  const heard = document.createElement("div");
  const time = document.createElement("time");
  const text = document.createElement("span");
  time.dateTime = said.at;
  time.textContent = words.clock(said.at);
  text.textContent = said.verb === "Play" ? `♪ ${said.text}` : said.text;
  if (said.language) text.lang = said.language;
  heard.className = said.verb.toLowerCase();
  heard.append(time, text);
  return heard;
}

export class Card {
  // `act(number, what, words)` tells the network what was done to this telephone.
  constructor(number, act) {
    this.number = number;
    this.element = document.getElementById("phone").content.firstElementChild.cloneNode(true);
    this.fresh = true;
    const post = (what, more) => act(this.number, what, more);
    this.press = (sign) => {
      sound.key(sign);
      post("keys", { digits: sign });
    };
    this.part("answer").addEventListener("click", () => post("answer"));
    this.part("reject").addEventListener("click", () => post("reject"));
    this.part("hangup").addEventListener("click", () => post("hangup"));
    this.part("mode").addEventListener("change", (event) => post("mode", event.target.value));
    pad(this.part("pad"), this.press);
  }

  part(name) {
    return this.element.querySelector(`[data-${name}]`);
  }

  show(seen, now) {
    const name = seen.label || "Telepon";
    const call = seen.call;
    this.element.className = `card phone ${seen.state}`;
    this.element.setAttribute("aria-label", `Telepon ${name}`);
    this.part("label").textContent = name;
    this.part("number").textContent = words.number(seen.number);
    this.part("pad").setAttribute("aria-label", `Tombol telepon ${name}`);
    this.part("said").setAttribute("aria-label", `Yang didengar ${name}`);
    this.status(seen);
    this.part("mode").setAttribute("aria-label", `Keadaan telepon ${name}`);
    this.part("actions").hidden = !["ringing", "talking"].includes(seen.state);
    this.part("answer").hidden = this.part("reject").hidden = seen.state !== "ringing";
    this.part("hangup").hidden = this.part("body").hidden = seen.state !== "talking";
    this.part("mode").value = seen.mode;
    this.part("pad").classList.toggle("asked", Boolean(call && call.listening));
    this.part("about").hidden = !call;
    this.part("about").textContent = call ? this.about(seen, now) : "";
    transcript(this.part("said"), call, !this.fresh);
    this.fresh = false;
  }

  status(seen) {
    const chip = this.part("state");
    put(chip, words.phone(seen));
    chip.classList.toggle("ring", seen.state === "ringing");
    chip.classList.toggle("live", seen.state === "talking");
  }

  about(seen, now) {
    if (seen.state !== "talking") return `Panggilan dari ${words.number(seen.call.from)}`;
    return words.about(seen.call, now);
  }
}
