// Loaded into jsii's Node.js before anything else (see lib/aws_bindings.py).
//
// The provider package's lib/index.js loads all of its 2,135 modules. Its lib/lazy-index.js exports the same names and
// loads a module when it is first used. This returns the second where the first is asked for, as long as the package
// has both with the same names; otherwise it says so and leaves the package as it is.
"use strict";

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const INDEXES = ["@cdktf", "@cdktn"].map((scope) =>
  path.join("node_modules", scope, "provider-aws", "lib", "index.js"),
);

function names(file, pattern) {
  return new Set(Array.from(fs.readFileSync(file, "utf8").matchAll(pattern), (match) => match[1]));
}

/** Why the lazy index cannot stand in for the ordinary one, or null when it can. */
function difference(index, lazy) {
  if (!fs.existsSync(lazy)) return "it has no lib/lazy-index.js";
  const eager = names(index, /\bexports\.(\w+) = /g);
  const offered = names(lazy, /^Object\.defineProperty\(exports, '(\w+)', \{ get:/gm);
  if (eager.size === 0) return "lib/index.js has another form";
  const missing = [...eager].filter((name) => !offered.has(name));
  return missing.length === 0 ? null : `lib/lazy-index.js lacks ${missing.length} exports, such as ${missing[0]}`;
}

const resolve = Module._resolveFilename;
Module._resolveFilename = function (...request) {
  const file = resolve.apply(this, request);
  if (!INDEXES.some((index) => file.endsWith(index))) return file;
  Module._resolveFilename = resolve;
  const lazy = path.join(path.dirname(file), "lazy-index.js");
  const why = difference(file, lazy);
  if (why === null) return lazy;
  process.stderr.write(`lib/lazy_provider.cjs: the provider package is loaded whole, which is slower: ${why}\n`);
  return file;
};
