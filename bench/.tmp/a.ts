import protobuf from 'protobufjs';
const text = `
syntax = "proto3";
// File comment
package a.v1;
import "google/api/annotations.proto";
// The service.
service S {
  // Gets.
  rpc Get(R) returns (R) {
    option (google.api.http) = { get: "/v1/{name=x/*}" additional_bindings { post: "/x" body: "*" } };
    option (google.api.method_signature) = "name";
    option idempotency_level = NO_SIDE_EFFECTS;
    option deprecated = true;
  }
}
message R {
  option (google.api.resource) = { type: "x.com/R" pattern: "rs/{r}" };
  option deprecated = true;
  // the name
  string name = 1 [(google.api.field_behavior) = REQUIRED, (google.api.field_behavior) = IMMUTABLE];
  string a = 2 [(google.api.resource_reference) = { type: "x.com/A" }, deprecated = true];
  string b = 3 [(google.api.resource_reference).type = "x.com/B"];
  repeated string c = 4 [(google.api.field_behavior) = OUTPUT_ONLY];
  int32 d = 5 [(google.api.field_behavior) = 3];
  enum E { option allow_alias = true; E_UNSPECIFIED = 0; // trailing
   // lead
   E_X = 1 [deprecated = true]; }
  oneof o { string p = 6; R q = 7; }
  optional string z = 8;
}
`;
const root = new protobuf.Root();
protobuf.parse.filename = 'a.proto';
protobuf.parse(text, root, { keepCase: true, alternateCommentMode: true });
root.resolveAll();
const R = root.lookupType('a.v1.R');
for (const f of R.fieldsArray) console.log(f.name, f.options, JSON.stringify(f.parsedOptions), f.comment, f.filename);
console.log(R.options, JSON.stringify(R.parsedOptions), R.comment);
const E = root.lookupEnum('a.v1.R.E'); console.log(E.values, E.comments, E.valuesOptions, E.options);
const m = root.lookupService('a.v1.S').methods.Get; console.log(m.options, JSON.stringify(m.parsedOptions), m.comment);
for (const bad of ['syntax = "proto3"; message A { string x = ; }', 'message A {', 'message A { string x = 1; string x = 2; }', 'syntax="proto3"; message A { string a = 1; int32 b = 1; }','foo', 'syntax = "proto3";\nimport "x.proto"\nmessage B {}'])
 try { protobuf.parse(bad, new protobuf.Root(), {keepCase:true}); console.log('ok', bad)} catch (e) { console.log((e as Error).message); }
