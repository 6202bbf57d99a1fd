import { loadProtoTexts } from '../../gateway/upstreams/grpc/registry.ts';
import {readFileSync} from 'node:fs';
const r = loadProtoTexts(new Map([['users/v1/users.proto', readFileSync('protos/users/v1/users.proto','utf8')], ['a.proto','import "b.proto"; import "google/api/x.proto"; syntax="proto3";'],['b.proto','syntax="proto3";\nimport "a.proto";\nmessage X { Foo foo = 1; oops }']]));
console.log(r.registry?.services().length, r.missing, r.problems);
const r2 = loadProtoTexts(new Map([['b.proto','syntax="proto3";\nimport "google/a.proto";\nmessage X { Foo foo = 1; }\nservice S { rpc A(B) returns (X); }']]));
console.log(r2.registry?.services().length, r2.missing, r2.problems);
console.log(loadProtoTexts(new Map([['c.proto','syntax="proto3"; message A { '+'message B {'.repeat(5000)]])).problems);
