import { composed } from '../../test/planner/composed.ts';
import { operationFromDocument, ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner, prettyFormatQueryPlan } from '@apollo/query-planner';
import { parse } from 'graphql';
import { planText } from '../../test/planner/planned.ts';
const GRAPH = composed(`type T @key(fields: "id") @context(name: "c") { id: ID! p: String @external u: U m: M}
type M { u: U }
type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { p }")): Int n: Int }`, `type Query { t: T } type T @key(fields: "id") { id: ID! p: String }`);
const sg = Supergraph.build(GRAPH, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
for (const q of process.argv.slice(2)) { console.log(prettyFormatQueryPlan(new QueryPlanner(sg, {}).buildQueryPlan(operationFromDocument(sg.apiSchema(), parse(q))))); console.log(planText(GRAPH, q)); }
