import { describe, expect, it } from 'vitest';
import { loadProtoTexts } from '../../../gateway/upstreams/grpc/registry.ts';
import { wireTextOf } from '../../../gateway/upstreams/grpc/wire-text.ts';

const PROTO = `syntax = "proto3";
package a.v1;
service Trees { rpc Watch(Request) returns (stream Tree); rpc Count(Request) returns (stream Other); }
message Request { string name = 1; }
message Tree { string id = 1; repeated Tree children = 2; Kind kind = 3; map<string, Leaf> leaves = 4; }
message Leaf { optional int32 size = 1; }
message Other { int32 count = 1; }
enum Kind { UNKNOWN = 0; OAK = 1; }
`;

function textOf(proto: string, method = 'Watch'): string {
  const { registry, problems } = loadProtoTexts(new Map([['a.proto', proto]]));
  if (!registry) throw new Error(JSON.stringify(problems));
  return wireTextOf(registry.method(`a.v1.Trees/${method}`)!);
}
const changed = (from: string, to: string): string => {
  expect(PROTO).toContain(from);
  return textOf(PROTO.replace(from, to));
};

describe('the text of what a stream is on the wire', () => {
  it.each([
    ['a comment', 'message Leaf', '// A leaf.\nmessage Leaf'],
    ['another message', 'int32 count = 1;', 'int64 count = 1;'],
    ['another method', 'rpc Count(Request)', 'rpc Counted(Request)'],
  ])('stays the same with %s', (_, from, to) => {
    expect(changed(from, to)).toBe(textOf(PROTO));
  });

  it.each([
    ['a field', 'string id = 1;', 'string id = 1; string name = 5;'],
    ['a type', 'string id = 1;', 'bytes id = 1;'],
    ['a number', 'string id = 1;', 'string id = 6;'],
    ['a list', 'Kind kind = 3', 'repeated Kind kind = 3'],
    ['a name in JSON', 'string id = 1;', 'string id = 1 [json_name = "key"];'],
    ['presence, further down', 'optional int32 size', 'int32 size'],
    ['the key of a map', 'map<string, Leaf>', 'map<int32, Leaf>'],
    ['a value of an enum', 'OAK = 1;', 'OAK = 1; ELM = 2;'],
    ['the request', 'string name = 1;', 'string name = 2;'],
  ])('is another one with another %s', (_, from, to) => {
    expect(changed(from, to)).not.toBe(textOf(PROTO));
  });

  it('tells methods apart', () => {
    expect(textOf(PROTO, 'Count')).not.toBe(textOf(PROTO));
  });
});
