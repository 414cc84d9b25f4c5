"use strict";
// A worker that says when: browsers slow the timers of hidden pages to one a minute, and a desk
// that is not heard for half a minute counts as gone. Timers of workers are left alone.
setInterval(() => postMessage(0), 250);
