// Messages as Eclipse Tahu's encoder makes them, each with the readings that it must give. The readings are written
// here by hand, not by any decoder. `npm install && npm run vectors` in this folder writes them anew.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const Long = require("long");
const { get } = require("sparkplug-payload");
const { org } = require("sparkplug-payload/lib/sparkplugPayloadProto");

const tahu = get("spBv1.0");
const { Payload } = org.eclipse.tahu.protobuf;
const T = 1763712340000;
const EDGE = "spBv1.0/plant/";
const vectors = [];

function add(name, topic, payload, expected) {
  vectors.push({ name, topic: EDGE + topic, payload: Buffer.from(payload).toString("base64"), ...expected });
}

// Readings as [sensor, value, further fields].
function data(name, metrics, readings, rest = {}) {
  const payload = tahu.encodePayload({ timestamp: T, seq: 7, metrics });
  add(name, "DDATA/edge-1/press-7", payload, { readings, ...rest });
}

function proto(name, metrics, readings, rest = {}) {
  const payload = Payload.encode(Payload.create({ timestamp: T, seq: 7, metrics })).finish();
  add(name, "DDATA/edge-1/press-7", payload, { readings, ...rest });
}

data("all integer types", [
  { name: "i8", type: "Int8", value: -5 },
  { name: "i16", type: "Int16", value: -30000 },
  { name: "i32", type: "Int32", value: -2147483648 },
  { name: "i64", type: "Int64", value: Long.fromString("-9007199254740991") },
  { name: "u8", type: "UInt8", value: 250 },
  { name: "u16", type: "UInt16", value: 52360 },
  { name: "u32", type: "UInt32", value: 4294967295 },
  { name: "u64", type: "UInt64", value: Long.fromString("9007199254740991", true) },
], [
  ["i8", -5], ["i16", -30000], ["i32", -2147483648], ["i64", -9007199254740991],
  ["u8", 250], ["u16", 52360], ["u32", 4294967295], ["u64", 9007199254740991],
]);
data("floats, booleans and times", [
  { name: "f32", type: "Float", value: 1.5 },
  { name: "f64", type: "Double", value: -4.1 },
  { name: "on", type: "Boolean", value: true },
  { name: "off", type: "Boolean", value: false },
  { name: "when", type: "DateTime", value: T - 5000 },
], [["f32", 1.5], ["f64", -4.1], ["on", 1], ["off", 0], ["when", T - 5000]]);
data("integers that no float holds", [
  { name: "exact", type: "UInt64", value: Long.fromString("18446744073709549568", true) },
  { name: "i64", type: "Int64", value: Long.fromString("9007199254740993") },
  { name: "u64", type: "UInt64", value: Long.fromString("18446744073709551615", true) },
], [["exact", 18446744073709549568]], { rejects: ["i64", "u64"] });
data("values that are not finite", [
  { name: "nan", type: "Double", value: NaN },
  { name: "inf", type: "Float", value: Infinity },
  { name: "t", type: "Double", value: 1 },
], [["t", 1]], { rejects: ["nan", "inf"] });
data("texts and what is not measured", [
  { name: "model", type: "String", value: "X-7" },
  { name: "note", type: "Text", value: "oil" },
  { name: "id", type: "UUID", value: "0f8fad5b-d9cb-469f-a165-70867728950e" },
  { name: "blob", type: "Bytes", value: Buffer.from([1, 2]) },
  { name: "file", type: "File", value: Buffer.from([1, 2]) },
  { name: "number", type: "String", value: "71.5" },
], [["number", 71.5]], { skipped: ["model", "note", "id", "blob", "file"] });
data("times of metrics and of the payload", [
  { name: "own", type: "Double", value: 1, timestamp: T - 1500 },
  { name: "shared", type: "Double", value: 2 },
], [["own", 1, { timestamp_ms: T - 1500 }], ["shared", 2]]);
data("null, historical and transient metrics", [
  { name: "gone", type: "Double", value: null },
  { name: "old", type: "Double", value: 4, timestamp: T - 3600000, isHistorical: true },
  { name: "passing", type: "Double", value: 5, isTransient: true },
], [["old", 4, { timestamp_ms: T - 3600000 }]], { outages: ["gone"], skipped: ["passing"] });
data("quality and unit in the properties", [
  { name: "good", type: "Double", value: 1, properties: { Quality: { type: "Int32", value: 192 },
    engUnit: { type: "String", value: "bar" } } },
  { name: "bad", type: "Double", value: 0, properties: { Quality: { type: "Int32", value: 0 } } },
  { name: "stale", type: "Double", value: 2, properties: { Quality: { type: "Int32", value: 500 } } },
  { name: "lost", type: "Double", value: null, properties: { Quality: { type: "Int32", value: 0 } } },
], [["good", 1, { unit: "bar" }], ["bad", 0, { quality: "bad" }], ["stale", 2, { quality: "bad" }]],
{ outages: ["lost"] });
data("a dataset of one row and one of two", [
  { name: "row", type: "DataSet", value: { numOfColumns: 3, columns: ["a", "b", "name"],
    types: ["Double", "UInt32", "String"], rows: [[1.5, 7, "x"]] } },
  { name: "table", type: "DataSet", value: { numOfColumns: 1, columns: ["a"], types: ["Double"], rows: [[1], [2]] } },
], [["row/a", 1.5], ["row/b", 7]], { rejects: ["table"], skipped: ["row/name"] });
data("a template with members", [
  { name: "motor", type: "Template", value: { isDefinition: false, templateRef: "Motor", metrics: [
    { name: "rpm", type: "Int32", value: 1450 },
    { name: "winding", type: "Template", value: { isDefinition: false, templateRef: "Winding", metrics: [
      { name: "temperature", type: "Float", value: 80.5, timestamp: T - 10 },
    ] } },
    { name: "maker", type: "String", value: "ACME" },
  ] } },
], [["motor/rpm", 1450], ["motor/winding/temperature", 80.5, { timestamp_ms: T - 10 }]], { skipped: ["motor/maker"] });
proto("arrays, as the specification's examples pack them", [
  [22, "e97b"], [23, "d08a3075"], [24, "fffffffffaafcb12"], [25, "ce0672ac189cbac4c4ba9c18ac7206ce"],
  [26, "17fa"], [27, "1e0088cc"], [28, "3400000049fb55c4"], [29, "3400000000000000d99e02d1b27637e4"],
  [30, "a4709d3f98aeb242"], [31, "d7a005685bb528408e171c6f4cf78f40"], [32, "0c00000034dd"],
  [34, "c7d0907524010000b8bab89781010000"],
].map(([datatype, hex]) => ({ name: `a${datatype}`, datatype, bytesValue: Buffer.from(hex, "hex") })), [],
{ rejects: [22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 34].map((datatype) => `a${datatype}`) });
proto("values that contradict their types", [
  { name: "u8", datatype: 5, intValue: 300 },
  { name: "i8", datatype: 1, intValue: 300 },
  { name: "f", datatype: 10, stringValue: "1" },
  { name: "ext", datatype: 10, extensionValue: {} },
  { name: "none", datatype: 10 },
  { name: "t", datatype: 10, doubleValue: 1 },
], [["t", 1]], { rejects: ["u8", "i8", "f", "ext", "none"] });
proto("negative integers in their own width, and extended", [
  { name: "own", datatype: 1, intValue: 0xfb },
  { name: "wide", datatype: 1, intValue: 0xfffffffb },
  { name: "long", datatype: 3, longValue: Long.fromString("-5") },
], [["own", -5], ["wide", -5], ["long", -5]]);

const birth = [
  { name: "bdSeq", type: "UInt64", value: 3 },
  { name: "Node Control/Rebirth", type: "Boolean", value: false },
  { name: "cpu", alias: 1, type: "Float", value: 12.5, properties: { engUnit: { type: "String", value: "%" } } },
];
add("a birth of an edge node", "NBIRTH/edge-1", tahu.encodePayload({ timestamp: T, seq: 0, metrics: birth }),
  { readings: [["cpu", 12.5, { unit: "%" }]], skipped: ["bdSeq", "Node Control/Rebirth"] });
add("a birth of a device", "DBIRTH/edge-1/press-7", tahu.encodePayload({ timestamp: T, seq: 1, metrics: [
  { name: "Temperature", alias: 10, type: "Double", value: 71.5, properties: { engUnit: { type: "String", value: "C" } } },
  { name: "Count", alias: 11, type: "Int16", value: -1 },
] }), { readings: [["Temperature", 71.5, { unit: "C" }], ["Count", -1]] });
add("data by aliases", "DDATA/edge-1/press-7", Payload.encode(Payload.create({ timestamp: T + 1000, seq: 2, metrics: [
  { alias: 10, datatype: 10, doubleValue: 71.75, timestamp: T + 900 },
  { alias: 11, intValue: 0xfffe },
] })).finish(), { readings: [["Temperature", 71.75, { unit: "C", timestamp_ms: T + 900 }],
  ["Count", -2, { timestamp_ms: T + 1000 }]], needs: "a birth of a device" });
add("data of the edge node by alias", "NDATA/edge-1", Payload.encode(Payload.create({ timestamp: T + 1000, seq: 3,
  metrics: [{ alias: 1, floatValue: 13.5 }] })).finish(),
{ readings: [["cpu", 13.5, { unit: "%", timestamp_ms: T + 1000 }]], needs: "a birth of an edge node" });
add("a death of a device", "DDEATH/edge-1/press-7", tahu.encodePayload({ timestamp: T + 2000, seq: 4, metrics: [] }),
  { readings: [] });
add("a death of an edge node", "NDEATH/edge-1",
  tahu.encodePayload({ timestamp: T + 3000, metrics: [{ name: "bdSeq", type: "UInt64", value: 3 }] }),
  { readings: [], skipped: ["bdSeq"] });

const target = path.join(__dirname, "../../tests/data/sparkplug/vectors.json");
fs.writeFileSync(target, `[\n${vectors.map((vector) => JSON.stringify(vector)).join(",\n")}\n]\n`);
