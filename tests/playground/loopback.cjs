// The Playground listens on every interface and has no setting for that: a preload (node --require) that gives every
// server which names a port and no host the loopback address.
"use strict";

const { Server } = require("node:net");

const listen = Server.prototype.listen;
const LOOPBACK = "127.0.0.1";

Server.prototype.listen = function (first, ...rest) {
  const isPort = /^\d+$/.test(String(first));
  if (isPort && typeof rest[0] !== "string") return listen.call(this, first, LOOPBACK, ...rest);
  if (first && typeof first === "object" && first.port !== undefined && !first.host) first = { ...first, host: LOOPBACK };
  return listen.call(this, first, ...rest);
};
