// The words of the page: states, people and times as a reader sees them.

const STATES = {
  ringing: "Memanggil…",
  menu: "Menu suara",
  queue: "Dalam antrean",
  waiting: "Menunggu lawan bicara",
  held: "Ditahan, musik tunggu",
  talking: "Dalam percakapan",
  ended: "Panggilan selesai",
};
const ENDED_BY = {
  person: "telepon ditutup di sini",
  application: "diakhiri oleh layanan",
  rest: "diakhiri oleh layanan",
  network: "diakhiri oleh jaringan",
};
const ENDINGS = { busy: "nada sibuk", "no-answer": "tidak dijawab", canceled: "dibatalkan" };
const PHONES = { idle: "menganggur", busy: "sedang menelepon", ringing: "BERDERING" };
const MODES = { busy: "disetel sibuk", off: "mati" };

export function state(call) {
  return call ? STATES[call.state] : "Siap";
}

export function phone(seen) {
  if (seen.state === "idle") return MODES[seen.mode] || PHONES.idle;
  return PHONES[seen.state] || STATES[seen.call.state];
}

export function number(text) {
  if (text === "anonymous") return "nomor tersembunyi";
  return text.replace(/^\+62(8\d{2})(\d{4})(\d+)$/, "0$1-$2-$3")
    .replace(/^\+6231(\d{3})(\d{4})$/, "031-$1$2");
}

// What the one on this call should know now, in one sentence.
export function about(call, now) {
  if (call.state === "ended") {
    return `${ENDINGS[call.status] || ENDED_BY[call.ended_by]}, ${spent(call.started_at, call.ended_at)}.`;
  }
  if (call.state === "queue") {
    const waited = spent(call.queue.since, now);
    return `Antrean “${call.queue.name}”, nomor ${call.queue.position}, menunggu ${waited}.`;
  }
  const heard = call.with.filter((other) => other.you_hear && other.hears_you);
  if (heard.length) return `Berbicara dengan ${heard.map(name).join(", ")}.`;
  const half = call.with.map((other) => `${name(other)} (${hearing(other)})`);
  if (half.length) return `Bersama ${half.join(", ")}.`;
  if (call.listening) return "Layanan menunggu tombol.";
  return call.state === "ringing" ? "Menunggu diangkat." : "";
}

function name(other) {
  return other.name ? `${other.name}, ${number(other.number)}` : number(other.number);
}

function hearing(other) {
  if (other.you_hear) return "Anda mendengar dia, dia tidak mendengar Anda";
  return other.hears_you ? "dia mendengar Anda, Anda tidak mendengar dia" : "tidak saling mendengar";
}

function spent(from, to) {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  return seconds < 60
    ? `${seconds} detik`
    : `${Math.floor(seconds / 60)} menit ${seconds % 60} detik`;
}

export function clock(at) {
  const time = new Date(at).toLocaleTimeString("id-ID", { timeZone: "Asia/Jakarta" });
  return `${time} WIB`;
}
