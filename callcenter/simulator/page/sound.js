// What is heard: speech by the browser's voices, key tones and ringing by WebAudio.

const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477];
const PAD = "123456789*0#";
const RING = { phone: [440, 480], caller: [425] };

let on = localStorage.getItem("sound") !== "off";
let audio = null;
let ringing = "";

export function isOn() {
  return on;
}

export function turn(value) {
  on = value;
  localStorage.setItem("sound", on ? "on" : "off");
  if (!on) hush();
}

export function say(text, language) {
  if (!on || !window.speechSynthesis) return;
  const speech = new SpeechSynthesisUtterance(text);
  speech.lang = language || "id-ID";
  window.speechSynthesis.speak(speech);
}

export function hush() {
  if (window.speechSynthesis) window.speechSynthesis.cancel();
}

export function key(sign) {
  const at = PAD.indexOf(sign);
  tone([ROWS[Math.floor(at / 3)], COLUMNS[at % 3]], 0.12, 0.08);
}

// Ring like a telephone ("phone"), like the tone a caller hears ("caller"), or be silent ("").
export function ring(kind) {
  ringing = kind;
}

setInterval(() => {
  if (ringing) tone(RING[ringing], 1, 0.05);
}, 3000);

function tone(frequencies, seconds, loudness) {
  if (!on || !navigator.userActivation?.hasBeenActive) return;
  audio = audio || new AudioContext();
  const gain = audio.createGain();
  gain.gain.value = loudness;
  gain.connect(audio.destination);
  for (const frequency of frequencies) {
    const source = audio.createOscillator();
    source.frequency.value = frequency;
    source.connect(gain);
    source.start();
    source.stop(audio.currentTime + seconds);
  }
}
