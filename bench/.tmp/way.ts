import { composed } from '../../test/planner/composed.ts';
import { planned } from '../../test/planner/planned.ts';
import { dataflowOf } from '../../gateway/compile/dataflow.ts';
import { joinableSteps } from '../../gateway/execute/junction.ts';
import { createTypeTable } from '../../gateway/compile/type-table.ts';
import { buildASTSchema, parse } from 'graphql';
const a = composed(
 `type Query { ts: [T] }
  type T @key(fields: "id") @context(name: "c") { id: ID! p: String m: M }
  type M @key(fields: "id") { id: ID! }
  type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { p }")): String }`,
 `type M @key(fields: "id") { id: ID! u: U } type U @key(fields: "id") { id: ID! o: Int }`
);
const plan = planned(a, '{ ts { m { u { f } } } }');
const steps = dataflowOf(plan);
console.log(steps.map(s => s.fetch.at.map(x => x.field).join('.')), [...joinableSteps(steps, createTypeTable(buildASTSchema(parse(a), {assumeValidSDL: true})))]);
