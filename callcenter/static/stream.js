// One stream from the server for all tabs of a session: the tab that holds the lock reads it and
// tells the others. It only says that something changed; live.js fetches what did.
//
// Dispatches "stream" on the document, with detail
//   {kind: "open" | "word" | "beat", topic}   the stream is there; open and word: fetch the topic
//   {kind: "lost"}                            there is none for now: poll
//
// Without Web Locks (a page on plain http) every tab reads a stream of its own.
"use strict";
(() => {
  const mark = document.body.dataset.stream;
  if (!mark || !document.querySelector("[data-topic]") || !window.TextDecoderStream) return;

  const ADDRESS = "/live/stream";
  const SILENT_MS = 20000; // the server says something at least every 10 s
  const SHORT_MS = 2000; // a stream that ends sooner was cut
  const LONGEST_PAUSE_MS = 15000;
  const channel = window.BroadcastChannel ? new BroadcastChannel(`live:${mark}`) : null;
  let topic = ""; // of the stream that this tab reads
  let leaving = false;
  let cut = () => {};
  let goOn = () => {};

  const hear = (said) => document.dispatchEvent(new CustomEvent("stream", { detail: said }));
  function tell(said) {
    if (leaving) return;
    hear(said);
    channel?.postMessage(said);
  }
  channel?.addEventListener("message", ({ data }) => {
    if (data.kind !== "who") hear(data);
    else if (topic) channel.postMessage({ kind: "beat", topic });
  });
  channel?.postMessage({ kind: "who" });

  function understand(part) {
    const word = /^data: (\w+)$/m.exec(part)?.[1];
    if (part.startsWith("event: open")) topic = word;
    tell({ kind: part.startsWith("event: open") ? "open" : word ? "word" : "beat", topic });
  }

  // One stream to its end. Throws when there was none.
  async function read() {
    const controller = new AbortController();
    cut = () => controller.abort();
    let silence = setTimeout(cut, SILENT_MS);
    try {
      const answer = await fetch(ADDRESS, { headers: { "X-Live": "1" }, cache: "no-store", signal: controller.signal });
      if (!answer.ok) throw Object.assign(new Error(String(answer.status)), { again: Number(answer.headers.get("Retry-After")) });
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(silence);
        silence = setTimeout(cut, SILENT_MS);
        const parts = (rest + value).split("\n\n");
        rest = parts.pop();
        parts.forEach(understand);
      }
    } finally {
      clearTimeout(silence);
      topic = "";
    }
  }

  const pause = (ms) => new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    goOn = () => {
      clearTimeout(timer);
      resolve();
    };
  });

  // Streams end all the time; the next one is opened at once, by many browsers not all at once.
  async function lead() {
    let failures = 0;
    while (!leaving) {
      const began = Date.now();
      let wait = 0;
      try {
        await read();
        failures = Date.now() - began < SHORT_MS ? failures + 1 : 0;
      } catch (error) {
        failures += 1;
        wait = error.again * 1000 || 0;
        tell({ kind: "lost" });
      }
      wait ||= failures ? Math.min(500 * 2 ** failures, LONGEST_PAUSE_MS) : 200;
      await pause(wait * (0.5 + Math.random()));
    }
  }

  // After a sleep or a pulled cable what is open may be dead without knowing it.
  window.addEventListener("offline", () => cut());
  window.addEventListener("online", () => {
    cut();
    goOn();
  });
  window.addEventListener("pagehide", () => {
    leaving = true;
    cut();
    goOn();
  });
  if (navigator.locks) navigator.locks.request(`stream:${mark}`, lead).catch(() => {});
  else lead();
})();
